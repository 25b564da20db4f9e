"""`auditor flows`: list, show and check the flow files."""

from datetime import date
from pathlib import Path

import typer

from auditor.cli.lazy import PlainCommand, PlainGroup
from auditor.cli.options import FlowFiles, NewFlow, ShownFlow
from auditor.cli.prompts import print_text
from auditor.errors import Exit
from auditor.flow import (
    Flow,
    list_files,
    list_flows,
    list_manual_flows,
    list_problems,
    load_flow,
    load_manual_flow,
)

app = typer.Typer(
    cls=PlainGroup,
    name="flows",
    help="The documented paths, as data.",
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def flows(context: typer.Context) -> None:
    """List the flows unless another command is named."""
    if context.invoked_subcommand is None:
        print_flow_list()


@app.command(
    "list", cls=PlainCommand, help="List every flow: id, what it is, when it was last reviewed."
)
def print_flow_list() -> None:
    """List every flow: id, what it is, when it was last reviewed."""
    for name in list_flows():
        flow = load_flow(name)
        print_text(f"{flow.title:<28} reviewed {flow.reviewed}", before=f"{name:<18} ")
    for service, path in list_manual_flows().items():
        manual = load_manual_flow(path)
        said = f"{manual.title:<28} reviewed {manual.reviewed}, by hand only: `auditor guide`"
        print_text(said, before=f"{service:<18} ")


@app.command("show", cls=PlainCommand, help="Print the documented path as a person would read it.")
def show_flow(flow: ShownFlow = "claude/web") -> None:
    """Print the documented path as a person would read it."""
    shown = load_flow(flow)
    print_text(shown.title)
    print_text("")
    for number, step in enumerate(_describe_steps(shown), 1):
        print_text(step, before=f"  {number}. ")
    print_text("")
    print_text("The switch: " + ", formerly ".join(f"“{label}”" for label in _list_labels(shown)))
    print_text(f"Source: {shown.documented_at}")
    print_text(f"Reviewed: {shown.reviewed}")


def _describe_steps(flow: Flow) -> list[str]:
    start = f"Open {flow.about.origin}{flow.start}"
    return [start, *(step.say for step in flow.steps), flow.find.say]


def _list_labels(flow: Flow) -> tuple[str, ...]:
    """Return the names of the switch in English, newest first; if there are none, all names."""
    words = flow.about.words[flow.about.setting.labels.removeprefix("@")]
    return words.texts.get("en-US", flow.about.labels)


@app.command(
    "check",
    cls=PlainCommand,
    help="Report every problem of flow files as `file: place: what is wrong`.",
)
def check_flows(paths: FlowFiles) -> None:
    """Report every problem of flow files as `file: place: what is wrong`."""
    files = [file for path in paths for file in list_files(path)]
    problems = [problem for file in files for problem in list_problems(file)]
    for problem in dict.fromkeys(problems):
        print_text(problem)
    if problems:
        raise typer.Exit(Exit.FLOW)
    print(f"{len(files)} {'file is' if len(files) == 1 else 'files are'} valid.")


@app.command(
    "new", cls=PlainCommand, help="Write the beginning of a flow here: flow, mock page and test."
)
def write_new_flow(flow: NewFlow) -> None:
    """Write the beginning of a flow into the folder at hand."""
    from auditor.guide.scaffold import write_scaffold  # noqa: PLC0415 - for this command alone

    for path in write_scaffold(flow, Path(), date.today()):  # noqa: DTZ011 - the person's own day
        print_text(f"Written: {path}")
    print_text("All in it is made up: replace it, then run the test. More: docs/flows.md")
