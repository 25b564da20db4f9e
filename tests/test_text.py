import json
import re
import subprocess
import time
import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from auditor.flow import Site, load_flow
from auditor.text import (
    compile_glob,
    count_cells,
    fold_text,
    label_expression,
    make_printable,
    normalize_label,
    wrap_text,
)


@cache
def label_pattern(texts: tuple[str, ...]) -> re.Pattern[str]:
    """Return what the page's engine makes of an expression."""
    return re.compile(label_expression(texts), re.IGNORECASE)


SITE: Site = load_flow("claude/web").about
APOSTROPHES = "'\u2019\u02bc\u2018\u00b4`\uff07"
OTHERS = (*SITE.words["decoy"].all(), *SITE.words["labs"].all())
EVERY = [(name, text) for name, words in SITE.words.items() for text in words.all()]
WHOLE = [(name, text) for name, text in EVERY if "{name}" not in text]
HALF_WIDTH = {
    unicodedata.normalize("NFKC", chr(code) + mark): chr(code) + mark
    for mark in ("", "\uff9e", "\uff9f")
    for code in range(0xFF66, 0xFF9E)
    if len(unicodedata.normalize("NFKC", chr(code) + mark)) == 1
}


def full_width(text: str) -> str:
    return "".join(
        "\u3000" if char == " " else chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char
        for char in text
    )


def half_width(text: str) -> str:
    return "".join(HALF_WIDTH.get(char, char) for char in unicodedata.normalize("NFKC", text))


FORMS: dict[str, Callable[[str], str]] = {
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "NFKC": lambda text: unicodedata.normalize("NFKC", text),
    "NFKD": lambda text: unicodedata.normalize("NFKD", text),
    "full width": full_width,
    "half width": half_width,
    "capitals": str.upper,
    "small letters": str.lower,
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "wide spaces": lambda text: f"  {text}\t".replace(" ", " \u2003"),
    "typewriter apostrophes": lambda text: text.replace("\u2019", "'"),
    "curly apostrophes": lambda text: text.replace("'", "\u2019"),
}


def spoken(text: str) -> str:
    return text.replace("{name}", "Ada Lovelace")


# ---------------------------------------------------------------- fold and bare


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_text_folds_to_the_same(form: str) -> None:
    assert [text for _, text in EVERY if fold_text(FORMS[form](text)) != fold_text(text)] == []


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_every_apostrophe_folds_to_the_same(apostrophe: str) -> None:
    assert fold_text(f"mod\u00e8les d{apostrophe}IA") == "mod\u00e8les d'ia"


@pytest.mark.parametrize("invisible", ["\u200b", "\u200d", "\u00ad", "\ufeff", "\u202e", "\u2066"])
def test_what_cannot_be_seen_is_folded_away(invisible: str) -> None:
    assert fold_text(f"Pri{invisible}vacy") == "privacy"


def test_folding_does_not_make_different_labels_equal() -> None:
    folded = {fold_text(text) for text in SITE.labels}
    assert len(folded) == len(set(SITE.labels))
    assert folded.isdisjoint(map(fold_text, OTHERS))


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Privacy",
        " Privacy: ",
        "Privacy\uff1a",
        "\u2699 Privacy \u203a",
        "Privacy*",
        "\u00b7 Privacy \u00b7",
    ],
)
def test_signs_around_a_label_are_no_part_of_it(text: str) -> None:
    assert normalize_label(text) == "privacy"


def test_a_text_of_signs_alone_is_bare_of_everything() -> None:
    assert normalize_label("\u2192 \u2020 !") == ""


@pytest.mark.parametrize("text", ["Privacy New", "Privacy \u00b7 new"])
def test_a_known_badge_behind_a_label_is_no_part_of_it(text: str) -> None:
    assert normalize_label(text, ["Beta", "New"]) == "privacy"


@pytest.mark.parametrize("text", ["New", "Renew", "PrivacyNew", "New Privacy", "Privacy Soon"])
def test_a_badge_is_taken_off_only_behind_a_word(text: str) -> None:
    assert normalize_label(text, ["New"]) == text.lower()


def test_signs_inside_a_label_stay() -> None:
    assert normalize_label("Thumbs up/down") == "thumbs up/down"


