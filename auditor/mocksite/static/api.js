// The page's own traffic. Endpoints and the name of the value: APP 2026-08, OBS.
import { options, page } from "mock/dom";

// Without a session the app goes away (OBS 2026-09).
function leave() {
  location.assign(`${options.prefix}/logout?involuntary=1&returnTo=${encodeURIComponent(`${options.prefix}/new`)}`);
  return new Promise(() => {});
}

const reason = (response) => response.json().then((body) => body.error.message, () => null);

// What an app says of itself and of its person with all that it asks, and of itself alone with a save.
const told = page.saving === "with_usual_headers" ? { "x-organization-uuid": "0001", "x-client-version": "1.2" } : {};
const own = page.saving === "with_usual_headers" ? { ...told, "x-csrf-token": "0002" } : told;

export async function send(method, path, body, more = {}) {
  const response = await fetch(`${options.prefix}/api/${path}`, {
    method,
    headers: body === undefined ? told : { "content-type": "application/json", ...own, ...more },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 401) await leave();
  if (!response.ok) throw new Error(await reason(response) ?? `${method} ${path}: ${response.status}`);
  return response.json();
}

export const sendLink = (email) => send("POST", "auth/send_link", { email });
export const verifyCode = (email, code) => send("POST", "auth/verify", { email, code });
export const loadBootstrap = () => send("GET", "bootstrap");
export const loadAccount = () => send("GET", "account");
export const loadSettings = () => send("GET", "account/settings");
export const saveSettings = (changes, more) => send("PATCH", "account/settings", changes, more);
export const saveAccount = (settings) => send("PUT", "account", { settings });
export const noticeViewed = () => send("POST", "account/grove_notice_viewed", {});
export const acceptLegalDocs = () => send("PUT", "account/accept_legal_docs", { accepted: true });
