// Where a label stands: on its control's line, above it, or with another title nearer to it.
({ hasBox, partsOf }) => {
  // An input without a box of its own stands where its parent does.
  const boxOf = (element) => {
    const drawn = hasBox(element) || !element.parentElement ? element : element.parentElement;
    return drawn.getBoundingClientRect();
  };

  const boxOfText = (node) => {
    const range = document.createRange();
    range.selectNode(node);
    return range.getBoundingClientRect();
  };

  const areLevel = (one, other) =>
    Math.min(one.bottom, other.bottom) > Math.max(one.top, other.top);

  const isBefore = (one, other) =>
    Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

  // Whether something else than the label stands on the control's own line, or between the label
  // and the control. `names` are the blocks of labels of the setting, which are no other titles.
  const isApart = (panel, titles, names, { node, block, units }) => {
    if (units.length !== 1) return false;
    const parts = partsOf(panel, units[0]).map((each) => each.element);
    const others = titles.filter(
      (title) =>
        title.units[0] === units[0] &&
        title.tight &&
        !names.has(title.block) &&
        !parts.some((part) => part.contains(title.node)),
    );
    // A block that holds the control reaches over its line in any case: only the words count.
    const own = parts.some((part) => block.contains(part)) ? boxOfText(node) : boxOf(block);
    if (parts.some((part) => areLevel(boxOf(part), own))) return false;
    const isNearer = (part, other) =>
      areLevel(boxOf(part), boxOf(other)) || (isBefore(node, other) && isBefore(other, part));
    return parts.some((part) => others.some((other) => isNearer(part, other.block)));
  };

  // A label that is tied to nothing heads the only control of its row, if no other title is there.
  const isOnlyTitle = (titles, names, { units }) =>
    !titles.some((title) => String(title.units) === String(units) && !names.has(title.block));

  // The facts of the labels, without the nodes, which do not leave the page.
  const placeLabels = (panel, { texts, titles }) => {
    const names = new Set(texts.map((text) => text.block));
    return texts.map(({ node, block, legend, free, ...text }) => ({
      ...text,
      heads: legend || (free && isOnlyTitle(titles, names, text)),
      apart: isApart(panel, titles, names, { node, block, units: text.units }),
    }));
  };

  return { boxOf, boxOfText, areLevel, isBefore, isApart, isOnlyTitle, placeLabels };
}
