// The chat-like app around it all.
import { h, icon, mark, t } from "mock/dom";
import { userMenu } from "mock/menu";

const narrow = matchMedia("(max-width: 767px)");

function sidebarToggle(open, flip) {
  return h("button", { type: "button", "data-testid": "pin-sidebar-toggle", class: "icon-button", "aria-label": t(open ? "closeSidebar" : "openSidebar"), "aria-expanded": String(open), onclick: flip }, icon("menu"));
}

function place(symbol, text, current = false) {
  return h("a", { href: "#", class: "place", "aria-current": current ? "page" : null, onclick: (event) => event.preventDefault() }, icon(symbol), h("span", {}, text));
}

function sidebar(account, flip) {
  return h(
    "aside",
    { class: "sidebar", "aria-label": t("sidebar") },
    h("div", { class: "sidebar-top" }, h("span", { class: "brand" }, mark(), h("span", {}, "Mock")), sidebarToggle(true, flip)),
    h("nav", { class: "places", "aria-label": t("sidebar") }, place("plus", t("newChat"), true), place("chat", t("chats")), place("folder", t("projects")), place("grid", t("artifacts"))),
    h("div", { class: "recents" }, h("h2", {}, t("recents")), ["recent1", "recent2", "recent3"].map((key) => h("a", { href: "#", class: "recent", onclick: (event) => event.preventDefault() }, t(key)))),
    userMenu(account),
  );
}

function composer() {
  return h(
    "form",
    { class: "composer", onsubmit: (event) => event.preventDefault() },
    h("textarea", { rows: "2", placeholder: t("ask"), "aria-label": t("ask") }),
    h("div", { class: "composer-tools" }, h("button", { type: "button", class: "icon-button", "aria-label": t("attach") }, icon("plus")), h("button", { class: "send", "aria-label": t("send") }, icon("up"))),
  );
}

export function drawShell(account) {
  let open = !narrow.matches;
  const root = document.getElementById("app");
  const flip = () => { open = !open; draw(); root.querySelector("[data-testid=pin-sidebar-toggle]").focus({ focusVisible: false }); };
  const draw = () => root.replaceChildren(h(
    "div",
    { class: "shell" },
    open && sidebar(account, flip),
    open && narrow.matches && h("div", { class: "sidebar-shade", onclick: flip }),
    h("main", { class: "chat" },
      h("div", { class: "chat-top" }, !open && sidebarToggle(false, flip), h("span", { class: "mock-badge" }, t("mockNote"))),
      h("div", { class: "chat-middle" }, h("h1", {}, t("greeting").replace("{name}", account.name)), composer())),
  ));
  narrow.addEventListener("change", () => { open = !narrow.matches; draw(); });
  draw();
}

export function drawFailure() {
  document.getElementById("app").replaceChildren(h("main", { class: "chat failure" }, h("p", { role: "alert" }, t("appFailed"))));
}
