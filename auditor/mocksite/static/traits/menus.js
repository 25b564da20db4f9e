// The menu and the list of sections as other libraries build them: the same entries as other elements.
import { h, t, wait } from "mock/dom";

const app = () => document.getElementById("app");
const opener = () => app().querySelector("[data-testid=user-menu-button], [data-qa=user-menu-button], .user-button");
const pointing = "cursor:pointer;display:block;padding:.4rem .6rem";

// Puts another element in an entry's place; a press of it is a press of the entry.
function swap(entry, made) {
  made.addEventListener("click", (event) => { event.preventDefault(); entry.click(); });
  entry.replaceWith(made);
}

const menuOf = (make) => (list) => {
  for (const one of list.querySelectorAll(".menu-item")) swap(one, make(one.textContent));
};

// With a slot in an open shadow root, where the press is taken, as web components do.
customElements.define("mock-entry", class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: "open" }).append(h("div", { role: "menuitem", tabindex: "-1", style: pointing }, h("slot")));
  }
});

const ENTRIES = {
  links: (text) => h("a", { href: "#", style: "display:block" }, text),
  buttons: (text) => h("button", { type: "button", style: "display:block" }, h("span", {}, text)),
  list_items: (text) => h("div", { role: "listitem", tabindex: "0" }, text),
  options: (text) => h("div", { role: "option", tabindex: "-1" }, h("div", {}, text)),
  pointed_at: (text) => h("div", { style: pointing }, h("b", {}, text)),
  plain_items: (text) => h("li", {}, text),
  with_keys: (text) => h("div", { tabindex: "0" }, text, h("kbd", {}, "Ctrl+,")),
  shadow: (text) => h("mock-entry", {}, h("span", {}, text)),
  icon_font: (text) => h("div", { role: "menuitem", tabindex: "-1" }, h("i", { style: "font-family:'Material Icons'" }, text === t("section.usage") ? t("settings").toLowerCase() : "bolt"), h("span", {}, text)),
};

const menus = Object.fromEntries(Object.entries(ENTRIES).map(([name, make]) => [name, { menu: menuOf(make) }]));

// The menu comes 2.5 s after the click, and nothing says that it will. A second click draws another one.
function late(list) {
  const holder = list.parentElement;
  opener().removeAttribute("aria-expanded");
  list.remove();
  setTimeout(() => holder.prepend(list), 2500);
}

function underShade(list) {
  const shade = h("div", { style: "position:fixed;inset:0;z-index:15;background:#0003" });
  document.body.append(shade);
  late(list);
  setTimeout(() => shade.remove(), 2600);
}

// The menu opens at once, and its entries come 3.5 s later; a second click would close it.
function emptyAtFirst(list) {
  opener().removeAttribute("aria-expanded");
  const entries = [...list.children];
  list.replaceChildren(h("p", { style: "padding:1rem" }, "…"));
  setTimeout(() => list.replaceChildren(...entries), 3500);
}

function covered(list, milliseconds) {
  const over = h("div", { style: "position:absolute;inset:0;z-index:5" });
  list.append(over);
  if (milliseconds) wait(milliseconds).then(() => over.remove());
}

// A link of the same name leads to another site, before the right entry.
function strangerFirst(list) {
  menuOf(ENTRIES.buttons)(list);
  list.prepend(h("a", { href: "https://example.com/settings", style: "display:block" }, t("settings")));
}

// Entries of the same names all over the page; one of them comes while the menu is awaited.
function elsewhere() {
  const place = (text) => h("a", { href: "#elsewhere", class: "recent", onclick: (event) => { event.preventDefault(); location.hash = "#settings/usage"; } }, text);
  app().querySelector(".recents").append(place(t("settings")), place(t("section.data-privacy-controls")));
  opener().addEventListener("click", () => setTimeout(() => app().querySelector(".recents").append(place(t("settings"))), 400), { once: true });
}

// The user button is drawn before its page listens: presses in the first so many ms are lost.
const hearsAfter = (milliseconds) => () => {
  const lose = (event) => opener().contains(event.target) && event.stopImmediatePropagation();
  const kinds = ["click", "pointerdown", "mousedown", "keydown"];
  for (const kind of kinds) addEventListener(kind, lose, true);
  wait(milliseconds).then(() => kinds.forEach((kind) => removeEventListener(kind, lose, true)));
};

// A drawer for small screens holds the user button once more. It lies beside the screen, below a
// layer that lets nothing through, or drawn over by the page; only its place tells that it is shut.
const twin = (style) => () => {
  const again = opener().cloneNode(true);
  again.removeAttribute("id");
  app().prepend(h("aside", { style: `position:fixed;inset-block:0;inline-size:16rem;display:flex;align-items:end;${style}` }, again));
};

