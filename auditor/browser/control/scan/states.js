// What an element says of its state: to assistive tools, and by the way it is painted.
// Each answer is a list, empty where nothing is said, of true, false and "mixed".
({ propertiesOf }) => {
  const STATE_OF = {
    true: true, false: false, mixed: "mixed", checked: true, unchecked: false, on: true, off: false,
  };
  const CHOICE_MARKS = ["aria-pressed", "aria-selected", "aria-current"];
  // "after-checked" tells of what stands beside the element, not of itself.
  const CLASS = /(?:^|(?<!before|after)[-_])(not-checked|unchecked|checked)$|^(?:is-)?(on|off)$/;

  const stateIn = (element, attribute) => {
    const value = (element.getAttribute(attribute) || "").trim().toLowerCase();
    return value in STATE_OF ? [STATE_OF[value]] : [];
  };

  // An attribute that is there, like `data-checked`, says something by being there.
  const stateByPresence = (element, attribute, state) => {
    if (!element.hasAttribute(attribute)) return [];
    return [element.getAttribute(attribute).toLowerCase() === "false" ? !state : state];
  };

  const statesByData = (element) => [
    ...stateIn(element, "data-state"),
    ...stateByPresence(element, "data-checked", true),
    ...stateByPresence(element, "data-unchecked", false),
  ];

  const statesByClass = (element) =>
    [...element.classList].flatMap((name) => {
      const found = CLASS.exec(name.toLowerCase());
      return found ? [found[1] === "checked" || found[2] === "on"] : [];
    });

  // What its marks, its classes and its wrapper say: no evidence by itself, but it may contradict.
  const paintedStates = (element) => {
    const own = [...statesByData(element), ...statesByClass(element)];
    const around = element.parentElement;
    const controls = "input, [role], [aria-pressed], [aria-checked]";
    // A wrapper of several controls says nothing of one of them.
    if (!around || around.querySelectorAll(controls).length > 1) return own;
    return [...own, ...statesByClass(around), ...statesByData(around)];
  };

  const hasOwnProperty = (element) => {
    const native = element instanceof HTMLInputElement && /^(checkbox|radio)$/.test(element.type);
    return native || (element.localName.includes("-") && typeof propertiesOf(element).checked === "boolean");
  };

  const stateByProperty = (element) => {
    if (!hasOwnProperty(element)) return [];
    const { checked, indeterminate } = propertiesOf(element);
    return indeterminate === true ? ["mixed"] : [checked];
  };

  // The attribute by which an element says that it is the chosen one of several.
  const choiceMarkOf = (element) => CHOICE_MARKS.find((name) => element.hasAttribute(name));

  // All that a control tells assistive tools; if it tells anything, how it is painted counts, too,
  // and what is told by those that were merged into it. `merged` maps a control to them.
  const accessibleStates = ({ pairs, merged }, element) => {
    const told = [
      ...stateByProperty(element),
      ...stateIn(element, "aria-checked"),
      ...stateIn(element, "aria-pressed"),
      ...stateIn(element, "data-state"),
    ];
    if (pairs.has(element)) told.push(...stateIn(element, choiceMarkOf(element)));
    if (!told.length) return told;
    const others = merged.get(element) || [];
    const within = others.flatMap((other) => accessibleStates({ pairs, merged }, other));
    return [...told, ...paintedStates(element), ...within];
  };

  return {
    stateIn, stateByPresence, statesByData, statesByClass, stateByProperty, paintedStates,
    choiceMarkOf, accessibleStates,
  };
}
