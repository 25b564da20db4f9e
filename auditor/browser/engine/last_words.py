"""The line that matters in what a browser wrote before it ended."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"^.*?\[(err|out)\] ?(.*)$", re.MULTILINE)
# What ended it, wherever it stands among other lines.
_CAUSE = re.compile(
    r"FATAL|shared librar|no usable sandbox|missing x server|cannot open display|"
    r"permission denied|operation not permitted|no such file|not found|no space left|"
    r"cannot execute|exec format error|profile appears to be in use|read-only file system",
    re.IGNORECASE,
)
# What browsers write on many a machine where they start all the same.
_USUAL = re.compile(
    r":(?:INFO|WARNING|VERBOSE\d*):|\bgpu\b|gpu_|\bgl_|\begl|angle|vaapi|"
    r"libva|vulkan|mesa|fontconfig|gtk|atk-bridge|\balsa\b|pulse|\bgcm\b|udev|upower|"
    r"devtools listening|cpufreq|cpuinfo",
    re.IGNORECASE,
)
# Missing on many a machine, and never the cause.
_BUS = re.compile(r"\bd?bus\b|object_proxy", re.IGNORECASE)
# What Chromium says where the system lets it use neither kind of sandbox: user namespaces are
# forbidden, and its helper with the superuser's rights is missing, or cannot have them.
_NO_SANDBOX = re.compile(
    r"no usable sandbox|suid sandbox helper|failed to move to new namespace|without --no-sandbox",
    re.IGNORECASE,
)
_LINK_OR_RULE = re.compile(r"[\W\d_]*|https?://\S+")


def lacks_sandbox(log: str) -> bool:
    """Return whether a browser's output says that it ended for want of its sandbox."""
    return _NO_SANDBOX.search(log) is not None


def find_last_words(log: str) -> str:
    """Return the line of a browser's output that says why it ended; nothing if none does."""
    written: list[tuple[str, str]] = _WRITTEN.findall(log)
    written = [(stream, line.strip()) for stream, line in written]
    lines = [line for stream, line in written if stream == "err" and _says_something(line)]
    lines = lines or [line for _, line in written if _says_something(line)]
    causes = [line for line in lines if _CAUSE.search(line)]
    if causes:
        return causes[0]
    if any(line.startswith("Traceback ") for line in lines):
        return lines[-1]  # of a wrapper in Python
    return next(iter(lines), "")


def _says_something(line: str) -> bool:
    if _LINK_OR_RULE.fullmatch(line) or _BUS.search(line):
        return False
    return bool(_CAUSE.search(line)) or not _USUAL.search(line)
