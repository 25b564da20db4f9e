// Whether a press would reach one of several things of one name: a drawer that is shut may hold one
// of them again, and only its place on the screen tells that it is shut.
({ hitInMiddleOf, isWithin, isFaint }) => {
  const isReachable = (element) => {
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const hit = hitInMiddleOf(element);
    return Boolean(hit) && isWithin(hit, element) && !isFaint(element);
  };

  return { isReachable };
}
