"""The real command line, as a process, on the mock site in a real browser."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from auditor.mocksite import Site

Auditor = Callable[..., subprocess.CompletedProcess[str]]
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "auditor/report/schema.json").read_text(encoding="utf-8")
)


def only(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the one finding of a run whose stdout is one valid document and nothing else."""
    document = json.loads(done.stdout)
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        document
    )
    (finding,) = document["findings"]
    return dict(finding)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "code", "state", "outcome"),
    [
        ("on", 10, "on", "not_as_wanted"),
        ("off", 0, "off", "as_wanted"),
        ("undecided", 4, "undecided", "needs_human"),
        ("late-panel", 10, "on", "not_as_wanted"),
        ("data-late-on", 10, "on", "not_as_wanted"),
        ("data-late-off", 0, "off", "as_wanted"),
        ("data-very-late-on", 10, "on", "not_as_wanted"),
        ("old-label", 10, "on", "not_as_wanted"),
        ("new-label", 10, "on", "not_as_wanted"),
        ("capitals", 0, "off", "as_wanted"),
        ("native-switch", 10, "on", "not_as_wanted"),
        ("aria-switch-twin", 10, "on", "not_as_wanted"),
        ("new-shell", 10, "on", "not_as_wanted"),
        ("decoy-opposite-on", 10, "on", "not_as_wanted"),
        ("decoy-opposite-off", 0, "off", "as_wanted"),
        ("save-fails", 10, "on", "not_as_wanted"),
        ("team", 0, "not_applicable", "not_applicable"),
        ("panel-failed", 5, "unknown", "unread"),
        ("signed-out-inplace", 4, "unknown", "needs_human"),
    ],
)
def test_audit_reads_the_truth_and_writes_nothing(
    auditor: Auditor, site: Site, name: str, code: int, state: str, outcome: str
) -> None:
    done = auditor("audit", "--base-url", site.base_url(name), "--json")
    found = only(done)
    assert (done.returncode, found["state"], found["outcome"]) == (code, state, outcome)
    assert (found["flow"], found["origin"], found["wanted"]) == ("claude/web", site.url, "off")
    assert site.ledger(name) == []


@pytest.mark.browser
def test_a_dry_run_says_what_it_would_do_and_writes_nothing(auditor: Auditor, site: Site) -> None:
    done = auditor("set", "off", "--dry-run", "--json", "--base-url", site.base_url("old-label"))
    assert (done.returncode, only(done)["outcome"], site.ledger("old-label")) == (
        10,
        "would_change",
        [],
    )


@pytest.mark.slow
@pytest.mark.browser
def test_set_changes_once_proves_it_and_does_nothing_the_second_time(
    auditor: Auditor, site: Site
) -> None:
    command = ("set", "off", "--yes", "--json", "--base-url", site.base_url("on"))
    first, second = auditor(*command), auditor(*command)
    assert (first.returncode, only(first)["outcome"], only(first)["state"]) == (0, "changed", "off")
    assert only(first)["message"] == (
        "Your chats are not used for training. The switch was changed to OFF, proved by a fresh"
        " load and by the page's own data."
    )
    assert (second.returncode, only(second)["outcome"]) == (0, "as_wanted")
    assert only(second)["message"] == (
        "Your chats are not used for training. The switch is OFF, proved by what the page shows"
        " and by its own data."
    )
    assert (only(first)["evidence"], only(second)["evidence"]) == ("proved", "proved")
    assert [(entry["method"], entry["body"]) for entry in site.ledger("on")] == [
        ("PATCH", {"grove_enabled": False})
    ]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["save-fails", "save-forgotten"])
def test_a_change_that_the_site_does_not_keep_is_refused(
    auditor: Auditor, site: Site, name: str
) -> None:
    done = auditor("set", "off", "--yes", "--json", "--base-url", site.base_url(name))
    found = only(done)
    assert (done.returncode, found["outcome"], found["reason"], found["state"]) == (
        5,
        "refused",
        "refused_by_site",
        "on",
    )
    assert len(site.ledger(name)) == 1


@pytest.mark.browser
def test_set_on_works_the_other_way_round(auditor: Auditor, site: Site) -> None:
    done = auditor("set", "on", "--yes", "--json", "--base-url", site.base_url("off"))
    assert (done.returncode, only(done)["outcome"], only(done)["state"]) == (0, "changed", "on")
    assert site.state("off")["server"] is True


