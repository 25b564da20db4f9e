// Where the switch stands that belongs to a button: the one switch of the innermost thing around the
// button that holds any, within the dialog or page part that the button is in.
({ ancestorsOf }) => {
  const SWITCH = "[role=switch], [role=checkbox], input[type=checkbox]";
  const EDGE = "dialog, [role=dialog], [role=alertdialog], [aria-modal=true], form, main, [role=main], body";
  const VALUES = { true: "on", false: "off" };

  const isOffered = (each) => each.closest("[aria-hidden=true], [hidden], [inert]") === null;
  const switchesIn = (place) => [...(place.shadowRoot ?? place).querySelectorAll(SWITCH)].filter(isOffered);

  const stateOf = (control) => {
    const said = control.getAttribute("aria-checked");
    if (!control.matches("input")) return VALUES[said] ?? "unknown";
    if (control.indeterminate || (said !== null && said !== String(control.checked))) return "unknown";
    return VALUES[control.checked];
  };

  const readChoiceSwitch = (button) => {
    for (const place of ancestorsOf(button).slice(1)) {
      const found = switchesIn(place);
      if (found.length > 0) return found.length === 1 ? stateOf(found[0]) : "unknown";
      if (place.matches(EDGE)) break;
    }
    return "unknown";
  };

  return { readChoiceSwitch };
}
