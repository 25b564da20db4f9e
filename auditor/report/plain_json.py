"""JSON that is safe to print: what a terminal would obey is written as an escape."""

from __future__ import annotations

import json
import re

# beyond those that JSON itself forbids: C1 controls, marks that turn the direction, line ends
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def render_json(document: object, indent: int = 2) -> str:
    """Return a document as readable text; parsed again, it is the same."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
