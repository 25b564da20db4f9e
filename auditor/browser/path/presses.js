// Tells each real press of the person: by the name of what was pressed, or that it was Escape; of a
// control, also by the links of its row; when it came, in seconds since 1970; and which one it is: the
// press on a label comes twice, the second time on its input. Runs in a world of its own, where no script of the page can
// call what it tells by or change what it sees.
(() => {
  const tell = globalThis.NOTE_PRESS;
  const PRESSABLE = "button, [role=button], a, input[type=submit], input[type=button]";
  const CONTROL =
    "[role=switch], [role=checkbox], [role=radio], [role=menuitemcheckbox], [role=option], [role=tab], " +
    "input, select, label, button, [role=button]";
  const LONGEST = 200; // characters: no button's name is longer
  const ROW = 12; // elements around a control at most, in which its row's links are looked for

  const textOf = (id, root) => root.getElementById?.(id)?.textContent;
  const namesOf = (element) => {
    const ids = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    const labelled = ids.map((id) => textOf(id, element.getRootNode()) ?? "").join(" ");
    return [labelled, element.getAttribute("aria-label"), element.innerText, element.value];
  };
  const tellPress = (event, what) => {
    const made = (performance.timeOrigin + performance.now()) / 1000;
    tell(JSON.stringify({ ...what, made, identity: performance.timeOrigin + event.timeStamp }));
  };
  const isName = (name) => typeof name === "string" && name.trim() !== "" && name.length <= LONGEST;

  const labelsOf = (element) => [...(element.labels ?? [])].map((label) => label.innerText);
  const rowNamesOf = (around) =>
    around.filter((each) => each.matches("[role=group], [role=radiogroup], fieldset")).flatMap(namesOf);
  const controlIn = (path) => {
    const at = path.findIndex((each) => each.matches(CONTROL));
    if (at < 0) return undefined;
    const around = path.slice(at + 1, at + 1 + ROW);
    const row = around.find((each) => each.querySelector("a[href]"));
    const names = [...namesOf(path[at]), ...labelsOf(path[at]), ...rowNamesOf(around.slice(0, 2))];
    return {
      names: names.filter((name) => typeof name === "string").map((name) => name.slice(0, LONGEST)),
      links: [...(row?.querySelectorAll("a[href]") ?? [])].map((link) => link.href),
    };
  };

  // Only what a person did is trusted; a script's own click() and dispatchEvent() are not.
  addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    const path = event.composedPath().filter((each) => each instanceof Element);
    const pressed = path.find((each) => each.matches(PRESSABLE));
    const control = controlIn(path);
    if (pressed || control) {
      const names = pressed ? namesOf(pressed).filter(isName) : [];
      tellPress(event, { names, control });
    }
  }, true);
  addEventListener("keydown", (event) => {
    if (event.isTrusted && event.key === "Escape") tellPress(event, { escape: true });
  }, true);
})();
