// Notices in the corner; they are themselves role=dialog (OBS).
import { h, icon, t, uid } from "mock/dom";

export function toast(text, { stays = false } = {}) {
  const title = uid();
  const element = h(
    "div",
    { role: "dialog", "aria-modal": "false", "aria-labelledby": title, class: "toast", tabindex: "-1" },
    h("p", { id: title }, text),
    h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: () => element.remove() }, icon("close")),
  );
  document.getElementById("toasts").append(element);
  if (!stays) setTimeout(() => element.remove(), 8000);
}
