// Built-ins that the page has replaced: as some libraries do, or so that they answer only the
// page's own files, as large apps keep foreign scripts from working.

const { apply, construct, ownKeys } = Reflect;
const { split, indexOf } = String.prototype;
const RealProxy = Proxy;
const HERE = "Built-ins that the page has replaced"; // how this file begins

const OF_PROTOTYPES = {
  Array: ["map", "filter", "push", "find", "findLast", "some", "every", "includes", "indexOf", "flatMap", "reduce", "slice", "splice", "forEach"],
  String: ["trim", "slice", "replace", "includes", "startsWith", "endsWith", "toLowerCase", "normalize", "split", "match"],
  Function: ["call", "apply", "bind"],
  RegExp: ["test", "exec"],
  Element: ["closest", "matches", "getBoundingClientRect", "checkVisibility", "hasAttribute", "scrollIntoView"],
  Document: ["querySelectorAll", "querySelector", "elementFromPoint", "createElement", "createTreeWalker", "createRange"],
  Node: ["contains", "compareDocumentPosition", "getRootNode"],
};
const OF_OBJECTS = { JSON: ["stringify", "parse"], Array: ["from", "isArray"], Object: ["entries", "keys", "assign"], window: ["getComputedStyle", "matchMedia"] };
const MADE = ["Map", "Set", "WeakMap", "MutationObserver", "DOMMatrix", "Proxy"];

// Whether no file of the page has led to a call. Each travels as an address that holds its text.
function isForeign() {
  const lines = apply(split, new Error("who calls").stack, ["\n"]);
  for (let at = 1; at < lines.length; at += 1) {
    const own = apply(indexOf, lines[at], ["data:text/javascript,"]) >= 0;
    if (own && apply(indexOf, lines[at], [HERE]) < 0) return false;
  }
  return true;
}

function refuse() {
  throw new TypeError("not for you");
}

const guarded = (real) => function (...given) { return isForeign() ? refuse() : apply(real, this, given); };
const guardedClass = (real) => new RealProxy(real, { construct: (it, given, made) => (isForeign() ? refuse() : construct(it, given, made)) });

function guardAll() {
  Error.stackTraceLimit = 100;
  for (const of of ownKeys(OF_PROTOTYPES)) for (const name of OF_PROTOTYPES[of]) window[of].prototype[name] = guarded(window[of].prototype[name]);
  for (const of of ownKeys(OF_OBJECTS)) for (const name of OF_OBJECTS[of]) window[of][name] = guarded(window[of][name]);
  for (const name of MADE) window[name] = guardedClass(window[name]);
  const { getAttribute } = Element.prototype;
  Element.prototype.getAttribute = function (name) { return isForeign() ? "false" : apply(getAttribute, this, [name]); };
}

// Prototype.js gave arrays and strings a way to be written as JSON, and every object new methods.
function library() {
  Array.prototype.toJSON = function () { return `[${this.join()}]`; };
  String.prototype.toJSON = function () { return `"${this}"`; };
  Object.prototype.merge = function (other) { return Object.assign(this, other); };
  Object.prototype.extend = Object.prototype.merge;
  Array.from = (given) => { const all = []; for (let at = 0; at < given.length; at += 1) all.push(given[at]); return all; };
  Element.prototype.remove = function () { if (this.parentNode) this.parentNode.removeChild(this); return this; };
}

export default {
  own_only: { start: guardAll },
  library: { start: library },
};
