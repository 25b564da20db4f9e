// What a press really sends, as the scenario says.
import { saveSettings, send } from "mock/api";
import { h, options, page, t } from "mock/dom";
import { toast } from "mock/toast";

const opposite = (changes) => Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, !value]));

// Saves only if the person says yes in a dialog over the panel.
const asked = () => new Promise((resolve) => {
  const answer = (sure) => { dialog.remove(); resolve(sure); };
  const button = (text, sure) => h("button", { type: "button", class: "button", onclick: () => answer(sure) }, text);
  const dialog = h("div", { class: "backdrop over" }, h("div", { role: "alertdialog", "aria-modal": "true", "aria-label": t("sure"), class: "notice" }, h("p", {}, t("sure")), button(t("yes"), true), button(t("no"), false)));
  document.getElementById("notices").append(dialog);
});

const ifSure = async (sure, changes) => {
  if (!(await sure)) throw new Error("not sure");
  return saveSettings(changes);
};

// Gathers changes, and saves them only once nobody has moved anything for a while.
const LATER = 6000;
const gathered = (changes) => new Promise((done) => { setTimeout(done, LATER); }).then(() => saveSettings(changes));

// Saves only once a button is pressed that has come with the change.
const byButton = (changes) => new Promise((resolve) => {
  document.querySelector(".panel").append(h("button", { type: "button", class: "button", onclick: () => resolve(saveSettings(changes)) }, "Save changes"));
});

// Asks the person to choose on another page, in a tab of its own.
const inTab = () => {
  open("about:blank#choose");
  throw new Error("left to the other tab");
};

// The save as it may be written by hand.
const raw = async (body, query = "", type = "application/json") => {
  const response = await fetch(`${options.prefix}/api/account/settings${query}`, { method: "PATCH", headers: { "content-type": type }, body });
  if (!response.ok) throw new Error(String(response.status));
};
const twice = ([[key, value]]) => `{"${key}":${!value},"${key}":${value}}`;

const WAYS = {
  in_tab: inTab,
  late: gathered,
  by_button: byButton,
  plain: (changes) => saveSettings(changes),
  with_query: (changes) => raw(JSON.stringify(changes), "?also=location_enabled"),
  with_another_field: (changes) => raw(JSON.stringify({ ...changes, location_enabled: true })),
  with_key_twice: (changes) => raw(twice(Object.entries(changes))),
  with_another_type: (changes) => raw(JSON.stringify(changes), "", "application/x-www-form-urlencoded"),
  with_usual_headers: (changes) => saveSettings(changes),
  with_another_header: (changes) => saveSettings(changes, { "x-also": "share=1" }),
  silent: () => Promise.resolve(),
  opposite: (changes) => saveSettings(opposite(changes)),
  elsewhere: (changes) => send("POST", "account/preferences", changes),
  twice: (changes) => Promise.all([saveSettings(changes), saveSettings(changes)]),
  asks_first: (changes) => ifSure(asked(), changes),
  confirms_first: (changes) => ifSure(confirm(t("sure")), changes),
  boasting: (changes) => saveSettings(changes).catch(() => {}).then(() => toast(t("savedText"))),
};

export const store = async (changes) => WAYS[page.saving](changes);
