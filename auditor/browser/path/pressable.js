// What of all that has appeared since a click can be pressed and bears a name.
({ asked, memory, parentOf, ancestorsOf, appeared, isLayer }) => {
  const ROLES = ["button", "link", "menuitem", "menuitemradio", "menuitemcheckbox", "option", "tab", "treeitem", "listitem", "radio"];
  const PLAIN = ["a[href]", "button", "summary", "input[type=button]", "input[type=submit]", "[tabindex]:not([tabindex^='-'])", "[onclick]", "[aria-expanded]"];
  const PRESSABLE = [...PLAIN, ...ROLES.map((role) => `[role=${role}]`)].join();
  // What holds things to press, and may be focused itself.
  const HOLDERS = ["dialog", "alertdialog", "menu", "menubar", "listbox", "tablist", "tree", "navigation", "list", "group", "radiogroup", "main", "region", "tabpanel"];
  const HOLDER = ["html", "body", "main", "nav", "ul", "ol", "dialog", "form", "aside", "select", "[popover]", ...HOLDERS.map((role) => `[role=${role}]`)].join();
  const HEADING = "h1, h2, h3, h4, h5, h6, legend, [role=heading]";
  const LONGEST = 300; // characters of an entry with its description

  const [DEFINITE, LIKELY, IN_SELECT, HEADING_LIKE, TEXT] = [0, 1, 2, 3, 4];

  // Leads to another site, into another tab or to a mail program.
  const leadsAway = (link) => {
    if (link.target === "_blank" || link.hasAttribute("download")) return true;
    if (link.protocol === "javascript:") return false;
    return link.protocol !== location.protocol || link.origin !== location.origin;
  };

  const isOutOfReach = (element) => ancestorsOf(element).some((each) =>
    each.matches("[inert], :disabled, [aria-disabled=true], [contenteditable=true], textarea") || (each.matches("a[href]") && leadsAway(each)));

  // The name of an icon in a font is no text that anybody reads.
  const isIcon = (style) => /icon|material symbols/iu.test(style.fontFamily.split(",")[0]);

  // Without blanks, arrows and the like around it.
  const bare = (text) => text.replaceAll(/^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "");

  // Hidden from assistive tools by itself, it is a copy or a drawing of something else. Left on a
  // whole part of the page, the mark hides nothing from the eye.
  const HIDDEN = "[aria-hidden=true]";
  const isDecoration = (element, text) => {
    const hidden = element.closest(HIDDEN);
    return hidden !== null && bare(hidden.textContent) === bare(text);
  };

  const pressableAround = (element) => {
    for (let each = element; each && !each.matches(HOLDER); each = parentOf(each)) {
      if (each.matches(PRESSABLE)) return each.textContent.length <= LONGEST ? each : null;
    }
    return null;
  };

  // A list item, a custom element, or what may take the focus and holds nothing else.
  const isEntry = (element, text) =>
    element.matches("li, dt") || element.localName.includes("-") || (element.hasAttribute("tabindex") && bare(element.textContent) === bare(text));

  // Nothing says that it can be pressed: at best it looks as if.
  const rankOf = ({ element, style, text }) => {
    const near = ancestorsOf(element).slice(0, 3);
    const pointing = style.cursor === "pointer";
    if (near.some((each) => each.matches(HEADING))) return pointing ? HEADING_LIKE : null;
    return pointing || near.some((each) => isEntry(each, text)) ? LIKELY : TEXT;
  };

  // `thing` is what takes the press, `leaf` is where the name stands.
  const thingOf = (one) => {
    const thing = pressableAround(one.element);
    return { thing: thing ?? one.element, leaf: one.element, rank: thing ? DEFINITE : rankOf(one) };
  };

  const optionsOf = (all, bears) => all
    .filter(({ element }) => element.matches("select:enabled"))
    .flatMap(({ element }) => Array.from(element.options))
    .filter((option) => !option.disabled && bears.test(bare(option.label)))
    .map((option) => ({ thing: option, leaf: option, rank: IN_SELECT }));

  // One for each thing, and none of those that stand within another.
  const distinct = (found) => {
    const byThing = new Map(found.map((one) => [one.thing, one]));
    for (const one of found) if (one.leaf === one.thing) byThing.set(one.thing, one);
    const inner = (thing) => ancestorsOf(thing).slice(1).some((each) => byThing.has(each));
    return [...byThing.values()].filter(({ thing }) => !inner(thing));
  };

  // All that can be pressed and bears the name; among several kinds, only the likeliest:
  // within a layer rather than on the page, what can surely be pressed rather than text.
  // Elements with a role, which Playwright found by their name, are kept under `asked.named`.
  const keepNamed = (element) => {
    memory.set(asked.named, [...(memory.get(asked.named) ?? []), element]);
  };

  const pressables = () => {
    const bears = new RegExp(asked.pattern, "i");
    const named = memory.get(asked.named) ?? [];
    const all = appeared();
    const isNamed = ({ element, text, style }) =>
      named.includes(element) || (bears.test(bare(text)) && !isIcon(style) && !isDecoration(element, text));
    const bearing = all.filter((one) => isNamed(one) && !isOutOfReach(one.element));
    const open = bearing.filter(({ element }) => element.closest(HIDDEN) === null);
    const things = (open.length ? open : bearing).map(thingOf);
    const ranked = [...things, ...optionsOf(all, bears)].filter(({ rank }) => rank !== null);
    const layers = new Set(all.filter(isLayer).map(({ element }) => element));
    for (const one of ranked) one.inLayer = ancestorsOf(one.leaf).some((each) => layers.has(each));
    const likeliest = ranked.some(({ inLayer }) => inLayer) ? ranked.filter(({ inLayer }) => inLayer) : ranked;
    const best = Math.min(...likeliest.map(({ rank }) => rank));
    return distinct(likeliest.filter(({ rank }) => rank === best));
  };

  return { keepNamed, pressables };
}
