"""The example site of docs/flows.md, served."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import write_example
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Files(Quiet, SimpleHTTPRequestHandler):
    """Serves the files of a folder, as `python3 -m http.server` does."""


@pytest.fixture
def example(home: Path) -> Path:
    """Return the folder `example` in the home folder of the test."""
    return write_example(home)


@pytest.fixture
def example_url(example: Path) -> Iterator[str]:
    """Return where the example's page is served."""
    handler = partial(_Files, directory=str(example / "page"))
    with serving(LocalServer(("127.0.0.1", 0), handler)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
