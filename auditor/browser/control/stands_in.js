// Called with the node that a mouse hits for `this`. Whether what is painted on top of it, `above`,
// stands in the same place, which is the first thing around the hit that is as large.
(function (above, left, top, width, height) {
  const EDGE = 2; // pixels by which a thing may be smaller than the place and still be all of it
  const parentOf = (node) => node.assignedSlot || node.parentNode || node.host;
  const chainOf = (node) => {
    const all = [];
    for (let each = node; each; each = parentOf(each)) all.push(each);
    return all;
  };
  const covers = (node) => {
    if (!node.getBoundingClientRect) return node.nodeType === Node.DOCUMENT_NODE;
    const box = node.getBoundingClientRect();
    const across = box.left <= left + EDGE && box.right >= left + width - EDGE;
    return across && box.top <= top + EDGE && box.bottom >= top + height - EDGE;
  };
  // What holds no text and has no colour of its own, like the frame that notices come up in, is
  // there for no eye.
  const isSeen = (node) => {
    if (!(node instanceof Element)) return true;
    if (!(node instanceof HTMLElement) || node.matches("img, video, canvas, object, embed, iframe, input, textarea, select, progress, meter")) return true;
    const hasText = [...node.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
    if (hasText || node.shadowRoot) return true;
    const isClear = (color) => /^(transparent|rgba\(.*, 0\)|.*\/ 0\))$/.test(color);
    const style = getComputedStyle(node);
    const written = ["::before", "::after"].some((one) => !/^(none|normal)$/.test(getComputedStyle(node, one).content));
    const effects = [style.backgroundImage, style.boxShadow, style.backdropFilter, style.borderImageSource];
    const bordered = ["Top", "Right", "Bottom", "Left"].some((side) => parseFloat(style[`border${side}Width`]) > 0);
    return written || bordered || !isClear(style.backgroundColor) || effects.some((one) => one && one !== "none");
  };
  if (!isSeen(above)) return true;
  const place = chainOf(this).find(covers);
  return Boolean(place) && chainOf(above).includes(place);
})
