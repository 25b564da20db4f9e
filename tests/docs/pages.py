"""The documentation as the tests read it: its pages, their shell commands, and files shown in them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"in `(example/[^`]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Return every fenced block of a language, its indentation taken away."""
    return [
        re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)
        for indent, spoken, block in _FENCE.findall(page.read_text(encoding="utf-8"))
        if spoken == language
    ]


def commands(page: Path) -> list[str]:
    """Return every command of a page's shell blocks, without comments and in one spelling."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    split = [shlex.split(line.replace(".venv/bin/", ""), comments=True) for line in lines]
    return [shlex.join(words) for words in split if words]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def write_example(folder: Path) -> Path:
    """Write the example site of docs/flows.md into a folder, just as the page shows it."""
    text = (ROOT / "docs/flows.md").read_text(encoding="utf-8")
    for name, content in _FILE.findall(text):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder / "example"
