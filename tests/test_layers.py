"""Who may import whom, read off the source; and the fence of the tests themselves."""

import ast
import os
import socket
from pathlib import Path

import platformdirs
import pytest

import auditor
from auditor.mocksite import SCENARIOS
from tests.units import folder_of_all_workers

ROOT = Path(auditor.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
HOMES = {
    "playwright": ("browser/",),
    "typer": ("cli/",),
    "rich": ("cli/", "report/"),
    "pydantic": ("flow/",),
    "starlette": ("mocksite/",),
    "uvicorn": ("mocksite/",),
    "keyring": ("access/", "records/"),
    "cryptography": ("access/", "records/"),
    # the records are our own; a browser keeps its cookies in such a file, too
    "sqlite3": ("records/", "browser/engine/profile_traces"),
    "jinja2": ("report/",),
    "apprise": ("access/",),
    "platformdirs": ("disk/",),
}
# DESIGN 5: a row may import the rows below it, never a row above, and never another of its own row.
ROWS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("selftest", "demo", "doctor"),
    ("run",),
    ("report",),
    ("access",),
    ("records",),
    ("browser",),
    ("guide",),
    ("flow",),
    ("core",),
    ("disk",),
    ("mocksite", "interrupt"),
    ("errors", "text"),
)
BROWSER_ROWS: tuple[tuple[str, ...], ...] = (
    ("signin", "faults"),
    ("visit",),
    ("reader",),
    ("row_picture",),
    ("snapshot", "corroborate", "await_choice", "png"),
    ("click",),
    ("control",),
    ("path",),
    ("network",),
    ("engine",),
)
BESIDE = {"__init__", "py.typed"}  # the package itself: its version, which anybody may read


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> list[str]:
    return ["auditor", *path.relative_to(ROOT).with_suffix("").parts]


def called(function: ast.expr) -> str:
    """Return the last name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def imports(source: str, module: list[str]) -> set[str]:
    """Return what a source imports, dotted, wherever it does.

    At the top, inside functions, for type checking.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{base}.{alias.name}" for alias in node.names} | {base}
        elif isinstance(node, ast.Call) and called(node.func) in {"import_module", "__import__"}:
            found |= {
                arg.value
                for arg in node.args
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            }
    return found


IMPORTS = {
    name_of(path): imports(path.read_text(encoding="utf-8"), dotted(path)) for path in MODULES
}


def uses(module: str, package: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for name in IMPORTS[module])