@pytest.mark.browser
def test_without_a_terminal_nobody_can_be_asked_and_nothing_is_clicked(
    auditor: Auditor, site: Site
) -> None:
    done = auditor("set", "off", "--json", "--base-url", site.base_url("native-switch"))
    assert (done.returncode, only(done)["outcome"]) == (4, "not_as_wanted")
    assert "Nobody can be asked whether to change the setting; nothing was changed" in done.stderr
    assert site.ledger("native-switch") == []


@pytest.mark.browser
@pytest.mark.parametrize(("answer", "code", "writes"), [("n", 10, 0), ("y", 0, 1)])
def test_in_a_terminal_the_person_is_asked(
    site: Site, chromium: str, answer: str, code: int, writes: int
) -> None:
    name = {"n": "new-label", "y": "aria-switch-twin"}[answer]
    command = [
        sys.executable,
        "-m",
        "auditor",
        "set",
        "off",
        "--base-url",
        site.base_url(name),
        "--browser",
        chromium,
    ]
    master, slave = pty.openpty()
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, close_fds=True
    ) as process:
        os.close(slave)
        seen = read_until(master, b"[y/N]")
        os.write(master, answer.encode() + b"\n")
        read_until(master, None)
    os.close(master)
    assert b"Change it to OFF with one click? [y/N]" in seen
    assert (process.returncode, len(site.ledger(name))) == (code, writes)


def read_until(terminal: int, sign: bytes | None) -> bytes:
    """Read from a terminal until the sign has come, or it is closed."""
    seen, end = b"", time.monotonic() + 60
    while time.monotonic() < end and (sign is None or sign not in seen):
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    return seen


@pytest.mark.browser
def test_the_narrow_flow_reads_the_same_setting(auditor: Auditor, site: Site) -> None:
    done = auditor(
        "audit",
        "--flow",
        "claude/mobile",
        "--json",
        "--base-url",
        site.base_url("decoy-opposite-on"),
    )
    assert (done.returncode, only(done)["state"], only(done)["route"]) == (10, "on", "documented")


@pytest.mark.browser
@pytest.mark.parametrize(("device", "code"), [("iPhone 15", 10), ("Nokia 3310", 2)])
def test_the_narrow_flow_takes_a_phone(
    auditor: Auditor, site: Site, device: str, code: int
) -> None:
    url = site.base_url("phone-iphone-on")
    options = ("--flow", "claude/mobile", "--device", device, "--json", "--base-url", url)
    done = auditor("audit", *options)
    assert done.returncode == code
    if code == 2:
        assert (done.stdout, done.stderr.count("no device named Nokia 3310")) == ("", 1)
    else:
        assert (only(done)["state"], only(done)["route"]) == ("on", "documented")


@pytest.mark.browser
def test_what_counts_as_right_can_be_turned_round(auditor: Auditor, site: Site) -> None:
    done = auditor("audit", "--want", "on", "--json", "--base-url", site.base_url("two-orgs"))
    assert (done.returncode, only(done)["outcome"], only(done)["wanted"]) == (
        10,
        "not_as_wanted",
        "on",
    )


@pytest.mark.browser
def test_every_account_asked_for_gives_one_finding(auditor: Auditor, site: Site) -> None:
    done = auditor("audit", "ada", "ben", "--json", "--base-url", site.base_url("capitals"))
    assert [found["account"] for found in json.loads(done.stdout)["findings"]] == ["ada", "ben"]


@pytest.mark.browser
def test_the_verdict_is_for_people_and_says_more_than_colour(auditor: Auditor, site: Site) -> None:
    done = auditor("audit", "--base-url", site.base_url("capitals"), NO_COLOR="1", COLUMNS="40")
    assert done.returncode == 0
    assert "✓ OFF" in done.stdout
    assert "Witnesses" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 40
    assert "[4/4] Find the switch in the Privacy panel" in done.stderr


@pytest.mark.browser
def test_a_site_that_refuses_connections_is_offline(auditor: Auditor) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        done = auditor(
            "audit", "--json", "--base-url", f"http://127.0.0.1:{taken.getsockname()[1]}"
        )
    found = only(done)
    assert (done.returncode, found["outcome"], found["reason"]) == (5, "unread", "offline")
    assert (
        found["message"]
        == "Cannot tell, because the site could not be reached (ERR_CONNECTION_REFUSED)."
    )


