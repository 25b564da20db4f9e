// What can lie over the app: the terms notice, the sign-up step, the cookie banner (APP 2026-08, press).
import { acceptLegalDocs, noticeViewed, saveAccount, saveSettings } from "mock/api";
import { h, holdFocus, icon, mark, options, page, syncLayers, t, uid } from "mock/dom";
import { offeredSwitch } from "mock/switch";
import { toast } from "mock/toast";

// Shown while the value is null. Its toggle starts ON (`notice_offers`) and has no accessible name; Accept writes it at once.
export function termsNotice(value) {
  if (page.notice === "none" || value !== null) return;
  const grace = page.notice === "grace";
  const title = uid();
  const toggle = offeredSwitch();
  const close = () => { holder.remove(); syncLayers(); };
  const later = () => { close(); noticeViewed().catch(() => {}); };
  const accept = async () => {
    try {
      await saveSettings({ grove_enabled: toggle.isOn() });
      await acceptLegalDocs();
      close();
    } catch {
      toast(t("notWorking"));
    }
  };
  const dialog = h(
    "div",
    { role: "dialog", "aria-modal": "true", "aria-labelledby": title, class: "notice", tabindex: "-1" },
    h("div", { class: "notice-top" }, h("h2", { id: title }, t("termsTitle")), grace && h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: later }, icon("close"))),
    h("p", {}, t("termsText")),
    h("div", { class: "notice-row" }, h("div", {}, h("strong", {}, t("termsToggle")), h("p", {}, t("settingText"))), toggle.element),
    h("div", { class: "notice-buttons" }, grace && h("button", { type: "button", class: "button", onclick: later }, t("notNow")), h("button", { type: "button", class: "button primary", onclick: accept }, t("accept"))),
  );
  holdFocus(dialog, grace ? later : null);
  const holder = h("div", { class: "backdrop over" }, dialog);
  document.getElementById("notices").append(holder);
  syncLayers();
  dialog.focus({ preventScroll: true });
}

// The toggle starts ON; Continue writes it.
export function drawOnboarding() {
  const toggle = offeredSwitch("disclaimer-grove-toggle-label");
  const proceed = async () => {
    try {
      await saveAccount({ grove_enabled: toggle.isOn() });
      location.assign(`${options.prefix}/new`);
    } catch {
      toast(t("notWorking"));
    }
  };
  document.getElementById("app").replaceChildren(h(
    "main",
    { class: "alone" },
    mark(),
    h("h1", {}, t("onboardingTitle")),
    h("p", { class: "alone-text" }, t("onboardingText")),
    h("ul", { class: "points" }, ["onboarding1", "onboarding2"].map((key) => h("li", {}, t(key)))),
    h("div", { class: "notice-row" }, h("div", {}, h("strong", { id: "disclaimer-grove-toggle-label" }, t("settingTitle")), h("p", {}, t("settingText"))), toggle.element),
    h("button", { type: "button", class: "button primary wide", onclick: proceed }, t("continue")),
  ));
}

// The choice is kept in a cookie of this scenario only; no request is made.
export function cookieBanner() {
  if (!page.cookie_banner || document.cookie.includes("mock-cookie-choice=")) return;
  const choose = (choice) => () => {
    document.cookie = `mock-cookie-choice=${choice}; path=${options.prefix}; SameSite=Lax`;
    banner.remove();
  };
  const banner = h(
    "div",
    { role: "region", "aria-label": t("cookieTitle"), "data-testid": "consent-banner", class: "cookies" },
    h("strong", {}, t("cookieTitle")),
    h("p", {}, t("cookieText")),
    h("div", { class: "notice-buttons" },
      h("button", { type: "button", class: "button", "data-testid": "consent-reject", onclick: choose("reject") }, t("rejectCookies")),
      h("button", { type: "button", class: "button primary", "data-testid": "consent-accept", onclick: choose("accept") }, t("acceptCookies"))),
  );
  document.getElementById("notices").append(banner);
}
