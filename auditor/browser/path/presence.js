// What a page notices when somebody comes back to it and looks around, all the way down. Some ask
// for their data only then; what the browser itself can do (the mouse, the size of the window) is
// not done here.
async () => {
  const LEAST = 100; // pixels: a smaller box that scrolls is no part that somebody reads
  for (const name of ["focus", "pageshow", "online"]) window.dispatchEvent(new Event(name));
  for (const name of ["visibilitychange", "scroll"]) {
    document.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const within = document.querySelector("dialog[open], [role=dialog], main") || document.body;
  within.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));

  const page = document.scrollingElement;
  const isBox = (one) => one.clientHeight >= LEAST && one.scrollHeight > one.clientHeight + 4;
  const boxes = [page, ...document.querySelectorAll("*")].filter((one) => one && isBox(one));
  const before = boxes.map((box) => box.scrollTop);
  for (const box of boxes) box.scrollTop = box.scrollHeight;
  // What is in view is told to the page with the frame after the next; a page unseen draws none.
  await new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
    setTimeout(done, 200);
  });
  boxes.forEach((box, number) => { box.scrollTop = before[number]; });
}
