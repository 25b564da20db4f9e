// On and Off beside each other, one of them marked as chosen, are two halves of one control,
// whatever is said to mark them: pressed buttons, tabs, options of a list, a current item.
({
  asked, fold, isStateWord, isGenericWord, isVisible, choiceMarkOf, controlOf, drop, merge,
  isWorded,
}) => {
  const UNREAD = /^(script|style|template)$/;

  // Whether any words are to be seen in an element that are neither a state nor generic, leaving
  // out some parts of it.
  const hasWords = (element, without) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = fold(node.data);
      const counts = text && !isStateWord(text) && !isGenericWord(text);
      if (!counts || without.some((one) => one.contains(node))) continue;
      const parent = node.parentElement;
      if (!UNREAD.test(parent.localName) && isVisible(parent)) return true;
    }
    return false;
  };

  // What a half is called: by its name, by what it holds, or by what fills its slot.
  const wordOf = (element) => {
    const root = element.getRootNode();
    const filled = root instanceof ShadowRoot ? root.host.textContent : "";
    const told = [element.getAttribute("aria-label"), element.textContent, filled];
    return told.map((text) => fold(text || "")).find(Boolean);
  };

  // Two buttons of two rows are no pair: whatever else is said there is said of one of them.
  const standTogether = (one, other, around) => {
    const siblings = one.parentElement !== null && one.parentElement === other.parentElement;
    if (!siblings) return !hasWords(around, [one, other]);
    const range = document.createRange();
    range.setStartAfter(one);
    range.setEndBefore(other);
    return !fold(range.toString());
  };

  // The innermost thing around a half and its only fellow, if the two are a pair.
  const pairAround = (panel, { element, ancestors }) => {
    const mark = choiceMarkOf(element);
    if (!mark || !isStateWord(wordOf(element))) return null;
    const alikeIn = (one) =>
      panel.kept
        .filter((other) => choiceMarkOf(other.element) === mark && other.ancestors.includes(one))
        .map((other) => other.element);
    // Four levels: two wrappers of each half, and the box around them, with one to spare.
    const around = ancestors.slice(1, 5).find((one) => alikeIn(one).length > 1);
    const both = around ? alikeIn(around) : [];
    if (both.length !== 2 || !both.every((half) => isStateWord(wordOf(half)))) return null;
    return standTogether(...both, around) ? around : null;
  };

  const findPairs = (panel) => {
    for (const control of panel.kept) {
      const around = pairAround(panel, control);
      if (around) panel.pairs.set(control.element, around);
    }
  };

  // What only says that it is chosen, like a tab, is no switch by itself.
  const dropMereChoices = (panel) => {
    for (const each of [...panel.kept]) {
      const { element } = each;
      const switches =
        element.matches(asked.candidates) || element.localName.includes("-") || isWorded(element);
      if (!panel.pairs.has(element) && !switches) drop(panel, each);
    }
  };

  // The custom element that holds a half in its shadow is no other control.
  const mergeHostsOfHalves = (panel) => {
    for (const half of panel.pairs.keys()) {
      const host = controlOf(panel, half.getRootNode().host);
      if (!host) continue;
      merge(panel, half, host.element);
      drop(panel, host);
    }
  };

  return {
    hasWords, wordOf, standTogether, pairAround, findPairs, dropMereChoices, mergeHostsOfHalves,
  };
}
