"""The demo ends with a report, and leaves no record in the person's own history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.disk import paths
from auditor.report.html import read_html_document

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable


@pytest.mark.slow
@pytest.mark.browser
def test_the_demo_ends_with_a_report_and_leaves_no_record(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = auditor("demo")
    assert done.returncode == 0, done.stderr
    report = paths.demo_report_file()
    assert f"The same as a report: {report}" in done.stdout.splitlines()
    text = report.read_text(encoding="utf-8")
    assert "data:image/png" in text
    assert "the picture is gone" not in text
    assert not paths.pictures_folder().exists()
    (account,) = read_html_document(text)["accounts"]
    assert account["state"] == "off"
    assert [each["outcome"] for each in account["readings"]] == [
        "not_as_wanted",
        "changed",
        "as_wanted",
    ]
    assert not paths.records_file().exists()
