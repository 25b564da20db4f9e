// The bot check's look at the browser: one that nobody steers is let through, an automated one asked for ever (OBS).
const { prefix } = document.getElementById("check").dataset;
const steered = navigator.webdriver === true || navigator.userAgent.includes("HeadlessChrome");

// Good for one sign-in screen; the server takes it away with that screen.
if (!steered) document.cookie = `mock-clearance=1; path=${prefix}; SameSite=Lax`;
setTimeout(() => location.reload(), steered ? 3000 : 600);
