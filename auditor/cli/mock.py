"""`auditor mock`: serve the mock settings site, or list its scenarios."""

from functools import partial

from auditor import mocksite
from auditor.cli.options import ListScenarios, Port, ScenarioName
from auditor.cli.prompts import print_message, print_text
from auditor.errors import SetupError, UsageError
from auditor.text import show_given


def mock(
    *, port: Port = 8400, scenario: ScenarioName = None, listed: ListScenarios = False
) -> None:
    """Serve the mock settings site.

    It is for people and tests, and on this machine only.
    """
    if listed:
        _print_scenarios()
        return
    if scenario is not None and scenario not in mocksite.SCENARIOS:
        message = f"There is no scenario {show_given(scenario)}"
        raise UsageError(message, "`auditor mock --list` lists them.")
    _serve(port, scenario)


def _print_scenarios() -> None:
    for scenario in mocksite.SCENARIOS.values():
        print_text(scenario.summary, before=f"{scenario.name:<24} ")


def _serve(port: int, scenario: str | None) -> None:
    """Serve until Ctrl-C; raise SetupError if the port cannot be used."""
    try:
        mocksite.serve(port, partial(_announce, scenario=scenario))
    except OSError as error:
        message = f"Port {port} cannot be used: {error.strerror or error}"
        raise SetupError(message, "Name another with --port, or 0 for any free one.") from error


def _announce(url: str, *, scenario: str | None) -> None:
    """Print the address on stdout for programs, and how to use it on stderr for people."""
    print(f"{url}/s/{scenario}" if scenario else url, flush=True)
    address = f"{url}/s/{scenario or 'on'}"
    print_message(f"Read it from another terminal: auditor audit --base-url {address}")
    print_message("The mock settings site is up; Ctrl-C ends it.")
