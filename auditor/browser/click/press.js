// `asked` names a way to press a control, or `clear`: the spot of a label where a click does
// nothing of its own.
({ asked, boxOf, itself, byLabel, around, over }) => {
  const OTHERS =
    "a[href], button, input, select, textarea, summary, iframe," +
    " [role=button], [role=link], [tabindex]";

  // Tried from the middle outwards, as parts of height and width: a person clicks at the words.
  const DOWN = [0.5, 0.25, 0.75, 0.1, 0.9];
  const ACROSS = [0.5, 0.02, 0.98, 0.25, 0.75];

  const isClearAt = (label, x, y) => {
    const { left, top } = boxOf(label);
    const hit = label.getRootNode().elementFromPoint(left + x, top + y);
    if (!hit || !label.contains(hit)) return false;
    const acts = hit.closest(OTHERS);
    return !acts || !label.contains(acts) || acts === label || label.control === acts;
  };

  const clearSpot = (label) => {
    const { width, height } = boxOf(label);
    for (const down of DOWN) {
      for (const across of ACROSS) {
        const at = { x: Math.floor(width * across), y: Math.floor(height * down) };
        if (isClearAt(label, at.x, at.y)) return at;
      }
    }
    return null;
  };

  const WAYS = { itself, label: byLabel, around, over };

  const findTarget = (element) => {
    if (!element.isConnected) return null;
    if (asked === "clear") return clearSpot(element);
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    return WAYS[asked](element);
  };

  return { isClearAt, clearSpot, findTarget };
}
