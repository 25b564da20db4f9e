// What a press really sends, as the scenario says.
import { saveSettings, send } from "mock/api";
import { page, t } from "mock/dom";
import { toast } from "mock/toast";

const opposite = (changes) => Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, !value]));

const WAYS = {
  plain: saveSettings,
  silent: () => Promise.resolve(),
  opposite: (changes) => saveSettings(opposite(changes)),
  elsewhere: (changes) => send("POST", "account/preferences", changes),
  twice: (changes) => Promise.all([saveSettings(changes), saveSettings(changes)]),
  boasting: (changes) => saveSettings(changes).catch(() => {}).then(() => toast(t("savedText"))),
};

export const store = (changes) => WAYS[page.saving](changes);
