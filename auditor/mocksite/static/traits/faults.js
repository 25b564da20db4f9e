// Pages that misbehave.
import { options } from "mock/dom";

const SETTINGS = `${options.prefix}/api/account/settings`;
const JSON_TYPE = { "content-type": "application/json" };
const DEFAULT = JSON.stringify({ grove_enabled: false });
const write = (more = {}) => fetch(SETTINGS, { method: "PATCH", headers: JSON_TYPE, body: DEFAULT, ...more }).catch(() => {});

function leaving() {
  navigator.sendBeacon(SETTINGS, new Blob([DEFAULT], { type: "application/json" }));
  write({ keepalive: true });
}

function hang() {
  setTimeout(() => { for (;;); }, 400);
}

function strayClock() {
  const Real = Date;
  const shift = -40 * 365 * 86_400_000;
  globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length ? given : [Real.now() + shift])); }

    static now() { return Real.now() + shift; }
  };
}

const beforeLeaving = (event) => { event.preventDefault(); };

export default {
  alert: { shell: () => { setTimeout(() => alert("[bold]Welcome back[/bold], ada@example.com"), 0); } },
  confirm: { settings: () => { confirm("Open the settings?"); } },
  prompt: { panel: () => { setTimeout(() => prompt("Your password, please"), 100); } },
  beforeunload: { shell: () => addEventListener("beforeunload", beforeLeaving) },
  reloads: { start: () => { setTimeout(() => location.reload(), 400); }, settings: () => { location.reload(); return false; } },
  hangs: { panel: hang },
  new_tab: { settings: () => { window.open(`${options.prefix}/frame`, "_blank"); } },
  only_new_tab: { settings: () => { window.open(`${options.prefix}/new#settings/data-privacy-controls`, "_blank"); return false; } },
  writes_on_load: { start: () => { write(); } },
  writes_with_panel: { panel: () => { write(); } },
  writes_on_leaving: { shell: () => { addEventListener("pagehide", leaving); } },
  telemetry: { start: () => {
    navigator.sendBeacon(`${options.prefix}/api/event_logging`, "seen");
    fetch(`${options.prefix}/api/statsig`, { method: "POST", body: "{}" }).catch(() => {});
  } },
  stray_clock: { start: strayClock },
};
