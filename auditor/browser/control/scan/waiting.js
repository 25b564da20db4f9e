// Whether the panel says that it is loading or saving something: by a bar of progress or by words.
({ asked, fold, isVisible, rowOf, layerOf, openedPanel }) => {
  const PART = "main, [role=main], [role=region], [role=tabpanel], section, article, form";
  const UNREAD = /^(script|style|template|noscript)$/;
  const BARS = "progress, [role=progressbar]";
  const LIVE = "[role=status], [role=alert], [role=progressbar], [aria-live], output";
  const LONGEST = 400; // a longer text is none of a state, which is told in a few words

  const words = asked.waiting.map(fold).filter(Boolean);
  const isScript = (word) => !/^[\p{Script=Latin}\p{Script=Devanagari}]/u.test(word);
  // Some languages say it first, and some last.
  const stands = (said, word) =>
    said === word || said.startsWith(`${word} `) || said.endsWith(` ${word}`) ||
    (isScript(word) && said.includes(word));
  const isUnfinished = (text) => /(\u2026|\.\.\.|\u22ef)\s*$/.test(text);

  // `live` tells that the text is said by what tells of states, or stands in the setting's row.
  const saysWork = (text, live) => {
    if (!text.trim() || text.length > LONGEST) return false;
    const sentences = text.split(/(?<=[.!?\u2026\u3002:])\s+/);
    return sentences.some((sentence) => {
      const said = fold(sentence);
      const isState = live || isUnfinished(sentence);
      return words.some((word) => (isState ? stands(said, word) : said === word));
    });
  };

  // The row of one control alone.
  const isInRow = (panel, node) => {
    const { units, loose } = rowOf(panel, node);
    return loose && units.length === 1;
  };

  // A bar that stands still at a number may show how much of something is used.
  const isBarAtWork = (panel, bar) => {
    const number = bar.localName === "progress" ? "value" : "aria-valuenow";
    return isVisible(bar) && (!bar.hasAttribute(number) || isInRow(panel, bar));
  };

  const partsOfPage = (panel) => {
    const opened = openedPanel();
    const parts = panel.kept.map(({ ancestors }) => {
      const within = layerOf(ancestors) || ancestors.find((one) => one.matches(PART));
      return within || document.body;
    });
    return new Set([...(opened ? [opened] : []), ...parts]);
  };

  const nodesBelow = (root, visit) => {
    visit(root);
    if (root.shadowRoot) root.shadowRoot.childNodes.forEach((node) => nodesBelow(node, visit));
    root.childNodes.forEach((node) => nodesBelow(node, visit));
  };

  const isTextAtWork = (panel, node) => {
    const parent = node.parentElement || node.getRootNode().host;
    if (!parent || UNREAD.test(parent.localName) || parent.closest("a[href], button, textarea")) return false;
    const text = node.data.normalize("NFKC").trim();
    if (!text || text.length > LONGEST || !words.some((word) => fold(text).includes(word))) return false;
    const live = Boolean(parent.closest(LIVE)) || isInRow(panel, node);
    return saysWork(text, live) && isVisible(parent);
  };

  const isElementAtWork = (panel, element) => {
    if (element.matches(BARS) && isBarAtWork(panel, element)) return true;
    if (element.getAttribute("aria-busy") === "true" && isVisible(element)) return true;
    if (!element.matches(`${LIVE}, svg, img, [role=img]`)) return false;
    return saysWork(element.getAttribute("aria-label") || element.getAttribute("alt") || "", true) && isVisible(element);
  };

  const isPanelWaiting = (panel) => {
    if (!panel.kept.length) return false;
    let found = false;
    for (const part of partsOfPage(panel)) {
      nodesBelow(part, (node) => {
        if (found) return;
        if (node.nodeType === Node.TEXT_NODE) found = isTextAtWork(panel, node);
        else if (node.nodeType === Node.ELEMENT_NODE) found = isElementAtWork(panel, node);
      });
    }
    return found;
  };

  return { saysWork, isBarAtWork, isPanelWaiting };
}
