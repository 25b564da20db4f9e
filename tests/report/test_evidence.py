from __future__ import annotations

import errno
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from auditor.core.finding import Finding, Outcome, State
from auditor.errors import SetupError
from auditor.report import evidence
from auditor.report.evidence import write_evidence

if TYPE_CHECKING:
    from auditor.mocksite import Site

Auditor = Callable[..., subprocess.CompletedProcess[str]]
FOUND = Finding(
    account="../ada", flow="claude/web", origin="http://127.0.0.1:1", label=None, state=State.UNKNOWN, locked=False,
    wanted=State.OFF, outcome=Outcome.UNREAD, reason=None, message="", hint=None, observed_at="2026-11-22T10:00:00Z",
)  # fmt: skip


@pytest.fixture
def _open_umask() -> Iterator[None]:
    """Leave every right to what is written: it must be taken away on purpose."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_open_umask")
def test_the_bundle_is_for_the_owner_alone_and_stays_in_its_folder(tmp_path: Path) -> None:
    target = write_evidence(tmp_path / "new", FOUND, "- text: x\n", {"flow": "claude/web"})
    assert target == tmp_path / "new" / ".._ada-20261122T100000Z"
    assert target.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in target.iterdir()} == dict.fromkeys(
        ("README.txt", "finding.json", "page.txt", "versions.json"), 0o600
    )


def test_a_second_bundle_of_the_same_second_does_not_overwrite_the_first(tmp_path: Path) -> None:
    first, second = (write_evidence(tmp_path, FOUND, text, {}) for text in ("one\n", "two\n"))
    assert (first / "page.txt").read_text(encoding="utf-8") == "one\n"
    assert (second / "page.txt").read_text(encoding="utf-8") == "two\n"


def test_a_folder_that_cannot_be_written_to_is_a_set_up_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SetupError, match="The evidence cannot be written to"):
        write_evidence(tmp_path / "file" / "below", FOUND, "", {})


def test_evidence_that_does_not_fit_is_not_left_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_until_full(path: str, *more: int) -> int:
        opened.append(path)
        if len(opened) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return os.open(path, *more)

    fake = SimpleNamespace(**{**vars(os), "open": open_until_full})
    monkeypatch.setattr(evidence, "os", fake)
    with pytest.raises(SetupError, match="No space left on device"):
        write_evidence(tmp_path, FOUND, "", {})
    assert list(tmp_path.iterdir()) == []


CANARIES = ("ada@example.com", "Ada", "Personal")


@pytest.mark.browser
@pytest.mark.parametrize(
    "name",
    [
        "on",
        "toggle-missing",
        "panel-failed",
        "terms-notice-grace",
        "signed-out-inplace",
        "organisation-email",
        "name-settings",
    ],
)
def test_no_name_address_or_organisation_is_in_the_evidence(
    auditor: Auditor, site: Site, home: Path, name: str
) -> None:
    done = auditor(
        "audit",
        "--base-url",
        site.base_url(name),
        "--timeout",
        "30",
        "--evidence",
        "proof",
        "--json",
    )
    (folder,) = (home / "proof").iterdir()
    page = (folder / "page.txt").read_text(encoding="utf-8")
    assert f"Evidence kept in {Path('proof') / folder.name}" in done.stderr
    assert page.count("\n") > 0
    assert [canary for canary in CANARIES if re.search(rf"\b{re.escape(canary)}\b", page)] == []
    finding = (folder / "finding.json").read_text(encoding="utf-8")
    (kept,), (told,) = json.loads(finding)["findings"], json.loads(done.stdout)["findings"]
    assert kept["organisation"] in (None, "•••")
    assert {**kept, "organisation": None} == {**told, "organisation": None}
    assert "ada@example.com" not in finding + done.stderr
