// Everything that the row of one control says, for the one question whether that is just what is
// documented.
({
  asked, findCandidates, isStale, ancestorsOf, fold, isVisible, elementsByIds, scanPanel, partsOf, controlOf, panelAround,
  describePanel,
}) => {
  const UNREAD = /^(script|style|template|noscript)$/;
  const PICTURES = "img, picture, canvas, video, object, embed, iframe, svg image";
  const SAID = [
    "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "alt", "title",
    "placeholder",
  ];
  const ICON = 40; // pixels: a larger drawing may hold words

  // All nodes below an element, through open shadow roots.
  const nodesBelow = (root) => {
    const found = [];
    const visit = (node) => {
      found.push(node);
      if (node.shadowRoot) node.shadowRoot.childNodes.forEach(visit);
      node.childNodes.forEach(visit);
    };
    visit(root);
    return found;
  };
  const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;
  const elementsBelow = (root) => nodesBelow(root).filter(isElement);

  const textOf = (node) => {
    const parent = node.parentElement || node.getRootNode().host;
    if (!parent || UNREAD.test(parent.localName) || !isVisible(parent)) return "";
    return fold(node.data);
  };

  // Whether a person reads a text otherwise than it is written: not at all, struck out or reversed.
  const isUnreadable = (element) => {
    const { color, fontSize, textDecorationLine, unicodeBidi } = getComputedStyle(element);
    if (/^(transparent|rgba\(.*, 0\))$/.test(color) || parseFloat(fontSize) < 4) return true;
    return textDecorationLine.includes("line-through") || /override/.test(unicodeBidi);
  };

  // What a style writes before and after an element, or as the marker of an item of a list; a
  // picture there is told by its address.
  const writtenByStyle = (element) => {
    const { display, listStyleType } = getComputedStyle(element);
    const contents = ["::before", "::after"].map((one) => getComputedStyle(element, one).content);
    if (display.includes("list-item") && /^["']/.test(listStyleType)) contents.push(listStyleType);
    return contents.filter((content) => content && !/^(none|normal)$/.test(content)).map(fold);
  };

  const saidBy = (element) => [
    ...SAID.map((name) => fold(element.getAttribute(name) || "")),
    ...elementsByIds(element, "aria-describedby").map((each) => fold(each.textContent)),
    ...(isVisible(element) ? writtenByStyle(element) : []),
  ];

  const hasPictureInStyle = (element) => {
    const { backgroundImage, borderImageSource, listStyleImage } = getComputedStyle(element);
    return [backgroundImage, borderImageSource, listStyleImage].some((one) => /url\(/.test(one));
  };

  const isPicture = (element) => {
    if (!isVisible(element)) return false;
    const { width, height } = element.getBoundingClientRect();
    const isLarge = element.localName === "svg" && (width > ICON || height > ICON);
    return isLarge || element.matches(PICTURES) || hasPictureInStyle(element);
  };

  const holdsLink = (place) =>
    elementsBelow(place).some(
      (each) =>
        each.localName === "a" &&
        (each.getAttribute("href") || "").includes(asked.link) &&
        isVisible(each),
    );

  const labels = asked.labels.map(fold);
  const holdsLabel = (place) =>
    labels.some((label) => fold(place.textContent.slice(0, 4096)).includes(label));

  // The innermost thing around the control alone that holds the link, if it can be the label too.
  const rowOfControl = (panel, { unit, ancestors }) => {
    const parts = partsOf(panel, unit).map((each) => each.element);
    const own = ancestors.filter(
      (one) =>
        !parts.includes(one) &&
        parts.every((part) => ancestorsOf(part).includes(one)) &&
        panel.held.get(one)?.size === 1,
    );
    const linked = own.filter(holdsLink);
    return linked.find(holdsLabel) || linked[0] || own.find(holdsLabel) || own[0];
  };

  const boxOf = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left, top, width, height];
  };

  const SPOKEN =
    "[role=alert], [role=status], [aria-live=assertive]," +
    " dialog[open], [role=dialog], [role=alertdialog]";

  // What a page says beside the control: that it could not load something, or shows a copy.
  const showsMessage = (control) =>
    [...document.querySelectorAll(SPOKEN)].some((element) => {
      if (ancestorsOf(control).includes(element)) return false;
      const { width, height, bottom, top } = element.getBoundingClientRect();
      const isOnScreen = width > 4 && height > 4 && bottom > 0 && top < innerHeight;
      return isOnScreen && isVisible(element) && Boolean(fold(element.textContent));
    });

  // `element` is one of the control's, among all candidates.
  const describeRow = (elements, element) => {
    const panel = scanPanel(elements);
    const control = controlOf(panel, element);
    const row = control && rowOfControl(panel, control);
    if (!row) return null;
    const parts = partsOf(panel, control.unit).map((each) => each.element);
    const within = elementsBelow(row);
    const isDrawing = (each) => parts.some((part) => part.contains(each));
    const frames = ancestorsOf(row).slice(1).filter((one) => panel.held.get(one)?.size === 1);
    const around = ancestorsOf(row).slice(1, ancestorsOf(row).indexOf(panelAround(row)) + 1);
    const texts = nodesBelow(row).filter((node) => node.nodeType === Node.TEXT_NODE).map(textOf);
    const written = nodesBelow(row).filter(
      (node) => node.nodeType === Node.TEXT_NODE && node.parentElement && textOf(node),
    );
    return {
      unreadable: written.some((node) => ancestorsOf(node.parentElement).some(isUnreadable)),
      linked: holdsLink(row),
      texts: [
        ...texts, ...within.flatMap(saidBy), ...around.flatMap(writtenByStyle),
      ].filter(Boolean),
      pictures:
        within.filter((each) => isPicture(each) && !isDrawing(each)).length +
        frames.filter(hasPictureInStyle).length,
      box: boxOf(row),
      own: parts.map(boxOf),
      known: panel.kept.map((each) => boxOf(each.element)),
      page: [0, 0, innerWidth, innerHeight],
      message: showsMessage(control.element),
      around: describePanel(row, control.element),
    };
  };

  const describePanelAlone = () => describePanel(undefined, undefined);

  const describeRowAround = (element) =>
    isStale() ? null : describeRow(findCandidates(document), element);

  return { describeRow, describeRowAround, describePanelAlone };
}
