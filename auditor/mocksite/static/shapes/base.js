// The two plain ways to draw a two-state control, for the shapes to build on.
import { h } from "mock/dom";

const KEYS = [" ", "Enter"];

// Any element with the state in an attribute. `named` says how it gets its name.
export function aria(ctx, { tag = "button", role = "switch", state = "aria-checked", named = { "aria-labelledby": ctx.labelledby }, tab = "0" } = {}) {
  const control = h(tag, { type: tag === "button" ? "button" : null, role, tabindex: tag === "button" ? null : tab, class: "switch", ...named }, h("span", { class: "thumb" }));
  let value = false;
  const move = () => ctx.disabled || ctx.onmove(!value);
  control.addEventListener("click", (event) => { event.preventDefault(); move(); });
  control.addEventListener("keydown", (event) => {
    if (tag === "button" || !KEYS.includes(event.key)) return;
    event.preventDefault();
    move();
  });
  const show = (now) => {
    value = now;
    if (state) control.setAttribute(state, String(now));
    control.toggleAttribute("data-checked", now);
  };
  return { element: control, show };
}

// A native checkbox; how it looks is the caller's matter.
export function native(ctx, attributes = { "aria-labelledby": ctx.labelledby }) {
  const input = h("input", { type: "checkbox", ...attributes });
  input.addEventListener("change", () => ctx.onmove(input.checked));
  return { element: input, show: (now) => { input.checked = now; } };
}

export const track = () => h("span", { class: "switch" }, h("span", { class: "thumb" }));

// A row without any name or relation of its own.
export const bareRow = (ctx, ...more) => h("div", { class: "row" }, ctx.words, ...more);
