"""What the tool itself knows to refuse a banner, though a word in it alone would bind.

"Continue without accepting" is one. A stranger's flow may name these buttons and no others.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from auditor.flow.consent_words import names_binding_button
from auditor.text import fold_text

if TYPE_CHECKING:
    from pathlib import Path

_SHIPPED_SITE = "claude/site.toml"


def names_binding_answer(text: str, shipped: Path) -> bool:
    """Return whether a name binds, once the refusals that came with the tool are left out."""
    if not names_binding_button(text):
        return False
    left = fold_text(text)
    for refusal in _known_refusals(shipped):
        left = left.replace(refusal, "")
    return names_binding_button(left)


@cache
def _known_refusals(shipped: Path) -> tuple[str, ...]:
    """Return the names of the refusing buttons of the shipped site, the longest first."""
    site = tomllib.loads((shipped / _SHIPPED_SITE).read_text(encoding="utf-8"))
    named = {target.get("name", "") for each in site["banners"] for target in each["reject"]}
    texts = (site["words"][name[1:]]["texts"] for name in named if name.startswith("@"))
    words = {fold_text(word) for each in texts for some in each.values() for word in some}
    return tuple(sorted(words, key=len, reverse=True))
