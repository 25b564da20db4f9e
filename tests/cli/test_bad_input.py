"""What cannot be meant is refused: each with words of its own, what to do, and its exit code."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from auditor import __main__
from auditor.guide.reminder import ReminderFile
from tests.commands import as_cases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ended = tuple[int, str, str]
    Call = Callable[..., Ended]

PNG = b"\x89PNG\r\n\x1a\n"
PLANS = "Known plans: free, pro, max, claude-code, team, enterprise, gov, education, api, bedrock, vertex."
LANGUAGES = (
    "Known languages: de-DE, en-US, es-419, es-ES, fr-FR, hi-IN, id-ID, it-IT, ja-JP, ko-KR, pt-BR."
)
GUIDES = "There are guides for: mobile, web, chatgpt, claude-code, cursor, gemini, github-copilot, grok, linkedin, microsoft-copilot, mistral-vibe, perplexity, x."
SERVICES = "Known services: claude, chatgpt, cursor, gemini, github-copilot, grok, linkedin, microsoft-copilot, mistral-vibe, perplexity, x."
FLOWS = "Known flows: claude/mobile, claude/web. A path to a .toml file works too."
DATE = "Write it like 2026-11-22."
SPAN = "Write it like 30d or 4w: 1 to 3650 days."
SCENARIOS = "`auditor mock --list` lists them."
LONG = "x" * 5000
SHORTENED = f"{'x' * 59}…"
BY_HAND = "is described for people only: nobody has checked the path on the live site, or read its terms on automated access. So it is neither read nor changed."

REFUSED = {
    ("explain", "gold"): (2, "No plan gold is known here.", PLANS),
    ("explain", ""): (2, 'No plan "" is known here.', PLANS),
    ("explain", "\x1b[31mgold\x07\n"): (2, "No plan gold is known here.", PLANS),
    ("explain", LONG): (2, f"No plan {SHORTENED} is known here.", PLANS),
    ("explain", "--lang", "tlh"): (2, "The language tlh is not known here.", LANGUAGES),
    ("explain", "team", "--lang", ""): (2, 'The language "" is not known here.', LANGUAGES),
    ("guide", "--lang", "xx-DE"): (2, "The language xx-DE is not known here.", LANGUAGES),
    ("guide", "--lang", LONG): (2, f"The language {SHORTENED} is not known here.", LANGUAGES),
    ("guide", "telephone"): (2, "There is no guide for telephone.", GUIDES),
    ("guide", ""): (2, 'There is no guide for "".', GUIDES),
    ("guide", "../web"): (2, "There is no guide for ../web.", GUIDES),
    ("guide", "x", "--lang", "de"): (2, "The path at X is known in English only.", "Run `auditor guide x` without --lang."),
    ("guide", "--list", "--lang", "de"): (2, "`--list` names all guides, so it goes alone.", "Leave the rest out."),
    ("guide", "--markdown", "--html", "a"): (2, "`--markdown` and `--html` are two forms.", "Give one of them."),
    ("attest", "off", "--service", "telex"): (2, "The service telex is not known here.", SERVICES),
    ("attest", "off", "--service", ""): (2, 'The service "" is not known here.', SERVICES),
    ("attest", "off", "--on", "2999-01-01"): (2, "2999-01-01 has not come yet.", "Give the day on which you looked; today if you leave it out."),
    ("attest", "off", "--on", "lately"): (2, "lately is no date.", DATE),
    ("attest", "off", "--on", "2026-02-30"): (2, "2026-02-30 is no date.", DATE),
    ("attest", "off", "--on", ""): (2, '"" is no date.', DATE),
    ("attest", "off", ""): (2, '"" cannot be the name of an account.', "Use up to 64 letters, digits, dots, hyphens and underscores; begin with a letter or digit."),
    ("remind", "install", "--every", "0"): (2, "0 is no span of days.", SPAN),
    ("remind", "install", "--every", "-1"): (2, "-1 is no span of days.", SPAN),
    ("remind", "install", "--every", "9999d"): (2, "9999d is no span of days.", SPAN),
    ("remind", "install", "--every", "nan"): (2, "nan is no span of days.", SPAN),
    ("remind", "install", "--every", ""): (2, '"" is no span of days.', SPAN),
    ("audit", "--flow", "nope"): (3, "There is no flow nope.", FLOWS),
    ("audit", "--flow", ""): (3, 'There is no flow "".', FLOWS),
    ("audit", "--flow", "chatgpt"): (3, f"ChatGPT {BY_HAND}", "`auditor guide chatgpt` tells the path; `auditor attest off --service chatgpt` (or on) records what you saw."),
    ("set", "off", "--flow", "grok"): (3, f"Grok {BY_HAND}", "`auditor guide grok` tells the path; `auditor attest off --service grok` (or on) records what you saw."),
    ("flows", "new", ""): (2, '"" cannot be the id of a flow.', "Write it like notebook/web: small letters, digits, hyphens."),
    ("selftest", ""): (2, 'There is no scenario "".', SCENARIOS),
    ("selftest", "nope"): (2, "There is no scenario nope.", SCENARIOS),
    ("mock", "--scenario", "nope"): (2, "There is no scenario nope.", SCENARIOS),
    ("audit", "--base-url", "http://127.0.0.1:1/", "--wait-for-person", "5"): (2, "`--wait-for-person` needs a window in which you can choose.", "Add --headed, or work in your own browser with --attach."),
}  # fmt: skip


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Call:
    """Return what runs the command line in an empty folder."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.chdir(home)

    def run(*words: str) -> Ended:
        if words[0] in {"audit", "set"}:  # these start a browser's driver early
            done = subprocess.run(
                [sys.executable, "-m", "auditor", *words],
                capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            return done.returncode, done.stdout, done.stderr
        monkeypatch.setattr(sys, "argv", ["auditor", *words])
        with pytest.raises(SystemExit) as ended:
            __main__.main()
        seen = capsys.readouterr()
        return int(ended.value.code or 0), seen.out, seen.err

    return run


@pytest.mark.parametrize(
    "words", as_cases(REFUSED), ids=lambda words: " ".join(word[:12] for word in words).encode("unicode_escape").decode()
)  # fmt: skip
def test_it_is_refused_in_words_of_its_own(call: Call, words: tuple[str, ...]) -> None:
    code, message, hint = REFUSED[words]
    assert call(*words) == (code, "", f"error: {message}\nhint: {hint}\n")


@pytest.mark.medium
@pytest.mark.parametrize("minutes", ["0", "-1", "-0.0", "61", "1e9", "nan", "inf"])
def test_a_wait_is_more_than_nothing_and_at_most_an_hour(call: Call, minutes: str) -> None:
    code, out, err = call("audit", "--wait-for-person", minutes)
    assert (code, out) == (2, "")
    assert "give a number of minutes, more than 0 and at most 60." in err


@pytest.mark.parametrize("days", ["nan", "-1", "inf"])
def test_an_age_is_a_number_of_days(call: Call, days: str) -> None:
    for words in (("status",), ("verify", "x", "--allowed", "y")):
        code, out, err = call(*words, "--fail-if-older", days)
        assert (code, out) == (2, "")
        assert "give a number of days, 0 or more" in err


def test_a_state_that_is_none_is_told_without_a_library_s_words(call: Call) -> None:
    code, out, err = call("attest", "maybe")
    assert (code, out) == (2, "")
    assert "Invalid value for 'on|off': 'maybe' is not one of 'on', 'off'." in err


@pytest.mark.parametrize("lang", ["JA", "ja_JP", "ja-jp", "Ja"])
def test_a_language_is_known_in_any_case(call: Call, lang: str) -> None:
    assert "自分で確認する" in call("guide", "--lang", lang)[1]


def test_a_service_and_a_plan_are_known_in_any_case(call: Call) -> None:
    assert call("guide", " ChatGPT ")[1].startswith("ChatGPT")
    assert "No. Team has no such switch" in call("explain", " TEAM ")[1]
    assert call("attest", "off", "--service", "ChatGPT")[1].startswith("Recorded as your own word")


def test_an_account_that_nothing_is_known_of_is_named_safely(call: Call) -> None:
    assert call("status", "\x1b[31mada")[1] == "Nothing is recorded of the account ada.\n"


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("text.png", "text.png is no picture."),
        ("empty.png", "empty.png is no picture."),
        ("large.png", "The picture large.png is larger than 50 MB."),
        ("folder", "The picture folder cannot be read: Is a directory."),
        ("pipe", "The picture pipe cannot be read: it is no regular file."),
        ("/dev/zero", "The picture /dev/zero cannot be read: it is no regular file."),
        ("none.png", "The picture none.png cannot be read: No such file or directory."),
        ("loop", "The picture loop cannot be read: Too many levels of symbolic links."),
        ("", "The picture . cannot be read: Is a directory."),
    ],
)
def test_what_is_no_picture_is_refused_at_once(
    call: Call, home: Path, name: str, message: str
) -> None:
    (home / "text.png").write_text("a text")
    (home / "empty.png").touch()
    (home / "folder").mkdir()
    (home / "loop").symlink_to("loop")
    os.mkfifo(home / "pipe")
    with (home / "large.png").open("wb") as file:
        file.write(PNG)
        file.truncate(50_000_001)
    code, out, err = call("attest", "off", "--picture", name)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}\nhint: ")
    assert call("status")[1].startswith("Nothing is recorded yet")


