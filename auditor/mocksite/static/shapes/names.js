// Where the name of the control comes from, and what else stands in it.
import { h } from "mock/dom";
import { aria, bareRow } from "mock/shapes/base";

const relabelled = (change) => (ctx) => {
  change(ctx);
  return aria(ctx);
};

function byLabel(ctx) {
  const control = aria(ctx, { named: { "aria-label": ctx.title } });
  return { ...control, row: bareRow(ctx, control.element) };
}

function beside(ctx) {
  const control = aria(ctx, { named: {} });
  ctx.heading.removeAttribute("id");
  return { ...control, row: bareRow(ctx, control.element) };
}

// The label is the legend of a group of one; the switch's own words are the description.
function legend(ctx) {
  const control = aria(ctx, { named: { "aria-labelledby": ctx.textId } });
  ctx.heading.remove();
  const row = h("div", { class: "row" }, ctx.words, control.element);
  return { ...control, row: h("fieldset", { class: "legend-row" }, h("legend", { class: "settings-row-title" }, ctx.title), row) };
}

function withState(ctx) {
  const control = aria(ctx, { named: {} });
  const show = (now) => {
    control.show(now);
    control.element.setAttribute("aria-label", `${ctx.title} ${now ? "On" : "Off"}`);
  };
  return { ...control, show };
}

// The label is the filling of a slot in a shadow root: text with no box of its own.
function filling(ctx) {
  const control = aria(ctx, { named: {} });
  if (!customElements.get("mock-field")) customElements.define("mock-field", class extends HTMLElement {});
  const field = h("mock-field", {});
  const root = field.attachShadow({ mode: "open" });
  root.append(h("span", {}, h("slot", { name: "label" }, ctx.title)), h("slot", {}));
  ctx.heading.remove();
  field.append(ctx.words, control.element);
  field.className = "row";
  return { ...control, row: field };
}

const spread = ({ heading, title }) => heading.replaceChildren(...title.split(" ").flatMap((word, index) => [index ? " " : "", h(index % 2 ? "b" : "span", {}, word)]));

export default {
  by_label: byLabel,
  beside,
  legend,
  with_state: withState,
  filling,
  spread: relabelled(spread),
  badge: relabelled(({ heading }) => heading.append(" ", h("span", { class: "mock-badge" }, "New"))),
  emoji: relabelled(({ heading }) => heading.prepend(h("span", {}, "✨ "))),
  picture: relabelled(({ heading }) => heading.prepend(h("span", { role: "img", "aria-label": "sparkles" }, "✦"), " ")),
};
