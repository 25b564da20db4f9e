// Making elements, and what the page was told about itself.

export const options = JSON.parse(document.getElementById("options").textContent);
export const page = options.page;

export function t(key) {
  return options.texts[key] ?? key;
}

const TEST_ID = { plain: "data-testid", renamed: "data-qa", none: null };

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [given, value] of Object.entries(attributes)) {
    const name = given === "data-testid" ? TEST_ID[page.test_ids] : given;
    if (name === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Ids are generated at each render (OBS 2026-09): nothing may rely on them.
let counter = Math.floor(Math.random() * 40000) + 1000;
export function uid() {
  counter += 1 + Math.floor(Math.random() * 7);
  return `_r_${counter.toString(36)}_`;
}

export function wait(ms) {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}

const STROKES = {
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  chat: "M5 5h14v11H11l-4 3.5V16H5z",
  folder: "M4 7h6l2 2h8v9H4z",
  grid: "M5 5h6v6H5zM13 5h6v6h-6zM5 13h6v6H5zM13 13h6v6h-6z",
  sliders: "M4 8h9M17 8h3M4 16h3M11 16h9M13 8a2 2 0 104 0 2 2 0 10-4 0M7 16a2 2 0 104 0 2 2 0 10-4 0",
  bars: "M6 19v-6M12 19V6M18 19v-9",
  help: "M9.5 9.5a2.5 2.5 0 113.6 2.2c-.8.4-1.1 1-1.1 1.8M12 16.8v.2M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 100-17",
  globe: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 100-17M3.5 12h17M12 3.5c3 3 3 14 0 17M12 3.5c-3 3-3 14 0 17",
  exit: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  down: "M6.5 9.5L12 15l5.5-5.5",
  right: "M9.5 6.5L15 12l-5.5 5.5",
  up: "M12 18V6M6.5 11L12 5.5l5.5 5.5",
  team: "M9 11a3 3 0 100-6 3 3 0 000 6M3.5 19c.4-3.4 2.6-5 5.5-5s5.100 1.600 5.500 5M16 11.500a2.500 2.500 0 000-5M17 14.500c2 .5 3.200 2 3.500 4.500",
  lock: "M6 11h12v8H6zM8.500 11V8a3.500 3.500 0 017 0v3",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) svg.setAttribute(key, value);
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", STROKES[name]);
  svg.append(path);
  return svg;
}

export function mark() {
  return h("img", { src: "/static/mark.svg", alt: "", width: 26, height: 26 });
}

// Keeps Tab inside a dialog and gives Esc to it.
export function holdFocus(dialog, onEscape) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && onEscape) {
      event.stopPropagation();
      onEscape();
    }
    if (event.key !== "Tab") return;
    const all = [...dialog.querySelectorAll("a[href], button:not(:disabled), input:not([aria-hidden]):not(:disabled), select, textarea, [tabindex='0']")].filter((one) => one.tabIndex >= 0 && one.getClientRects().length);
    const [first, last] = [all[0], all.at(-1)];
    if (event.shiftKey && (document.activeElement === first || document.activeElement === dialog)) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  });
}

// What lies under a modal layer cannot be reached, nor is it read out.
function cover(id, covered) {
  const layer = document.getElementById(id);
  layer.inert = covered;
  if (covered) layer.setAttribute("aria-hidden", "true");
  else layer.removeAttribute("aria-hidden");
}

export function syncLayers() {
  const settings = document.getElementById("layer").childElementCount > 0;
  const notice = document.querySelector("#notices [aria-modal=true]") !== null;
  cover("app", settings || notice);
  cover("layer", notice);
}
