// Whether the document has changed since a wait began: looked for instead of slept.
({ asked, memory }) => {
  // A change seldom comes alone: a moment later the frame is drawn, with those that belong to it.
  const MOMENT = 15;
  const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };

  const beginWait = () => {
    memory.get("wait")?.watch.disconnect();
    const wait = { number: asked.number, since: null };
    wait.watch = new MutationObserver(() => {
      wait.since ??= performance.now();
    });
    wait.watch.observe(document, EVERYTHING);
    memory.set("wait", wait);
  };

  // In a document that knows of no such wait, everything has changed.
  const hasChanged = () => {
    const wait = memory.get("wait");
    if (wait?.number !== asked.number) return true;
    return wait.since !== null && performance.now() - wait.since >= MOMENT;
  };

  return { beginWait, hasChanged };
}
