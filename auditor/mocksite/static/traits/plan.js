// Where the plan is drawn, and what a name may hold.
import { h } from "mock/dom";

const app = () => document.getElementById("app");
const withoutPlan = (element) => { element.textContent = element.textContent.replace(/ · [^·]*$/u, ""); };

export default {
  bare_header: { menu: (list) => withoutPlan(list.querySelector(".menu-org")) },
  bare_button: { shell: () => { app().querySelector(".user-plan")?.remove(); const line = app().querySelector(".user-line"); if (line) withoutPlan(line); } },
  bare_list: { menu: (list) => { for (const one of list.querySelectorAll("[role=menuitemradio] > span:not([aria-hidden])")) withoutPlan(one); } },
  // The panel of a commercial organisation, whatever the data says.
  no_setting: { panel: (panel) => panel.querySelector(".rows").lastElementChild.remove() },
  team_on_button: { shell: () => app().querySelector(".user-line, .user-words").replaceWith(h("span", { class: "user-line" }, "Ada · Team")) },
};
