"""What a user gets: a wheel, installed in a clean virtual environment elsewhere, tells the demo's story."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into a new environment and give the folder of its commands."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, timeout=300, cwd=folder)
    (wheel,) = folder.glob("auditor-*.whl")
    venv.create(folder / "venv")
    commands = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = commands / ("python.exe" if os.name == "nt" else "python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile", str(wheel)]  # fmt: skip
    subprocess.run(pip, check=True, timeout=600, cwd=folder)
    return commands


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(900)
def test_the_installed_wheel_tells_the_whole_story(
    installed: Path, chromium: str, home: Path
) -> None:
    env = {**os.environ, "AUDITOR_BROWSER": chromium}
    done = subprocess.run(
        [str(installed / "auditor"), "demo"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=home,
        env=env,
    )
    assert done.returncode == 0, done.stderr
    verdicts = [
        line.split()[1:3] for line in done.stdout.splitlines() if re.match("│   [✗→✓]", line)
    ]
    assert verdicts == [["✗", "ON"], ["→", "ON"], ["✓", "OFF"], ["✓", "OFF"]]
    writes = [
        line.rsplit(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith("Writes")
    ]
    assert writes == ["0", "0", "1", "1"]


@pytest.mark.slow
@pytest.mark.install
@pytest.mark.timeout(900)
def test_the_wheel_carries_flows_page_schema_and_types(installed: Path) -> None:
    script = (
        "import auditor, pathlib; root = pathlib.Path(auditor.__file__).parent;"
        " print(sorted(p.as_posix() for p in (pathlib.Path(n) for n in ('flows/claude/web.toml',"
        " 'flows/claude/site.toml', 'flows/claude/mobile.toml', 'py.typed', 'browser/engine/dom.js', 'browser/control/scan/facts.js',"
        " 'report/schema.json', 'report/templates/report.html', 'report/templates/report.css', 'mocksite/static/app.html')) if not (root / p).is_file()))"
    )
    python = installed / ("python.exe" if os.name == "nt" else "python")
    done = subprocess.run(
        [str(python), "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=installed,
    )
    assert done.stdout.strip() == "[]"
