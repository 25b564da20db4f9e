// Controls whose words alone say their state.
import { h } from "mock/dom";

function select(ctx) {
  const list = h("select", { "aria-labelledby": ctx.labelledby, disabled: ctx.disabled }, h("option", {}, "On"), h("option", {}, "Off"));
  list.addEventListener("change", () => ctx.onmove(list.value === "On"));
  return { element: list, show: (now) => { list.value = now ? "On" : "Off"; } };
}

// The button says what a press does.
function action(ctx) {
  const button = h("button", { type: "button", class: "button" });
  let value = false;
  button.addEventListener("click", () => ctx.onmove(!value));
  return { element: button, show: (now) => { value = now; button.textContent = now ? "Turn off" : "Turn on"; } };
}

// Two cards, each with a radio in it and a sentence.
function cards(ctx) {
  const card = (name, text) => {
    const input = h("input", { type: "radio", name: "training", "aria-label": name });
    input.addEventListener("change", () => ctx.onmove(name === "On"));
    return { input, element: h("label", { class: "card" }, input, h("strong", {}, name), h("p", {}, text)) };
  };
  const [on, off] = [card("On", "Your chats may be used."), card("Off", "They are not.")];
  const element = h("div", { role: "radiogroup", "aria-labelledby": ctx.labelledby }, on.element, off.element);
  return { element, get press() { return on.input.checked ? off.input : on.input; }, show: (now) => { on.input.checked = now; off.input.checked = !now; } };
}

export default { select, action, cards };
