// Resolves with true a moment after the document changes, or with false when the time is up:
// waiting for a sign instead of sleeping.
(limit) =>
  new Promise((done) => {
    // A change seldom comes alone: 15 ms later the frame is drawn, with those that belong to it.
    const watch = new MutationObserver(() => setTimeout(end, 15, true));
    const end = (changed) => {
      watch.disconnect();
      done(changed);
    };
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    watch.observe(document, everything);
    setTimeout(end, limit, false);
  })
