// What lies over the page and keeps a person from the path: a dialog that nobody here may answer.
// `asked.words` are the names of the path's own steps, folded small: a dialog with one of them is
// one that the path opened.
({ asked, ancestorsOf }) => {
  const DIALOG = "dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]";
  const OWN = "nav, [role=navigation], [role=tablist], [role=menu], [role=tree], [role=listbox]";
  const ANSWER = "button, [role=button], a[href], input";
  const LEAST = 0.2; // of the window: a smaller one lies over nothing
  const LONGEST = 4096;

  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const sight = { visibilityProperty: true, opacityProperty: true };
    return width * height > 0 && element.checkVisibility(sight);
  };

  const hitAt = (x, y) => {
    let hit = document.elementFromPoint(x, y);
    let deeper = hit?.shadowRoot?.elementFromPoint(x, y);
    while (deeper && deeper !== hit) {
      hit = deeper;
      deeper = hit.shadowRoot?.elementFromPoint(x, y);
    }
    return hit;
  };

  const titleOf = (cover) => {
    const dialog = cover.matches(DIALOG) ? cover : cover.querySelector(DIALOG) || cover;
    const ids = (dialog.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const labels = ids.map((id) => dialog.getRootNode().getElementById?.(id)?.textContent || "");
    const heading = dialog.querySelector("h1, h2, h3, h4, [role=heading], strong, b");
    const said = [labels.join(" "), dialog.getAttribute("aria-label"), heading?.textContent];
    return said.find((each) => each && each.trim())?.slice(0, LONGEST).trim() || "";
  };

  const isOwn = (dialog) => {
    const text = `${titleOf(dialog)} ${dialog.textContent.slice(0, LONGEST)}`.toLowerCase();
    return Boolean(dialog.querySelector(OWN)) || asked.words.some((word) => text.includes(word));
  };
  const canBeAnswered = (dialog) => [...dialog.querySelectorAll(ANSWER)].some(isShown);

  const isOver = (dialog) => {
    const { width, height } = dialog.getBoundingClientRect();
    const share = (width * height) / (innerWidth * innerHeight);
    return dialog.matches(":modal, [aria-modal=true]") || share >= LEAST;
  };

  const layers = (element) =>
    ancestorsOf(element).filter(
      (one) => one.matches(DIALOG) || getComputedStyle(one).position === "fixed",
    );

  // Over an element, what a click in its middle would hit instead; over the whole document, the last
  // dialog that lies over the page.
  const coverOf = (target) => {
    if (target !== document) {
      const { left, top, width, height } = target.getBoundingClientRect();
      const hit = hitAt(left + width / 2, top + height / 2);
      const over = hit ? layers(hit).filter((one) => !one.contains(target)) : [];
      return over.find((one) => one.matches(DIALOG)) || over.at(-1);
    }
    const dialogs = [...document.querySelectorAll(DIALOG)];
    return dialogs.findLast((one) => isShown(one) && isOver(one));
  };

  // Nothing where there is none; else its title, which may be empty.
  const describeCover = (target) => {
    const cover = coverOf(target);
    if (!cover || !isShown(cover) || isOwn(cover) || !canBeAnswered(cover)) return null;
    return { title: titleOf(cover) };
  };

  return { isOwn, coverOf, titleOf, describeCover };
}
