"""Text from pages: comparing it fairly, and making it safe to show and to store."""

from __future__ import annotations

import os
import re
import textwrap
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

_APOSTROPHES = "'\u2019\u02bc\u2018\u00b4`\uff07"
_MASKED = "[address]"
_ADDRESS = re.compile(
    r"""(?:"[^"@]{1,64}"|[^\s<>@\uff20\ufe6b"()\[\],;:]{1,64})(?:[@\uff20\ufe6b]|%40)[^\s<>@\uff20\ufe6b"'()\[\],;:]{1,255}"""
)
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
_LONGEST = 160
_NEVER_READ = 4096
_LAST_OF_ONE_UNIT = 0xFFFF


def fold_text(text: str) -> str:
    """Bring text to one form for comparing: NFKC, case, apostrophes and any kind of space."""
    # NFKC would split U+00B4
    straight = "".join("'" if char in _APOSTROPHES else char for char in text[:_NEVER_READ])
    plain = unicodedata.normalize("NFKC", straight)
    shown = (char for char in plain if unicodedata.category(char) != "Cf")
    plain = "".join(shown)
    return " ".join(unicodedata.normalize("NFKC", plain.casefold()).split())


def normalize_label(text: str, badges: Iterable[str] = ()) -> str:
    """Fold text and take off what stands around a label without being part of it.

    Icons, colons, known badges.
    """
    core = _strip_punctuation(fold_text(text))
    for badge in map(fold_text, badges):
        core = _strip_punctuation(core.removesuffix(f" {badge}"))
    return core


def _strip_punctuation(text: str) -> str:
    """Take off leading and trailing characters that are no letters, marks or digits."""
    keep = [number for number, char in enumerate(text) if unicodedata.category(char)[0] in "LMN"]
    return text[keep[0] : keep[-1] + 1] if keep else ""


def make_printable(text: str, longest: int = _LONGEST) -> str:
    """Make page text safe to show.

    One bounded line, no escape sequences, control characters or addresses.
    """
    seen = "".join(
        " " if char.isspace() else char
        for char in _ESCAPES.sub("", text[:_NEVER_READ])
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    line = _ADDRESS.sub(_MASKED, " ".join(seen.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def wrap_text(text: str, width: int) -> str:
    """Break lines between words where they are wider than `width` characters.

    What is indented stays so.
    """
    lines = []
    for line in text.split("\n"):
        lead = line[: len(line) - len(line.lstrip())]
        hang = lead + ("  " if line.lstrip().startswith("- ") else "")
        broken = textwrap.wrap(
            line.lstrip(), max(width, 20), initial_indent=lead, subsequent_indent=hang,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        lines += broken or [""]
    return "\n".join(lines)


def terminal_width(stream: TextIO, otherwise: int = 2000) -> int:
    """Return the width of the terminal behind a stream, in characters.

    `otherwise` where there is none.
    """
    try:
        return os.get_terminal_size(stream.fileno()).columns or otherwise
    except (OSError, ValueError):
        return otherwise


@cache
def label_expression(texts: tuple[str, ...]) -> str:
    """Build one expression for the page's engine that matches any of the texts whole.

    `{name}` is anything.

    It runs in the page's JavaScript, which does not normalise: composed and decomposed letters,
    full-width and half-width forms, apostrophes and spaces are therefore spelled out. Case is left
    to the engine. Nothing here compiles it, which would take 0.1 s for the words of one site.
    """
    return f"^\\s*(?:{'|'.join(map(_spelling_pattern, texts))})\\s*$"


def _spelling_pattern(text: str) -> str:
    parts = unicodedata.normalize("NFKC", text).split("{name}")
    return "[\\s\\S]{1,200}".join("".join(map(_character_class, part)) for part in parts)


def _character_class(char: str) -> str:
    if char.isspace():
        return "\\s+"
    if char in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    forms = dict.fromkeys(
        [
            char,
            unicodedata.normalize("NFD", char),
            *_width_variants().get(char, ()),
            *(["ss"] if char == "\u00df" else ()),  # what capitals make of it
        ]
    )
    return re.escape(char) if len(forms) == 1 else _any_of(forms)


def _any_of(forms: Iterable[str]) -> str:
    """Return an expression for any of the forms.

    A class of characters is compiled several times as fast as alternatives, here and in the page.
    Forms of several UTF-16 units, as the page counts them, cannot stand in one.
    """
    single = [form for form in forms if len(form) == 1 and ord(form) <= _LAST_OF_ONE_UNIT]
    longer = [re.escape(form) for form in forms if form not in single]
    choices = [*longer, *([f"[{''.join(map(re.escape, single))}]"] if single else [])]
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"


@cache
def _width_variants() -> dict[str, list[str]]:
    """Map each character to its full-width and half-width forms (U+FF01 to U+FFDC)."""
    forms: dict[str, list[str]] = {}
    for code in range(0xFF01, 0xFFDD):
        for suffix in ("", "\uff9e", "\uff9f"):
            plain = unicodedata.normalize("NFKC", chr(code) + suffix)
            if len(plain) == 1 and (not suffix or 0xFF66 <= code <= 0xFF9D):  # noqa: PLR2004
                forms.setdefault(plain, []).append(chr(code) + suffix)
    return forms


def compile_glob(glob: str) -> re.Pattern[str]:
    """Turn a glob in which `*` stands for anything into an expression for the whole text.

    Each part between two stars is looked for once, from where the last one ended, and never again:
    the lookahead keeps what it found (JavaScript, which reads these too, has no atomic groups).
    """
    first, *others = map(re.escape, glob.split("*"))
    if not others:
        return re.compile(first, re.IGNORECASE | re.DOTALL)
    *middle, last = others
    found = "".join(rf"(?=(.*?{part}))\{number}" for number, part in enumerate(middle, 1))
    return re.compile(f"{first}{found}.*{last}", re.IGNORECASE | re.DOTALL)
