// What a person sees of the page, and what is there only for machines.
({ asked, parentOf, foldStart }) => {
  const hasBox = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > -1000; // moved out to the left is hidden
  };

  // What has no box of its own, like the filling of a slot, is as visible as what it stands in.
  const boxOwnerOf = (element) => {
    let each = element;
    let within = null;
    while (each && getComputedStyle(each).display === "contents") {
      // A slot that is filled with something else does not show what it holds by itself.
      if (each instanceof HTMLSlotElement && each.assignedNodes().length) return null;
      within = each;
      each = parentOf(each);
    }
    if (!within || !each) return each;
    // Neither of these takes the box away, and checkVisibility is not asked about what has none.
    if (each.localName === "details" && !each.open && within.localName !== "summary") return null;
    if (getComputedStyle(each).contentVisibility === "hidden") return null;
    if (getComputedStyle(element).visibility !== "visible") return null;
    return each;
  };

  const isVisibleByItself = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && hasBox(element);

  const isVisible = (element) => {
    if (isVisibleByItself(element)) return true;
    const owner = boxOwnerOf(element);
    return Boolean(owner) && owner !== element && isVisibleByItself(owner);
  };

  // As large as a switch may be drawn.
  const isSmall = (element) => {
    const box = element.getBoundingClientRect();
    return box.width <= 120 && box.height <= 60;
  };

  // "Y", "I/O": what a switch has written on itself is no label.
  const isBrief = (element) => isSmall(element) && foldStart(element).length <= 3;

  // An input without a box of its own is often drawn by the small thing that it stands in, or by
  // the one beside it.
  const isDrawnBeside = (element) => {
    if (!(element instanceof HTMLInputElement) || !element.checkVisibility()) return false;
    const near = [
      element.parentElement, element.nextElementSibling, element.previousElementSibling,
    ];
    return near.some((each) => each && isVisible(each) && isSmall(each));
  };

  // Some draw all of it themselves, in a small thing around an input that is not displayed at all.
  const isReplaced = (element) => {
    const around = element instanceof HTMLInputElement ? element.parentElement : null;
    if (!around || !isVisible(around) || !isSmall(around)) return false;
    if (around.closest(asked.candidates)) return false;
    return around.querySelectorAll(asked.candidates).length === 1;
  };

  const hasVisibleLabel = (element) => [...(element.labels || [])].some(isVisible);

  // Whether a control is to be seen, by itself or by what stands for it.
  const isDrawn = (element) =>
    isVisible(element) ||
    isReplaced(element) ||
    hasVisibleLabel(element) ||
    isDrawnBeside(element);

  const isAriaHidden = (element) => element.getAttribute("aria-hidden") === "true";

  // Libraries leave the mark on a whole part of the page, which hides nothing from the eye. On a
  // thing itself, or on what holds no words, it marks a copy or a drawing of something else.
  const isHiddenPart = (element) => isAriaHidden(element) && foldStart(element) !== "";
  const standsInHiddenPart = (ancestors) => ancestors.slice(1).some(isHiddenPart);

  // Whether something is kept from assistive tools, or cannot be used, with all that it stands in.
  // With `asked.hidden`, what stands in such a part is not.
  const isHiddenFromTools = (ancestors) => {
    const isLeft = (each) => asked.hidden && each !== ancestors[0] && isHiddenPart(each);
    return ancestors.some((each) => each.inert || (isAriaHidden(each) && !isLeft(each)));
  };

  return {
    hasBox, boxOwnerOf, isVisible, isSmall, isBrief, isDrawnBeside, isReplaced, hasVisibleLabel,
    isDrawn, standsInHiddenPart, isHiddenFromTools,
  };
}
