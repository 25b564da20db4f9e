// One look at a document: which controls are there, what each one says of itself, and which texts
// and links stand in whose row. It decides nothing. The keys of what it gives are read by
// `scanner.py` and `anchors.py`.
({
  asked, findCandidates, isStale, propertiesOf, fold, turnsMeaning, isReplaced, standsInHiddenPart, hasVisibleLabel, paintedStates, accessibleStates,
  findControls, partsOf, findPairs, dropMereChoices, mergeHostsOfHalves, isRadio, wordsOfRadio,
  mergeShadowsOfRadios, numberUnits, elementsByIds, readPage, placeLabels, isWorded, choicesOf,
  actionOf, valueOfMenu, wordedStates, openedPanel, isPanelWaiting,
}) => {
  const LONGEST_NAME = 900; // Playwright leaves a longer name out

  const isEndless = (element) => {
    const join = (labels) => labels.map((label) => label.textContent).join(" ");
    const names = [
      element.getAttribute("aria-label") || "",
      join(elementsByIds(element, "aria-labelledby")),
      join([...(element.labels || [])]),
      element.textContent || "",
      element.title || "",
    ];
    return names.some((name) => name.length > LONGEST_NAME);
  };

  // A custom element whose attribute says checked while its property says not, with nothing else
  // to go by, contradicts itself: both are told.
  const statesOf = (panel, { element, unit }) => {
    const states = accessibleStates(panel, element);
    const contradicts =
      element.localName.includes("-") &&
      element.hasAttribute("checked") &&
      propertiesOf(element).checked === false;
    const alone = partsOf(panel, unit).length === 1 && states.length === 1;
    return contradicts && alone ? [true, ...states] : states;
  };

  // Whether what an element or the things around it alone say of themselves turns its meaning.
  const isTurned = (panel, { element, ancestors }) => {
    const around = ancestors.filter((one) => panel.held.get(one).size === 1);
    const said = [
      element.getAttribute("aria-description"),
      element.title,
      ...around.map((one) => one.getAttribute("aria-label")),
    ];
    return said.some((text) => text && text.length <= asked.short && turnsMeaning(fold(text)));
  };

  // What is disabled around several controls is a part of the page, and no control of it.
  const isDisabled = (panel, { ancestors }) =>
    ancestors.some((each) => {
      const says = each.matches(":disabled") || each.getAttribute("aria-disabled") === "true";
      return says && panel.held.get(each).size === 1;
    });

  const factsOf = (panel, control) => {
    const { element, index, unit, ancestors } = control;
    const radio = isRadio(panel, element);
    return {
      index,
      unit,
      radio,
      endless: isEndless(element),
      turned: isTurned(panel, control),
      unshown: isReplaced(element) && !element.checkVisibility() && !hasVisibleLabel(element),
      // tabs and the like may only choose what is shown
      views: panel.pairs.has(element) && !element.matches("[aria-pressed], [role=option i]"),
      words: radio ? wordsOfRadio(panel, control) : "",
      signals: isWorded(element) ? wordedStates(element) : statesOf(panel, control),
      choices: choicesOf(element),
      action: actionOf(element) !== undefined,
      menu: valueOfMenu(element) !== undefined,
      painted: paintedStates(element),
      hidden: standsInHiddenPart(ancestors),
      disabled: isDisabled(panel, control),
      busy: ancestors.some((each) => each.getAttribute("aria-busy") === "true"),
    };
  };

  const placeAmongSiblings = (element) => {
    let place = 1;
    for (let each = element; (each = each.previousElementSibling); ) place += 1;
    return place;
  };

  // Of what kind an element is, so that nothing else is taken for it when it is gone.
  const kindOf = (element) => {
    const marks = ["id", "role", "type", "aria-label"].filter((name) => {
      const value = element.getAttribute(name);
      return value && !value.includes('"');
    });
    const said = marks.map((name) => `[@${name}="${element.getAttribute(name)}"]`);
    return `[local-name()="${element.localName}"]${said.join("")}`;
  };

  // The way to an element by the places of what it stands in, as an XPath; none into a shadow root.
  // It is found by it at once, however many other controls there are.
  const pathOf = (element) => {
    if (element.getRootNode() !== document) return null;
    const places = [];
    for (let each = element; each; each = each.parentElement) {
      places.unshift(`/*[${placeAmongSiblings(each)}]`);
    }
    return `${places.join("")}${kindOf(element)}`;
  };

  const scanPanel = (elements) => {
    const panel = findControls(elements);
    findPairs(panel);
    dropMereChoices(panel);
    mergeHostsOfHalves(panel);
    mergeShadowsOfRadios(panel);
    numberUnits(panel);
    return panel;
  };

  // `elements` are the candidates, those in open shadow roots included.
  const scan = (elements) => {
    const panel = scanPanel(elements);
    const { links, noted, decoys, turned, custom, customs, count, busy, ...written } = readPage(
      panel,
      elements,
    );
    return {
      controls: panel.kept.map((control) => factsOf(panel, control)),
      paths: panel.kept.map((control) => pathOf(control.element)),
      texts: placeLabels(panel, written),
      links,
      noted,
      decoys,
      turned,
      custom: [...custom],
      customs,
      hidden: panel.hidden,
      count,
      busy,
      waiting: isPanelWaiting(panel),
      panel: Boolean(openedPanel()),
      lang: document.documentElement.lang,
    };
  };

  // What the properties of custom elements said is of no use if they are others by now.
  const scanDocument = (root) => (isStale() ? null : scan(findCandidates(root)));

  return { isEndless, statesOf, isTurned, isDisabled, factsOf, pathOf, scanPanel, scan, scanDocument };
}
