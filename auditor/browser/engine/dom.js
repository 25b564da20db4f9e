// The tree as it is drawn: through slots and open shadow roots. Shared by the scan and the click.
() => {
  // What a node stands in. The root of what was taken out of the page may be an <a>, whose `host`
  // is a part of its address: only a shadow root's counts.
  const parentOf = (node) => {
    if (node.assignedSlot || node.parentElement) return node.assignedSlot || node.parentElement;
    const root = node.getRootNode();
    return root.nodeType === Node.DOCUMENT_FRAGMENT_NODE ? root.host || null : null;
  };

  // A node and all that it stands in, innermost first.
  const ancestorsOf = (node) => {
    const all = [];
    for (let each = node; each; each = parentOf(each)) all.push(each);
    return all;
  };

  return { parentOf, ancestorsOf };
}
