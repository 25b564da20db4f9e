// Whether a press would reach one of several things of one name: a drawer that is shut may hold one
// of them again, and only its place on the screen tells that it is shut.
({ ancestorsOf, hitInMiddleOf, isWithin }) => {
  const FAINT = 0.1; // of full opacity: less is not seen

  const opacity = (element) =>
    ancestorsOf(element).reduce((all, one) => all * Number(getComputedStyle(one).opacity), 1);

  const isReachable = (element) => {
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const hit = hitInMiddleOf(element);
    return Boolean(hit) && isWithin(hit, element) && opacity(element) >= FAINT;
  };

  return { isReachable };
}
