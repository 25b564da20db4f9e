// Tells each real press of the person: by the name of what was pressed, or that it was Escape. Runs in
// a world of its own, where no script of the page can call what it tells by or change what it sees.
(() => {
  const tell = globalThis.NOTE_PRESS;
  const PRESSABLE = "button, [role=button], a, input[type=submit], input[type=button]";
  const LONGEST = 200; // characters: no button's name is longer

  const textOf = (id, root) => root.getElementById?.(id)?.textContent;
  const namesOf = (element) => {
    const ids = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    const labelled = ids.map((id) => textOf(id, element.getRootNode()) ?? "").join(" ");
    return [labelled, element.getAttribute("aria-label"), element.innerText, element.value];
  };
  const isName = (name) => typeof name === "string" && name.trim() !== "" && name.length <= LONGEST;

  // Only what a person did is trusted; a script's own click() and dispatchEvent() are not.
  addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    const pressed = event.composedPath().find((each) => each instanceof Element && each.matches(PRESSABLE));
    if (pressed) tell(JSON.stringify({ names: namesOf(pressed).filter(isName) }));
  }, true);
  addEventListener("keydown", (event) => {
    if (event.isTrusted && event.key === "Escape") tell(JSON.stringify({ escape: true }));
  }, true);
})();
