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
  const place = chainOf(this).find(covers);
  return Boolean(place) && chainOf(above).includes(place);
})
