// Which elements a page draws, through open shadow roots, and where; and what was not drawn before,
// as it is remembered under `asked.key`.
({ asked, memory, ancestorsOf }) => {
  const LAYER = "[role=menu], [role=listbox], [role=dialog], [role=alertdialog], [role=tree], dialog, [popover]";
  const NOTICE = "[role=status], [role=alert], [role=log], [aria-live]";
  const LEAST = 1000; // square pixels: a point that blinks is no menu

  // Text of the element itself, not of those in it. A test of several lines would not tell more.
  const ownTextOf = (element) => {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const said = texts.map((node) => node.data).join(" ").trim();
    return said || element.getAttribute("aria-label") || "";
  };

  // Beside the window lies what slides in later. What is fixed slides in from below, too; what is
  // not can be scrolled to.
  const isInView = (box, fixed) => {
    if (box.right <= 0 || box.left >= innerWidth) return false;
    return !fixed || (box.bottom > 0 && box.top < innerHeight);
  };

  const describe = (element, around) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const fixed = around || style.position === "fixed";
    const area = box.width * box.height;
    const shown = area > 0 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    // A fold that is closed: it has no height, and cuts off what is in it.
    const closed = style.display === "none" || (area === 0 && style.overflow !== "visible" && style.display !== "contents");
    return { element, box, style, fixed, shown, closed, text: ownTextOf(element), inView: isInView(box, fixed) };
  };

  const drawnElements = () => {
    const drawn = [];
    const waiting = [[document.documentElement, false]];
    while (waiting.length > 0) {
      const [element, around] = waiting.pop();
      const one = describe(element, around);
      if (one.closed) continue;
      if (one.shown) drawn.push(one);
      const inside = [...(element.shadowRoot?.children ?? []), ...element.children];
      waiting.push(...inside.map((each) => [each, one.fixed]));
    }
    return drawn;
  };

  // What is drawn anew at the same place, alike and with the same text, has not appeared.
  const placeOf = ({ element, style, text, box }) => {
    const where = [box.x, box.y, box.width, box.height].map(Math.round);
    return JSON.stringify([element.localName, element.getAttribute("class"), style.position, text, where]);
  };

  const rememberDrawn = () => {
    const drawn = drawnElements();
    memory.set(asked.key, {
      elements: new Map(drawn.map(({ element, text, inView }) => [element, { text, inView }])),
      places: new Set(drawn.filter(({ inView }) => inView).map(placeOf)),
    });
  };

  const isRemembered = () => memory.has(asked.key);

  // What has appeared since. Without anything remembered (the document is another one) all that is
  // drawn has.
  const appeared = () => {
    const before = memory.get(asked.key);
    const isNew = (one) => {
      const known = before.elements.get(one.element);
      if (known !== undefined) return known.text !== one.text || (one.inView && !known.inView);
      return !before.places.has(placeOf(one));
    };
    return before ? drawnElements().filter(isNew) : drawnElements();
  };

  // Lies over the page, as a menu or a dialog does; a notice that comes and goes is none.
  const isLayer = ({ element, style, box }) => {
    if (ancestorsOf(element).some((each) => each.matches(NOTICE))) return false;
    const over = ["fixed", "absolute"].includes(style.position) && box.width * box.height >= LEAST;
    return over || element.matches(LAYER);
  };

  return { appeared, isLayer, isRemembered, rememberDrawn };
}
