// The control twice, the copy with the opposite state.
import { h } from "mock/dom";
import { aria } from "mock/shapes/base";

function twice(dress) {
  return (ctx) => {
    const [control, copy] = [aria(ctx), aria({ ...ctx, onmove: () => {} })];
    const show = (now) => { control.show(now); copy.show(!now); };
    return { element: h("span", { class: "choices" }, dress(copy.element), control.element), press: control.element, show };
  };
}

const styled = (style) => (element) => { element.setAttribute("style", style); return element; };

export default {
  display: twice(styled("display:none")),
  visibility: twice(styled("visibility:hidden")),
  ancestor: twice((element) => h("span", { style: "display:none" }, h("span", {}, element))),
  aria_hidden: twice((element) => h("span", { "aria-hidden": "true", class: "twin" }, element)),
  both_shown: twice((element) => element),
};
