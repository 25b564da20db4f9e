// Signs in the panel that what it shows is not final: a bar that shows progress without saying how
// far it is, and short texts like "Updating…".
({ asked, ancestorsOf, fold, isVisible, openedPanel, isBehindPanel }) => {
  const PROGRESS = "[role=progressbar i]:not([aria-valuenow]), progress:not([value])";
  const words = asked.waiting.map(fold);

  const stands = (element) => {
    const inPanel = !isBehindPanel(openedPanel(), [element, ...ancestorsOf(element)]);
    return inPanel && isVisible(element);
  };

  const isWaitingElement = (element) => element.matches(PROGRESS) && stands(element);

  // A word like "Saving" alone may name a section; with dots after it, it is still going on.
  const saysWaiting = (text) => {
    if (!/(?:\u2026|\.\.\.)\s*$/.test(text)) return false;
    const folded = fold(text);
    return words.some((word) => folded.includes(word));
  };

  const isWaitingText = (text, parent) =>
    text.length <= asked.short && saysWaiting(text) && stands(parent);

  return { isWaitingElement, saysWaiting, isWaitingText };
}
