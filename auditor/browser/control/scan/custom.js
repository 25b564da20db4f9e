// What the properties of custom elements say. A page defines them in its own world, where
// `custom_states.js` asks for them; `asked.properties` is what that told.
({ asked }) => {
  const STATES = {
    __proto__: null,
    1: { checked: true, indeterminate: false },
    0: { checked: false, indeterminate: false },
    m: { checked: false, indeterminate: true },
  };
  const NONE = { checked: undefined, indeterminate: undefined };

  const isCustom = (element) => element.localName.includes("-");

  const customElements = () => {
    const found = [];
    const visit = (place) => {
      for (const each of place.children) {
        if (isCustom(each)) found.push(each);
        if (each.shadowRoot) visit(each.shadowRoot);
        visit(each);
      }
    };
    visit(document);
    return found;
  };

  const told = (asked.properties ?? "").split("\n").filter(Boolean);
  const elements = told.length ? customElements() : [];
  const lines = new Map(elements.map((element, index) => [element, told[index]]));

  // Whether the page has other custom elements now than when their properties were asked for.
  const isStale = () =>
    told.length !== elements.length ||
    elements.some((element) => !lines.get(element).startsWith(`${element.localName} `));

  // Where nothing was asked, an element says for itself what it can.
  const propertiesOf = (element) => {
    if (!isCustom(element) || typeof asked.properties !== "string") return element;
    return STATES[lines.get(element)?.at(-1)] ?? NONE;
  };

  return { isStale, propertiesOf };
}
