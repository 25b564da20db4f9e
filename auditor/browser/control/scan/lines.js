// The text that a node is a part of: its block, and its line in there.
() => {
  const UNREAD = /^(script|style|template|noscript)$/;

  // Whether an element flows within a line of text.
  const isInline = (element) => /^(inline|contents|ruby)/.test(getComputedStyle(element).display);

  // The innermost block that a text stands in; what holds a control is taken as one.
  const blockOf = (panel, node) => {
    let element = node.parentElement;
    while (
      element && isInline(element) && element.parentElement && !panel.held.has(element)
    ) element = element.parentElement;
    return element;
  };

  // The line that a text node stands in: what flows beside it, up to the next break or block.
  const lineOf = (block, node) => {
    let parts = [];
    let own = null;
    const endLine = () => {
      if (parts.includes(node)) own = parts;
      parts = [];
    };
    const visit = (each) => {
      if (each.nodeType === Node.TEXT_NODE) parts.push(each);
      if (each.nodeType !== Node.ELEMENT_NODE || UNREAD.test(each.localName)) return;
      const breaks = each !== block && (each.localName === "br" || !isInline(each));
      if (breaks) endLine();
      each.childNodes.forEach(visit);
      if (breaks) endLine();
    };
    visit(block);
    endLine();
    return (own || [node]).map((each) => each.data).join("");
  };

  return { isInline, blockOf, lineOf };
}
