// The Privacy panel: everything in the order that was observed (OBS 2026-09).
import { loadSettings, saveSettings } from "mock/api";
import { store } from "mock/saving";
import { at, shape } from "mock/variants";
import { h, icon, options, page, t, uid, wait } from "mock/dom";
import { makeSwitch } from "mock/switch";
import { toast } from "mock/toast";

const HELP = "https://privacy.claude.com/en/articles";

function link(href, text) {
  return h("a", { href, target: "_blank", rel: "noreferrer" }, text);
}

function accordion(title, text) {
  const id = uid();
  const region = h("div", { id, class: "accordion-text", hidden: true }, h("p", {}, text));
  const button = h("button", { type: "button", "data-cds": "Button", "aria-expanded": "false", "aria-controls": id, class: "accordion" }, h("span", {}, title), icon("down"));
  button.addEventListener("click", () => {
    region.hidden = !region.hidden;
    button.setAttribute("aria-expanded", String(!region.hidden));
  });
  return h("div", { class: "accordion-item" }, button, region);
}

// One row with a switch. `saved` is what to fall back to when a save fails: saving is optimistic (APP, OBS).
function switchRow({ field, title, text, href, value, disabled = false, note = null }) {
  const [titleId, textId] = [uid(), uid()];
  const mine = field === "grove_enabled";
  let saved = value;
  const save = async (wanted) => {
    if (mine && page.saving === "nothing") return control.show(saved === true);
    control.show(wanted);
    try {
      await (mine ? store({ [field]: wanted }) : saveSettings({ [field]: wanted }));
      saved = wanted;
    } catch {
      control.show(saved === true);
      toast(t("notWorking"));
    }
  };
  const heading = h("div", { class: "settings-row-title", id: titleId }, title);
  const words = h(
    "div",
    { class: "row-words" },
    heading,
    h("div", { class: "settings-row-text", id: textId }, text, " ", (!mine || page.help_link) && link(href, t("learnMore"))),
    note && h("div", { class: "row-note" }, icon("lock"), note),
  );
  const control = (mine && shape ? shape : makeSwitch)({ labelledby: titleId, textId, title, heading, words, disabled, onmove: save });
  control.show(value === true);
  const row = control.row ?? h(
    "div",
    { role: "group", "data-settings-row": true, "aria-labelledby": titleId, "aria-describedby": textId, class: "row" },
    words,
    control.element,
  );
  // For the tests of this site: what a person would press. It leaves no trace in the document.
  if (mine) globalThis.mockControl = control.press ?? control.element;
  const update = (now) => { saved = now; control.show(now === true); };
  return { row, update };
}

function introduction() {
  return h(
    "div",
    { class: "intro" },
    h("p", {}, t("intro")),
    h("p", {}, t("introMore"), " ", link(`${HELP}/10023548-how-long-do-you-store-my-data`, t("privacyCentre")), " · ", link("https://www.anthropic.com/legal/privacy", t("privacyPolicy"))),
  );
}

function yourData() {
  const buttons = ["exportData", "sharedChats", "sharedArtifacts", "uploadedFiles", "yourFeedback", "memoryPreferences"];
  return h(
    "section",
    { class: "your-data" },
    h("h3", {}, t("yourData")),
    h("div", { class: "card" }, buttons.map((key) => h("button", { type: "button", "data-cds": "Button", class: "data-button" }, h("span", {}, t(key)), icon("right")))),
  );
}

function draw(settings, commercial) {
  // The decoy stands first; it never writes anything about training (OBS 2026-10).
  const decoy = switchRow({
    field: "location_metadata_enabled",
    title: t("locationTitle"),
    text: t("locationText"),
    href: `${HELP}/11186740-does-claude-use-my-location`,
    value: settings.location_metadata_enabled,
  });
  const setting = commercial ? null : switchRow({
    field: "grove_enabled",
    title: page.label ?? t("settingTitle"),
    text: t("settingText"),
    href: `${HELP}/12109829-how-do-i-change-my-model-improvement-privacy-settings`,
    value: settings.grove_enabled,
    disabled: options.locked,
    note: options.locked ? t("domainNote") : null,
  });
  const element = h(
    "div",
    { "data-perf-screen": "data-privacy-controls", class: "panel" },
    introduction(),
    h("div", { class: "card accordions" }, accordion(t("howProtect"), t("howProtectText")), accordion(t("howUse"), t("howUseText"))),
    h("div", { role: "group", class: "card rows" }, decoy.row, setting && setting.row),
    yourData(),
  );
  return { element, setting };
}

async function ask() {
  const told = page.asks ? loadSettings() : Promise.resolve({});
  if (page.embedded) return { ...(await told.catch(() => ({}))), grove_enabled: options.value };
  return told;
}

// Calls show(element) once the content is there; throws when it cannot be loaded.
export async function privacyPanel(organisation, place) {
  const show = async (element) => {
    place(element);
    await at("panel", element);
    dispatchEvent(new Event("panel-drawn"));
  };
  if (page.panel === "skeleton") return new Promise(() => {});
  await wait(page.panel_ms);
  if (page.early === null) {
    return show(draw(await ask(), organisation.commercial).element);
  }
  const { element, setting } = draw({ grove_enabled: page.early, location_metadata_enabled: false }, organisation.commercial);
  await show(element);
  await wait(page.fetch_ms);
  try {
    setting?.update((await ask()).grove_enabled);
    if (page.asks_again_ms) {
      await wait(page.asks_again_ms);
      setting?.update((await ask()).grove_enabled);
    }
  } catch (error) {
    if (!page.swallow) throw error;
  }
  return undefined;
}
