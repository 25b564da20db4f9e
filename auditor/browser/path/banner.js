// Whether a button stands in a banner that is about one thing: `asked` are words of which its own
// text holds one.
({ asked, ancestorsOf }) => {
  const LAYER = "[role=dialog], [role=alertdialog], [role=region], [role=banner], dialog, aside, footer, [popover]";
  const APP = "main, [role=main], textarea, [contenteditable=true]";
  const LONGEST = 6000; // characters: more than the longest notice, less than a page

  const lies = (element) => element.matches(LAYER) || ["fixed", "sticky", "absolute"].includes(getComputedStyle(element).position);

  // The innermost that lies over the page, or a part of it, and mentions the thing at all.
  const isAbout = (button) => {
    const around = ancestorsOf(button).filter((each) => !each.matches("html, body"));
    const link = around.find((each) => each.matches("a[href]"));
    if (link && new URL(link.href).pathname !== location.pathname) return false;
    const said = (each) => [each, ...(each.shadowRoot?.children ?? [])].map(({ innerText, ariaLabel }) => `${ariaLabel ?? ""} ${innerText ?? ""}`).join(" ").toLowerCase();
    const banner = around.find((each) => lies(each) && asked.some((word) => said(each).includes(word)));
    if (banner === undefined) return false;
    return said(banner).length <= LONGEST && banner.querySelector(APP) === null;
  };

  return { isAbout };
}
