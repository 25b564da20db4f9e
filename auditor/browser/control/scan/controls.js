// The elements that are controls, as the scan goes on to sort them.
//
// A `panel` is what the scan knows of one document:
//   kept       the controls' elements, each with its index among the candidates and its ancestors
//   byElement  the same, to be looked up
//   pairs      a half of a pair of buttons -> the innermost thing around both
//   merged     an element -> others that are parts of it: a radio's shadow, a half's host
//   held       an element -> the units (numbers of controls) somewhere below it
({ ancestorsOf, isDrawn, isHiddenFromTools, isVisible }) => {
  const findControls = (elements) => {
    const panel = {
      kept: [], byElement: new Map(), pairs: new Map(), merged: new Map(), held: new Map(),
    };
    if (window.frameElement && !isVisible(window.frameElement)) return panel;
    elements.forEach((element, index) => {
      const ancestors = ancestorsOf(element);
      if (isDrawn(element) && !isHiddenFromTools(ancestors)) {
        const control = { element, index, ancestors };
        panel.kept.push(control);
        panel.byElement.set(element, control);
      }
    });
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
