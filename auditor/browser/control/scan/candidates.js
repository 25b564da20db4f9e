// The elements that may be controls, through open shadow roots: `asked.css` says which. Those in a
// shadow root come after all that its host holds itself.
({ asked }) => {
  const ofRoot = (root, find) => {
    const wanted = new Set(root.querySelectorAll(asked.css));
    const visit = (parent) => {
      for (const each of parent.children) {
        if (wanted.has(each)) find(each);
        visit(each);
        if (each.shadowRoot) ofRoot(each.shadowRoot, find);
      }
    };
    visit(root);
  };

  const hasShadow = (root) => {
    for (const each of root.querySelectorAll("*")) if (each.shadowRoot) return true;
    return false;
  };

  const findCandidates = (root) => {
    // The usual case, which the browser knows without going through the page.
    if (!hasShadow(root)) return [...root.querySelectorAll(asked.css)];
    const found = [];
    ofRoot(root, (each) => found.push(each));
    return found;
  };

  return { findCandidates };
}
