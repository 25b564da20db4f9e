// The three shapes of the switch, all moved through one small interface: show(value), onmove(value).
import { h, page } from "mock/dom";

// New: role=switch with state in attributes, and a hidden twin input beside it (OBS 2026-09, APP 2026-08).
function ariaSwitch({ labelledby, disabled, onmove }) {
  const tag = page.switch === "aria-span" ? "span" : "button";
  const twin = h("input", { type: "checkbox", "aria-hidden": "true", tabindex: "-1", class: "twin", disabled });
  const control = h(
    tag,
    {
      type: tag === "button" ? "button" : null,
      role: "switch",
      "data-cds": "Switch",
      "aria-labelledby": labelledby,
      "aria-disabled": disabled ? "true" : null,
      "data-disabled": disabled,
      disabled: tag === "button" && disabled,
      tabindex: tag === "span" ? (disabled ? "-1" : "0") : null,
      class: "switch",
    },
    h("span", { class: "thumb" }),
  );
  const move = () => disabled || onmove(control.getAttribute("aria-checked") !== "true");
  control.addEventListener("click", move);
  if (tag === "span") control.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    move();
  });
  const show = (value) => {
    control.setAttribute("aria-checked", String(value));
    control.toggleAttribute("data-checked", value);
    control.toggleAttribute("data-unchecked", !value);
    twin.checked = value;
  };
  return { element: h("span", { class: "switch-holder" }, control, twin), show };
}

// Old: a visually hidden native checkbox, state in `checked` (APP 2026-08).
function nativeSwitch({ labelledby, disabled, onmove }) {
  const input = h("input", { type: "checkbox", role: "switch", class: "sr-only", "aria-labelledby": labelledby, disabled });
  input.addEventListener("change", () => onmove(input.checked));
  const show = (value) => { input.checked = value; };
  return { element: h("label", { class: "switch-label" }, input, h("span", { class: "switch" }, h("span", { class: "thumb" }))), show };
}

export function makeSwitch(wanted) {
  return page.switch === "native" ? nativeSwitch(wanted) : ariaSwitch(wanted);
}

// A plain ARIA switch for other places; without a label it has no accessible name.
export function plainSwitch(value, { labelledby = null, label = null } = {}) {
  const control = h("button", { type: "button", role: "switch", class: "switch", "aria-labelledby": labelledby, "aria-label": label }, h("span", { class: "thumb" }));
  const show = (now) => {
    control.setAttribute("aria-checked", String(now));
    control.toggleAttribute("data-checked", now);
  };
  show(value);
  control.addEventListener("click", () => show(control.getAttribute("aria-checked") !== "true"));
  return control;
}

// The switch of a notice or of the sign-up step: the old one is a native checkbox, as in the settings.
export function offeredSwitch(labelledby = null) {
  if (page.switch !== "native") {
    const control = plainSwitch(page.notice_offers, { labelledby });
    return { element: control, isOn: () => control.getAttribute("aria-checked") === "true" };
  }
  const input = h("input", { type: "checkbox", role: "switch", class: "sr-only", "aria-labelledby": labelledby });
  input.checked = page.notice_offers;
  return { element: h("label", { class: "switch-label" }, input, h("span", { class: "switch" }, h("span", { class: "thumb" }))), isOn: () => input.checked };
}
