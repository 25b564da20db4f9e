"""Names are planted in and around the setting's row; nothing that is kept of a run may show them.

Whole commands in a real browser: `audit --evidence`, `set`, and then every form of report, the
export and every file of the home. Two people with different names leave the same pictures.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from auditor.browser.png import _decode
from auditor.mocksite.scenario import Organisation

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Auditor = Callable[..., subprocess.CompletedProcess[str]]
# as long as one another, so that the row is broken into the same lines
PEOPLE = (
    {"name": "Zwanzig", "email": "zwanzig@kanarien.example", "chat": "Letter to Dr Grau", "org": "Vogelhaus"},
    {"name": "Mirabel", "email": "mirabel@mostobst.example", "chat": "Lawsuit vs Braun", "org": "Obstgarten"},
)  # fmt: skip
FORMS = ("html", "md", "json", "csv", "junit")


def plant(site: Site, monkeypatch: pytest.MonkeyPatch, who: dict[str, str]) -> str:
    """Let a scenario's page speak of a person wherever it can, and return its address."""
    scenario = site.accounts["on"].scenario
    said = (
        f"{who['name']}, {who['email']} and {who['org']} share “{who['chat']}” to improve models."
    )
    texts = (
        ("settingText", said),
        ("locationTitle", f"Location of {who['name']}"),
        ("chats", who["chat"]),
        ("newChat", f"{who['chat']} ({who['email']})"),
        ("toastText", f"Welcome back, {who['email']}: {who['chat']}"),
    )
    member = Organisation(name=who["org"], plan="Pro plan")
    planted = replace(
        scenario,
        page=replace(scenario.page, texts=texts, toast=True),
        backend=replace(
            scenario.backend, display_name=who["name"], organisations=(member,), in_bootstrap=True
        ),
    )
    monkeypatch.setattr(site.accounts["on"], "scenario", planted)
    site.reset("on")
    return site.base_url("on")


def list_files(home: Path) -> dict[str, bytes]:
    """Return every file below a home, by its path."""
    return {
        str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()
    }


def run_all(auditor: Auditor, address: str, home: Path) -> dict[str, bytes]:
    """Audit, change, report and export; return every file that there is, and what was printed."""
    key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(home / "id")]
    subprocess.run(key, check=True)
    steps = (
        ("audit", "--base-url", address, "--evidence", str(home / "proof")),
        ("set", "off", "--yes", "--base-url", address),
        *(("report", "--format", form, "-o", str(home / f"report.{form}")) for form in FORMS),
        ("export", "--ssh-key", str(home / "id"), "-o", str(home / "export")),
        ("history", "--json"),
        ("status",),
    )
    printed = {}
    for step in steps:
        done = auditor(*step)
        assert done.returncode == (10 if step[0] == "audit" else 0), done.stderr
        if step[0] not in ("audit", "set"):  # these answer the person, who knows their own name
            printed[" ".join(step)] = (done.stdout + done.stderr).encode()
    return {**list_files(home), **printed}


def find(secret: str, files: dict[str, bytes]) -> list[str]:
    forms = (secret.encode(), secret.encode("utf-16-le"), json.dumps(secret)[1:-1].encode())
    return [name for name, content in files.items() if any(form in content for form in forms)]


@pytest.mark.slow
def test_two_people_leave_the_same_pictures_and_no_name(
    auditor: Auditor, site: Site, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = []
    for number, who in enumerate(PEOPLE):
        below = home / str(number)
        below.mkdir()
        monkeypatch.setenv("XDG_DATA_HOME", str(below / "data"))
        files = run_all(auditor, plant(site, monkeypatch, who), below)
        assert [seen for secret in who.values() for seen in find(secret, files)] == []
        kept = [name for name in files if name.startswith("data/auditor/records/pictures/")]
        assert len(kept) >= 4, "a picture and the words of the row, before and after"
        assert any(name.startswith("export/picture-") for name in files)
        assert [name for name in files if name.startswith("proof/") and name.endswith("row.png")]
        pictures.append(_show(files))
    assert pictures[0] == pictures[1]


def _show(files: dict[str, bytes]) -> list[object]:
    """Return the pixels of every picture, and every text beside one, in a fixed order."""
    shown: list[object] = []
    for name, content in sorted(files.items()):
        if name.startswith("data/auditor/records/pictures/") and not name.endswith(".lock"):
            shown.append(_decode(content) if content.startswith(b"\x89PNG") else content.decode())
    return sorted(shown, key=repr)
