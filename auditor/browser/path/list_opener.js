// What opens a closed list or menu, among all that has appeared in a layer since a click. Where the
// sections of a dialog stand in such a list, nothing of their names is drawn before it is opened.
({ ancestorsOf, appeared, isLayer }) => {
  const OPENERS = "[role=combobox], [aria-haspopup=listbox], [aria-haspopup=menu], [aria-haspopup=tree], [aria-haspopup=true]";
  const CLOSED = "button, [role=button], [role=combobox]:not(input), summary";
  const OUT_OF_REACH = "[inert], :disabled, [aria-disabled=true]";

  const isClosedList = ({ element }) =>
    element.matches(OPENERS) && element.matches(CLOSED) && element.getAttribute("aria-expanded") !== "true" && !element.closest(OUT_OF_REACH);

  // The one that there is, or nothing.
  const findListOpener = () => {
    const all = appeared();
    const layers = new Set(all.filter(isLayer).map(({ element }) => element));
    const inLayer = (element) => ancestorsOf(element).some((each) => layers.has(each));
    const openers = all.filter((one) => isClosedList(one) && inLayer(one.element));
    return openers.length === 1 ? openers[0].element : null;
  };

  return { findListOpener };
}