@pytest.mark.slow
@pytest.mark.browser
def test_a_hung_site_ends_with_the_time_limit(auditor: Auditor) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        done = auditor(
            "audit",
            "--json",
            "--timeout",
            "8",
            "--base-url",
            f"http://127.0.0.1:{silent.getsockname()[1]}",
        )
    found = only(done)
    assert (done.returncode, found["outcome"], found["reason"]) == (5, "unread", "timeout")
    assert found["seconds"] < 8 + 20  # of which up to six look for what hung
    assert time.monotonic() - began < 60


BAD_BASE_URLS = {
    "example": "The base URL example is not an address",
    "http://": "The base URL http:// is not an address",
    "ftp://127.0.0.1/": "The base URL ftp://127.0.0.1/ is not http or https",
    "http://127.0.0.1:port": "The base URL http://127.0.0.1:port is not an address",
}


@pytest.mark.medium
@pytest.mark.parametrize(("url", "message"), BAD_BASE_URLS.items())
def test_a_base_url_that_is_none_is_a_usage_error(auditor: Auditor, url: str, message: str) -> None:
    done = auditor("audit", "--base-url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {message}.\nhint: Give it like http://127.0.0.1:8400")


@pytest.mark.medium
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("audit", "--timeout", "0"), "give a number of seconds, 1 or more and at most 86400."),
        (("audit", "--timeout", "nan"), "give a number of seconds, 1 or more and at most 86400."),
        (
            ("audit", "--timeout", "3000000"),
            "give a number of seconds, 1 or more and at most 86400.",
        ),
        (
            ("audit", "a/b", "--base-url", "http://127.0.0.1:1"),
            '"a/b" cannot be the name of an account',
        ),
        (
            ("audit", "--wait-for-person", "0"),
            "give a number of minutes, more than 0 and at most 60.",
        ),
        (
            ("audit", "--wait-for-person", "61"),
            "give a number of minutes, more than 0 and at most 60.",
        ),
        (
            ("audit", "--wait-for-person", "nan"),
            "give a number of minutes, more than 0 and at most 60.",
        ),
        (
            ("audit", "--base-url", "http://127.0.0.1:1", "--wait-for-person", "5"),
            "`--wait-for-person` needs a window in which you can choose",
        ),
        (("audit", "--timeout", "soon"), "Invalid value for '--timeout'"),
        (("set", "maybe"), "'maybe' is not one of 'on', 'off'"),
        (("set", "off", "--want", "on"), "`set off` and `--want on` contradict each other"),
        (("mock", "--scenario", "nowhere"), "There is no scenario nowhere"),
        (("selftest", "nowhere"), "There is no scenario nowhere"),
        (("nonsense",), "No such command 'nonsense'"),
    ],
)
def test_bad_command_lines_exit_2_and_say_why(
    auditor: Auditor, args: tuple[str, ...], words: str
) -> None:
    done = auditor(*args, COLUMNS="200")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.browser
def test_an_unknown_flow_exits_3_and_names_the_known_ones(auditor: Auditor, site: Site) -> None:
    done = auditor("audit", "--flow", "claude/moon", "--base-url", site.base_url("on"))
    assert done.returncode == 3
    assert "error: There is no flow claude/moon." in done.stderr
    assert (
        "hint: Known flows: claude/mobile, claude/web. A path to a .toml file works too."
        in done.stderr
    )


@pytest.mark.browser
def test_a_flow_path_that_does_not_exist_exits_3(auditor: Auditor, site: Site) -> None:
    done = auditor("audit", "--flow", "none.toml", "--base-url", site.base_url("on"))
    assert done.returncode == 3
    assert "error: There is no flow file none.toml." in done.stderr


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "not valid TOML"),
        ('title = "x"\nsleep = 3\n', "sleep: unknown key"),
    ],
)
def test_a_bad_flow_file_exits_3_with_file_place_and_reason(
    auditor: Auditor, site: Site, home: Path, text: str, words: str
) -> None:
    (home / "bad.toml").write_text(text, encoding="utf-8")
    done = auditor("audit", "--flow", "bad.toml", "--base-url", site.base_url("on"))
    assert done.returncode == 3
    assert "bad.toml: " in done.stderr
    assert words in done.stderr


def test_flows_check_takes_folders(auditor: Auditor, home: Path) -> None:
    (home / "mine" / "inner").mkdir(parents=True)
    (home / "mine" / "one.toml").write_text("typo = 1")
    (home / "mine" / "inner" / "two.toml").write_text("x = ")
    done = auditor("flows", "check", "mine")
    assert done.returncode == 3
    told = done.stdout.splitlines()
    assert any(line.startswith("mine/one.toml: typo: unknown key") for line in told)
    assert any(line.startswith("mine/inner/two.toml: not valid TOML") for line in told)


