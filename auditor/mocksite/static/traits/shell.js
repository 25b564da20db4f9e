// What stands beside the right way, and what the way itself looks like.
import { h, t } from "mock/dom";

// settings.js cannot be imported here: it waits for this module.
const openSettings = (section) => { location.hash = `#settings/${section}`; };
const app = () => document.getElementById("app");
const button = (testid, text, onclick = () => {}) => h("button", { type: "button", "data-testid": testid, class: "button", onclick }, text);

// Code mode: a second user button, whose Settings leads to another section (APP 2026-08).
function codeMode() {
  const list = h("div", { role: "menu", class: "menu lookalike", hidden: true }, h("div", { role: "menuitem", tabindex: "-1", class: "menu-item", onclick: () => openSettings("claude-code") }, t("settings")));
  const opener = button("code-user-menu-button", "Ada · Code", () => { list.hidden = !list.hidden; });
  app().querySelector(".user-holder").before(h("div", {}, list, opener));
}

function lookalikes() {
  const top = app().querySelector(".chat-top");
  top.append(button("admin-settings-user-menu-button", t("adminSettings")), button(null, t("settings"), () => openSettings("usage")));
  app().querySelector("main").append(h("footer", { class: "alone-text" }, h("a", { href: "#policy", onclick: (event) => event.preventDefault() }, t("section.data-privacy-controls"))));
}

function bareMenu(list) {
  for (const one of list.querySelectorAll("*")) ["role", "data-testid", "tabindex"].forEach((name) => one.removeAttribute(name));
}

// Another origin of the same machine: the same port under its other name.
const OTHER = location.origin.includes("127.0.0.1") ? location.origin.replace("127.0.0.1", "localhost") : location.origin.replace("localhost", "127.0.0.1");

// A frame of another origin with the very label, switched off.
const foreignFrame = (panel) => panel.prepend(h("iframe", { src: `${OTHER}/static/foreign.html`, class: "panel-frame", style: "height:8rem", title: "Partner" }));

// As high as the screen is without the browser's own bars (100vh): its end lies below what is seen.
function tall() {
  const style = "body { overflow-y: auto } .sidebar { height: 118vh; position: absolute }";
  document.head.append(h("style", {}, style));
}

export default {
  tall: { shell: tall },
  code_mode: { shell: codeMode },
  lookalikes: { shell: lookalikes },
  bare_menu: { menu: bareMenu },
  foreign_frame: { panel: foreignFrame },
  foreign_answer: { panel: (_panel) => fetch(`${OTHER}${location.pathname.replace(/\/new$/, "")}/api/account/settings`).then((answer) => answer.json()) },
  leaves: { settings: () => { location.assign(`${OTHER}${location.pathname}#settings/data-privacy-controls`); return false; } },
};
