// Pages that show a default, off, because what they ask for does not come, or is not looked into.
import { h, options, page, t, uid } from "mock/dom";
import { plainSwitch } from "mock/switch";

const SETTINGS = `${options.prefix}/api/account/settings`;
const mine = (panel) => panel.querySelector(".rows").lastElementChild;
const show = (panel, value) => {
  const control = mine(panel).querySelector("[role=switch]");
  control.setAttribute("aria-checked", String(value));
  control.toggleAttribute("data-checked", value);
  control.toggleAttribute("data-unchecked", !value);
  mine(panel).querySelector(".twin").checked = value;
};
const tell = (panel, answer) => answer.json().then((settings) => show(panel, settings.grove_enabled)).catch(() => {});

const query = (panel) => fetch(SETTINGS, { method: "QUERY", body: "{}" }).then((answer) => tell(panel, answer), () => {});

function socket(panel) {
  const line = new WebSocket(`${location.origin.replace("http", "ws")}${options.prefix}/api/live`);
  line.onmessage = (event) => show(panel, event.data === "true");
}

function sharedWorker(panel) {
  if (typeof SharedWorker !== "function") return;
  const worker = new SharedWorker(`${options.prefix}/worker.js`);
  worker.port.onmessage = (event) => show(panel, event.data);
}

// A script that is not there any more would have shown the truth.
const script = (panel) => panel.append(h("script", { src: `${options.prefix}/assets/settings-2025.js` }));

// The answer is a page and no data, as from a proxy that wants somebody to sign in.
const page_for_data = (panel) => fetch(`${options.prefix}/new`).then((answer) => tell(panel, answer));

const otherRow = (title, value, text) => {
  const id = uid();
  const words = h("div", { class: "row-words" }, h("div", { class: "settings-row-title", id }, title), h("div", { class: "settings-row-text" }, text));
  return h("div", { role: "group", "aria-labelledby": id, "data-settings-row": true, class: "row" }, words, plainSwitch(value, { labelledby: id }));
};

// The setting has a new name and a new article; its old name is that of a mail subscription.
function subscription(panel) {
  const row = mine(panel);
  const label = page.label ?? t("settingTitle");
  row.querySelector(".settings-row-title").textContent = "Use my chats for training";
  row.querySelector("a").setAttribute("href", "https://privacy.claude.com/en/articles/99999999");
  row.querySelector("[role=switch]").setAttribute("aria-checked", "true");
  const mails = h("div", { class: "card rows" }, otherRow(label, false, ""), otherRow("New features", false, ""));
  panel.append(h("h3", {}, "E-mail me about"), mails);
}

function closedShadow(panel) {
  const host = h("div", {});
  panel.append(host);
  host.attachShadow({ mode: "closed" }).append(plainSwitch(true, { label: t("settingTitle") }));
}

// The row that is seen is an old copy; beside its switch stands the real one, where no script looks.
function closedInRow(panel) {
  const host = h("span", {});
  mine(panel).append(host);
  host.attachShadow({ mode: "closed" }).append(plainSwitch(true, { label: t("settingTitle") }));
}

// Asks for the truth only once somebody is there: the mouse moves, the window is looked at or sized.
const onSign = (sign, target = window) => (panel) => target.addEventListener(sign, () => fetch(SETTINGS).then((answer) => tell(panel, answer)), { once: true });

// An old copy of the row, off; elsewhere in the panel stands what really holds.
const after = (...what) => (panel) => { panel.append(...what.map((make) => make())); };
const words = after(() => h("p", {}, "AI training status: active since May."));
const radios = after(() => h("div", { role: "radiogroup", "aria-label": "Use chats for training" }, h("label", {}, h("input", { type: "radio", name: "train", checked: true }), "Yes"), h("label", {}, h("input", { type: "radio", name: "train" }), "No")));
const secondLink = after(() => h("p", {}, "Model data ", h("a", { href: "https://privacy.claude.com/en/articles/12109829" }, "Learn more")));
const picture = after(() => h("canvas", { width: 300, height: 40 }));
const heading = (panel) => { mine(panel).before(h("h3", {}, "Opt out of:")); };
const masked = (panel) => { mine(panel).style.maskImage = "linear-gradient(#0008, #0008)"; };

function closedWords(panel) {
  const host = h("div", {});
  panel.append(host);
  host.attachShadow({ mode: "closed" }).append(h("b", {}, "Model training: On"));
}

// Far below stands what tells the page that somebody reads all of it; only then it asks.
function onScroll(panel) {
  const end = h("div", { style: "height:8px" });
  panel.append(h("div", { style: "height:1500px" }), end);
  new IntersectionObserver((seen) => {
    if (seen.some((each) => each.isIntersecting)) fetch(SETTINGS).then((answer) => tell(panel, answer));
  }).observe(end);
}

const trialEnded = after(() => h("p", {}, "Your Team trial has ended; your chats may be used for training."));

// The panel shows the settings of one of several people, and which one is chosen above them.
const whose = (panel) => panel.prepend(h("label", {}, "Settings of ", h("select", {}, h("option", {}, "Grace (workspace)"), h("option", {}, "Ada"))));
const whoseTabs = (panel) => panel.prepend(h("div", { role: "tablist" }, h("button", { role: "tab", "aria-selected": "true" }, "Grace"), h("button", { role: "tab" }, "Ada")));

export default {
  whose: { panel: whose },
  whose_tabs: { panel: whoseTabs },
  words: { panel: words },
  radios: { panel: radios },
  second_link: { panel: secondLink },
  picture: { panel: picture },
  heading: { panel: heading },
  masked: { panel: masked },
  closed_words: { panel: closedWords },
  on_scroll: { panel: onScroll },
  trial_ended: { panel: trialEnded },
  on_mouse: { panel: onSign("mousemove") },
  on_resize: { panel: onSign("resize") },
  on_return: { panel: onSign("visibilitychange", document) },
  query: { panel: query },
  socket: { panel: socket },
  shared_worker: { panel: sharedWorker },
  script: { panel: script },
  page_for_data: { panel: page_for_data },
  subscription: { panel: subscription },
  closed_shadow: { panel: closedShadow },
  closed_in_row: { panel: closedInRow },
};
