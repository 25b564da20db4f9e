// Custom elements: open shadow roots, slots, form-associated ones with their state in a property.
import { h } from "mock/dom";
import { aria, native } from "mock/shapes/base";

const STYLE = '<link rel="stylesheet" href="/static/tokens.css"><link rel="stylesheet" href="/static/app.css">';

function host(tag, inner) {
  if (!customElements.get(tag)) customElements.define(tag, class extends HTMLElement {});
  const element = document.createElement(tag);
  const root = element.attachShadow({ mode: "open" });
  root.innerHTML = STYLE;
  root.append(inner);
  return element;
}

// Ids do not cross a shadow root, so the name is a label of its own.
const inside = (ctx) => aria(ctx, { named: { "aria-label": ctx.title } });

function shadow(ctx) {
  const control = inside(ctx);
  return { element: host("mock-switch", control.element), show: control.show };
}

function nested(ctx) {
  const control = inside(ctx);
  return { element: host("mock-outer", host("mock-inner", control.element)), show: control.show };
}

// The label is the host's own text, brought into the inner label by a slot.
function slotted(ctx) {
  const control = native(ctx, {});
  const element = host("mock-checkbox", h("label", {}, control.element, " ", h("slot")));
  element.append(h("span", {}, ctx.title));
  ctx.heading.remove();
  return { row: h("div", { class: "row" }, ctx.words, element), press: control.element, show: control.show };
}

// No attribute, no inner element: only the property `checked` and what the internals tell a screen reader.
function define(tag, tell) {
  if (customElements.get(tag)) return;
  customElements.define(tag, class extends HTMLElement {
    static formAssociated = true;

    #checked = false;

    #internals = this.attachInternals();

    get checked() { return this.#checked; }

    set checked(now) {
      this.#checked = now;
      tell(this.#internals, now);
      this.#internals.setFormValue(now ? "on" : null);
      this.style.background = now ? "var(--accent)" : "var(--track)";
    }
  });
}

function face(tag, tell) {
  return (ctx) => {
    define(tag, tell);
    const element = h(tag, { class: "switch", tabindex: "0", "aria-labelledby": ctx.labelledby });
    element.addEventListener("click", () => ctx.onmove(!element.checked));
    return { element, show: (now) => { element.checked = now; } };
  };
}

// Two radios as custom elements: each keeps its state in a property, and an ARIA radio in its shadow follows it.
function radios(ctx) {
  if (!customElements.get("mock-radio")) customElements.define("mock-radio", class extends HTMLElement {
    #inner = h("span", { role: "radio", class: "mock-radio" }, h("slot"));

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).append(this.#inner);
    }

    get checked() { return this.#inner.ariaChecked === "true"; }

    set checked(now) {
      this.#inner.ariaChecked = String(now);
      this.style.fontWeight = now ? "700" : "400";
      this.style.textDecoration = now ? "underline" : "none";
    }
  });
  const choice = (text, value) => h("mock-radio", { tabindex: "0", onclick: () => ctx.onmove(value) }, text);
  const [on, off] = [choice("On", true), choice("Off", false)];
  const element = h("div", { class: "choices" }, on, off);
  return { element, get press() { return on.checked ? off : on; }, show: (now) => { on.checked = now; off.checked = !now; } };
}

const speaking = (internals, now) => { internals.role = "switch"; internals.ariaChecked = String(now); };

// The attribute is what the document was made with; the property has moved on.
function lyingAttribute(ctx) {
  const made = face("mock-lying", () => {})(ctx);
  return { ...made, show: (now) => { made.show(now); made.element.toggleAttribute("checked", !now); } };
}

export default {
  shadow,
  nested,
  slotted,
  radios,
  property: face("mock-face", () => {}),
  internals: face("mock-spoken", speaking),
  lying_attribute: lyingAttribute,
};
