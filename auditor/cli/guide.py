"""`auditor guide`: the documented path, for a person to walk without any automation."""

import webbrowser
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from auditor.cli.options import GuideLanguage, GuideName, HtmlFile, ListGuides, Markdown, OpenPage
from auditor.cli.prompts import print_message, print_text
from auditor.disk.files import write_named_file
from auditor.errors import SetupError, UsageError
from auditor.guide.path import Guide, build_guide
from auditor.guide.services import list_guides
from auditor.report.guide import list_entries, list_lines, render_markdown, render_page


def guide(  # noqa: PLR0913 - one parameter for each option
    path: GuideName = "web",
    *,
    lang: GuideLanguage = None,
    markdown: Markdown = False,
    html: HtmlFile = None,
    open_: OpenPage = False,
    list_: ListGuides = False,
) -> None:
    """Print the documented path for you to walk yourself."""
    if list_ and (path != "web" or lang or markdown or html or open_):
        raise UsageError("`--list` names all guides, so it goes alone", "Leave the rest out.")
    if markdown and html:
        raise UsageError("`--markdown` and `--html` are two forms", "Give one of them.")
    today = date.today()  # noqa: DTZ011 - how old a page is, in the person's own days
    if list_:
        _print_lines(list_entries(list_guides(), today))
        return
    built = build_guide(path, lang, today)
    if html is not None:
        _write_page(built, html)
    elif markdown:
        print(render_markdown(built), end="")
    else:
        _print_lines(list_lines(built))
    if open_:
        open_page(built)


def open_page(guide: Guide) -> None:
    """Open the page in the person's ordinary browser; raise an error if that cannot be done."""
    if guide.address is None:
        raise UsageError("This path has no page that could be opened", "Follow the steps.")
    if not webbrowser.open(guide.address):
        message = "No browser could be opened on this machine"
        raise SetupError(message, f"Open {guide.address} yourself.")
    print_message(f"Opened {guide.address} in your browser.")


def _write_page(guide: Guide, path: Path) -> None:
    write_named_file(path, render_page(guide).encode())
    print_message(f"Written: {path}")


def _print_lines(lines: Iterable[tuple[str, str]]) -> None:
    for before, line in lines:
        print_text(line, before=before)
