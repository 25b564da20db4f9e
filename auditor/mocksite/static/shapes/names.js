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

const spread = ({ heading, title }) => heading.replaceChildren(...title.split(" ").flatMap((word, index) => [index ? " " : "", h(index % 2 ? "b" : "span", {}, word)]));

export default {
  by_label: byLabel,
  beside,
  spread: relabelled(spread),
  badge: relabelled(({ heading }) => heading.append(" ", h("span", { class: "mock-badge" }, "New"))),
  emoji: relabelled(({ heading }) => heading.prepend(h("span", {}, "✨ "))),
  picture: relabelled(({ heading }) => heading.prepend(h("span", { role: "img", "aria-label": "sparkles" }, "✦"), " ")),
};
