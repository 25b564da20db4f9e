// Which controls were there before the path's last click, with the same words around them: on a
// page that shows its settings in no dialog, those belong to something else, like a chat.
({ memory, parentOf }) => {
  const CONTROLS =
    "input, button, select, [role=switch], [role=checkbox], [role=radio], [aria-checked]";
  const LONGEST = 200;
  const LEVELS = 4; // how far up the words beside a control are looked for

  const wordsAround = (element) => {
    let around = element;
    for (let level = 0; around && level <= LEVELS; level += 1) {
      const text = (around.textContent || "").trim();
      if (text) return text.slice(0, LONGEST);
      around = parentOf(around);
    }
    return "";
  };

  const rememberControls = () => {
    const all = [...document.querySelectorAll(CONTROLS)];
    memory.set("controls", new Map(all.map((one) => [one, wordsAround(one)])));
  };

  const wasThereBefore = (element) =>
    memory.get("controls")?.get(element) === wordsAround(element);

  return { wordsAround, rememberControls, wasThereBefore };
}
