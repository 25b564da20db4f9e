"""Text from pages: comparing it fairly, and making it safe to show and to store."""

from __future__ import annotations

import os
import re
import textwrap
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

_APOSTROPHES = "'\u2019\u02bc\u2018\u00b4`\uff07"
_MASKED = "[address]"
_ADDRESS = re.compile(
    r"""(?:"[^"@]{1,64}"|[^\s<>@\uff20\ufe6b"()\[\],;:]{1,64})(?:[@\uff20\ufe6b]|%40)[^\s<>@\uff20\ufe6b"'()\[\],;:]{1,255}"""
)
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
# Where Japanese may not be broken: before closing marks, after opening ones.
_NEVER_FIRST = (
    ",.;:!?)\u3001\u3002\uff0c\uff0e\u300d\u300f\uff09\uff1a\uff1b\uff1f\uff01\u30fc\u201d\u2019"
)
_NEVER_LAST = "\u300c\u300e\uff08\u201c\u2018("
_LONGEST = 160
_LONGEST_GIVEN = 60
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


def show_given(text: str) -> str:
    """Show what was given on the command line in one short line; empty quotes stand for nothing."""
    return make_printable(text, _LONGEST_GIVEN) or '""'


def count_cells(text: str) -> int:
    """Return how wide a terminal draws a text: a Chinese or Korean character takes two cells."""
    return sum(map(_cells_of, text))


def _cells_of(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap_text(text: str, width: int) -> str:
    """Break lines between words where a terminal would draw them wider than `width` cells.

    What is indented stays so. Japanese, which has no spaces, is broken between characters.
    """
    lines = []
    for line in text.split("\n"):
        lead = line[: len(line) - len(line.lstrip())]
        hang = lead + ("  " if line.lstrip().startswith("- ") else "")
        if not line.isascii() and count_cells(line) != len(line):
            lines += _wrap_wide_line(line.lstrip(), max(width, 20), lead, hang)
            continue
        broken = textwrap.wrap(
            line.lstrip(), max(width, 20), initial_indent=lead, subsequent_indent=hang,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        lines += broken or [""]
    return "\n".join(lines)


def _wrap_wide_line(line: str, width: int, lead: str, hang: str) -> list[str]:
    """Break one line whose characters are not all one cell wide."""
    lines, now = [], lead
    for piece, gap in _list_pieces(line):
        joined = now + (gap if now.strip() else "") + piece
        if now.strip() and count_cells(joined) > width:
            lines.append(now)
            joined = hang + piece
        now = joined
    return [*lines, now]


def _list_pieces(line: str) -> Iterator[tuple[str, str]]:
    """Give the pieces that stay in one line, each with what stands before it: a space, or nothing.

    A line may begin with any of them, but not with a closing bracket or a full stop.
    """
    for word in line.split():
        gap, piece = " ", ""
        for char, following in zip(word, [*word[1:], ""], strict=True):
            piece += char
            splits = _is_unspaced(char) or _is_unspaced(following)
            if following and splits and following not in _NEVER_FIRST and char not in _NEVER_LAST:
                yield piece, gap
                gap, piece = "", ""
        yield piece, gap


def _is_unspaced(char: str) -> bool:
    """Return whether it is a wide character of a script without spaces; Korean has them."""
    return bool(char) and _cells_of(char) > 1 and not "\uac00" <= char <= "\ud7a3"


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
