// The elements that are controls, as the scan goes on to sort them.
//
// A `panel` is what the scan knows of one document:
//   kept       the controls' elements, each with its index among the candidates and its ancestors
//   byElement  the same, to be looked up
//   pairs      a half of a pair of buttons -> the innermost thing around both
//   merged     an element -> others that are parts of it: a radio's shadow, a half's host
//   hidden     how many more are drawn in a part of the page that is hidden from assistive tools
//   held       an element -> the units (numbers of controls) somewhere below it
({
  asked, ancestorsOf, isDrawn, standsInHiddenPart, isHiddenFromTools, isVisible, openedPanel, isBehindPanel, isWorded,
  wasThereBefore,
}) => {
  const CHOSEN = "[aria-selected], [aria-current]";

  // Most buttons of a page, and lists of other things, are none.
  const isKind = (element) =>
    element.matches(asked.candidates) ||
    element.matches(CHOSEN) ||
    element.localName.includes("-") ||
    isWorded(element);

  const findControls = (elements) => {
    const panel = {
      kept: [], byElement: new Map(), pairs: new Map(), merged: new Map(), held: new Map(),
      hidden: 0,
    };
    if (window.frameElement && !isVisible(window.frameElement)) return panel;
    const opened = openedPanel();
    elements.forEach((element, index) => {
      if (!isKind(element)) return;
      const ancestors = ancestorsOf(element);
      if (isBehindPanel(opened, ancestors)) return;
      if (!isDrawn(element)) return;
      if (!isHiddenFromTools(ancestors)) panel.kept.push({ element, index, ancestors });
      else if (standsInHiddenPart(ancestors)) panel.hidden += 1;
    });
    // Without a dialog, what has come with the path's last click is the panel; if nothing has, it
    // was there all the time.
    const isNew = ({ element }) => !wasThereBefore(element) && element.matches(asked.candidates);
    if (!opened && panel.kept.some(isNew)) {
      panel.kept = panel.kept.filter(({ element }) => !wasThereBefore(element));
    }
    for (const control of panel.kept) panel.byElement.set(control.element, control);
    return panel;
  };

  const controlOf = (panel, element) => panel.byElement.get(element);
  const partsOf = (panel, unit) => panel.kept.filter((each) => each.unit === unit);

  const drop = (panel, control) => {
    panel.kept.splice(panel.kept.indexOf(control), 1);
    panel.byElement.delete(control.element);
  };

  const merge = (panel, element, other) => {
    panel.merged.set(element, [...(panel.merged.get(element) || []), other]);
  };

  return { findControls, controlOf, partsOf, drop, merge };
}
