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

const send = (path, body, more = {}) => fetch(`${options.prefix}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), ...more });

const atWorkForEver = (panel) => { mine(panel).append(h("span", {}, "Updating…")); };

// A sheet that leaves the mouse alone says something else than the row below it.
function covered(panel) {
  const { left, top, width, height } = mine(panel).getBoundingClientRect();
  const place = `position:fixed;z-index:99;pointer-events:none;background:#fff;left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
  document.body.append(h("div", { style: place }, "Help improve our AI models: On"));
}

const seeThrough = () => { document.body.append(h("ol", { style: "position:fixed;inset:0;z-index:99;pointer-events:none" })); };

const address = `${location.origin.replace("http", "ws")}${options.prefix}/api/chat`;

// The chat's own line, opened again whenever it breaks.
function chatSocket() {
  const line = new WebSocket(address);
  line.onopen = () => setInterval(() => line.send("ping"), 500);
  line.onclose = () => setTimeout(chatSocket, 600);
}

function reports() {
  const event = { event_type: "ui", name: "settings_viewed", page: "/settings/data-privacy-controls" };
  send("/api/event_logging/batch", { events: [event] }).catch(() => {});
  send("/api/v1/b", { batch: [{ type: "track", event: "Settings viewed", timestamp: 1 }] }).catch(() => {});
  send("/api/t", { a: 1 }, { keepalive: true }).catch(() => {});
  navigator.sendBeacon(`${options.prefix}/api/b`, "seen");
}

const worker = () => { new Worker(URL.createObjectURL(new Blob(["onmessage = () => {}"]))); };

// A frame of the panel's own tells it after a while that there is something newer.
function lateFrame(panel) {
  addEventListener("message", async () => {
    const settings = await (await fetch(SETTINGS)).json();
    show(panel, settings.grove_enabled);
  });
  const script = `setTimeout(() => parent.postMessage("newer", "*"), ${LATER})`;
  panel.append(h("iframe", { hidden: true, srcdoc: `<script>${script}</script>` }));
}

export default {
  post: { panel: post },
  stream: { panel: stream },
  shared_worker: { panel: sharedWorker },
  updating: { panel: updating },
  progress: { panel: progress },
  redrawn: { panel: redrawn },
  updating_for_ever: { panel: atWorkForEver },
  covered: { panel: covered },
  see_through: { panel: seeThrough },
  chat_socket: { start: chatSocket },
  reports: { panel: reports },
  worker: { panel: worker },
  late_frame: { panel: lateFrame },
};
