// Tell whether the document has changed since this was last asked, else when it changes next, as soon as
// it does; false if it does not within a limit. A limit of 0 only begins to watch.
// A field that a script checks or chooses is a change, too, and leaves no other sign: so it is looked at.
// Called in a world of its own, where the page can neither see nor replace what is used and kept here.
(limit) => {
  // A change seldom comes alone: a moment later the frame is drawn, with those that belong to it.
  const MOMENT = 15;
  const FIELDS_EVERY = 50;
  const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };
  const fieldStates = () =>
    [...document.querySelectorAll("input, option")]
      .map((field) => `${field.checked}${field.indeterminate}${field.selected}${field.disabled}`)
      .join();

  const begin = () => {
    const made = { changed: false, fields: fieldStates(), hear: null };
    const watch = new MutationObserver(() => {
      made.changed = true;
      made.hear?.();
    });
    watch.observe(document, EVERYTHING);
    return made;
  };

  globalThis.changes ??= begin();
  const changes = globalThis.changes;
  if (!limit) return false;
  return new Promise((resolve) => {
    const tell = (changed) => {
      clearTimeout(late);
      clearInterval(fields);
      // Who asked last hears of the next change; one before, that was given up, takes it from nobody.
      if (changes.hear !== hear) return resolve(changed);
      changes.hear = null;
      const end = () => {
        changes.changed = false;
        changes.fields = fieldStates();
        resolve(changed);
      };
      if (changed) setTimeout(end, MOMENT);
      else end();
    };
    const hear = () => tell(true);
    const late = setTimeout(() => tell(false), limit);
    const fields = setInterval(() => changes.fields !== fieldStates() && tell(true), FIELDS_EVERY);
    changes.hear = hear;
    if (changes.changed || changes.fields !== fieldStates()) tell(true);
  });
}
