// What a page notices when somebody comes back to it and looks around, all the way down. Some ask
// for their data only then; what the browser itself can do (the mouse, the size of the window) is
// not done here.
({ memory }) => {
  const LEAST = 100; // pixels: a smaller box that scrolls is no part that somebody reads

  const comeBack = () => {
    for (const name of ["focus", "pageshow", "online"]) window.dispatchEvent(new Event(name));
    for (const name of ["visibilitychange", "scroll"]) {
      document.dispatchEvent(new Event(name, { bubbles: true }));
    }
    const within = document.querySelector("dialog[open], [role=dialog], main") || document.body;
    within.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  };

  const isBox = (one) => one.clientHeight >= LEAST && one.scrollHeight > one.clientHeight + 4;
  const boxesThatScroll = () =>
    [document.scrollingElement, ...document.querySelectorAll("*")].filter((one) => one && isBox(one));

  const lookDown = () => {
    comeBack();
    const look = { boxes: boxesThatScroll().map((box) => [box, box.scrollTop]), drawn: false };
    for (const [box] of look.boxes) box.scrollTop = box.scrollHeight;
    const end = () => {
      look.drawn = true;
    };
    // What is in view is told to the page with the frame after the next; a page unseen draws none.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(end)));
    setTimeout(end, document.hidden ? 200 : 800);
    memory.set("look", look);
  };

  // In another document than the one that was looked at, there is nothing to wait for.
  const hasDrawn = () => memory.get("look")?.drawn !== false;

  const lookUp = () => {
    for (const [box, top] of memory.get("look")?.boxes ?? []) box.scrollTop = top;
  };

  return { lookDown, hasDrawn, lookUp };
}
