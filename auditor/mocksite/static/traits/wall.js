// What covers the whole app, without a test id.
import { h, options } from "mock/dom";

const COVER = "position:fixed;inset:0;z-index:80;background:#fffe;padding:20vh 20vw";
const press = (text, onclick) => h("button", { type: "button", class: "button", onclick }, text);

// Accepting is told to the server, which its ledger would show; refusing is not.
function cookies(refuse, attributes = { role: "dialog", "aria-label": "Privacy choices" }) {
  const accept = () => fetch(`${options.prefix}/api/cookies`, { method: "POST" }).then(() => wall.remove());
  const wall = h("div", { ...attributes, style: COVER }, h("p", {}, "We use cookies to run and improve this site."), press("Accept all", accept), press("Customise", () => {}), press(refuse, () => wall.remove()));
  return wall;
}

const put = (refuse, attributes) => () => { document.body.append(cookies(refuse, attributes)); };

function inShadow() {
  const host = document.createElement("div");
  const wall = cookies("Only necessary cookies");
  host.attachShadow({ mode: "open" }).append(wall);
  document.body.append(host);
}

async function inFrame() {
  const frame = h("iframe", { srcdoc: "<!doctype html><body></body>", title: "Consent", style: "position:fixed;inset:0;z-index:80;width:100vw;height:100vh;border:0" });
  document.body.append(frame);
  await new Promise((resolve) => { frame.addEventListener("load", resolve, { once: true }); });
  const wall = cookies("Decline");
  frame.contentDocument.body.append(wall);
  new MutationObserver(() => wall.isConnected || frame.remove()).observe(frame.contentDocument.body, { childList: true });
}

// A question about something else, whose button has a name that a cookie banner's may have.
function invitation() {
  const decline = () => fetch(`${options.prefix}/api/invitations`, { method: "DELETE" });
  document.body.append(h("div", { role: "dialog", "aria-label": "Invitation", style: "position:fixed;right:1rem;top:1rem;z-index:9;background:#fff;padding:1rem" }, h("p", {}, "Bea invites you to a project."), press("Decline", decline)));
}

// The session is over, and the app says so without leaving: one signs in again over it.
function signIn(attributes, ...inside) {
  document.body.append(h("div", { ...attributes, style: COVER }, ...inside));
}

const field = () => h("input", { type: "email", autocomplete: "username", placeholder: "Email" });

// A question that only a person may answer covers everything; whatever is pressed is told to the server.
function question() {
  const answer = () => fetch(`${options.prefix}/api/answers`, { method: "POST" });
  document.body.append(h("div", { role: "dialog", "aria-modal": "true", "aria-label": "Your choices", style: COVER }, h("p", {}, "May we share what you like with our partners?"), press("Allow all", answer), press("Deny", answer)));
}

export default {
  question: { shell: question },
  question_late: { settings: () => { question(); } },
  cookies: { shell: put("Reject all") },
  cookies_de: { shell: put("Nur notwendige Cookies") },
  cookies_region: { shell: put("Decline", { role: "region", "aria-label": "Cookies" }) },
  cookies_late: { panel: put("Reject all") },
  cookies_in_shadow: { shell: inShadow },
  cookies_in_frame: { shell: inFrame },
  invitation: { shell: invitation },
  sign_in_titled: { shell: () => signIn({ role: "dialog", "aria-modal": "true" }, h("h2", {}, "Sign in"), field(), press("Next", () => {})) },
  sign_in_untitled: { shell: () => signIn({ role: "dialog", "aria-modal": "true", "aria-label": "Welcome back" }, press("Continue with Google", () => {}), field(), press("Continue with email", () => {})) },
  sign_in_late: { panel: () => { setTimeout(() => signIn({ role: "dialog", "aria-modal": "true", "aria-label": "Log in" }, field()), 200); } },
};
