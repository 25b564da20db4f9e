// A page that keeps a copy of the setting in the browser at its first start, and draws from that copy for ever after.
import { options } from "mock/dom";

const NAME = "training";

const local = {
  get: () => Promise.resolve(localStorage.getItem(NAME)),
  set: (value) => Promise.resolve(localStorage.setItem(NAME, value)),
};

const cookie = {
  get: () => Promise.resolve(document.cookie.match(/(?:^|; )training=(\w+)/)?.[1] ?? null),
  set: (value) => Promise.resolve(void (document.cookie = `${NAME}=${value}; path=/; max-age=86400`)),
};

const cache = {
  get: async () => (await (await caches.open("settings")).match(`${options.prefix}/kept`))?.text() ?? null,
  set: async (value) => (await caches.open("settings")).put(`${options.prefix}/kept`, new Response(value)),
};

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function stored(mode) {
  const opening = indexedDB.open("settings", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
  return (await done(opening)).transaction("kept", mode).objectStore("kept");
}

const indexed = {
  get: async () => await done((await stored("readonly")).get(NAME)) ?? null,
  set: async (value) => done((await stored("readwrite")).put(value, NAME)),
};

function drawFrom(place) {
  return {
    start: async () => {
      if (await place.get() === null) await place.set(options.value ? "on" : "off");
    },
    panel: async (panel) => {
      const value = await place.get() === "on";
      const control = panel.querySelector(".rows > :last-child [role=switch]");
      control.setAttribute("aria-checked", String(value));
      control.toggleAttribute("data-checked", value);
      control.toggleAttribute("data-unchecked", !value);
    },
  };
}

export default { local: drawFrom(local), cookie: drawFrom(cookie), cache: drawFrom(cache), indexed: drawFrom(indexed) };
