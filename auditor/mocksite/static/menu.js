// The user button at the bottom left and its menu (APP 2026-08).
import { h, icon, options, page, t, uid } from "mock/dom";
import { loadAccount } from "mock/api";
import { openSettings } from "mock/settings";
import { at } from "mock/variants";

function item(testid, symbol, text, onclick) {
  return h("div", { role: page.menu_roles ? "menuitem" : null, tabindex: "-1", "data-testid": testid, class: "menu-item", onclick }, icon(symbol), h("span", {}, text));
}

function organisations(all) {
  if (all.length < 2) return [];
  const choices = all.map((one, index) => h(
    "div",
    { role: "menuitemradio", "aria-checked": String(index === 0), "aria-disabled": index ? "true" : null, tabindex: "-1", class: "menu-item" },
    icon("team"),
    h("span", {}, `${one.name} · ${one.plan}`),
    index === 0 && h("span", { class: "menu-tick", "aria-hidden": "true" }, "✓"),
  ));
  return [...choices, h("div", { role: "separator", class: "menu-line" })];
}

async function enterSettings() {
  if (page.session_check && !(await loadAccount().catch(() => null))) return;
  if ((await at("settings")) !== false) openSettings();
}

function menu(account, close) {
  const go = (action) => () => { close(); action(); };
  const { name, plan, commercial } = account.organisation;
  return h(
    "div",
    { role: page.menu_roles ? "menu" : null, class: "menu", "aria-label": account.name },
    h("div", { class: "menu-head" },
      h("div", { "data-testid": "user-menu-header", class: "menu-email" }, account.email),
      h("div", { "data-testid": "user-menu-header-org", class: "menu-org" }, `${name} · ${plan}`)),
    h("div", { role: "separator", class: "menu-line" }),
    organisations(account.organisations),
    item("user-menu-settings", "sliders", t("settings"), go(enterSettings)),
    item("user-menu-usage", "bars", t("section.usage"), go(() => openSettings("usage"))),
    commercial && item("user-menu-admin-settings", "team", t("adminSettings"), go(() => {})),
    item("user-menu-language", "globe", t("language"), go(() => {})),
    item("user-menu-help", "help", t("getHelp"), go(() => {})),
    h("div", { role: "separator", class: "menu-line" }),
    item("user-menu-logout", "exit", t("logOut"), () => location.assign(`${options.prefix}/logout`)),
  );
}

function keys(event, close) {
  const items = [...event.currentTarget.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const target = { ArrowDown: items[(at + 1) % items.length], ArrowUp: items[(at - 1 + items.length) % items.length], Home: items[0], End: items.at(-1) }[event.key];
  if (target) target.focus();
  else if (event.key === "Enter" || event.key === " ") document.activeElement.click();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
}

export function userMenu(account) {
  const id = uid();
  const avatar = h("span", { class: "avatar", "aria-hidden": "true" }, account.name.slice(0, 1));
  const button = h(
    "button",
    {
      type: "button",
      id,
      "data-testid": "user-menu-button",
      // classic shell: "{name}, Settings"; newer shell: no label, only its text (APP 2026-08)
      "aria-label": page.app_shell === "classic" ? t("userMenu").replace("{name}", account.name) : null,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      class: "user-button",
    },
    avatar,
    page.app_shell === "classic"
      ? h("span", { class: "user-words" }, h("span", {}, account.name), h("span", { class: "user-plan" }, account.organisation.plan))
      : h("span", { class: "user-line" }, `${account.name} · ${account.organisation.plan}`),
    icon("down"),
  );
  const holder = h("div", { class: "user-holder" }, button);
  const outside = (event) => holder.contains(event.target) || close();
  const close = () => {
    holder.querySelector(".menu")?.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    button.focus({ focusVisible: false });
  };
  const open = () => {
    const list = menu(account, close);
    list.addEventListener("keydown", (event) => keys(event, close));
    holder.prepend(list);
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    list.querySelector("[role^=menuitem]")?.focus({ focusVisible: false });
    at("menu", list);
  };
  button.addEventListener("click", () => (holder.querySelector(".menu") ? close() : open()));
  return holder;
}
