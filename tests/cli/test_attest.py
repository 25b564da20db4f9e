"""`auditor attest` as it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path


def test_what_was_attested_is_in_status_and_history(
    auditor: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    picture = home / "screen.gif"
    picture.write_bytes(b"GIF89a")
    done = auditor("attest", "off", "ada", "--service", "cursor", "--picture", str(picture))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Recorded as your own word: Cursor, ada, OFF on ")
    assert "Keep the picture: only its fingerprint (SHA-256) is recorded." in done.stdout
    assert auditor("attest", "on", "--on", "2026-11-20").returncode == 0
    listed = " ".join(auditor("status").stdout.split())
    assert "ada at https://cursor.com: OFF" in listed
    assert "default at https://claude.ai: ON since 2026-11-20" in listed
    assert "word" in auditor("history").stdout
    for form in ("html", "md", "json", "csv", "junit"):
        done = auditor("report", "--format", form)
        assert (done.returncode, done.stderr) == (0, ""), form
        assert form != "html" or "walked by the person, without the tool" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("off", "--on", "2999-01-01"), "error: 2999-01-01 has not come yet."),
        (("off", "--on", "lately"), "error: lately is no date."),
        (("off", "--service", "telex"), "error: The service telex is not known here."),
        (("off", "--picture", "none.png"), "error: The picture none.png cannot be read"),
        (("perhaps",), "perhaps"),
    ],
)
def test_what_cannot_be_attested_is_refused_and_not_recorded(
    auditor: Callable[..., subprocess.CompletedProcess[str]], words: tuple[str, ...], said: str
) -> None:
    done = auditor("attest", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Nothing is recorded yet" in auditor("status").stdout
