// Settings as a dialog over the app, at #settings/SECTION.
import { h, holdFocus, icon, page, syncLayers, t, uid } from "mock/dom";
import { privacyPanel } from "mock/panel";
import { otherPanel } from "mock/sections";
import { at } from "mock/variants";

const PRIVACY = "data-privacy-controls";
const SECTIONS = ["general", "account", PRIVACY, "billing", "usage", "capabilities", "connectors", "claude-code"];
const narrow = matchMedia("(max-width: 767px)");

let open = null;
let account = null;

export function useAccount(loaded) {
  account = loaded;
}

export function openSettings(section = "general") {
  location.hash = `#settings/${section}`;
}

function closeSettings() {
  history.pushState(null, "", location.pathname);
  follow();
}

function skeleton() {
  const bars = [70, 45, 88, 60, 80, 52].map((width) => h("div", { class: "bone", style: `width:${width}%` }));
  return h("div", { "data-testid": "settings-content-skeleton", "aria-busy": "true", class: "skeleton" }, bars);
}

function unavailable(again) {
  return h(
    "div",
    { "data-testid": "settings-content-unavailable", role: "alert", class: "unavailable" },
    h("h3", {}, t("unavailable")),
    h("p", {}, t("unavailableText")),
    h("button", { type: "button", class: "button", onclick: again }, t("reload")),
  );
}

async function fill(content, section) {
  const heading = h("h2", { class: "section-title" }, t(`section.${section}`));
  const show = (body) => content.replaceChildren(heading, body);
  show(skeleton());
  try {
    if (section === PRIVACY) await privacyPanel(account.organisation, (panel) => content.isConnected && content.dataset.section === section && show(panel));
    else show(otherPanel(section, account));
  } catch {
    show(unavailable(() => fill(content, section)));
  }
}

function wideNavigation(current, go) {
  const items = SECTIONS.map((section) => h(
    "li",
    { "data-testid": section },
    page.privacy_item === "link" ? h("a", { href: `#settings/${section}`, class: "settings-link", "aria-current": section === current ? "page" : null }, t(`section.${section}`)) : h("button", { type: "button", "aria-current": section === current ? "page" : null, onclick: () => go(section) }, t(`section.${section}`)),
  ));
  return h("nav", { "aria-label": t("settings"), class: "settings-nav" }, h("ul", {}, items));
}

function arrowKeys(event) {
  const tabs = [...event.currentTarget.children];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length].focus();
}

function narrowNavigation(current, go, panel) {
  const tabs = SECTIONS.map((section) => h("button", {
    type: "button",
    role: "tab",
    "data-testid": section,
    "aria-selected": String(section === current),
    "aria-controls": panel,
    tabindex: section === current ? "0" : "-1",
    onclick: () => go(section),
  }, t(`section.${section}`)));
  return h("div", { role: "tablist", "aria-label": t("settings"), class: "settings-tabs", onkeydown: arrowKeys }, tabs);
}

function drawDialog(section) {
  const [title, panelId] = [uid(), uid()];
  const content = h("div", { class: "settings-content", id: panelId, role: narrow.matches ? "tabpanel" : null, "data-section": section, tabindex: "-1" });
  const navigation = narrow.matches ? narrowNavigation(section, openSettings, panelId) : wideNavigation(section, openSettings);
  const dialog = h(
    "div",
    { ...(page.settings_as === "page" ? { role: "main" } : { role: "dialog", "aria-modal": "true" }), "aria-labelledby": title, class: "settings", tabindex: "-1" },
    h("h2", { id: title, class: "sr-only" }, t("settings")),
    h("div", { class: "settings-top" }, h("span", { class: "settings-word", "aria-hidden": "true" }, t("settings")), h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: closeSettings }, icon("close"))),
    h("div", { class: "settings-body" }, navigation, content),
  );
  holdFocus(dialog, closeSettings);
  const backdrop = h("div", { class: "backdrop", onpointerdown: (event) => event.target === backdrop && closeSettings() }, dialog);
  document.getElementById("layer").replaceChildren(backdrop);
  syncLayers();
  at("dialog", dialog);
  return { dialog, content, section };
}

function show(section) {
  const moved = open?.dialog.contains(document.activeElement);
  open = drawDialog(section);
  const active = open.dialog.querySelector("[aria-current=page], [aria-selected=true]");
  (moved ? active : open.dialog)?.focus({ preventScroll: true });
  active?.scrollIntoView({ block: "nearest", inline: "center" });
  fill(open.content, section);
}

function hide() {
  open = null;
  document.getElementById("layer").replaceChildren();
  syncLayers();
  document.querySelector("[data-testid=user-menu-button]")?.focus({ focusVisible: false });
}

// Follows the address: what it names is what is shown.
export function follow() {
  const named = /^#settings(?:\/([\w-]+))?/.exec(location.hash);
  const section = named && (SECTIONS.includes(named[1]) ? named[1] : "general");
  if (section && section !== open?.section) show(section);
  else if (!section && open) hide();
}

export function startSettings() {
  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);
  narrow.addEventListener("change", () => open && show(open.section));
  follow();
}
