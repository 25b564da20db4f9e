// Controls that are native checkboxes, seen or not.
import { h, uid } from "mock/dom";
import { aria, bareRow, native, track } from "mock/shapes/base";

const labelled = (control, attributes = {}) => h("label", { class: "switch-label", ...attributes }, control.element, track());

function dressed(ctx, className, attributes = {}) {
  const control = native(ctx, { class: className, "aria-labelledby": ctx.labelledby, ...attributes });
  const element = labelled(control);
  return { element, show: control.show };
}

// A second checkbox, not drawn at all, that nobody keeps up to date.
function staleTwin(ctx) {
  const control = aria(ctx);
  const twin = h("input", { type: "checkbox", style: "display:none" });
  return { element: h("span", { class: "switch-holder" }, control.element, twin), show: (now) => { control.show(now); twin.checked = !now; } };
}

function contradicting(ctx) {
  const control = native(ctx);
  return { ...control, show: (now) => { control.show(now); control.element.setAttribute("aria-checked", String(!now)); } };
}

function halfChecked(ctx) {
  const control = native(ctx);
  return { ...control, show: () => { control.element.indeterminate = true; } };
}

function labelFor(ctx) {
  const id = uid();
  const control = native(ctx, { id });
  ctx.heading.replaceWith(h("label", { for: id, class: "settings-row-title" }, ctx.title));
  return { ...control, row: bareRow(ctx, control.element) };
}

function wrapping(ctx) {
  const control = native(ctx, {});
  return { ...control, row: h("label", { class: "row" }, ctx.words, control.element) };
}

// A label that names no control lies over the input; the box around both hears the press.
function labelOver(ctx) {
  const control = native(ctx, { class: "under-label", "aria-labelledby": ctx.labelledby, tabindex: "-1" });
  const element = h("div", { class: "switch-holder" }, control.element, h("label", { class: "switch over-input" }, h("span", { class: "thumb" })));
  element.style.isolation = "isolate";
  element.addEventListener("click", (event) => event.target === control.element || ctx.onmove(!control.element.checked));
  return { element, show: control.show };
}

export default {
  checkbox: (ctx) => native(ctx),
  input_switch: (ctx) => native(ctx, { switch: true, "aria-labelledby": ctx.labelledby }),
  sr_only: (ctx) => dressed(ctx, "sr-only"),
  slider: (ctx) => dressed(ctx, "zero-input"),
  stale_twin: staleTwin,
  contradicting,
  half_checked: halfChecked,
  label_for: labelFor,
  label_over: labelOver,
  wrapping,
};
