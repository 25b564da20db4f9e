// Controls whose words alone say their state.
import { h } from "mock/dom";

function select(ctx) {
  const list = h("select", { "aria-labelledby": ctx.labelledby, disabled: ctx.disabled }, h("option", {}, "On"), h("option", {}, "Off"));
  list.addEventListener("change", () => ctx.onmove(list.value === "On"));
  return { element: list, show: (now) => { list.value = now ? "On" : "Off"; } };
}

// A button that shows the value and opens a list of the two, at the end of the page.
const opener = (attributes, place, role) => (ctx) => {
  const id = `${ctx.labelledby}-value`;
  const button = h("button", { type: "button", class: "button", id, "aria-labelledby": `${ctx.labelledby} ${id}`, "aria-expanded": "false", disabled: ctx.disabled, ...attributes });
  let list = null;
  const close = () => { list?.remove(); list = null; button.setAttribute("aria-expanded", "false"); };
  const choose = (now) => { close(); ctx.onmove(now); };
  const option = (now, name) => h("div", { ...role(now === (button.textContent === "On")), tabindex: "-1", style: "padding:6px 12px", onclick: () => choose(now) }, name);
  button.addEventListener("click", () => {
    if (list) return close();
    const box = button.getBoundingClientRect();
    list = h("div", { role: place, style: `position:fixed;z-index:99;left:${box.left}px;top:${box.bottom}px;background:Canvas;border:1px solid` }, option(true, "On"), option(false, "Off"));
    (document.querySelector("dialog[open]") || document.body).append(list);
    return button.setAttribute("aria-expanded", "true");
  });
  return { element: button, show: (now) => { button.textContent = now ? "On" : "Off"; } };
};
const combobox = opener({ role: "combobox", "aria-haspopup": "listbox" }, "listbox", (chosen) => ({ role: "option", "aria-selected": String(chosen) }));
const menu = opener({ "aria-haspopup": "menu" }, "menu", (chosen) => ({ role: "menuitemradio", "aria-checked": String(chosen) }));

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

export default { select, action, cards, combobox, menu };
