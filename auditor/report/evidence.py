"""Write a folder to attach to a bug report: the finding, the masked page and the versions."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.errors import SetupError
from auditor.report.document import render_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from auditor.core.finding import Finding

_MASK = "•••"
README = (
    "What this is: the evidence of one run of auditor, made to be attached to a bug report.\n"
    "finding.json   the answer, as `auditor … --json` gives it\n"
    "page.txt       how the page is built, as assistive technology sees it; everything that is not"
    " one of the flow's own\n"
    "               words or the name of a switch is masked as •••\n"
    "versions.json  which tool, flow, browser and system\n"
    "row.png, .txt  the setting's row as it was read; of a change: before and after. All but the"
    " control and the\n"
    "               flow's own words is blanked\n"
    "No cookie, e-mail address or name is in it. Have a look before you pass it on.\n"
)


def write_evidence(
    folder: Path,
    found: Finding,
    page: str,
    versions: Mapping[str, str],
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> Path:
    """Write the evidence of one finding into a new private folder below `folder`; return that.

    Raises SetupError if it cannot be written.
    """
    stamp = re.sub(r"[^0-9TZ]", "", found.observed_at)
    name = f"{re.sub(r'[^A-Za-z0-9._-]', '_', found.account)[:64]}-{stamp}"
    about = {
        "auditor": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        **versions,
    }
    files = {
        "README.txt": README,
        "finding.json": render_document([_mask_organisation(found)]),
        "page.txt": page or "The page could not be looked at.\n",
        "versions.json": json.dumps(about, indent=2) + "\n",
    }
    contents = {**{name: text.encode() for name, text in files.items()}, **pictures}
    try:
        target = _make_new_folder(folder, name)
        with _whole_or_gone(target):
            for file, content in contents.items():
                handle = os.open(target / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
    except OSError as error:
        message = f"The evidence cannot be written to {folder}: {error.strerror}"
        raise SetupError(message, "Name a folder that you can write to with --evidence.") from error
    return target


@contextmanager
def _whole_or_gone(folder: Path) -> Iterator[None]:
    """Remove a folder that could not be filled, as where the disk is full."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def raise_if_unwritable(folder: Path) -> None:
    """Raise SetupError if evidence cannot be written to this folder; checked before a run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"The evidence cannot be written to {folder}: {error.strerror}"
        raise SetupError(message, "Name a folder that you can write to with --evidence.") from error


def _mask_organisation(found: Finding) -> Finding:
    """Mask the organisation's name: it is often a person's."""
    if found.organisation is None:
        return found
    message = found.message.replace(found.organisation, _MASK)
    return replace(found, organisation=_MASK, message=message)


def _make_new_folder(folder: Path, name: str) -> Path:
    """Make a folder with this name; where it exists, number it (several runs in one second)."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        target = folder / (name if number == 1 else f"{name}-{number}")
        try:
            target.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return target
    raise FileExistsError(17, "too many folders of this name")
