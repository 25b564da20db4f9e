// Whether a click would hit a control: what is read is only what a person could press.
({
  ancestorsOf, isWithin, boxOf, fitsSwitch, hitInMiddleOf, itself, byLabel, drawnBeside, around, over,
  clearSpot, isFaint,
}) => {
  // Upside down, or with its words mirrored: nobody reads it as it is meant.
  const isTurnedOver = (element) => {
    let all = new DOMMatrix();
    for (const one of ancestorsOf(element)) {
      const { transform, rotate, scale } = getComputedStyle(one);
      if (transform !== "none") all = new DOMMatrix(transform).multiply(all);
      if (rotate !== "none") all = all.rotate(parseFloat(rotate.split(" ").at(-1)) || 0);
      if (scale !== "none") {
        const [x, y = x] = scale.split(" ").map(Number);
        all = all.scale(x, y);
      }
      const hasWords = Boolean(one.textContent.trim());
      if (all.d < 0 || (all.a < 0 && hasWords)) return true;
    }
    return false;
  };

  // A mask may take all of a switch away; around a whole panel it only fades the edges.
  const isMasked = (element) =>
    ancestorsOf(element).some(
      (one) => fitsSwitch(one) && getComputedStyle(one).maskImage !== "none",
    );

  const isSeen = (element) => !isFaint(element) && !isTurnedOver(element) && !isMasked(element);

  const isHitInMiddle = (element) => {
    const hit = hitInMiddleOf(element);
    if (!hit) return false;
    // What leaves the mouse to what it stands in is reached there.
    const leavesMouse = getComputedStyle(element).pointerEvents === "none";
    return isWithin(hit, element) || (leavesMouse && isWithin(element, hit));
  };

  const isReached = (target) =>
    isSeen(target) &&
    (target.localName === "label" ? clearSpot(target) !== null : isHitInMiddle(target));

  // Many an input is transparent and lies over the small thing that is drawn for it.
  const liesOverItsDrawing = (element) => {
    const drawn = element.localName === "input" && isFaint(element) && drawnBeside(element);
    if (!drawn || !isSeen(drawn) || !isHitInMiddle(element)) return false;
    const [a, b] = [boxOf(element), boxOf(drawn)];
    const across = Math.min(a.right, b.right) > Math.max(a.left, b.left);
    return across && Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top);
  };

  const isHit = (element) => {
    if (!element.isConnected || isMasked(element)) return false;
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const targets = [itself, byLabel, around, over].map((way) => way(element));
    return targets.some((target) => target && isReached(target)) || liesOverItsDrawing(element);
  };

  return { isTurnedOver, isHitInMiddle, liesOverItsDrawing, isHit };
}