def test_flows_check_prints_every_problem(auditor: Auditor, home: Path) -> None:
    (home / "bad.toml").write_text('title = "x"\nsleep = 3\n', encoding="utf-8")
    done = auditor("flows", "check", "bad.toml")
    assert done.returncode == 3
    assert "bad.toml: sleep: unknown key" in done.stdout.splitlines()
    assert "bad.toml: steps: is missing" in done.stdout.splitlines()


def test_flows_show_prints_the_documented_path(auditor: Auditor) -> None:
    assert (
        auditor("flows", "show").stdout == "Claude on the web\n\n"
        "  1. Open https://claude.ai/new\n"
        "  2. Click the user icon at the bottom left\n"
        "  3. Click Settings\n"
        "  4. Click Privacy\n"
        "  5. Find the switch in the Privacy panel\n\n"
        "The switch: “Help improve our AI models”, formerly “Help improve Claude”\n"
        "Source: https://privacy.claude.com/en/articles/12109829\n"
        "Reviewed: 2026-11-22\n"
    )


@pytest.mark.browser
@pytest.mark.parametrize(
    ("browser", "words"),
    [
        ("/nowhere/chrome", "The browser /nowhere/chrome does not exist"),
        (__file__, f"The browser {__file__} is not a program that can be run"),
        ("/bin/true", "/bin/true could not be started as a browser"),
    ],
)
def test_a_browser_that_is_none_exits_6_and_still_gives_a_document(
    auditor: Auditor, site: Site, browser: str, words: str
) -> None:
    done = auditor("audit", "--json", "--browser", browser, "--base-url", site.base_url("on"))
    found = only(done)
    assert (done.returncode, found["outcome"], found["reason"]) == (6, "unread", "browser_failed")
    assert words in done.stderr
    assert words in found["message"] or words[4:] in found["message"]


@pytest.mark.medium
def test_a_live_address_is_refused_before_anything_is_opened(auditor: Auditor) -> None:
    done = auditor("audit", "--browser", "/nowhere/chrome")
    assert (done.returncode, done.stdout) == (4, "")
    assert "/privacy-settings" in done.stderr


@pytest.mark.browser
def test_evidence_that_cannot_be_kept_stops_the_run_before_it_begins(
    auditor: Auditor, site: Site
) -> None:
    done = auditor(
        "set", "off", "--yes", "--evidence", "/dev/null/x", "--base-url", site.base_url("on")
    )
    assert (done.returncode, done.stdout, site.ledger("on")) == (6, "", [])
    assert "error: The evidence cannot be written to /dev/null/x" in done.stderr


@pytest.mark.browser
@pytest.mark.parametrize("redirect", [">&-", "2>&-", "2>&1 | true", "<&-"])
def test_closed_streams_do_not_change_the_exit_code(
    site: Site, chromium: str, redirect: str
) -> None:
    command = (
        f"{sys.executable} -m auditor audit --json --base-url {site.base_url('on')} --browser"
        f" {chromium} {redirect}"
    )
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 10


def test_text_of_a_flow_file_cannot_speak_to_the_terminal(auditor: Auditor, home: Path) -> None:
    (home / "bad.toml").write_text('"\\u001b]0;pwn\\u0007\\u001b[2J" = 1\n', encoding="utf-8")
    done = auditor("flows", "check", "bad.toml")
    assert done.returncode == 3
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 20_000, "a = " + "9" * 5_000], ids=["deep", "long number"]
)
def test_a_flow_file_that_breaks_parsers_is_said_to_be_no_toml(
    auditor: Auditor, home: Path, text: str
) -> None:
    (home / "bad.toml").write_text(text, encoding="utf-8")
    done = auditor("flows", "check", "bad.toml")
    assert done.returncode == 3
    assert "bad.toml: not valid TOML" in done.stdout


@pytest.mark.medium
@pytest.mark.parametrize(
    "args", [("--help",), ("flows", "list"), ("--version",), ("mock", "--list")]
)
def test_light_commands_do_not_load_the_browser_library(args: tuple[str, ...]) -> None:
    script = (
        f"import sys, auditor.__main__ as main\nsys.argv = ['auditor', *{list(args)!r}]\ntry:\n   "
        " main.main()\nexcept SystemExit:\n    pass\nheavy = {'playwright', 'starlette',"
        " 'uvicorn', 'keyring', 'jinja2', 'cryptography'} & set(sys.modules)\nprint('HEAVY',"
        " sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"