# ---------------------------------------------------------------- clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Help improve Claude", "Help improve Claude"),
        ("two\nlines\tand  spaces\u2028more", "two lines and spaces more"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;5;196mred\x1b[K", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;cm0gLXJm", ""),
        ("\x1bcreset", "reset"),
        ("\x9b31mred", "31mred"),
        ("bell\x07 and back\x08space", "bell and backspace"),
        ("off\x00", "off"),
        ("\u202eno\u202c ffo\u2066", "no ffo"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("private\ue000 use", "private use"),
        ("lone \ud800 half", "lone half"),
        ("[bold]markup[/bold] stays text", "[bold]markup[/bold] stays text"),
        ("हमारे AI मॉडल", "हमारे AI मॉडल"),
    ],
)
def test_page_text_is_made_safe_to_show(text: str, shown: str) -> None:
    assert make_printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ada@example.com", "[address]"),
        ("Signed in as ada.l+x@mail.example.com.", "Signed in as [address]"),
        ("<ada@example.com>", "<[address]>"),
        ('mail "ada@example.com", please', 'mail "[address]", please'),
        ("ada@example.com,bob@example.org", "[address],[address]"),
        ("ad\u200ba@exam\u00adple.com", "[address]"),
        ("ada\x1b[1m@\x1b[0mexample.com", "[address]"),
        ("アダ@例え.jp", "[address]"),
        ("at 5 @ home", "at 5 @ home"),
    ],
)
def test_an_address_is_never_shown(text: str, shown: str) -> None:
    assert make_printable(text) == shown


@pytest.mark.parametrize(
    "text", ["o'brien@example.com", '"ada l"@example.com', "ada\uff20example.com"]
)
def test_no_part_of_an_unusual_address_is_shown(text: str) -> None:
    shown = make_printable(text)
    assert "[address]" in shown
    assert not re.search(r"brien|ada|example|o'", shown)


def test_a_long_text_ends_with_an_ellipsis() -> None:
    assert make_printable("a" * 161) == "a" * 159 + "\u2026"
    assert make_printable("a" * 160) == "a" * 160
    assert make_printable("abcdef", 4) == "abc\u2026"


