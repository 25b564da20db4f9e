// What stands around a control's row, in the panel that the path opened. Where the page alone is
// the witness, nothing there may say something else about the setting than its switch.
({ asked, ancestorsOf, fold, isVisible, statesByClass, openedPanel }) => {
  const HEADING = "h1, h2, h3, h4, h5, h6, [role=heading], legend, summary, label, p, b, strong";
  const PICTURES = "img, canvas, video, object, embed, iframe";
  const LEAST = 60; // pixels across, from which on a picture may hold words
  const VEILS = /opacity|invert|brightness|contrast|blur|sepia|hue-rotate|url/;

  // The dialog, or the main part of a page without one.
  const panelAround = (element) =>
    openedPanel() ||
    (element && ancestorsOf(element).find((one) => one.matches("main, [role=main]"))) ||
    document.querySelector("main, [role=main]") ||
    document.documentElement;

  const textOf = (element) => (isVisible(element) ? fold(element.textContent) : "");

  // What stands over an element as a heading: the legend or summary of what it is in, and the last
  // words before it, unless other things lie between.
  const headOf = (element) => {
    const own = element.parentElement?.querySelector(":scope > legend, :scope > summary");
    let before = element.previousElementSibling;
    while (before && !textOf(before)) before = before.previousElementSibling;
    const last = before?.matches(HEADING) ? before : null;
    return [own, last].filter((one) => one && one !== element).map(textOf).filter(Boolean);
  };
  const headsOf = (row, panel) => {
    const between = ancestorsOf(row);
    const end = between.indexOf(panel);
    return between.slice(0, end < 0 ? between.length : end).flatMap(headOf);
  };

  // Whether something keeps a person from seeing an element as it is.
  const isVeiled = (element) => {
    const { maskImage, clipPath, filter, mixBlendMode } = getComputedStyle(element);
    if (maskImage !== "none" || clipPath !== "none") return true;
    return mixBlendMode !== "normal" || VEILS.test(filter);
  };

  const isLargePicture = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > LEAST && height > 16 && isVisible(element);
  };

  // The state that the drawing beside a hidden input bears, by the names of its classes.
  const drawnStates = (control) => {
    const drawing = control.closest("label") || control.parentElement;
    const parts = drawing ? [...drawing.querySelectorAll("*")].filter((one) => one !== control) : [];
    return parts.filter(isVisible).flatMap(statesByClass);
  };

  // `row` is nothing on a page without the setting.
  const describePanel = (row, control) => {
    const panel = panelAround(row);
    const { left, top, width, height } = panel.getBoundingClientRect();
    const others = [...panel.querySelectorAll("*")].filter((one) => !row || !row.contains(one));
    const isLink = (one) => one.localName === "a" && (one.getAttribute("href") || "").includes(asked.link);
    const around = row ? ancestorsOf(row) : [];
    return {
      panel: [left, top, width, height],
      opened: Boolean(openedPanel()),
      heads: row ? headsOf(row, panel) : [],
      links: others.filter((one) => isLink(one) && isVisible(one)).length,
      pictures: others.filter((one) => one.matches(PICTURES) && isLargePicture(one)).length,
      veiled: around.some(isVeiled) || Boolean(control && control.localName !== "input" && isVeiled(control)),
      drawn: control ? drawnStates(control) : [],
    };
  };

  return { panelAround, headOf, headsOf, isVeiled, isLargePicture, drawnStates, describePanel };
}
