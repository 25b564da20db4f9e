// Everything written on the page that may speak of a control: labels, titles, notes, links.
({
  asked, memory, propertiesOf, fold, isTooLong, turnsMeaning, withoutBadges, isStateWord,
  isGenericWord, isPartOfNote, isWithinNote, holdsNote, isVisible, rowOf, rowOfLabel,
  labelsOfGroups, headsItsGroup, blockOf, lineOf,
}) => {
  const UNREAD = /^(script|style|template|noscript|title)$/;
  const PRESSED = "a[href], button, [role=button]";
  const labels = asked.labels.map((original) => ({ label: fold(original), original }));

  // What a text may be, wherever it stands. The same texts are read at each look, and most of a
  // page's are nothing that is looked for.
  const MOST = 20_000;
  const known = memory.get("texts") ?? new Map();
  memory.set("texts", known);
  const NOTHING = { text: "", isNote: false, like: [] };
  const judgeText = (data) => {
    const text = fold(data);
    if (!text) return NOTHING;
    const like = labels.filter(({ label }) => label.includes(text) || text.includes(label));
    return { text, isNote: isPartOfNote(text), like };
  };
  const aboutText = (data) => {
    if (isTooLong(data)) return NOTHING;
    if (!known.has(data)) {
      if (known.size >= MOST) known.clear();
      known.set(data, judgeText(data));
    }
    return known.get(data);
  };

  const noteOf = (panel, node) => {
    if (!aboutText(node.data).isNote) return [];
    const block = blockOf(panel, node);
    const isNote = block && isVisible(block) && holdsNote(fold(block.textContent));
    return isNote ? [rowOf(panel, node)] : [];
  };

  // A short text that says nothing else: what could be the name of a control beside it. What ends
  // like a sentence or holds a link is none, though its words may turn a meaning around.
  const titleOf = (panel, node, text, parent) => {
    const none = { titles: [], turned: [] };
    if (text.length > asked.short || isWithinNote(text)) return none;
    if (isStateWord(text) || isGenericWord(text)) return none;
    const row = rowOf(panel, node);
    if (!row.loose) return none; // a whole part of the page: such a title speaks for nothing in it
    const block = parent.closest(PRESSED) ? null : blockOf(panel, node);
    const line = block && isVisible(parent) ? lineOf(block, node).trim() : "";
    if (!line || line.length > asked.short) return none;
    const isTitle = !/[.!?\u3002\u2026]$/.test(line) && !block.querySelector("a[href]");
    return {
      titles: isTitle ? [{ node, block, ...row }] : [],
      turned: turnsMeaning(text) ? [row] : [],
    };
  };

  // The texts that are one of the setting's labels, or begin a line with it. A node may hold a
  // part of a label only: the line it stands in decides.
  const labelsAt = (panel, groupLabels, node, parent) => {
    const { like } = aboutText(node.data);
    const block = like.length ? blockOf(panel, node) : null;
    if (!block || !isVisible(parent)) return [];
    const full = isTooLong(block.textContent) ? "" : withoutBadges(lineOf(block, node));
    const found = [];
    for (const { label, original } of like) {
      if (full !== label && withoutBadges(node.data) !== label) continue;
      const exact = full === label || full === "";
      if (!exact && !full.startsWith(label)) continue;
      found.push({
        label: original,
        exact,
        head: exact && Boolean(parent.closest("th, dt, legend, label")),
        legend: exact && headsItsGroup(panel, parent.closest("legend")),
        free: exact && parent.closest("label")?.control === null,
        node,
        block,
        ...rowOfLabel(panel, groupLabels, node, label),
      });
    }
    return found;
  };

  // `known` are the candidates that were asked for; other custom elements with a state are told.
  const readElement = (panel, found, known, element) => {
    const name = element.localName;
    found.count += 1;
    if (element.getAttribute("aria-busy") === "true" && isVisible(element)) found.busy += 1;
    const href = name === "a" ? element.getAttribute("href") || "" : "";
    if (href.includes(asked.link) && isVisible(element)) found.links.push(rowOf(panel, element));
    if (href && asked.decoys.some((part) => href.includes(part))) {
      found.decoys.push(rowOf(panel, element));
    }
    if (name.includes("-")) found.customs += 1;
    const hasState = name.includes("-") && typeof propertiesOf(element).checked === "boolean";
    if (hasState && !known.has(element)) found.custom.add(name);
  };

  const readText = (panel, found, groupLabels, node) => {
    const { text } = aboutText(node.data);
    const parent = node.parentElement || node.getRootNode().host;
    if (!text || !parent || UNREAD.test(parent.localName)) return;
    found.noted.push(...noteOf(panel, node));
    const { titles, turned } = titleOf(panel, node, text, parent);
    found.titles.push(...titles);
    found.turned.push(...turned);
    found.texts.push(...labelsAt(panel, groupLabels, node, parent));
  };

  const readPage = (panel, elements) => {
    const found = {
      texts: [], titles: [], links: [], noted: [], decoys: [], turned: [],
      custom: new Set(), customs: 0, count: 0, busy: 0,
    };
    const groupLabels = labelsOfGroups(panel);
    const known = new Set(elements);
    const walk = (root) => {
      const shown = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
      const walker = document.createTreeWalker(root, shown);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.nodeType === Node.TEXT_NODE) readText(panel, found, groupLabels, node);
        else readElement(panel, found, known, node);
        if (node.shadowRoot) walk(node.shadowRoot);
      }
    };
    walk(document);
    return found;
  };

  return { noteOf, titleOf, labelsAt, readElement, readText, readPage };
}
