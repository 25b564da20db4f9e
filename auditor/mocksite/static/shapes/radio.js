// A pair of choices, On and Off, instead of a switch.
import { h, uid } from "mock/dom";
import { bareRow } from "mock/shapes/base";

function natives(ctx) {
  const name = uid();
  const input = (value) => h("input", { type: "radio", name, value, onchange: () => ctx.onmove(value === "on") });
  const [on, off] = [input("on"), input("off")];
  const set = h("fieldset", { class: "choices" }, h("legend", { class: "sr-only" }, ctx.title), h("label", {}, on, " On"), h("label", {}, off, " Off"));
  return { row: bareRow(ctx, set), get press() { return on.checked ? off : on; }, show: (now) => { on.checked = now; off.checked = !now; } };
}

function roles(ctx) {
  const choice = (text, value) => h("div", { role: "radio", tabindex: "0", onclick: () => ctx.onmove(value) }, text);
  const [on, off] = [choice("On", true), choice("Off", false)];
  const show = (now) => {
    on.setAttribute("aria-checked", String(now));
    off.setAttribute("aria-checked", String(!now));
  };
  return { element: h("div", { role: "radiogroup", "aria-labelledby": ctx.labelledby, class: "choices" }, on, off), get press() { return on.ariaChecked === "true" ? off : on; }, show };
}

// Two halves, each in a wrapper of its own, the chosen one marked in one way or another.
const halves = (mark, role, group) => (ctx) => {
  const half = (text, value) => h("button", { type: "button", ...(role && { role }), onclick: () => ctx.onmove(value) }, text);
  const [on, off] = [half("On", true), half("Off", false)];
  const show = (now) => {
    on.setAttribute(mark, String(now));
    off.setAttribute(mark, String(!now));
  };
  const wrapped = [on, off].map((each) => h("div", { role: role && "presentation" }, each));
  const element = h("div", { ...(group && { role: group }), "aria-labelledby": ctx.labelledby, class: "choices" }, ...wrapped);
  return { element, get press() { return on.getAttribute(mark) === "true" ? off : on; }, show };
};

export default {
  natives,
  roles,
  pressed: halves("aria-pressed"),
  tabs: halves("aria-selected", "tab", "tablist"),
  options: halves("aria-selected", "option", "listbox"),
};
