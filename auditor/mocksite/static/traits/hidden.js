// Libraries that hide the rest of the page from assistive tools while a dialog is open, and leave
// the mark on what a person sees. Nothing is hidden from the eye.
const hide = (element) => { element.setAttribute("aria-hidden", "true"); };

// The page's own code takes the mark away when a dialog closes; the library puts it back.
function keepHidden(element) {
  hide(element);
  const watch = new MutationObserver(() => element.hasAttribute("aria-hidden") || hide(element));
  watch.observe(element, { attributes: true, attributeFilter: ["aria-hidden"] });
}

export default {
  root: { shell: () => ["app", "layer"].map((id) => document.getElementById(id)).forEach(keepHidden) },
  body: { shell: () => hide(document.body) },
  dialog: { dialog: hide },
  panel: { panel: hide },
  row: { panel: (panel) => hide(panel.querySelector(".rows").lastElementChild) },
};