def test_a_picture_may_be_a_link(call: Call, home: Path) -> None:
    (home / "shot.png").write_bytes(PNG)
    (home / "link.png").symlink_to("shot.png")
    assert call("attest", "off", "--picture", "link.png")[0] == 0


def test_a_note_that_is_too_long_is_cut_and_that_is_said(call: Call) -> None:
    said = call("attest", "off", "--note", LONG)[1]
    assert said.endswith("Of the note, the first 200 characters were kept.\n")
    assert "characters were kept" not in call("attest", "off", "--note", "short")[1]


@pytest.mark.parametrize("words", [("guide", "--html"), ("report", "--output")])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere/page.html", "No such file or directory"),
        ("folder", "Is a directory"),
        ("pipe", "No such device or address"),
        ("/dev/full", "No space left on device"),
        ("file/page.html", "Not a directory"),
    ],
)
def test_a_page_that_cannot_be_written_is_told_at_once(
    call: Call, home: Path, words: tuple[str, ...], name: str, why: str
) -> None:
    (home / "folder").mkdir()
    (home / "file").touch()
    os.mkfifo(home / "pipe")
    code, out, err = call(*words, name)
    assert (code, out) == (6, "")
    assert f"cannot be written: {why}.\nhint: " in err


@pytest.mark.parametrize("words", [("guide", "--html"), ("report", "--output")])
def test_a_page_may_go_to_a_device_or_through_a_link_and_nothing_is_left_beside_it(
    call: Call, home: Path, words: tuple[str, ...]
) -> None:
    (home / "link.html").symlink_to("real.html")
    (home / "real.html").touch()
    before = set(home.iterdir())
    assert call(*words, "link.html")[0] == 0
    assert call(*words, os.devnull)[0] == 0
    assert (home / "link.html").is_symlink()
    assert (home / "real.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert not os.path.isfile(os.devnull)  # noqa: PTH113 - /dev/null itself
    assert set(home.iterdir()) == before


@pytest.mark.medium
@pytest.mark.parametrize(
    "words",
    [("attest", "off"), ("remind", "install"), ("guide", "--html", "page.html")],
    ids=" ".join,
)
def test_a_home_that_is_read_only_is_told(words: tuple[str, ...], home: Path) -> None:
    """Only the superuser may make it so; it fails elsewhere, and is not skipped."""
    fence = 'mount --bind . . && mount -o remount,ro,bind . && cd . && cd "$PWD" && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", fence, "sh", sys.executable, "-m", "auditor", *words],
        capture_output=True, text=True, timeout=60, check=False, cwd=home, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (6, "")
    assert "cannot be written: Read-only file system." in " ".join(done.stderr.split())


def test_a_picture_that_may_not_be_read_is_told(home: Path) -> None:
    (home / "shot.png").write_bytes(PNG)
    (home / "shot.png").chmod(0o000)
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*bound, sys.executable, "-m", "auditor", "attest", "off", "--picture", "shot.png"],
        capture_output=True, text=True, timeout=60, check=False, cwd=home, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 2
    assert "not readable" in done.stderr or "Permission denied" in done.stderr


# ---------------------------------------------------------------- no scheduler, no reader


def test_a_reminder_without_any_scheduler_is_kept_and_that_is_told(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(home))
    assert shutil.which("crontab") is None
    assert call("remind", "install") == (
        6,
        "",
        "error: This machine has no scheduler that answers.\nhint: It is told all the same, whenever you run `auditor` and it is due.\n",
    )
    assert ReminderFile(home / "config" / "auditor" / "remind.json").read() is not None
    assert call("remind", "remove")[:2] == (0, "The reminder is removed.\n")


@pytest.mark.medium
@pytest.mark.parametrize("words", [("mock", "--list"), ("explain",), ("--help",)], ids=" ".join)
def test_output_that_nobody_reads_is_no_bug(words: tuple[str, ...], home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-u", "-m", "auditor", *words],
            stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, check=False, cwd=home,
        )  # fmt: skip
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (6, "")