def strings(path: Path) -> set[str]:
    """Return the string constants of a module, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spoken = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in spoken
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import rich.table", {"rich.table"}),
        ("from rich import print", {"rich", "rich.print"}),
        ("if TYPE_CHECKING:\n    from playwright.async_api import Page", {"playwright.async_api"}),
        ("def f():\n    import sqlite3", {"sqlite3"}),
        ("from . import guard", {"auditor.browser.network", "auditor.browser.network.guard"}),
        ("from ...flow import Site", {"auditor.flow"}),
        ("importlib.import_module('typer')", {"typer"}),
    ],
)
def test_no_way_to_import_escapes_the_reading(source: str, expected: set[str]) -> None:
    assert expected <= imports(source, ["auditor", "browser", "network", "x"])


def test_the_modules_are_found() -> None:
    assert {"core/audit.py", "browser/control/scanner.py", "mocksite/__init__.py"} <= set(IMPORTS)


@pytest.mark.parametrize("package", HOMES)
def test_an_outside_library_has_one_home(package: str) -> None:
    strangers = [
        module
        for module in IMPORTS
        if uses(module, package) and not module.startswith(HOMES[package])
    ]
    assert strangers == []


def climbs(rows: tuple[tuple[str, ...], ...], below: str) -> list[tuple[str, str]]:
    """Return every import below a package that does not lead down the rows, as module and what it imports."""
    height = {room: number for number, row in enumerate(rows) for room in row}
    prefix = f"auditor.{below}" if below else "auditor."
    found = []
    for module, names in IMPORTS.items():
        inside = module.removeprefix(below.replace(".", "/"))
        here = inside.removesuffix(".py").split("/")[0]
        if not module.startswith(below.replace(".", "/")) or here in BESIDE:
            continue
        for name in names:
            there = (
                f"{name}.".removeprefix(prefix).split(".")[0]
                if f"{name}.".startswith(prefix)
                else ""
            )
            if there in height and there != here and height[there] <= height[here]:
                found.append((module, name))
    return found


def test_every_folder_and_module_has_its_row() -> None:
    there = {
        path.stem
        for path in ROOT.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - BESIDE <= {room for row in ROWS for room in row}
    inside = {path.stem for path in (ROOT / "browser").iterdir() if not path.name.startswith("__")}
    assert inside == {room for row in BROWSER_ROWS for room in row}


def test_no_import_leads_up_or_across() -> None:
    assert climbs(ROWS, "") == []


def test_no_import_within_the_browser_leads_up_or_across() -> None:
    assert climbs(BROWSER_ROWS, "browser.") == []


def test_an_import_that_leads_up_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(IMPORTS, "core/finding.py", {"auditor.run.accounts"})
    monkeypatch.setitem(IMPORTS, "browser/engine/find.py", {"auditor.browser.path.walk"})
    monkeypatch.setitem(IMPORTS, "demo.py", {"auditor.doctor"})
    assert climbs(ROWS, "") == [
        ("core/finding.py", "auditor.run.accounts"),
        ("demo.py", "auditor.doctor"),
    ]
    assert climbs(BROWSER_ROWS, "browser.") == [
        ("browser/engine/find.py", "auditor.browser.path.walk")
    ]


def cycles() -> list[str]:
    """Return every module that imports itself by way of others, at the top of files or anywhere else."""
    dotted_names = {
        ".".join(dotted(ROOT / module)).removesuffix(".__init__"): module for module in IMPORTS
    }
    edges: dict[str, set[str]] = {}
    for module, names in IMPORTS.items():
        modules = {name for name in names if name in dotted_names and dotted_names[name] != module}
        # `from auditor.mocksite import api` names the package only to reach a module in it.
        ways = {name for name in modules if any(other.startswith(f"{name}.") for other in modules)}
        edges[module] = {dotted_names[name] for name in modules - ways}

    def reaches(start: str) -> bool:
        todo, seen = list(edges[start]), set()
        while todo:
            each = todo.pop()
            if each == start:
                return True
            if each not in seen:
                seen.add(each)
                todo += edges[each]
        return False

    return sorted(module for module in edges if reaches(module))


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert cycles() == []


@pytest.mark.parametrize(
    "room", [path.parent for path in ROOT.rglob("__init__.py")], ids=lambda room: room.name
)
def test_every_room_says_what_lives_there(room: Path) -> None:
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    assert said
    assert len(said) > 40


# Tests of several modules at once, or of none: of files, processes and pages.
ACROSS = {
    "test_command_server.py",
    "test_units.py",
    "access/test_kept_history.py",
    "access/test_sealed_sessions.py",
    "browser/click/test_click_functions.py",
    "browser/click/test_reach.py",
    "browser/control/scan/test_scan_functions.py",
    "browser/test_hostile_pages.py",
    "run/test_real_cron.py",
    "test_page_wishes.py",
    "test_round_trips.py",
    "access/test_sealed_cookies.py",
    "browser/engine/test_desktop_proxy.py",
    "browser/network/test_unload_guard.py",
    "cli/test_bad_input.py",
    "cli/test_cli.py",
    "cli/test_damaged_history.py",
    "cli/test_help.py",
    "cli/test_unwritable_history.py",
    "cli/test_imports.py",
    "mocksite/test_page.py",
    "mocksite/test_variants.py",
    "records/test_tampering.py",
    "report/test_accessible.py",
    "report/test_hostile_texts.py",
    "test_canary.py",
    "test_connections.py",
    "test_layers.py",
    "test_leftovers.py",
    "test_mutation.py",
    "test_names_of_others.py",
    "test_readme.py",
    "test_row_canary.py",
    "test_sockets.py",
    "test_strange_flows.py",
    "test_time_limit.py",
    "test_wheel.py",
}


def test_a_test_lies_where_its_module_lies() -> None:
    tests = Path(__file__).parent
    found = {path.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")}
    mirrored = {
        name
        for name in found
        if (ROOT / name.replace("test_", "")).exists()
        or (ROOT / name.replace("test_", "").removesuffix(".py")).is_dir()
    }
    docs = {name for name in found if name.startswith("docs/")}
    assert found - mirrored - docs <= ACROSS


def test_the_mock_site_knows_nothing_of_the_tool() -> None:
    met = [
        (module, name)
        for module, names in IMPORTS.items()
        for name in names
        if module.startswith("mocksite/")
        and name.startswith("auditor.")
        and f"{name}.".removeprefix("auditor.").split(".")[0] not in ("mocksite", "errors", "text")
    ]
    assert met == []


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if not name_of(path).startswith(("mocksite/", "cli/"))],
    ids=name_of,
)
def test_no_scenario_of_the_mock_is_a_special_case(path: Path) -> None:
    # "on", "off" and the like are words of the tool too; a hyphen makes a scenario's name its own.
    telling = {name for name in SCENARIOS if "-" in name}
    # The one example address: the hint for a malformed base URL.
    said = {text.replace("http://127.0.0.1:8400/s/on.", "") for text in strings(path)}
    assert [text for text in said if "/s/" in text or text in telling] == []


def test_no_script_of_the_browser_knows_a_scenario() -> None:
    scripts = list((ROOT / "browser").rglob("*.js"))
    assert scripts
    assert [path.name for path in scripts if "/s/" in path.read_text(encoding="utf-8")] == []


def test_the_home_folder_of_a_test_is_its_own_and_empty(home: Path) -> None:
    assert Path.home() == home
    assert [path for path in home.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "where",
    [
        platformdirs.user_config_path,
        platformdirs.user_data_path,
        platformdirs.user_state_path,
    ],
)
def test_every_folder_of_the_tool_is_inside_the_home_of_the_test(where: object, home: Path) -> None:
    assert callable(where)
    assert Path(where("auditor", appauthor=False)).is_relative_to(home)


def test_only_the_cache_is_shared_by_the_tests_of_this_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    cache = platformdirs.user_cache_path("auditor", appauthor=False)
    assert cache.parent == folder_of_all_workers(tmp_path_factory) / "cache"


def test_no_setting_of_the_developer_reaches_a_test() -> None:
    assert [name for name in os.environ if name.startswith("AUDITOR_")] == []


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80), ("2001:db8::1", 80)])
def test_a_test_cannot_connect_to_another_machine(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with (
        socket.socket(family) as plug,
        pytest.raises(
            AssertionError,
            match=rf"^a test tried to reach {address[0]}; tests talk to this machine only$",
        ),
    ):
        plug.connect(address)


def test_a_test_can_neither_probe_nor_send_to_another_machine() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
        with pytest.raises(AssertionError, match="this machine only"):
            plug.connect_ex(("192.0.2.1", 80))
        with pytest.raises(AssertionError, match="this machine only"):
            plug.sendto(b"x", ("192.0.2.1", 80))


def test_a_test_can_connect_to_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as plug:
        plug.connect(server.getsockname())
        assert plug.getpeername() == server.getsockname()