// A press of Settings in the menu does this instead of opening them.
const settingsEntry = (act) => (list) => {
  const entry = list.querySelector("[data-testid=user-menu-settings]");
  entry.addEventListener("click", (event) => { event.stopImmediatePropagation(); act(); }, true);
};

const sectionsOf = (make, wrap = (all) => all) => (dialog) => {
  const navigation = dialog.querySelector("nav, [role=tablist]");
  const entries = [...navigation.querySelectorAll("button, a")];
  navigation.replaceWith(wrap(entries.map((entry) => {
    const made = make(entry.textContent, entry.hasAttribute("aria-current") || entry.getAttribute("aria-selected") === "true");
    made.addEventListener("click", (event) => { event.preventDefault(); entry.click(); });
    return made;
  })));
};

const column = (...attributes) => (entries) => h("div", Object.assign({ style: "flex:none;width:13rem" }, ...attributes), entries);

// Heads that unfold; the one that is unfolded folds up again, and its content goes.
const fold = (text, current) => {
  const head = h("button", { type: "button", "aria-expanded": String(current), style: "display:block" }, text);
  if (current) head.addEventListener("click", (event) => { event.stopImmediatePropagation(); document.querySelector(".settings-content").replaceChildren(); });
  return h("h3", { style: "margin:0" }, head);
};

function select(dialog) {
  const navigation = dialog.querySelector("nav, [role=tablist]");
  const entries = [...navigation.querySelectorAll("button, a")];
  const box = h("select", { "aria-label": t("settings"), style: "align-self:start" }, entries.map((entry) => h("option", { selected: entry.hasAttribute("aria-current") }, entry.textContent)));
  box.addEventListener("change", () => entries[box.selectedIndex].click());
  navigation.replaceWith(box);
}

// A button that shows the present section and opens the list of all; the list is drawn only then.
const opened = (holder, role) => (dialog) => {
  const navigation = dialog.querySelector("nav, [role=tablist]");
  const entries = [...navigation.querySelectorAll("button, a")];
  const open = h("button", { type: "button", "aria-haspopup": holder, "aria-expanded": "false", style: "align-self:start" }, entries[0].textContent);
  const close = () => { open.nextElementSibling?.remove(); open.ariaExpanded = "false"; };
  const choose = (entry) => { close(); open.textContent = entry.textContent; entry.click(); };
  open.addEventListener("click", () => {
    if (open.nextElementSibling) return close();
    open.ariaExpanded = "true";
    open.after(h("div", { role: holder, style: "position:absolute;background:Canvas;z-index:9" }, entries.map((entry) => {
      const made = h("div", { role, tabindex: "-1" }, entry.textContent);
      made.addEventListener("click", () => choose(entry));
      return made;
    })));
  });
  navigation.replaceWith(h("div", {}, open));
};

const atPrivacy = () => { location.hash = "#settings/data-privacy-controls"; return false; };

export default {
  ...menus,
  late: { menu: late },
  under_shade: { menu: underShade },
  empty_at_first: { menu: emptyAtFirst },
  covered_for_a_while: { menu: (list) => covered(list, 4000) },
  covered: { menu: (list) => covered(list, 0) },
  stranger_first: { menu: strangerFirst },
  elsewhere: { shell: elsewhere },
  settings_ask: { menu: settingsEntry(() => confirm("Leave this chat?")) },
  settings_in_tab: { menu: settingsEntry(() => open(`${location.pathname}#settings`)) },
  hears_after_5_s: { shell: hearsAfter(5000) },
  hears_after_8_s: { shell: hearsAfter(8000) },
  twin_beside: { shell: twin("left:-17rem") },
  twin_below: { shell: twin("z-index:-1;left:0") },
  twin_moved: { shell: twin("transform:translateX(-100%);visibility:visible") },
  twin_clipped: { shell: twin("left:0;clip-path:inset(0 100% 0 0)") },
  twin_transparent: { shell: twin("left:0;opacity:0;pointer-events:none") },
  section_tabs: { dialog: sectionsOf((text) => h("div", { role: "tab", tabindex: "0", style: pointing }, text), column({ role: "tablist" })) },
  section_list: { dialog: sectionsOf((text) => h("li", {}, h("span", {}, text)), (entries) => h("ul", { style: "flex:none;width:13rem" }, entries)) },
  section_folds: { dialog: sectionsOf(fold, column()) },
  unfolded: { settings: atPrivacy, dialog: sectionsOf(fold, column()) },
  section_select: { dialog: select },
  section_listbox: { dialog: opened("listbox", "option") },
  section_menu: { dialog: opened("menu", "menuitemradio") },
};