@pytest.mark.parametrize("unit", ["a", "\x1b[31m", "\x1b]", "@", "a@", "a@b ", "\u0301", "\x1b"])
def test_a_page_of_a_hundred_kilobytes_is_bounded(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert len(make_printable(text)) <= 160
    assert len(fold_text(text)) <= 3 * 4096
    assert len(normalize_label(text)) <= 3 * 4096


@given(st.text(alphabet=st.characters() | st.sampled_from("\x1b[]m@;\x07\\"), max_size=300))
def test_nothing_shown_can_steer_a_terminal_or_break_the_line(text: str) -> None:
    shown = make_printable(text)
    assert len(shown) <= 160
    assert [
        char
        for char in shown
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    ] == []
    assert shown == shown.strip()


# ---------------------------------------------------------------- pattern


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_label_matches(form: str) -> None:
    forms = [(name, FORMS[form](spoken(text))) for name, text in EVERY]
    assert len(forms) > 100
    assert [
        text for name, text in forms if not label_pattern(SITE.words[name].all()).search(text)
    ] == []


def test_a_label_over_several_lines_matches() -> None:
    broken = [(name, f"\n {text}\n".replace(" ", " \n ")) for name, text in WHOLE]
    assert [
        text for name, text in broken if not label_pattern(SITE.words[name].all()).search(text)
    ] == []


def around(text: str) -> list[str]:
    return [
        f"Do not {text}",
        f"not {text}",
        f"{text} not",
        f"{text} not now",
        f"x{text}",
        f"{text}x",
        f"{text}, {text}",
        f"{text} {text}",
        text[:-1],
        text[1:],
        f"({text})",
        f"{text}\nOff",
    ]


@pytest.mark.parametrize(("name", "text"), WHOLE, ids=str)
def test_a_label_with_anything_around_it_does_not_match(name: str, text: str) -> None:
    others = {fold_text(each) for each in SITE.words[name].all()}
    odd = [each for each in around(text) if fold_text(each) not in others]
    assert [each for each in odd if label_pattern(SITE.words[name].all()).search(each)] == []


def test_no_label_of_the_setting_matches_another_switch() -> None:
    assert [text for text in OTHERS if label_pattern(SITE.labels).search(text)] == []
    assert [text for text in SITE.labels if label_pattern(OTHERS).search(text)] == []


def test_signs_in_a_text_are_no_expressions() -> None:
    assert label_pattern(("a.c (b)?",)).search("a.c (b)?")
    assert not label_pattern(("a.c (b)?",)).search("abc b")


def test_a_name_stands_for_anything_but_nothing() -> None:
    menu = label_pattern(("{name}, Settings",))
    assert menu.search("Ada, of London, Settings")
    assert not menu.search(", Settings")
    assert not menu.search("A" * 201 + ", Settings")
    assert not menu.search("Ada, Settings and more")


def test_no_texts_match_nothing_but_emptiness() -> None:
    assert not label_pattern(()).search("Privacy")


@pytest.mark.medium
def test_the_page_s_own_javascript_matches_the_same() -> None:
    cases = [
        (label_expression(SITE.words[name].all()), form(spoken(text)), True)
        for name, text in EVERY
        for form in FORMS.values()
    ]
    cases += [
        (label_expression(SITE.words[name].all()), odd, False)
        for name, text in WHOLE
        for odd in around(text)
        if not label_pattern(SITE.words[name].all()).search(odd)
    ]
    script = (
        "const c ="
        " JSON.parse(require('fs').readFileSync(0));console.log(JSON.stringify(c.filter(([p, t, w])"
        " => new RegExp(p, 'i').test(t) !== w).map(x => x[1])))"
    )
    node = str(compute_driver_executable()[0])
    run = subprocess.run(
        [node, "-e", script], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == []


# ---------------------------------------------------------------- globbed


@pytest.mark.parametrize(
    ("glob", "text", "matches"),
    [
        ("/new", "/new", True),
        ("/new", "/NEW", True),
        ("/new", "/news", False),
        ("/new", "x/new", False),
        ("*/login", "/s/on/login", True),
        ("/api/*", "/api/", True),
        ("Sign in - *", "Sign in - Claude\n", True),
        ("a.c", "abc", False),
        ("*", "", True),
    ],
)
def test_a_glob_stands_for_the_whole_text(glob: str, text: str, matches: bool) -> None:
    assert (compile_glob(glob).fullmatch(text) is not None) is matches


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("one two three four five", 80, "one two three four five"),
        ("one two three four five six", 20, "one two three four\nfive six"),
        ("- one two three four five six", 20, "- one two three four\n  five six"),
        ("  one two three four five six", 20, "  one two three four\n  five six"),
        ("one\n\ntwo", 20, "one\n\ntwo"),
        (
            "see https://example.test/a-very-long-address",
            20,
            "see\nhttps://example.test/a-very-long-address",
        ),
    ],
)
def test_lines_are_broken_between_words(text: str, width: int, shown: str) -> None:
    assert wrap_text(text, width) == shown


@pytest.mark.parametrize(
    ("text", "cells"),
    [("abc", 3), ("設定", 4), ("설정", 4), ("ｱ", 1), ("सेटिंग्स", 5), ("e\u0301", 1)],
)
def test_a_text_is_as_wide_as_a_terminal_draws_it(text: str, cells: int) -> None:
    assert count_cells(text) == cells


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("スイッチは「AIモデルの改善に」、以前は", "スイッチは「AIモデル\nの改善に」、以前は"),
        ("これは長い文です。次の文", "これは長い文です。次\nの文"),
        ("これはとても長い文だ。次の文", "これはとても長い文\nだ。次の文"),
        ("내 요금제에서의 의미: auditor", "내 요금제에서의\n의미: auditor"),
        ("- 오픈 소스 프로그램 의미", "- 오픈 소스 프로그램\n  의미"),
        ("https://example.test/a/b/c を開く", "https://example.test/a/b/c\nを開く"),
        ("one 設定", "one 設定"),
    ],
)
def test_a_wide_line_is_broken_by_its_cells(text: str, shown: str) -> None:
    assert wrap_text(text, 20) == shown


def test_a_glob_is_matched_in_linear_time() -> None:
    glob = compile_glob("*a" * 12 + "b")
    started = time.monotonic()
    assert glob.fullmatch("a" * 4_000) is None
    assert time.monotonic() - started < 1
