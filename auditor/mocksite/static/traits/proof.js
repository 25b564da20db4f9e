// Pages whose first answer, off, is an old copy, and which show or ask in their own way that it is not the last word.
import { h, options } from "mock/dom";

const SETTINGS = `${options.prefix}/api/account/settings`;
const mine = (panel) => panel.querySelector(".rows").lastElementChild;
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const LATER = 2500;

function show(panel, value) {
  const control = mine(panel).querySelector("[role=switch]");
  control.setAttribute("aria-checked", String(value));
  control.toggleAttribute("data-checked", value);
  control.toggleAttribute("data-unchecked", !value);
  mine(panel).querySelector(".twin").checked = value;
}

async function correct(panel) {
  await wait(LATER);
  const settings = await (await fetch(SETTINGS)).json();
  show(panel, settings.grove_enabled);
}

// The truth is asked for by POST.
const post = (panel) => { fetch(SETTINGS, { method: "POST", body: "{}" }).then((answer) => answer.json()).then((told) => show(panel, told.grove_enabled), () => {}); };

function stream(panel) {
  const events = new EventSource(`${options.prefix}/api/live`);
  events.onmessage = (event) => show(panel, event.data === "true");
}

function sharedWorker(panel) {
  const worker = new SharedWorker(`${options.prefix}/worker.js`);
  worker.port.onmessage = (event) => show(panel, event.data);
}

// A sign stands in the panel until the correction has come.
async function until(panel, sign) {
  mine(panel).append(sign);
  await correct(panel);
  sign.remove();
}
const updating = (panel) => { until(panel, h("span", {}, "Updating…")); };
const progress = (panel) => { until(panel, h("div", { role: "progressbar", "aria-label": "Privacy", style: "height:4px;width:80px;background:currentColor" })); };

// The row is replaced by one that looks the same, again and again, until the correction has come.
async function redraw(panel) {
  const row = mine(panel);
  for (let left = LATER; left > 0; left -= 300) {
    mine(panel).replaceWith(row.cloneNode(true));
    await wait(300);
  }
  mine(panel).replaceWith(row);
  const settings = await (await fetch(SETTINGS)).json();
  show(panel, settings.grove_enabled);
}
const redrawn = (panel) => { redraw(panel); };

export default {
  post: { panel: post },
  stream: { panel: stream },
  shared_worker: { panel: sharedWorker },
  updating: { panel: updating },
  progress: { panel: progress },
  redrawn: { panel: redrawn },
};
