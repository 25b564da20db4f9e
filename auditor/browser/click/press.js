// The ways to press a control, each found without pressing anything: `way` names one, and what to click comes back, or
// nothing. `clear` gives the spot of a label where a click does nothing of its own.
(element, way) => {
  const DOES = "a, button, input, select, textarea, summary, iframe, object, embed, video, audio, [contenteditable], "
    + "[role]:not([role=img], [role=presentation], [role=none]), [tabindex]";
  const TWIN = "input[type=checkbox], input[type=radio]";
  const acts = (each) => each.matches(DOES) || each.localName.includes("-");
  const acting = (place) => [...place.querySelectorAll("*")].filter(acts);
  const up = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  const chain = (node) => {
    const all = [];
    for (let each = node; each; each = up(each)) all.push(each);
    return all;
  };
  const within = (inner, outer) => chain(inner).includes(outer);
  const box = (each) => each.getBoundingClientRect();
  const big = (each) => box(each).width > 4 && box(each).height > 4;
  const small = (each) => Boolean(each) && big(each) && box(each).width <= 120 && box(each).height <= 60;
  const inside = (inner, outer) => {
    const a = box(inner), b = box(outer);
    return a.left >= b.left - 4 && a.right <= b.right + 4 && a.top >= b.top - 4 && a.bottom <= b.bottom + 4;
  };
  // What a mouse would hit in the middle of something, through open shadow roots.
  const middle = (each) => {
    const { left, top, width, height } = box(each);
    let hit = document.elementFromPoint(left + width / 2, top + height / 2);
    for (;;) {
      const inner = hit && hit.shadowRoot && hit.shadowRoot.elementFromPoint(left + width / 2, top + height / 2);
      if (!inner || inner === hit) return hit;
      hit = inner;
    }
  };
  const between = (hit, place) => chain(hit).slice(0, chain(hit).indexOf(place));

  // A label around a place presses what it is for: another's control where ids are there twice. Its own native twin is
  // no other one.
  const strange = (place) => {
    const label = chain(place).find((each) => each.localName === "label");
    const control = label && label.control;
    if (!control || control === element || within(element, control)) return false;
    const fields = label.querySelectorAll("input, button, select, textarea").length;
    return !(element.localName !== "input" && control.matches(TWIN) && within(control, label) && fields === 1);
  };
  // Whether what would be hit is of the place: a notice may stand in it and reach far beyond, and a link or a button in
  // it does something of its own. What covers it from outside is found out when the click is rehearsed.
  const own = (place) => {
    if (strange(place)) return false;
    const hit = middle(place);
    if (!hit || !within(hit, place)) return true;
    const others = between(hit, place).filter((each) => each !== element && !within(element, each));
    return inside(hit, place) && !others.some(acts);
  };

  const ways = {
    // Many a switch has nothing of its own to hit. A radio in a custom element, in its shadow or in a slot, is pressed
    // itself, for its host may be a wide box with other things in it.
    itself() {
      const radio = [element.shadowRoot, element].map((each) => each?.querySelector("[role=radio], input[type=radio]")).find(Boolean);
      const target = radio && big(radio) ? radio : element;
      if (!big(target)) return null;
      const others = `a[href], iframe, object, embed${radio ? ", button" : ""}`;
      const hit = middle(target);
      const taken = hit && within(hit, target) && between(hit, target).some((each) => each.matches(others));
      return taken ? null : target;
    },
    // What is drawn apart from the label, for an input that is not displayed, has ways of its own, and may hear the label too.
    label() {
      const labels = [...(element.labels || [])];
      const drawn = element.checkVisibility() ? null : ways.around();
      if (drawn && !labels.some((label) => within(drawn, label))) return null;
      return labels.find((each) => box(each).width > 0 && box(each).height > 0) || null;
    },
    // An input that cannot be hit itself is often drawn by the small thing that it stands in, or by the one beside it;
    // the survey takes it so, too. Beside one with a label it must be of that label: an icon may do something else.
    around() {
      const host = element.getRootNode().host; // some leave the mouse to the custom element they are drawn in
      if (host && getComputedStyle(element).pointerEvents === "none" && middle(element) === host) return own(host) ? host : null;
      const labels = [...(element.labels || [])];
      const free = (each) => !labels.length || labels.some((label) => within(each, label));
      const beside = [element.nextElementSibling, element.previousElementSibling];
      const thing = beside.find((each) => small(each) && free(each) && !acts(each) && !acting(each).length);
      if (thing && !small(element)) return own(thing) ? thing : null;
      for (const each of chain(element).slice(1, 4)) {
        if (box(each).width > 120 || box(each).height > 60) return null;
        if (small(each)) return own(each) ? each : null;
      }
      return null;
    },
    // Some draw the switch with a label that names no control, or with a thing of no role and no words, laid over the
    // input in the same place; what reaches further, or has anything else to press beside it, is no drawing of it.
    over() {
      const hit = middle(element);
      if (element.localName !== "input" || !small(element) || !hit || within(hit, element) || strange(hit)) return null;
      if (hit.localName !== "label" && !(small(hit) && !hit.textContent.trim())) return null;
      const around = chain(element).slice(1, 4).find((each) => each.contains(hit));
      if (!around || around === hit || around === document.body || box(around).height > 120) return null;
      if (acting(around).some((each) => each !== element)) return null;
      return inside(hit, around) && box(hit).height <= 60 ? hit : null;
    },
    clear() {
      const { left, top, width, height } = box(element);
      const other = "a[href], button, input, select, textarea, summary, iframe, [role=button], [role=link], [tabindex]";
      const inert = (x, y) => {
        const hit = element.getRootNode().elementFromPoint(left + x, top + y);
        const does = hit && hit.closest(other);
        const mine = !does || !element.contains(does) || does === element || element.control === does;
        return hit && element.contains(hit) && mine;
      };
      for (const y of [0.5, 0.25, 0.75, 0.1, 0.9])
        for (const x of [0.5, 0.02, 0.98, 0.25, 0.75]) {
          const at = { x: Math.floor(width * x), y: Math.floor(height * y) };
          if (inert(at.x, at.y)) return at;
        }
      return null;
    },
  };
  if (!element.isConnected) return null;
  if (way !== "clear") element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  return ways[way]();
}
