// Whether a click has done its work, whatever it brings up later.
({ parentOf, appeared, isLayer, isRemembered }) => {
  const saysOpen = (element) =>
    element.matches("[aria-expanded=true], [aria-busy=true], [data-state=open], details[open] > summary");

  // `target` was clicked. In another document than the one that it stood in, it has opened that.
  const hasOpened = (target) => {
    if (!isRemembered() || saysOpen(target)) return true;
    const beside = parentOf(target);
    const inView = appeared().filter((one) => one.inView);
    return inView.some((one) => isLayer(one) || parentOf(one.element) === beside);
  };

  return { hasOpened };
}
