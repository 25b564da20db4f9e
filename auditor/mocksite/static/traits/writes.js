// Pages that write by themselves, each in a way that gets round a guard made of scripts in the page,
// or round one that goes by what an address looks like.
import { h, options, t } from "mock/dom";

const SETTINGS = `${options.prefix}/api/account/settings`;
const CHECK = `${options.prefix}/cdn-cgi/challenge-platform/check`; // what belongs to a bot check is let through
const FILE = "/static/app.css"; // may be asked for by anybody
const OFF = JSON.stringify({ grove_enabled: false });
const PATCH = { method: "PATCH", headers: { "content-type": "application/json" }, body: OFF };
const vain = () => {};
const patch = (address, more = {}) => fetch(address, { ...PATCH, ...more }).catch(vain);
const post = (address, body) => fetch(address, { method: "POST", headers: PATCH.headers, body }).catch(vain);

function aside(attributes = {}) {
  const frame = h("iframe", { name: "aside", hidden: true, ...attributes });
  document.body.append(frame);
  return frame;
}

function form(attributes) {
  return h("form", { target: "aside", ...attributes }, h("input", { name: "grove_enabled", value: "false" }));
}

function baseAddress() {
  const base = h("base", { href: `${location.origin}${options.prefix}/api/account/x.css` });
  document.head.prepend(base);
  patch("settings");
  base.remove();
}

function otherRealm() {
  const realm = aside().contentWindow;
  realm.fetch(new realm.Request(new URL(SETTINGS, location.href), PATCH)).catch(vain);
  fetch(new realm.Request(new URL(SETTINGS, location.href), PATCH)).catch(vain);
}

// Answers with one thing when it is asked first, and with another from then on.
function changing(first, then) {
  let asked = 0;
  return () => { asked += 1; return asked === 1 ? first : then; };
}

function answersDifferently() {
  const method = changing("GET", "PATCH");
  for (const answer of [changing(FILE, SETTINGS), changing(SETTINGS, FILE)]) patch({ toString: answer });
  fetch({ toString: changing(FILE, SETTINGS) }, { ...PATCH, get method() { return method(); } }).catch(vain);
  const asked = new XMLHttpRequest();
  asked.open({ toString: changing("PATCH", "PATCH") }, { toString: changing(FILE, SETTINGS) });
  asked.send(OFF);
}

function shadowForm() {
  aside();
  const host = h("div", { hidden: true });
  document.body.append(host);
  const inside = form({ method: "post", action: SETTINGS });
  host.attachShadow({ mode: "closed" }).append(inside);
  inside.requestSubmit();
}

function changedForm() {
  aside();
  const sent = form({ method: "get", action: FILE, hidden: true });
  document.body.append(sent);
  sent.addEventListener("submit", () => { sent.method = "post"; sent.action = SETTINGS; });
  sent.requestSubmit();
}

function openedDocument() {
  const inside = aside().contentDocument;
  inside.open();
  inside.write(`<form method="post" action="${SETTINGS}"></form><script>document.forms[0].submit()</script>`);
  inside.close();
}

function ping() {
  const link = h("a", { href: "#", ping: SETTINGS, hidden: true }, "…");
  document.body.append(link);
  link.click();
  link.remove();
}

function likeQuery() {
  for (const query of ["query A { a } mutation B { off }", "{ a } mutation { off }", "fragment F on A { a } mutation { off }"]) {
    post(`${options.prefix}/api/graphql`, JSON.stringify({ query, operationName: "B" }));
  }
  post(`${options.prefix}/api/graphql`, JSON.stringify({ query: "{ a }", grove_enabled: false }));
}

function fromWorker() {
  const address = JSON.stringify(new URL(SETTINGS, location.href).href);
  const script = `fetch(${address}, ${JSON.stringify(PATCH)}).catch(() => {})`;
  new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
}

// A socket of the page, of a frame, of a worker that has an address and of one made of a text.
function socket() {
  const address = `${location.origin.replace("http", "ws")}${options.prefix}/api/account/settings`;
  const script = `try { const line = new WebSocket(${JSON.stringify(address)}); line.onopen = () => line.send('${OFF}'); } catch {}`;
  const text = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  for (const open of [() => new WebSocket(address), () => new (aside().contentWindow.WebSocket)(address), () => new Worker(text), () => new Worker(`${options.prefix}/socket.js`)]) {
    try { open(); } catch { /* not to be had */ }
  }
}

// What belongs to a bot check begins alike; and a read that asks to be taken for a write.
function likeCheck() {
  for (const path of ["rum", "x/challenge-platform/check", "challenge-platform/../rum"]) post(`${options.prefix}/cdn-cgi/${path}`, OFF);
}

function likeRead() {
  const other = `${options.prefix}/api/account/preferences`;
  fetch(`${other}?_method=PATCH&grove_enabled=false`).catch(vain);
  for (const name of ["X-HTTP-Method-Override", "X-HTTP-Verb", "X-What"]) fetch(other, { headers: { [name]: "PATCH" } }).catch(vain);
}

function likeFile() {
  patch(`${options.prefix}/api/account/settings.js`);
  patch(`${SETTINGS}?x=.png`);
}

// While a notice asks: the page writes, presses the notice's buttons by script, and says that it was the
// person. Nothing of that is a press.
function whilePending() {
  const press = () => {
    for (const button of document.querySelectorAll("#notices button:not([role])")) {
      button.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
    }
  };
  setInterval(() => {
    patch(SETTINGS, { body: JSON.stringify({ grove_enabled: true }) });
    patch(`${options.prefix}/api/account`, { method: "PUT", body: JSON.stringify({ settings: { grove_enabled: true } }) });
    for (const name of ["notePersonsPress", "noteCallHeldBack"]) globalThis[name]?.(JSON.stringify({ names: [t("accept")] }));
  }, 400);
  setTimeout(press, 2500);
}

export default {
  base_address: { start: baseAddress },
  other_realm: { start: otherRealm },
  answers_differently: { start: answersDifferently },
  shadow_form: { start: shadowForm },
  changed_form: { start: changedForm },
  opened_document: { start: openedDocument },
  ping: { start: ping },
  policy_report: { start: () => { new Image().src = "data:image/gif;base64,R0lGODlhAQABAAAAACw="; } },
  like_query: { start: likeQuery },
  like_file: { start: likeFile },
  while_pending: { shell: whilePending },
  worker: { start: fromWorker },
  socket: { start: socket },
  like_check: { start: likeCheck },
  like_read: { start: likeRead },
  redirected: { start: () => { post(CHECK, OFF); } },
  let_through_put: { start: () => { patch(CHECK, { method: "PUT" }); } },
};
