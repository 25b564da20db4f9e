// The page's own traffic. Endpoints and the name of the value: APP 2026-08, OBS.
import { options } from "mock/dom";

// Without a session the app goes away (OBS 2026-09).
function leave() {
  location.assign(`${options.prefix}/logout?involuntary=1&returnTo=${encodeURIComponent(`${options.prefix}/new`)}`);
  return new Promise(() => {});
}

const reason = (response) => response.json().then((body) => body.error.message, () => null);

export async function send(method, path, body) {
  const response = await fetch(`${options.prefix}/api/${path}`, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
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
export const saveSettings = (changes) => send("PATCH", "account/settings", changes);
export const saveAccount = (settings) => send("PUT", "account", { settings });
export const noticeViewed = () => send("POST", "account/grove_notice_viewed", {});
export const acceptLegalDocs = () => send("PUT", "account/accept_legal_docs", { accepted: true });
