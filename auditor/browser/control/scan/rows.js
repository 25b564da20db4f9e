// Rows: which controls the words, links and titles of a place may speak of.
({ parentOf, ancestorsOf, isVisible, isBrief, hasWords, withoutBadges, partsOf, isRadio }) => {
  const GROUP = "fieldset, [role=group], [role=radiogroup]";
  const WHOLE = "body, html, main, form, dialog, [role=dialog], [role=main]"; // of a page or a part

  // The innermost thing around all parts of a control that has words: its own row.
  const ownRowOf = (panel, unit) => {
    const parts = partsOf(panel, unit);
    const elements = parts.map((each) => each.element);
    const common = parts[0].ancestors.filter((one) =>
      parts.every((each) => each.ancestors.includes(one)),
    );
    const isRow = (one) => !elements.includes(one) && !isBrief(one) && hasWords(one, elements);
    return common.find(isRow) || common[common.length - 1];
  };

  // A row that holds many things to press, or much text, is a whole part of the page. Measured at
  // the panel: a title, a paragraph and its link, with room to spare.
  const isLoose = (around) => {
    if ((around.textContent || "").length > 1200) return false;
    let others = 0;
    for (const each of around.querySelectorAll("a[href], button, [role=button]")) {
      if (isVisible(each) && ++others > 5) return false;
    }
    return !(around.matches(WHOLE) && others > 3);
  };

  // What is asked of a row for each text in it, and stays the same during one look.
  const rowAround = (panel, around) => {
    if (!panel.rows) panel.rows = new Map();
    if (!panel.rows.has(around)) {
      const units = [...panel.held.get(around)];
      const loose = isLoose(around);
      const own = loose && units.length === 1 ? ownRowOf(panel, units[0]) : null;
      panel.rows.set(around, { units, loose, own });
    }
    return panel.rows.get(around);
  };

  // The row of something is the innermost element around it that holds a control. `tight`: the
  // nearest words around a control are its own, and a heading further out does not speak for it.
  const rowOf = (panel, node) => {
    let around = node; // asked for every text of the page: no list of all that it stands in
    while (around && !panel.held.has(around)) around = parentOf(around);
    if (!around) return { units: [], tight: false, loose: false };
    const { units, loose, own } = rowAround(panel, around);
    const isOwn = () => own.contains(node) || ancestorsOf(node).includes(own);
    return { units, tight: loose && (units.length > 1 || isOwn()), loose };
  };

  const elementsByIds = (element, attribute) => {
    const ids = (element.getAttribute(attribute) || "").split(/\s+/).filter(Boolean);
    return ids.map((id) => element.getRootNode().getElementById?.(id)).filter(Boolean);
  };

  const groupAround = ({ ancestors }) => ancestors.find((one) => one.matches(GROUP));

  // What a group of radios names as its label, or has for its legend, speaks for them wherever it
  // stands: each such label, with the control that it is for.
  const labelsOfGroups = (panel) => {
    const labels = new Map();
    for (const control of panel.kept) {
      const group = isRadio(panel, control.element) && groupAround(control);
      if (!group || panel.held.get(group).size !== 1) continue;
      for (const label of elementsByIds(group, "aria-labelledby")) labels.set(label, control.unit);
      const legend = group.querySelector(":scope > legend");
      if (legend) labels.set(legend, control.unit);
    }
    return labels;
  };

  // The row that a label speaks for. One of a group counts only with all of what it says.
  const rowOfLabel = (panel, groupLabels, node, text) => {
    const label = ancestorsOf(node).find(
      (each) => groupLabels.has(each) && withoutBadges(each.textContent) === text,
    );
    if (!label) return rowOf(panel, node);
    return { units: [groupLabels.get(label)], tight: true, loose: true };
  };

  // A legend speaks for a control of its own group, and for none in a group within it or beside
  // it; where the group has several, its row has, too.
  const headsItsGroup = (panel, legend) => {
    const group = legend && legend.closest("fieldset");
    if (!group || !panel.held.has(group)) return false;
    const parts = panel.kept.filter((each) => panel.held.get(group).has(each.unit));
    return parts.every((each) => groupAround(each) === group);
  };

  return {
    ownRowOf, isLoose, rowOf, elementsByIds, labelsOfGroups, rowOfLabel, headsItsGroup,
  };
}
