"""Run `shot-scraper` in a named browser; by itself it takes Playwright's own and no other.

python shot_scraper_audit.py BROWSER ARGUMENT… (those of shot-scraper)
"""

import sys

from playwright.sync_api import BrowserType
from shot_scraper.cli import cli

_launch = BrowserType.launch


def _launch_named(self: BrowserType, **options: object):
    return _launch(self, executable_path=sys.argv[1], **options)


BrowserType.launch = _launch_named
cli(args=sys.argv[2:])
