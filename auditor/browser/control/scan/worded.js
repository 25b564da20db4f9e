// Controls whose words alone say their state: a list of On and Off, a button that shows one of the
// two and opens a menu of them, and a button that is named after what a press does.
({ asked, fold }) => {
  const ons = new Set(asked.pairs.map(([on]) => fold(on)));
  const offs = new Set(asked.pairs.map(([, off]) => fold(off)));
  const turnsOn = new Set(asked.turn_on.map(fold));
  const turnsOff = new Set(asked.turn_off.map(fold));
  const BUTTON = "button, [role=button i]";
  const OPENS =
    "[role=combobox i], [aria-haspopup=listbox i], [aria-haspopup=menu i], [aria-haspopup=true i]";
  const STATE = "[aria-pressed], [aria-checked], [role=switch i], [role=checkbox i]";

  // Which option says on and which off, if there are these two and no other to choose.
  const choicesOf = (element) => {
    if (element.localName !== "select" || element.multiple) return null;
    const free = [...element.options].filter((each) => !each.disabled && !each.hidden);
    if (free.length !== 2) return null;
    const on = free.find((each) => ons.has(fold(each.textContent)));
    const off = free.find((each) => offs.has(fold(each.textContent)));
    return on && off && on !== off ? { on: on.index, off: off.index } : null;
  };

  // What a button says that a press does: true for turning on.
  const actionOf = (element) => {
    if (!element.matches(BUTTON) || element.matches(STATE)) return undefined;
    const said = fold(element.getAttribute("aria-label") || element.textContent.slice(0, 100));
    if (turnsOn.has(said) === turnsOff.has(said)) return undefined;
    return turnsOn.has(said);
  };

  // What a closed menu of values shows as chosen: true for on.
  const valueOfMenu = (element) => {
    if (!element.matches(OPENS) || element.matches(`select, ${STATE}`)) return undefined;
    const shown = element.localName === "input" ? element.value : element.textContent.slice(0, 100);
    const said = fold(shown);
    return ons.has(said) === offs.has(said) ? undefined : ons.has(said);
  };

  const isWorded = (element) =>
    choicesOf(element) !== null ||
    actionOf(element) !== undefined ||
    valueOfMenu(element) !== undefined;

  // The state that the words say; none where a list shows another option than these two.
  const wordedStates = (element) => {
    const [choices, value] = [choicesOf(element), valueOfMenu(element)];
    if (value !== undefined) return [value];
    if (choices === null) return [!actionOf(element)];
    const { selectedIndex } = element;
    if (selectedIndex === choices.on) return [true];
    return selectedIndex === choices.off ? [false] : [];
  };

  return { choicesOf, actionOf, valueOfMenu, isWorded, wordedStates };
}
