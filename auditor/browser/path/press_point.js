// How the one thing that was found is pressed: nothing where it is open already, an option by its
// place in the list, anything else where its name stands. It is kept under `asked.found`.
({ asked, memory, pressables }) => {
  const pointOf = ({ thing, leaf }) => {
    const [outer, inner] = [thing.getBoundingClientRect(), leaf.getBoundingClientRect()];
    const x = inner.x - outer.x - thing.clientLeft + inner.width / 2;
    const y = inner.y - outer.y - thing.clientTop + inner.height / 2;
    const open = thing.matches("[aria-expanded=true], details[open] > summary");
    return { option: null, open, x, y };
  };

  const findPressable = () => {
    const found = pressables();
    if (found.length !== 1) return { count: found.length };
    const [{ thing, inLayer }] = found;
    memory.set(asked.found, thing);
    const isOption = thing.localName === "option";
    const how = isOption ? { option: thing.index, open: thing.selected } : pointOf(found[0]);
    return { count: 1, inLayer, ...how };
  };

  const foundThing = () => memory.get(asked.found);
  const listOf = (option) => option.closest("select");

  return { findPressable, foundThing, listOf };
}
