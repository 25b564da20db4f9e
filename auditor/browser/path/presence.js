// What a page hears when somebody comes back to it and looks around. Some ask for their data only
// then; what the browser itself can do (the mouse, the size of the window) is not done here.
() => {
  for (const name of ["focus", "pageshow", "online"]) window.dispatchEvent(new Event(name));
  for (const name of ["visibilitychange", "scroll"]) {
    document.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const within = document.querySelector("dialog[open], [role=dialog], main") || document.body;
  within.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
}
