// Whether a click has done its work, whatever it brings up later.
({ asked, parentOf, appearedSince, isLayer }) => {
  const saysOpen = (element) =>
    element.matches("[aria-expanded=true], [aria-busy=true], [data-state=open], details[open] > summary");

  // `target` was clicked; `asked` is what was drawn before.
  const hasOpened = (target) => {
    if (saysOpen(target)) return true;
    const beside = parentOf(target);
    const appeared = appearedSince(asked).filter(({ inView }) => inView);
    return appeared.some((one) => isLayer(one) || parentOf(one.element) === beside);
  };

  return { hasOpened };
}
