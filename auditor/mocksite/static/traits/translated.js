// A browser that translates the page for the person, as Chrome and Edge do: into Dutch, which the site does not speak.
const DUTCH = {
  "Settings": "Instellingen",
  "Privacy": "Privacyinstellingen",
  "Log out": "Uitloggen",
  "Learn more": "Meer informatie",
  "Help improve our AI models": "Help onze AI-modellen te verbeteren",
  "Allow the use of your chats and coding sessions to train and improve Anthropic AI models.":
    "Sta toe dat uw chats en codeersessies worden gebruikt om de AI-modellen van Anthropic te trainen en te verbeteren.",
};
// What is not in the list is turned into words of no language, so that nothing is read by luck.
// Addresses stay as they are.
const foreign = (text) => (text.includes("@") ? text : DUTCH[text.trim()] ?? text.replace(/\p{L}+/gu, (word) => `${word}en`));

// Chrome puts each text into two elements of its own, and says so on the root.
function chrome(text) {
  document.documentElement.classList.add("translated-ltr");
  const [outer, inner] = [document.createElement("font"), document.createElement("font")];
  outer.setAttribute("dir", "auto");
  inner.setAttribute("dir", "auto");
  inner.textContent = foreign(text.data);
  outer.append(inner);
  text.replaceWith(outer);
}

// Edge leaves the texts where they are, and marks what holds them.
function edge(text) {
  text.parentElement.setAttribute("_msttexthash", String(text.data.length));
  text.data = foreign(text.data);
}

const SKIPPED = "script, style, font, [_msttexthash], .notranslate";

function translate(root, replace) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) if (/\p{L}/u.test(text.data) && !text.parentElement.closest(SKIPPED)) replace(text);
}

function begin(replace) {
  document.documentElement.lang = "nl";
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.isConnected) translate(node.parentElement ?? node, replace);
  }).observe(document.documentElement, { childList: true, subtree: true });
}

export default {
  chrome: { start: () => begin(chrome) },
  edge: { start: () => begin(edge) },
};
