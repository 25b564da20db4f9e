// Texts as they are compared: folded, without badges; and the words that turn a meaning around.
({ asked }) => {
  const LONGEST = 4096; // a text may hold megabytes, and none of what is looked for is long

  const fold = (text) =>
    text
      .slice(0, LONGEST)
      .normalize("NFKC")
      .replace(/\p{Cf}/gu, "") // soft hyphens, joiners and marks of direction, which nobody sees
      .replace(/[\u2019\u02bc\u2018\u00b4`]/g, "'")
      .toLowerCase()
      .replace(/\s+/g, " ")
      .replace(/^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "");

  const foldStart = (element) => fold(element.textContent.slice(0, LONGEST));
  const isTooLong = (text) => text.length > LONGEST;

  const spacedWords = (text) => (text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}']*/gu) || []).join(" ");
  const turning = asked.inverting.map((word) => spacedWords(fold(word)));

  // Scripts that set words apart are searched for whole words: "opt" is not in "option".
  const wholeWord = (word) =>
    /^[\p{Script=Latin}\p{Script=Devanagari}]/u.test(word) ? ` ${word} ` : word;

  // Whether a folded text holds a word that turns a meaning around.
  const turnsMeaning = (text) =>
    turning.some((word) => ` ${spacedWords(text)} `.includes(wholeWord(word)));

  // A text without the badges at its end ("New", "Beta"), of which there may be several.
  const badges = asked.badges.map(fold);
  const withoutBadges = (text) =>
    badges.reduce(
      (rest, badge) => (rest.endsWith(` ${badge}`) ? fold(rest.slice(0, -badge.length)) : rest),
      fold(text),
    );

  const states = new Set(asked.states.map(fold));
  const generic = new Set(asked.generic);
  const isStateWord = (text) => states.has(text);
  const isGenericWord = (text) => generic.has(text);

  const notes = asked.notes.map(fold);
  const isPartOfNote = (text) => notes.some((note) => note.includes(text) || text.includes(note));
  const isWithinNote = (text) => notes.some((note) => note.includes(text));
  const holdsNote = (text) => notes.some((note) => text.includes(note));

  return {
    fold, foldStart, isTooLong, turnsMeaning, withoutBadges, isStateWord, isGenericWord,
    isPartOfNote, isWithinNote, holdsNote,
  };
}
