// How a found thing is pressed: nothing where it is open already, an option by its place in the
// list, anything else where its name stands.
(found) => {
  if (found.length !== 1) return { count: found.length };
  const [{ thing, leaf, inLayer }] = found;
  if (thing.localName === "option") {
    return { count: 1, inLayer, option: thing.index, open: thing.selected };
  }
  const open = thing.matches("[aria-expanded=true], details[open] > summary");
  const [outer, inner] = [thing.getBoundingClientRect(), leaf.getBoundingClientRect()];
  const x = inner.x - outer.x - thing.clientLeft + inner.width / 2;
  const y = inner.y - outer.y - thing.clientTop + inner.height / 2;
  return { count: 1, inLayer, option: null, open, x, y };
}
