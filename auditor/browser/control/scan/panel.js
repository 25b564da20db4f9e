// The part of the page that the path opened: only what stands there can be the setting.
({ memory, ancestorsOf, fold }) => {
  const LAYER = "dialog, [role=dialog], [role=alertdialog], [aria-modal=true], [popover]";
  const LEAST = 100; // pixels: a smaller box that scrolls is no panel

  const layerOf = (ancestors) => ancestors.find((one) => one.matches(LAYER));

  // Some draw the whole dialog anew: then the one with an element of the same words in it.
  const layerWithSame = (entry) => {
    const words = fold(entry.textContent);
    const isSame = (each) => words && each.checkVisibility() && fold(each.textContent) === words;
    const holdsSame = (layer) => [...layer.querySelectorAll(entry.localName)].some(isSame);
    return [...document.querySelectorAll(LAYER)].find(holdsSame);
  };

  // The dialog that the last step was clicked in, by the remembered entry; nothing for a page
  // without one.
  const openedPanel = () => {
    const entry = memory.get("entry");
    if (!entry) return undefined;
    return entry.isConnected ? layerOf(ancestorsOf(entry)) : layerWithSame(entry);
  };

  // With a panel known, what stands in no dialog at all is the page behind it. Another dialog may
  // be one that the path opened over the first.
  const isBehindPanel = (panel, ancestors) =>
    Boolean(panel) && !ancestors.includes(panel) && !layerOf(ancestors);

  const scrolls = (element) => {
    const { overflowY } = getComputedStyle(element);
    const isBox = element === document.scrollingElement || /auto|scroll|overlay/.test(overflowY);
    const isLarge = element.clientHeight >= LEAST && element.clientWidth >= LEAST;
    return isBox && isLarge && element.scrollHeight > element.clientHeight + 4;
  };

  // Scrolls the panel on by most of its height; tells whether anything moved. Some draw a row only
  // when its place comes into view.
  const scrollOn = () => {
    const root = openedPanel() || document.documentElement;
    const boxes = [root, ...root.querySelectorAll("*")].filter(scrolls);
    const moved = boxes.map((box) => {
      const before = box.scrollTop;
      box.scrollTop = before + box.clientHeight * 0.8;
      return box.scrollTop > before;
    });
    return moved.some(Boolean);
  };

  return { layerOf, openedPanel, isBehindPanel, scrollOn };
}
