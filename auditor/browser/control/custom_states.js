// Runs in the page's own world, the only one that knows what a page's custom elements have for
// properties. Tells for each of them, in the order of `scan/custom.js`, its name and what its
// property says: "1" and "0" for checked or not, "m" for half, "-" where it has none.
() => {
  let told = "";
  const stateOf = (element) => {
    if (typeof element.checked !== "boolean") return "-";
    if (element.indeterminate === true) return "m";
    return element.checked ? "1" : "0";
  };
  const visit = (root) => {
    let each = root.firstElementChild;
    while (each) {
      if (each.localName.indexOf("-") > 0) told += `${each.localName} ${stateOf(each)}\n`;
      if (each.shadowRoot) visit(each.shadowRoot);
      visit(each);
      each = each.nextElementSibling;
    }
  };
  visit(document);
  return told;
}
