// Things on the page as a mouse meets them: their boxes, and what lies in the middle of them.
({ ancestorsOf }) => {
  const ACTING =
    "a, button, input, select, textarea, summary, iframe, object, embed, video, audio," +
    " [contenteditable], [role]:not([role=img], [role=presentation], [role=none]), [tabindex]";
  const TWIN = "input[type=checkbox], input[type=radio]";

  // Whether a click on something may do anything; a custom element may do what it likes.
  const isActing = (element) => element.matches(ACTING) || element.localName.includes("-");
  const actingWithin = (place) => [...place.querySelectorAll("*")].filter(isActing);

  const FAINT = 0.1; // of full opacity: less is not seen
  const opacityOf = (element) =>
    ancestorsOf(element).reduce((all, one) => all * Number(getComputedStyle(one).opacity), 1);
  const isFaint = (element) => opacityOf(element) < FAINT;

  const isWithin = (inner, outer) => ancestorsOf(inner).includes(outer);
  const boxOf = (element) => element.getBoundingClientRect();

  // Less than five pixels is what hides an input from the eye, and leaves it to assistive tools.
  const isBig = (element) => boxOf(element).width > 4 && boxOf(element).height > 4;
  const fitsSwitch = (element) => boxOf(element).width <= 120 && boxOf(element).height <= 60;
  const isSmallThing = (element) => Boolean(element) && isBig(element) && fitsSwitch(element);

  // With four pixels to spare: a thumb or a ring of focus may reach over the edge.
  const isInsideBox = (inner, outer) => {
    const a = boxOf(inner);
    const b = boxOf(outer);
    const across = a.left >= b.left - 4 && a.right <= b.right + 4;
    return across && a.top >= b.top - 4 && a.bottom <= b.bottom + 4;
  };

  // What a mouse would hit in the middle of something, through open shadow roots.
  const hitInMiddleOf = (element) => {
    const { left, top, width, height } = boxOf(element);
    const hitIn = (root) => root.elementFromPoint(left + width / 2, top + height / 2);
    let hit = hitIn(document);
    for (;;) {
      const inner = hit && hit.shadowRoot && hitIn(hit.shadowRoot);
      if (!inner || inner === hit) return hit;
      hit = inner;
    }
  };

  // What was hit and all around it, up to the place and without it.
  const ancestorsBelow = (hit, place) => {
    const ancestors = ancestorsOf(hit);
    return ancestors.slice(0, ancestors.indexOf(place));
  };

  // A label around a place presses what it is for: another's control where ids are there twice.
  // The native twin of a drawn switch, alone with it in the label, is no other control.
  const pressesAnother = (element, place) => {
    const label = ancestorsOf(place).find((each) => each.localName === "label");
    const control = label && label.control;
    if (!control || control === element || isWithin(element, control)) return false;
    const fields = label.querySelectorAll("input, button, select, textarea").length;
    const isTwin = element.localName !== "input" && control.matches(TWIN);
    return !(isTwin && isWithin(control, label) && fields === 1);
  };

  // Whether what would be hit is of the place: a notice may stand in it and reach far beyond, and
  // a link or a button in it does something of its own. What covers it from outside is found out
  // when the click is rehearsed.
  const hitsItsOwn = (element, place) => {
    if (pressesAnother(element, place)) return false;
    const hit = hitInMiddleOf(place);
    if (!hit || !isWithin(hit, place)) return true;
    const others = ancestorsBelow(hit, place).filter(
      (each) => each !== element && !isWithin(element, each),
    );
    return isInsideBox(hit, place) && !others.some(isActing);
  };

  return {
    isActing, actingWithin, isWithin, boxOf, isBig, fitsSwitch, isSmallThing, isInsideBox,
    hitInMiddleOf, ancestorsBelow, pressesAnother, hitsItsOwn, opacityOf, isFaint,
  };
}
