// The other sections: plausible, and none of it is kept.
import { h, t, uid } from "mock/dom";
import { plainSwitch } from "mock/switch";

function row(title, text, control) {
  const [titleId, textId] = [uid(), uid()];
  return h(
    "div",
    { role: "group", "data-settings-row": true, "aria-labelledby": titleId, "aria-describedby": textId, class: "row" },
    h("div", { class: "row-words" }, h("div", { class: "settings-row-title", id: titleId }, title), h("div", { class: "settings-row-text", id: textId }, text)),
    typeof control === "function" ? control(titleId) : control,
  );
}

const toggle = (value) => (labelledby) => plainSwitch(value, { labelledby });
const button = (text) => h("button", { type: "button", class: "button" }, text);
const words = (text) => h("span", { class: "row-value" }, text);

const PANELS = {
  general: ({ name }) => [
    row(t("general.name"), t("general.nameText"), (labelledby) => h("input", { class: "field", value: name, "aria-labelledby": labelledby })),
    row(t("general.look"), t("general.lookText"), (labelledby) => h("select", { class: "field", "aria-labelledby": labelledby }, ["auto", "light", "dark"].map((one) => h("option", {}, t(`general.${one}`))))),
    row(t("general.notify"), t("general.notifyText"), toggle(true)),
  ],
  account: ({ email, organisation }) => [
    row(t("account.email"), email, null),
    row(t("account.organisation"), `${organisation.name} · ${organisation.plan}`, null),
    row(t("account.devices"), t("account.devicesText"), button(t("logOut"))),
  ],
  billing: ({ organisation }) => [row(organisation.plan, t("billing.text"), button(t("billing.change")))],
  usage: () => [row(t("usage.session"), t("usage.sessionText"), words("18 %")), row(t("usage.week"), t("usage.weekText"), words("42 %"))],
  capabilities: () => [row(t("capabilities.files"), t("capabilities.filesText"), toggle(true)), row(t("capabilities.web"), t("capabilities.webText"), toggle(false))],
  connectors: () => [row(t("connectors.none"), t("connectors.noneText"), button(t("connectors.browse")))],
  "claude-code": () => [row(t("code.tokens"), t("code.tokensText"), null)],
};

export function otherPanel(section, account) {
  return h("div", { class: "panel" }, h("div", { class: "card rows" }, PANELS[section](account)));
}
