"""The only place that knows Playwright: find a browser, walk to the setting, read it, press it.

Nothing here decides what a reading means for the person; `auditor.core` does.
"""

import os

_DEBUG_SWITCHES = ("debug", "pwdebug", "npm_config_debug", "npm_config_pwdebug")


def _drop_debug_switches() -> None:
    """Forget the switches that make Playwright print or keep cookies, e-mail addresses and keys.

    Done before anything here imports it, because it looks at some of them only then.
    """
    for name in [name for name in os.environ if name.lower().startswith(_DEBUG_SWITCHES)]:
        del os.environ[name]


_drop_debug_switches()
