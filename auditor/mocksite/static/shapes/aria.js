// Controls whose role and state are in attributes.
import { h, wait } from "mock/dom";
import { aria } from "mock/shapes/base";

const PHASE = 1500;

// Drawn off at first; what it is told shows only when the phase is over.
function phased(ctx, begin, end) {
  const control = aria(ctx);
  let latest = false;
  let over = false;
  control.show(false);
  begin(control.element);
  wait(PHASE).then(() => { over = true; end(control.element); control.show(latest); });
  return { ...control, show: (now) => { latest = now; if (over) control.show(now); } };
}

// Drawn anew every 300 ms; `first` says what the first ones show.
function renewed(ctx, first = (now) => now) {
  const holder = h("span", { class: "switch-holder" });
  const started = performance.now();
  let latest = false;
  const draw = () => {
    const control = aria(ctx);
    control.show(first(latest, performance.now() - started));
    holder.replaceChildren(control.element);
  };
  const timer = setInterval(() => (holder.isConnected ? draw() : performance.now() - started > 2000 && clearInterval(timer)), 300);
  return { element: holder, show: (now) => { latest = now; draw(); } };
}

function mixed(ctx) {
  const control = aria(ctx, { role: "checkbox" });
  return { ...control, show: () => { control.element.setAttribute("aria-checked", "mixed"); } };
}

// Nothing that a screen reader could tell: the state is in a class, or in no more than the paint.
function classed(ctx, show = (element, now) => element.classList.toggle("is-checked", now)) {
  const control = aria(ctx, { state: null });
  return { ...control, show: (now) => { control.show(now); control.element.removeAttribute("data-checked"); show(control.element, now); } };
}

const painted = (element, now) => { element.style.background = now ? "var(--accent)" : "var(--track)"; };

function contents(ctx) {
  const control = aria(ctx);
  const wrap = (inner) => h("span", { class: "contents" }, inner);
  return { element: wrap(wrap(wrap(control.element))), press: control.element, show: control.show };
}

export default {
  checkbox: (ctx) => aria(ctx, { role: "checkbox" }),
  div: (ctx) => aria(ctx, { tag: "div" }),
  li: (ctx) => aria(ctx, { tag: "li" }),
  link: (ctx) => aria(ctx, { tag: "a", named: { href: "#", "aria-labelledby": ctx.labelledby } }),
  pressed: (ctx) => aria(ctx, { role: null, state: "aria-pressed" }),
  menuitemcheckbox: (ctx) => aria(ctx, { tag: "div", role: "menuitemcheckbox" }),
  classed: (ctx) => classed(ctx),
  stateless: (ctx) => classed(ctx, painted),
  mixed,
  contents,
  disabled_phase: (ctx) => phased(ctx, (element) => { element.disabled = true; }, (element) => { element.disabled = false; }),
  busy_phase: (ctx) => phased(ctx, (element) => element.setAttribute("aria-busy", "true"), (element) => element.removeAttribute("aria-busy")),
  renewed: (ctx) => renewed(ctx),
  flips: (ctx) => renewed(ctx, (now, age) => age > 1000 && now),
  inverted: (ctx) => {
    const control = aria({ ...ctx, onmove: (wanted) => ctx.onmove(!wanted) });
    return { ...control, show: (now) => control.show(!now) };
  },
};
