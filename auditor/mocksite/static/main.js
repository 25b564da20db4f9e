// Starts the screen that the server asked for.
import { loadBootstrap } from "mock/api";
import { at } from "mock/variants";
import { options, page, t } from "mock/dom";
import { cookieBanner, drawOnboarding, termsNotice } from "mock/notices";
import { startSettings, useAccount } from "mock/settings";
import { drawFailure, drawShell } from "mock/shell";
import { drawSignIn } from "mock/signin";
import { toast } from "mock/toast";

function understand({ account, active_organization: active }) {
  const organisations = account.memberships.map((membership) => membership.organization);
  return {
    name: account.display_name,
    email: account.email_address,
    value: account.settings.grove_enabled,
    organisations,
    organisation: organisations.find((one) => one.uuid === active),
  };
}

async function startApp() {
  const account = understand(await loadBootstrap());
  useAccount(account);
  await at("start", account);
  drawShell(account);
  await at("shell", account);
  startSettings();
  if (page.notice_ms === null) termsNotice(account.value);
  else addEventListener("panel-drawn", () => setTimeout(() => termsNotice(account.value), page.notice_ms), { once: true });
  cookieBanner();
  if (page.toast) toast(t("toastText"), { stays: true });
}

if (options.screen === "signin") drawSignIn();
else if (options.screen === "onboarding") drawOnboarding();
else startApp().catch(drawFailure);
