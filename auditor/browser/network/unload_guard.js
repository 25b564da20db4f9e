// Runs in every frame before the page's own scripts. What the guard could not see is not let
// happen: what is sent while the page is being left, what is addressed like a file (ASSETS stands
// for the guard's own expression, LET-THROUGH for the addresses that the flow lets through), what
// goes over a socket, and whatever a second tab or a frame of another site would say before it is
// closed or taken away.
(() => {
  const READING = ["GET", "HEAD", "OPTIONS"];
  const reads = (method) => READING.includes(String(method || "GET").toUpperCase());
  const foreign = (() => {
    try {
      return !top.document;
    } catch {
      return !LET_THROUGH.some((each) => each.test(location.href));
    }
  })();
  const unseen = (url) => foreign || /ASSETS/.test(new URL(url, location.href).href);

  const ask = window.fetch;
  // A write goes where the guard let it go, and is not led on from there.
  const direct = (method) => (reads(method) ? {} : { redirect: "error" });
  window.fetch = function (what, options) {
    const method = (options && options.method) || (what instanceof Request ? what.method : "GET");
    if (!reads(method) && unseen(what instanceof Request ? what.url : what)) {
      return Promise.reject(new TypeError("held back"));
    }
    return ask.call(this, what, { ...options, keepalive: false, ...direct(method) });
  };
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (!reads(method) && unseen(url)) throw new TypeError("held back");
    return open.call(this, method, url, ...rest);
  };
  Navigator.prototype.sendBeacon = () => true;
  WebSocket.prototype.send = () => {};
  for (const name of ["SharedWorker", "WebTransport", "fetchLater"]) delete window[name];

  const near = ["", "_self", "_top", "_parent"];
  const target = (...from) =>
    from.map((each) => each && each.getAttribute("target")).find((each) => each !== null) ??
    document.querySelector("base[target]")?.getAttribute("target") ??
    "";
  const away = (...from) => !near.includes(target(...from).toLowerCase());
  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.open = () => null;
  const write = Document.prototype.open; // with three arguments it opens a window, too
  Document.prototype.open = function (...words) {
    return words.length > 2 ? null : write.apply(this, words);
  };
  const isLink = (each) => each instanceof Element && each.matches("a, area");
  addEventListener("click", (event) => {
    const link = event.composedPath().find(isLink);
    if (link && away(link)) hold(event);
  }, true);
  const posted = (form, by) => {
    const said = (name) => by?.getAttribute(`form${name}`) ?? form.getAttribute(name);
    return !reads(said("method")) && unseen(said("action") || location.href);
  };
  addEventListener("submit", (event) => {
    const asked = event.submitter?.getAttribute("formtarget");
    const elsewhere = asked ? !near.includes(asked.toLowerCase()) : away(event.target);
    if (elsewhere || posted(event.target, event.submitter)) hold(event);
  }, true);
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    if (!away(this) && !posted(this)) submit.call(this);
  };
})();
