// The ways to press a control, each found without pressing anything: what to click, or nothing.
({
  ancestorsOf, isActing, actingWithin, isWithin, boxOf, isBig, fitsSwitch, isSmallThing,
  isInsideBox, hitInMiddleOf, ancestorsBelow, pressesAnother, hitsItsOwn,
}) => {
  // Many a switch has nothing of its own to hit. A radio in a custom element, in its shadow or in
  // a slot, is pressed itself, for its host may be a wide box with other things in it.
  const itself = (element) => {
    const radio = [element.shadowRoot, element]
      .map((each) => each?.querySelector("[role=radio], input[type=radio]"))
      .find(Boolean);
    const target = radio && isBig(radio) ? radio : element;
    if (!isBig(target)) return null;
    const others = `a[href], iframe, object, embed${radio ? ", button" : ""}`;
    const hit = hitInMiddleOf(target);
    if (!hit || !isWithin(hit, target)) return target;
    return ancestorsBelow(hit, target).some((each) => each.matches(others)) ? null : target;
  };

  // What is drawn apart from the label, for an input that is not displayed, has ways of its own,
  // and may hear the label too: one click would then be two.
  const byLabel = (element) => {
    const labels = [...(element.labels || [])];
    const drawn = element.checkVisibility() ? null : around(element);
    if (drawn && !labels.some((label) => isWithin(drawn, label))) return null;
    return labels.find((each) => boxOf(each).width > 0 && boxOf(each).height > 0) || null;
  };

  // Beside an input with a label, what draws it must be of that label: an icon may do something
  // else.
  const drawnBeside = (element) => {
    const labels = [...(element.labels || [])];
    const isFree = (each) => !labels.length || labels.some((label) => isWithin(each, label));
    return [element.nextElementSibling, element.previousElementSibling].find(
      (each) =>
        isSmallThing(each) && isFree(each) && !isActing(each) && !actingWithin(each).length,
    );
  };

  // An input that cannot be hit itself is often drawn by the small thing that it stands in, or by
  // the one beside it; the scan takes it so, too.
  const around = (element) => {
    const orNone = (place) => (hitsItsOwn(element, place) ? place : null);
    const host = element.getRootNode().host;
    // Some leave the mouse to the custom element they are drawn in.
    const leavesMouse = host && getComputedStyle(element).pointerEvents === "none";
    if (leavesMouse && hitInMiddleOf(element) === host) return orNone(host);
    const beside = drawnBeside(element);
    if (beside && !isSmallThing(element)) return orNone(beside);
    for (const each of ancestorsOf(element).slice(1, 4)) {
      if (!fitsSwitch(each)) return null;
      if (isSmallThing(each)) return orNone(each);
    }
    return null;
  };

  // Some draw the switch with a label that names no control, or with a thing of no role and no
  // words, laid over the input in the same place; what reaches further, or has anything else to
  // press beside it, is no drawing of it.
  const over = (element) => {
    if (element.localName !== "input" || !isSmallThing(element)) return null;
    const hit = hitInMiddleOf(element);
    if (!hit || isWithin(hit, element) || pressesAnother(element, hit)) return null;
    const isBare = isSmallThing(hit) && !hit.textContent.trim();
    if (hit.localName !== "label" && !isBare) return null;
    const place = ancestorsOf(element).slice(1, 4).find((each) => each.contains(hit));
    if (!place || place === hit || place === document.body) return null;
    if (boxOf(place).height > 120) return null;
    if (actingWithin(place).some((each) => each !== element)) return null;
    return isInsideBox(hit, place) && boxOf(hit).height <= 60 ? hit : null;
  };

  return { itself, byLabel, drawnBeside, around, over };
}
