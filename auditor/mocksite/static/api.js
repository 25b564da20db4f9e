// The page's own traffic. Endpoints and the name of the value: APP 2026-08, OBS.
import { options } from "./dom.js";

async function send(method, path, body) {
  const response = await fetch(`${options.prefix}/api/${path}`, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.json();
}

export const loadBootstrap = () => send("GET", "bootstrap");
export const loadSettings = () => send("GET", "account/settings");
export const saveSettings = (changes) => send("PATCH", "account/settings", changes);
export const saveAccount = (settings) => send("PUT", "account", { settings });
export const noticeViewed = () => send("POST", "account/grove_notice_viewed", {});
export const acceptLegalDocs = () => send("PUT", "account/accept_legal_docs", { accepted: true });
