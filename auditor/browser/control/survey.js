// One look at a document: which controls are there, what each one says of itself, and which texts and links stand in
// whose row. It decides nothing. `elements` are the candidates Playwright found, open shadow roots included.
(elements, ask) => {
  const up = (node) =>
    node.assignedSlot || node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const chain = (node) => {
    const all = [];
    for (let each = node; each; each = up(each)) all.push(each);
    return all;
  };
  const fold = (text) =>
    text
      .slice(0, 4096)
      .normalize("NFKC")
      .replace(/\p{Cf}/gu, "")
      .replace(/[\u2019\u02bc\u2018\u00b4`]/g, "'")
      .toLowerCase()
      .replace(/\s+/g, " ")
      .replace(/^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "");
  // Whether a folded text holds a word that turns a meaning around, whole where words are set apart.
  const spaced = (text) => (text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}']*/gu) || []).join(" ");
  const turning = ask.inverting.map((word) => spaced(fold(word)));
  const whole = (word) => (/^[\p{Script=Latin}\p{Script=Devanagari}]/u.test(word) ? ` ${word} ` : word);
  const turns = (text) => turning.some((word) => ` ${spaced(text)} `.includes(whole(word)));
  const badges = ask.badges.map(fold);
  const bare = (text) => badges.reduce((rest, badge) => (rest.endsWith(" " + badge) ? fold(rest.slice(0, -badge.length)) : rest), fold(text));
  const boxed = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > -1000; // what is moved out to the left is hidden
  };
  // What has no box of its own, like the filling of a slot, is as visible as what it stands in.
  const standing = (element) => {
    let each = element, within = null;
    while (each && getComputedStyle(each).display === "contents") {
      if (each instanceof HTMLSlotElement && each.assignedNodes().length) return null; // filled with something else
      within = each;
      each = up(each);
    }
    if (!within || !each) return each;
    const closed = each.localName === "details" && !each.open && within.localName !== "summary";
    const skipped = getComputedStyle(each).contentVisibility === "hidden" || getComputedStyle(element).visibility !== "visible";
    return closed || skipped ? null : each;
  };
  const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && boxed(element);
  const seen = (element) => {
    if (visible(element)) return true;
    const each = standing(element);
    return Boolean(each) && each !== element && visible(each);
  };
  // An input without a box of its own is drawn by its label, by the small thing that it stands in, or by the one beside it.
  const small = (element) => {
    const box = element.getBoundingClientRect();
    return box.width <= 120 && box.height <= 60;
  };
  const brief = (element) => small(element) && fold(element.textContent.slice(0, 4096)).length <= 3; // Y, I/O: the switch's own
  const stands = (element) =>
    element instanceof HTMLInputElement &&
    element.checkVisibility() &&
    [element.parentElement, element.nextElementSibling, element.previousElementSibling].some((each) => each && seen(each) && small(each));
  // Some draw all of it themselves, in a small thing around an input that is not displayed at all.
  const replaced = (element) => {
    const around = element instanceof HTMLInputElement ? element.parentElement : null;
    const alone = () => !around.closest(ask.candidates) && around.querySelectorAll(ask.candidates).length === 1;
    return Boolean(around) && seen(around) && small(around) && alone();
  };
  const drawn = (element) => seen(element) || replaced(element) || [...(element.labels || [])].some(seen) || stands(element);
  const silent = (ancestors) => ancestors.some((each) => each.getAttribute("aria-hidden") === "true" || each.inert);

  const truth = { true: true, false: false, mixed: "mixed", checked: true, unchecked: false, on: true, off: false };
  const said = (element, attribute) => {
    const value = (element.getAttribute(attribute) || "").trim().toLowerCase();
    return value in truth ? [truth[value]] : [];
  };
  const flagged = (element, attribute, value) =>
    element.hasAttribute(attribute) ? [element.getAttribute(attribute).toLowerCase() === "false" ? !value : value] : [];
  const marked = (element) => [
    ...said(element, "data-state"),
    ...flagged(element, "data-checked", true),
    ...flagged(element, "data-unchecked", false),
  ];
  // What its marks, its classes and its wrapper say: no evidence by itself, but it may contradict.
  const CLASS = /(?:^|(?<!before|after)[-_])(not-checked|unchecked|checked)$|^(?:is-)?(on|off)$/;
  const classed = (element) =>
    [...element.classList].flatMap((name) => {
      const found = CLASS.exec(name.toLowerCase());
      return found ? [found[1] === "checked" || found[2] === "on"] : [];
    });
  const painted = (element) => {
    const around = element.parentElement;
    const alone = around && around.querySelectorAll("input, [role], [aria-pressed], [aria-checked]").length <= 1;
    return [...marked(element), ...classed(element), ...(alone ? [...classed(around), ...marked(around)] : [])];
  };
  const signals = (element) => {
    const native = element instanceof HTMLInputElement && ["checkbox", "radio"].includes(element.type);
    const own = native || (element.localName.includes("-") && typeof element.checked === "boolean");
    const property = !own ? [] : element.indeterminate === true ? ["mixed"] : [element.checked];
    const told = [...property, ...said(element, "aria-checked"), ...said(element, "aria-pressed"), ...said(element, "data-state")];
    if (pairs.has(element)) told.push(...said(element, marking(element)));
    return told.length ? [...told, ...painted(element), ...(inside.get(element) || []).flatMap(signals)] : told;
  };

  const kept = [], inside = new Map(); // a radio -> those in its shadow; a half -> its host
  elements.forEach((element, index) => {
    const ancestors = chain(element);
    const framed = !window.frameElement || seen(window.frameElement);
    if (framed && drawn(element) && !silent(ancestors)) kept.push({ element, index, ancestors });
  });

  // A control may be several elements: a host and the input in its shadow root, the radios of a group.
  const of = new Map(kept.map((each) => [each.element, each]));
  const drop = (each) => {
    kept.splice(kept.indexOf(each), 1);
    of.delete(each.element);
  };
  const groups = new Map();
  const states = new Set(ask.states.map(fold)), generic = new Set(ask.generic);
  const words = (element, without) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = fold(node.data);
      if (!text || states.has(text) || generic.has(text) || without.some((one) => one.contains(node))) continue;
      if (!/^(script|style|template)$/.test(node.parentElement.localName) && seen(node.parentElement)) return true;
    }
    return false;
  };
  // On and Off beside each other, one of them marked as chosen, are two halves of one control, whatever is said to mark
  // them: pressed buttons, tabs, options of a list, a current item.
  const MARKS = ["aria-pressed", "aria-selected", "aria-current"];
  const marking = (element) => MARKS.find((name) => element.hasAttribute(name));
  const word = (element) => {
    const root = element.getRootNode();
    const filled = root instanceof ShadowRoot ? root.host.textContent : ""; // what fills its slot
    return [element.getAttribute("aria-label"), element.textContent, filled].map((text) => fold(text || "")).find(Boolean);
  };
  // Two buttons of two rows are no pair: whatever else is said there is said of one of them.
  const together = (one, other, around) => {
    if (one.parentElement === null || one.parentElement !== other.parentElement) return !words(around, [one, other]);
    const range = document.createRange();
    range.setStartAfter(one);
    range.setEndBefore(other);
    return !fold(range.toString());
  };
  const pairs = new Map(); // half -> the innermost thing around both
  for (const { element, ancestors } of kept) {
    const mark = marking(element);
    if (!mark || !states.has(word(element))) continue;
    const alike = (one) => kept.filter((other) => marking(other.element) === mark && other.ancestors.includes(one));
    const around = ancestors.slice(1, 5).find((one) => alike(one).length > 1);
    const both = around ? alike(around).map((each) => each.element) : [];
    if (both.length === 2 && both.every((half) => states.has(word(half))) && together(...both, around)) pairs.set(element, around);
  }
  for (const each of [...kept]) { // what only says that it is chosen is no switch by itself
    if (pairs.has(each.element) || each.element.matches(ask.candidates) || each.element.localName.includes("-")) continue;
    drop(each);
  }
  // The words of one radio: of its label, or of the innermost thing around it alone that has any.
  const near = ({ element, ancestors }) => {
    const named = fold([...(element.labels || [])].map((label) => label.textContent.slice(0, 4096)).join(" "));
    if (named) return named;
    for (const one of ancestors.slice(1)) {
      if (kept.some((other) => other.element !== element && other.ancestors.includes(one))) return "";
      const text = fold(one.textContent.slice(0, 4096));
      if (text) return text;
    }
    return "";
  };
  const radioTag = (element) => typeof element.checked === "boolean" && /-radio(-button)?$/.test(element.localName);
  const isRadio = (element) =>
    pairs.has(element) || element.type === "radio" || radioTag(element) ||
    /^(menuitem)?radio$/.test((element.getAttribute("role") || "").toLowerCase());
  // The radio in the shadow of a custom element that is one itself is no other one; nor is the host of a half.
  for (const half of pairs.keys()) {
    const host = of.get(half.getRootNode().host);
    if (!host) continue;
    inside.set(half, [host.element]);
    drop(host);
  }
  for (const each of [...kept]) {
    const host = each.ancestors.slice(1).find((one) => of.has(one) && radioTag(one));
    if (!host || !isRadio(each.element)) continue;
    inside.set(host, [...(inside.get(host) || []), each.element]);
    drop(each);
  }
  for (const each of kept) {
    const { element, ancestors } = each;
    const outer = ancestors.slice(1).find((one) => of.has(one));
    if (isRadio(element)) {
      const group =
        pairs.get(element) ||
        ancestors.slice(1).find((one) => one.matches("[role=radiogroup], fieldset, [role=group]")) ||
        ancestors.slice(1).find((one) => kept.some((other) => other !== each && isRadio(other.element) && other.ancestors.includes(one))) ||
        element.getRootNode();
      each.key = group;
      if (element.name && element.localName !== "button") { // a button's name is that of its form's field, of no group
        const named = groups.get(element.name) || group;
        groups.set(element.name, named);
        each.key = named;
      }
    } else each.key = outer ? of.get(outer).key || outer : element;
  }
  const keys = [...new Set(kept.map((each) => each.key))];
  const held = new Map(); // element -> the controls somewhere below it
  for (const each of kept) {
    each.unit = keys.indexOf(each.key);
    for (const one of each.ancestors) {
      if (!held.has(one)) held.set(one, new Set());
      held.get(one).add(each.unit);
    }
  }

  const ownRow = (unit) => {
    const parts = kept.filter((each) => each.unit === unit);
    const elements = parts.map((each) => each.element);
    const common = parts[0].ancestors.filter((one) => parts.every((each) => each.ancestors.includes(one)));
    return common.find((one) => !elements.includes(one) && !brief(one) && words(one, elements)) || common[common.length - 1];
  };

  // The row of something is the innermost element around it that holds a control.
  const row = (node) => {
    const around = chain(node).find((each) => held.has(each));
    if (!around) return { units: [], tight: false, loose: false };
    const units = [...held.get(around)];
    // The nearest words around a control are its own: a heading further out does not speak for it.
    const mine = units.length > 1 || ownRow(units[0]).contains(node) || chain(node).includes(ownRow(units[0]));
    const others = [...around.querySelectorAll("a[href], button, [role=button]")].filter(seen).length;
    const text = (around.textContent || "").length;
    const whole = around.matches("body, html, main, form, dialog, [role=dialog], [role=main]");
    const loose = others <= 5 && text <= 1200 && !(whole && others > 3);
    return { units, tight: mine && loose, loose };
  };

  // What a group of radios names as its label, or has for its legend, speaks for them wherever it stands.
  const byIds = (element, attribute) => {
    const ids = (element.getAttribute(attribute) || "").split(/\s+/).filter(Boolean);
    return ids.map((id) => element.getRootNode().getElementById?.(id)).filter(Boolean);
  };
  const tied = new Map(); // label -> the control it is for
  for (const { element, ancestors, unit } of kept) {
    const group = isRadio(element) && ancestors.find((one) => one.matches("fieldset, [role=group], [role=radiogroup]"));
    if (!group || held.get(group).size !== 1) continue;
    for (const label of [...byIds(group, "aria-labelledby"), group.querySelector(":scope > legend")]) if (label) tied.set(label, unit);
  }
  const speaksFor = (node, text) => {
    const label = chain(node).find((each) => tied.has(each) && bare(each.textContent) === text); // all of what it says
    return label ? { units: [tied.get(label)], tight: true, loose: true } : row(node);
  };

  // A legend speaks for a control of its own group, and for none in a group within it or beside it; where the group has
  // several, its row has, too.
  const heads = (legend) => {
    const group = legend && legend.closest("fieldset");
    if (!group || !held.has(group)) return false;
    const parts = kept.filter((each) => held.get(group).has(each.unit));
    return parts.every((each) => each.ancestors.find((one) => one.matches("fieldset, [role=group], [role=radiogroup]")) === group);
  };

  const labels = ask.labels.map((label) => [fold(label), label]);
  const longest = Math.max(...labels.map(([label]) => label.length));
  const notes = ask.notes.map(fold);
  const flows = (element) => /^(inline|contents|ruby)/.test(getComputedStyle(element).display);
  const block = (node) => {
    let element = node.parentElement;
    while (element && flows(element) && element.parentElement && !held.has(element)) element = element.parentElement;
    return element;
  };
  // The line of text that a node stands in: what flows beside it, up to the next line break or block.
  const line = (whole, node) => {
    let parts = [], own = null;
    const cut = () => {
      if (parts.includes(node)) own = parts;
      parts = [];
    };
    const visit = (each) => {
      if (each.nodeType === Node.TEXT_NODE) return parts.push(each);
      if (each.nodeType !== Node.ELEMENT_NODE || /^(script|style|template|noscript)$/.test(each.localName)) return;
      const breaks = each !== whole && (each.localName === "br" || !flows(each));
      if (breaks) cut();
      each.childNodes.forEach(visit);
      if (breaks) cut();
    };
    visit(whole);
    cut();
    return (own || [node]).map((each) => each.data).join("");
  };
  const titles = []; // short texts that are no sentence: what could be the name of a control beside it
  const texts = [], links = [], noted = [], decoys = [], turned = [], custom = new Set();
  let count = 0, busy = 0;
  const known = new Set(elements);
  const onText = (node) => {
    const text = node.data.length > 4096 ? "" : fold(node.data);
    if (!text) return;
    const parent = node.parentElement || node.getRootNode().host;
    if (!parent || /^(script|style|template|noscript|title)$/.test(parent.localName)) return;
    if (notes.some((note) => note.includes(text) || text.includes(note))) {
      const whole = block(node);
      if (whole && seen(whole) && notes.some((note) => fold(whole.textContent).includes(note))) noted.push(row(node));
    }
    if (text.length <= ask.short && !states.has(text) && !generic.has(text) && !notes.some((note) => note.includes(text))) {
      const whole = parent.closest("a[href], button, [role=button]") ? null : block(node);
      const told = whole && seen(parent) ? line(whole, node).trim() : "";
      if (told && told.length <= ask.short) {
        const place = row(node);
        if (turns(text)) turned.push(place);
        if (!/[.!?\u3002\u2026]$/.test(told) && !whole.querySelector("a[href]")) titles.push({ node, whole, ...place });
      }
    }
    const like = labels.filter(([label]) => label.includes(text) || text.includes(label));
    if (!like.length) return;
    const whole = block(node);
    if (!whole || !seen(parent)) return;
    const full = whole.textContent.length > 4096 ? "" : bare(line(whole, node));
    for (const [label, original] of like) {
      if (full !== label && bare(node.data) !== label) continue;
      const exact = full === label || full === "";
      const head = exact && Boolean(parent.closest("th, dt, legend, label"));
      const legend = exact && heads(parent.closest("legend"));
      const free = exact && parent.closest("label")?.control === null;
      if (exact || full.startsWith(label)) texts.push({ label: original, exact, head, legend, free, node, whole, ...speaksFor(node, label) });
    }
  };
  const onElement = (element) => {
    count += 1;
    if (element.getAttribute("aria-busy") === "true" && seen(element)) busy += 1;
    const href = element.localName === "a" ? element.getAttribute("href") || "" : "";
    if (href.includes(ask.link) && seen(element)) links.push(row(element));
    if (href && ask.decoys.some((part) => href.includes(part))) decoys.push(row(element));
    if (element.localName.includes("-") && typeof element.checked === "boolean" && !known.has(element)) custom.add(element.localName);
  };
  const walk = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) onText(node);
      else {
        onElement(node);
        if (node.shadowRoot) walk(node.shadowRoot);
      }
    }
  };
  walk(document);

  // A custom element whose attribute says checked while its property says not, with nothing else to go by, contradicts itself.
  const twofold = (element, unit) =>
    element.localName.includes("-") && element.hasAttribute("checked") && element.checked === false &&
    kept.filter((each) => each.unit === unit).length === 1 && signals(element).length === 1;

  // Whether something else than the label stands on the control's own line, or between the label and the control.
  const box = (element) => (boxed(element) || !element.parentElement ? element : element.parentElement).getBoundingClientRect();
  const level = (one, other) => Math.min(one.bottom, other.bottom) > Math.max(one.top, other.top);
  const before = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  const written = (node) => {
    const range = document.createRange();
    range.selectNode(node);
    return range.getBoundingClientRect();
  };
  const names = new Set(texts.map((text) => text.whole));
  const apart = ({ node, whole, units }) => {
    const parts = units.length === 1 ? kept.filter((each) => each.unit === units[0]).map((each) => each.element) : [];
    const others = titles.filter(
      (title) => title.units[0] === units[0] && title.tight && !names.has(title.whole) && !parts.some((part) => part.contains(title.node)),
    );
    const own = parts.some((part) => whole.contains(part)) ? written(node) : box(whole);
    const nearer = (part, other) => level(box(part), box(other)) || (before(node, other) && before(other, part));
    return !parts.some((part) => level(box(part), own)) && parts.some((part) => others.some((other) => nearer(part, other.whole)));
  };
  // A label that is tied to nothing heads the only control of its row, if no other title stands there.
  const sole = ({ units }) => !titles.some((title) => `${title.units}` === `${units}` && !names.has(title.whole));
  const placed = texts.map(({ node, whole, legend, free, ...text }) => {
    return { ...text, heads: legend || (free && sole(text)), apart: apart({ node, whole, units: text.units }) };
  });

  // Playwright leaves a name of more than 900 characters out.
  const nameLength = (element) =>
    Math.max(
      (element.getAttribute("aria-label") || "").length,
      byIds(element, "aria-labelledby").map((label) => label.textContent).join(" ").length,
      [...(element.labels || [])].map((label) => label.textContent).join(" ").length,
      (element.textContent || "").length,
      (element.title || "").length,
    );
  const controls = kept.map(({ element, index, ancestors, unit }) => ({
    index,
    unit,
    radio: isRadio(element),
    endless: nameLength(element) > 900,
    turned: [
      element.getAttribute("aria-description"),
      element.title,
      ...ancestors.filter((one) => held.get(one).size === 1).map((one) => one.getAttribute("aria-label")),
    ].some((text) => text && text.length <= ask.short && turns(fold(text))),
    unshown: replaced(element) && !element.checkVisibility() && ![...(element.labels || [])].some(seen),
    views: pairs.has(element) && !element.matches("[aria-pressed], [role=option i]"), // may only choose what is shown
    words: isRadio(element) ? near({ element, ancestors }) : "",
    signals: twofold(element, unit) ? [true, ...signals(element)] : signals(element),
    painted: painted(element),
    disabled: ancestors.some((each) => (each.matches(":disabled") || each.getAttribute("aria-disabled") === "true") && held.get(each).size === 1),
    busy: ancestors.some((each) => each.getAttribute("aria-busy") === "true"),
  }));
  return { controls, texts: placed, links, noted, decoys, turned, custom: [...custom], count, busy, lang: document.documentElement.lang };
}
