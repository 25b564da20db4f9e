// `asked.way` names a way to press a control; what it leads to is kept under `asked.key`.
({ asked, memory, boxOf, itself, byLabel, around, over }) => {
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

  const targetOf = (element) => {
    if (!element.isConnected) return null;
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    return WAYS[asked.way](element);
  };

  const findTarget = (element) => {
    const target = targetOf(element);
    memory.set(asked.key, target);
    return target;
  };

  // Whether the same way still leads to the same element.
  const leadsThereStill = (element) => {
    const target = targetOf(element);
    return target !== null && target === memory.get(asked.key);
  };

  // Where to click an element: a label at a spot where a click does nothing of its own, which it
  // may lack, and anything else in its middle.
  const spotIn = (element) => {
    if (element.localName !== "label") return { isClear: true, spot: null };
    const spot = element.isConnected ? clearSpot(element) : null;
    return { isClear: spot !== null, spot };
  };

  return { isClearAt, clearSpot, findTarget, leadsThereStill, spotIn };
}
