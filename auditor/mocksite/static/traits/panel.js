// What the panel holds beside the setting, or instead of it, and where it is drawn.
import { h, options, page, t, uid } from "mock/dom";
import { plainSwitch } from "mock/switch";

const rows = (panel) => panel.querySelector(".rows");
const mine = (panel) => rows(panel).lastElementChild;

function otherRow(title, value, text = "") {
  const id = uid();
  return h("div", { role: "group", "aria-labelledby": id, "data-settings-row": true, class: "row" }, h("div", { class: "row-words" }, h("div", { class: "settings-row-title", id }, title), h("div", { class: "settings-row-text" }, text)), plainSwitch(value, { labelledby: id }));
}

// The label is a heading far up; the only other switch belongs to something else.
function farHeading(panel) {
  mine(panel).remove();
  panel.prepend(h("h3", {}, page.label ?? t("settingTitle")));
  panel.append(h("div", { class: "card rows" }, otherRow("Compact mode", false, "Shows more lines at once.")));
}

// The link of the setting explains another switch, and the label names a third.
function crossWired(panel) {
  const link = mine(panel).querySelector("a");
  mine(panel).before(otherRow("Help improve our search", false, "A different matter. "));
  mine(panel).previousElementSibling.querySelector(".settings-row-text").append(link);
}

async function intoFrame(panel, attributes) {
  const frame = h("iframe", { ...attributes, class: "panel-frame", title: "Privacy" });
  panel.replaceWith(frame);
  await new Promise((resolve) => { frame.addEventListener("load", resolve); });
  frame.contentDocument.body.append(panel);
}

const DOCUMENT = '<!doctype html><html lang="en-US"><link rel="stylesheet" href="/static/tokens.css"><link rel="stylesheet" href="/static/app.css"><body></body></html>';

function zoomed(panel) {
  document.querySelector(".settings").style.height = "22rem";
  panel.style.zoom = "2";
}

export default {
  labs_after: { panel: (panel) => mine(panel).after(otherRow("Help improve our AI models in Labs", !options.value, "Early products only.")) },
  labs_before: { panel: (panel) => mine(panel).before(otherRow("Share data to improve Labs", !options.value, "Early products only.")) },
  missing: { panel: (panel) => mine(panel).remove() },
  far_heading: { panel: farHeading },
  cross_wired: { panel: crossWired },
  frame_src: { panel: (panel) => intoFrame(panel, { src: `${options.prefix}/frame` }) },
  frame_srcdoc: { panel: (panel) => intoFrame(panel, { srcdoc: DOCUMENT }) },
  zoomed: { panel: zoomed },
};
