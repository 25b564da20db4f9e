"""The only place that knows Playwright.

Find a browser, walk, read and set the control, watch the traffic.
"""

import os

_LOUD = ("debug", "pwdebug", "npm_config_debug", "npm_config_pwdebug")


def _hush() -> None:
    """Forget the switches that make Playwright print or keep all it hears.

    Cookies, e-mail addresses, keys.

    Done before anything here imports it, because it looks at some of them only then.

    """
    for name in [name for name in os.environ if name.lower().startswith(_LOUD)]:
        del os.environ[name]


_hush()
