// What stands beside the real control and is not it: behind the panel, unseen, covered, a stranger's.
import { h, options, page, t, uid } from "mock/dom";
import { plainSwitch } from "mock/switch";

const mine = (panel) => panel.querySelector(".rows").lastElementChild;
const HELP = "https://privacy.claude.com/en/articles/12109829";
const label = () => page.label ?? t("settingTitle");

function copy(value, attributes = {}, ...more) {
  const id = uid();
  return h("div", { class: "row", ...attributes }, h("div", { class: "settings-row-title", id }, label(), ...more), plainSwitch(value, { labelledby: id }));
}

// The settings lie over the app and leave it as it is; in the chat stands the draft of such a page.
function chat(panel) {
  document.querySelector(".settings").removeAttribute("aria-modal");
  const app = document.getElementById("app");
  app.inert = false;
  app.removeAttribute("aria-hidden");
  app.querySelector("main").append(h("p", {}, "Here is a draft of your settings page:"), copy(!options.value));
  return panel;
}

const unseen = (panel) => mine(panel).after(copy(!options.value, { style: "opacity:0" }));

// An old panel, and the real one in a modal dialog that lies over all of it.
function covered(panel) {
  mine(panel).querySelector("[role=switch]").setAttribute("aria-checked", "false");
  const top = h("dialog", { style: "width:100vw;height:100vh;max-width:none;max-height:none" }, h("p", {}, "Your choice"), h("p", {}, "Training is on."));
  document.body.append(top);
  top.showModal();
}

const sandboxed = (panel) => panel.prepend(h("iframe", {
  sandbox: "",
  class: "panel-frame",
  srcdoc: `<label>${label()} <input type="checkbox" role="switch"></label>`,
}));

// The row is drawn only when its place is scrolled into view.
function lazy(panel) {
  const row = mine(panel);
  const place = h("div", { style: "min-height:40px" });
  row.replaceWith(place);
  place.before(h("div", { style: "height:1600px" }));
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    watch.disconnect();
    place.replaceWith(row);
  });
  watch.observe(place);
}

// Everything is upside down, and so is what on and off look like.
const upside_down = (panel) => { mine(panel).style.transform = "rotate(180deg)"; };

// Old notices are listed in the corner; a chat quotes the heading of the first step.
function quoted(panel) {
  document.body.append(
    h("div", { role: "dialog", "aria-label": "Past notices", style: "position:fixed;bottom:0;right:0;z-index:9;background:Canvas" }, h("h4", {}, t("termsTitle")), "accepted in May"),
    h("article", {}, h("h1", {}, t("onboardingTitle"))),
  );
  return panel;
}

// Beside the settings, which are a page, stands what a chat has drawn before: a switch of the same name, the opposite.
const aside = (value) => () => {
  const place = "position:fixed;right:0;top:0;width:190px;z-index:99;background:Canvas";
  document.body.append(h("aside", { style: place }, h("p", {}, "Draft of a settings page"), copy(value, {}, h("p", {}, h("a", { href: HELP }, "Learn more")))));
};

export default {
  aside_on: { shell: aside(true) },
  aside_off: { shell: aside(false) },
  quoted: { panel: quoted },
  chat: { panel: chat },
  unseen: { panel: unseen },
  covered: { panel: covered },
  sandboxed: { panel: sandboxed },
  lazy: { panel: lazy },
  upside_down: { panel: upside_down },
};
