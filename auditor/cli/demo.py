"""`auditor demo`: the whole story on the built-in mock site."""

from auditor.cli.options import Browser, Headed, Open, Timeout
from auditor.cli.prompts import build_prompter
from auditor.demo import play_demo
from auditor.report.progress import open_progress
from auditor.report.terminal import build_console


def demo(
    *, browser: Browser = None, timeout: Timeout = 60, headed: Headed = None, open_: Open = False
) -> None:
    """Show the whole story on the built-in mock.

    Audit, dry run, change, audit again; nothing leaves this machine.
    """
    with open_progress() as progress:
        prompter = build_prompter(progress, yes=True)
        report = play_demo(
            build_console(), prompter, browser=browser, timeout=timeout, headed=headed
        )
    if open_:
        import webbrowser  # noqa: PLC0415

        webbrowser.open(report.as_uri())
