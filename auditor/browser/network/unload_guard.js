// Runs in every frame before the page's own scripts. What no interception sees is not let happen:
// - sockets are closed by a policy of the document, which the browser itself keeps to. A script puts it up
//   because the head of an answer cannot be changed without asking about every page once more;
// - peers by WebRTC and second tabs (whose page would have begun to load before it is closed) are not
//   there: the browser has no switch for them;
// - in the person's own browser, which gets no switches of ours and no interception of all of it, neither
//   is what is sent while the page is being left, by a shared worker, by WebTransport, or over a socket as
//   a stream.
// The calls that the browser does hold (a beacon, a service worker) are here only to be told.
(() => {
  // What is called for in vain is told: a page that got no answer may show a default. The binding
  // is taken away before a script of the page could call it.
  const told = window.NOTE_CALL;
  delete window.NOTE_CALL;
  const note = (what, url) => {
    if (told) told(what, url);
  };
  const READING = ["GET", "HEAD", "OPTIONS"];
  const reads = (method) => READING.includes(String(method || "GET").toUpperCase());
  const ask = window.fetch;
  // A write goes where the guard let it go, and is not led on from there.
  const direct = (method) => (reads(method) ? {} : { redirect: "error" });
  window.fetch = function (what, options) {
    const method = (options && options.method) || (what instanceof Request ? what.method : "GET");
    // What outlives the page cannot be waited for: it reports something, and asks nothing.
    if (!reads(method) && ((options && options.keepalive) || what.keepalive)) {
      note("", new URL(what instanceof Request ? what.url : what, location.href).href);
    }
    return ask.call(this, what, { ...options, keepalive: false, ...direct(method) });
  };
  Navigator.prototype.sendBeacon = () => {
    note("a beacon");
    return true;
  };
  // Whether somebody is still there is asked every few seconds, and never brings a value.
  const isHeartbeat = (said) =>
    typeof said === "string" && said.length < 80 && /^\d*$|ping|pong|heartbeat|keep.?alive/i.test(said);
  WebSocket.prototype.send = (said) => note(isHeartbeat(said) ? "a socket's heartbeat" : "a socket");
  // All that the page may connect to but sockets; frames without an address and workers made of a text
  // have the policy of the document that makes them.
  const closeSockets = () => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "content-security-policy";
    policy.content = "connect-src http: https: data: blob: filesystem:";
    document.head.prepend(policy);
    policy.remove(); // it stays in force
  };
  // The head comes before the first script of the page, and so does this call.
  const untilHead = new MutationObserver(() => {
    if (!document.head) return;
    untilHead.disconnect();
    closeSockets();
  });
  if (document.head) closeSockets();
  else untilHead.observe(document, { childList: true, subtree: true });
  // What is switched off looks as if the browser had none, so that a page goes another way.
  const switchOff = (name) => {
    const tell = () => note(name);
    Object.defineProperty(window, name, { get: tell, configurable: true, enumerable: false });
  };
  // Of these a browser of ours has none: that a page looks for them is told all the same.
  ["SharedWorker", "fetchLater", "WebSocketStream"].forEach(switchOff);
  if ("WebTransport" in window) switchOff("WebTransport");
  // Pictures and other documents of XML may have no head for the policy, and need no worker.
  if (!(document instanceof HTMLDocument) || document.contentType === "application/xhtml+xml") switchOff("Worker");
  // A page may look whether the browser knows peers, but gets none: the first thing that a peer does is to
  // send a login of the page's own to a relay.
  const noPeer = function RTCPeerConnection() {
    note("a peer connection");
    throw new DOMException("no peers here", "NotSupportedError");
  };
  ["RTCPeerConnection", "webkitRTCPeerConnection"].filter((name) => name in window).forEach((name) => {
    window[name].prototype.constructor = noPeer;
    Object.defineProperty(window, name, { value: noPeer, writable: true, configurable: true, enumerable: false });
  });
  // This works out of sight.
  const tellOf = (holder, name, what) => {
    let real = holder && holder[name];
    if (!real) return;
    const told = (act) => (...call) => {
      note(what);
      return act(...call);
    };
    const heard = { apply: told(Reflect.apply), construct: told(Reflect.construct) };
    Object.defineProperty(holder, name, {
      get: () => new Proxy(real, heard),
      set: (now) => { real = now; },
      configurable: true,
    });
  };
  const realSocket = window.WebSocket;
  const toldSocket = new Proxy(realSocket, {
    construct: (real, call, made) => {
      const socket = Reflect.construct(real, call, made === toldSocket ? real : made);
      note("a socket", socket.url);
      return socket;
    },
  });
  realSocket.prototype.constructor = toldSocket;
  window.WebSocket = toldSocket;

  // In a context of our own, service workers are blocked by the browser's driver, in a script that
  // may run before this one or after it: registering gives nothing, and waiting for it never ends.
  // An app that waits gets a worker that is there and does nothing, as after a first installation.
  const container = navigator.serviceWorker;
  const idle = (url, scope) => {
    const script = new URL(url, location.href).href;
    const worker = { scriptURL: script, state: "activated", postMessage() {}, onstatechange: null, onerror: null };
    const registration = {
      active: Object.assign(new EventTarget(), worker),
      installing: null,
      waiting: null,
      scope: new URL(scope ?? "./", script).href,
      updateViaCache: "imports",
      onupdatefound: null,
      update: () => Promise.resolve(registration),
      unregister: () => Promise.resolve(true),
      getNotifications: () => Promise.resolve([]),
    };
    return Object.assign(new EventTarget(), registration);
  };
  const giveIdleWorker = () => {
    let registered = null;
    let tellReady = null;
    const ready = new Promise((resolve) => { tellReady = resolve; });
    const register = async (url, options) => {
      note("a service worker");
      registered ??= idle(url, options?.scope);
      tellReady(registered);
      return registered;
    };
    const fixed = (name, value) =>
      Object.defineProperty(container, name, { get: () => value, set() {}, configurable: true });
    fixed("register", register);
    fixed("ready", ready);
    fixed("getRegistration", async () => registered ?? undefined);
    fixed("getRegistrations", async () => (registered ? [registered] : []));
  };
  if (OWN_CONTEXT && container) giveIdleWorker();
  else tellOf(container, "register", "a service worker");

  const near = ["", "_self", "_top", "_parent"];
  const target = (...from) =>
    from.map((each) => each && each.getAttribute("target")).find((each) => each !== null) ??
    document.querySelector("base[target]")?.getAttribute("target") ??
    "";
  const away = (...from) => !near.includes(target(...from).toLowerCase());
  const hold = (event) => {
    note("a form or a link into another tab");
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.open = () => {
    note("a second tab");
    return null;
  };
  const write = Document.prototype.open; // with three arguments it opens a window, too
  Document.prototype.open = function (...words) {
    return words.length > 2 ? null : write.apply(this, words);
  };
  const isLink = (each) => each instanceof Element && each.matches("a, area");
  addEventListener("click", (event) => {
    const link = event.composedPath().find(isLink);
    if (link && away(link)) hold(event);
  }, true);
  addEventListener("submit", (event) => {
    const asked = event.submitter?.getAttribute("formtarget");
    const elsewhere = asked ? !near.includes(asked.toLowerCase()) : away(event.target);
    if (elsewhere) hold(event);
  }, true);
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    if (away(this)) note("a form into another tab");
    else submit.call(this);
  };
})();
