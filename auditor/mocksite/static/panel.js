// The Privacy panel: everything in the order that was observed (OBS 2026-09).
import { loadSettings, saveSettings } from "./api.js";
import { h, icon, options, page, t, uid, wait } from "./dom.js";
import { makeSwitch } from "./switch.js";
import { toast } from "./toast.js";

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
  let saved = value;
  const save = async (wanted) => {
    control.show(wanted);
    try {
      await saveSettings({ [field]: wanted });
      saved = wanted;
    } catch {
      control.show(saved === true);
      toast(t("notWorking"));
    }
  };
  const control = makeSwitch({ labelledby: titleId, disabled, onmove: save });
  control.show(value === true);
  const row = h(
    "div",
    { role: "group", "data-settings-row": true, "aria-labelledby": titleId, "aria-describedby": textId, class: "row" },
    h(
      "div",
      { class: "row-words" },
      h("div", { class: "settings-row-title", id: titleId }, title),
      h("div", { class: "settings-row-text", id: textId }, text, " ", link(href, t("learnMore"))),
      note && h("div", { class: "row-note" }, icon("lock"), note),
    ),
    control.element,
  );
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

// Calls show(element) once the content is there; throws when it cannot be loaded.
export async function privacyPanel(organisation, show) {
  if (page.panel === "skeleton") return new Promise(() => {});
  await wait(page.panel_ms);
  if (page.early === null) {
    show(draw(await loadSettings(), organisation.commercial).element);
    return undefined;
  }
  const { element, setting } = draw({ grove_enabled: page.early, location_metadata_enabled: false }, organisation.commercial);
  show(element);
  await wait(page.fetch_ms);
  setting?.update((await loadSettings()).grove_enabled);
  return undefined;
}
