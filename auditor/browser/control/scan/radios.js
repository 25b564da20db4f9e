// Radios, and the units: a control may be several elements, like the radios of a group, or a host
// and the input in its shadow root.
({ fold, foldStart, propertiesOf, controlOf, drop, merge }) => {
  const GROUP = "[role=radiogroup], fieldset, [role=group]";

  const isRadioTag = (element) =>
    typeof propertiesOf(element).checked === "boolean" && /-radio(-button)?$/.test(element.localName);

  const isRadio = (panel, element) =>
    panel.pairs.has(element) ||
    element.type === "radio" ||
    isRadioTag(element) ||
    /^(menuitem)?radio$/.test((element.getAttribute("role") || "").toLowerCase());

  // The words of one radio: of its label, or of the innermost thing around it alone that has any.
  const wordsOfRadio = (panel, { element, ancestors }) => {
    const labels = [...(element.labels || [])];
    const named = fold(labels.map((label) => label.textContent.slice(0, 4096)).join(" "));
    if (named) return named;
    for (const one of ancestors.slice(1)) {
      const holdsOther = (each) => each.element !== element && each.ancestors.includes(one);
      if (panel.kept.some(holdsOther)) return "";
      const text = foldStart(one);
      if (text) return text;
    }
    return "";
  };

  // The radio in the shadow of a custom element that is one itself is no other one.
  const mergeShadowsOfRadios = (panel) => {
    for (const each of [...panel.kept]) {
      const isHost = (one) => controlOf(panel, one) && isRadioTag(one);
      const host = each.ancestors.slice(1).find(isHost);
      if (!host || !isRadio(panel, each.element)) continue;
      merge(panel, host, each.element);
      drop(panel, each);
    }
  };

  // What holds the radios of one group together, where their names do not: a pair, a group by its
  // markup, or the innermost thing around two radios.
  const groupOf = (panel, control) => {
    const { element, ancestors } = control;
    const outer = ancestors.slice(1);
    const holdsOther = (one) =>
      panel.kept.some(
        (other) =>
          other !== control && isRadio(panel, other.element) && other.ancestors.includes(one),
      );
    return (
      panel.pairs.get(element) ||
      outer.find((one) => one.matches(GROUP)) ||
      outer.find(holdsOther) ||
      element.getRootNode()
    );
  };

  // Radios of one name belong together, wherever they stand. `named` keeps the group of each name.
  const keyOfRadio = (panel, control, named) => {
    const { element } = control;
    const group = groupOf(panel, control);
    // A button's name is that of its form's field, of no group.
    if (!element.name || element.localName === "button") return group;
    if (!named.has(element.name)) named.set(element.name, group);
    return named.get(element.name);
  };

  // Number the controls, in the order of the page, and note what holds which of them.
  const numberUnits = (panel) => {
    const named = new Map();
    for (const control of panel.kept) {
      if (isRadio(panel, control.element)) control.key = keyOfRadio(panel, control, named);
      else {
        const outer = control.ancestors.slice(1).find((one) => controlOf(panel, one));
        control.key = outer ? controlOf(panel, outer).key || outer : control.element;
      }
    }
    const keys = [...new Set(panel.kept.map((control) => control.key))];
    for (const control of panel.kept) {
      control.unit = keys.indexOf(control.key);
      for (const one of control.ancestors) {
        if (!panel.held.has(one)) panel.held.set(one, new Set());
        panel.held.get(one).add(control.unit);
      }
    }
  };

  return { isRadio, wordsOfRadio, mergeShadowsOfRadios, groupOf, keyOfRadio, numberUnits };
}
