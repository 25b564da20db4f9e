"""What is compared with what: the peers, on the very same page of the mock site."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.browser.engine.launch import SWITCHES
from benchmarks.measuring import Subject

if TYPE_CHECKING:
    from auditor.mocksite import Site

_PEERS = Path(__file__).parent / "peers"
_PANEL = "/new#settings/data-privacy-controls"
_READ_PANEL = """new Promise((done) => {
  const label = (of) => document.getElementById(of.getAttribute("aria-labelledby"))?.textContent;
  const wait = setInterval(() => {
    const all = [...document.querySelectorAll("[role=switch]")];
    const found = all.find((each) => label(each)?.includes("Help improve our AI models"));
    if (found) { clearInterval(wait); done(found.ariaChecked); }
  }, 20);
})"""
OURS, BARE = "auditor", "bare Playwright script"
AT_A_TIME = 4


@dataclass(frozen=True)
class Comparison:
    """Some subjects that do the same; each is compared with the second, the first is ours."""

    title: str
    subjects: tuple[Subject, ...]
    memory: bool = True
    runs: int | None = None
    """How often each runs, where that is less than what was asked for."""


@dataclass(frozen=True)
class Bench:
    """Makes the comparisons of one browser; `empty` is a folder for saved states."""

    site: Site
    browser: str
    empty: Path

    def audit(self) -> Comparison:
        """Return one cold audit beside what a user would write or take instead."""
        url = self.site.base_url("on")
        return Comparison(
            "one cold audit",
            (
                self._ours("audit", "--base-url", url, codes=(10,), says='"state": "on"'),
                self._bare("bare_audit", f"{url}/new", self.browser, "now", says="true"),
                *self._selenium(f"{url}/new"),
                self._shot_scraper(url),
            ),
        )

    def change(self) -> Comparison:
        """Return one change with its proof beside click, reload, read."""
        url = self.site.base_url("on")
        return Comparison(
            "one change, proved",
            (
                self._ours(
                    *("set", "off", "--yes", "--base-url", url),
                    says='"outcome": "changed"',
                ),
                self._bare("bare_change", f"{url}/new", self.browser, says="false"),
            ),
        )

    def accounts(self, count: int, at_a_time: int = AT_A_TIME) -> Comparison:
        """Return an audit of so many accounts beside as many contexts of a bare script."""
        names = [f"a{number}" for number in range(count)]
        url = self.site.base_url("on")
        jobs = ("--jobs", str(at_a_time), "--base-url", url)
        return Comparison(
            f"{count} accounts, {at_a_time} at a time",
            (
                self._ours("audit", *names, *jobs, codes=(10,)),
                self._bare("bare_accounts", f"{url}/new", self.browser, str(count), str(at_a_time)),
            ),
            runs=3,
        )

    def delay(self, scenario: str, seconds: float, state: str) -> Comparison:
        """Return an audit of a page whose truth comes so many seconds late."""
        url, shown = self.site.base_url(scenario), "true" if state == "on" else "false"
        codes = (10,) if state == "on" else (0,)
        return Comparison(
            f"truth ({state}) after {seconds:g} s",
            (
                self._ours("audit", "--base-url", url, codes=codes, says=f'"state": "{state}"'),
                self._bare("bare_audit", f"{url}/new", self.browser, shown, says=shown),
            ),
            memory=False,
        )

    def commands(self) -> Comparison:
        """Return the commands without a browser beside the import of the command line's library."""
        words = ("--help", "flows list", "accounts", "explain", "status", "history")
        python = Subject("python -c 'import typer'", (sys.executable, "-c", "import typer"))
        ours = [
            Subject(f"auditor {each}", (sys.executable, "-m", "auditor", *each.split()))
            for each in words
        ]
        return Comparison("without a browser", (ours[0], python, *ours[1:]))

    def selftest(self) -> Comparison:
        """Return the whole self-test."""
        command = (sys.executable, "-m", "auditor", "selftest", "--browser", self.browser)
        return Comparison("self-test", (Subject(OURS, command),), memory=False, runs=1)

    def _reset(self) -> None:
        self.site.reset("on")

    def _ours(
        self,
        *words: str,
        codes: tuple[int, ...] = (0,),
        says: str = "",
    ) -> Subject:
        command = (sys.executable, "-m", "auditor", *words, "--json", "--browser", self.browser)
        return Subject(OURS, command, codes, says, self._reset)

    def _bare(self, script: str, *words: str, says: str = "") -> Subject:
        command = (sys.executable, str(_PEERS / f"{script}.py"), *words, *SWITCHES)
        return Subject(BARE, command, says=says, prepare=self._reset)

    def _selenium(self, url: str) -> tuple[Subject, ...]:
        """Return Selenium's reader, if there is a chromedriver."""
        driver = shutil.which("chromedriver")
        if driver is None:
            return ()
        script = str(_PEERS / "selenium_audit.py")
        words = (url, self.browser, driver, "--no-sandbox", *SWITCHES)
        return (Subject("Selenium 4", (sys.executable, script, *words), says="true"),)

    def _shot_scraper(self, url: str) -> Subject:
        """Return shot-scraper's reader of the direct address, with a saved state."""
        state = self.empty / "state.json"
        state.write_text(json.dumps({"cookies": [], "origins": []}), encoding="utf-8")
        script = str(_PEERS / "shot_scraper_audit.py")
        words = ("javascript", url + _PANEL, _READ_PANEL, "--auth", str(state))
        return Subject(
            "shot-scraper, direct address",
            (sys.executable, script, self.browser, *words),
            says="true",
        )
