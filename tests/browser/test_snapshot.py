import pytest

from auditor.browser.snapshot import mask_snapshot
from auditor.flow import load_flow

SITE = load_flow("claude/web").about


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('- button "Ada Lovelace, Settings"', '- button "•••"'),
        ("- text: ada@example.com", "- text: •••"),
        ('- heading "Good evening, Ada" [level=1]', '- heading "•••" [level=1]'),
        (
            '  - switch "Help improve our AI models" [checked]',
            '  - switch "Help improve our AI models" [checked]',
        ),
        (
            '- switch "Unknown new label" [checked=mixed]',
            '- switch "Unknown new label" [checked=mixed]',
        ),
        ('- switch "Share with ada@example.com"', '- switch "Share with [address]"'),
        ('- link "My secret chat":', '- link "•••":'),
        ("  - /url: /chat/1234-secret", "  - /url: •••"),
        (
            "  - /url: https://privacy.claude.com/en/articles/12109829-x",
            "  - /url: the help article",
        ),
        ("- 'button \"Ada: Settings\"': more", '- button "•••": •••'),
        ("- paragraph: Privacy", "- paragraph: Privacy"),
        ("something that is no line of a snapshot: ada", "- •••"),
    ],
)
def test_only_known_words_and_names_of_switches_are_shown(line: str, shown: str) -> None:
    assert mask_snapshot(line, SITE) == f"{shown}\n"


def test_a_long_page_is_cut() -> None:
    kept = mask_snapshot("- text: x\n" * 2_500, SITE).splitlines()
    assert len(kept) == 2_001
    assert kept[-1] == "… 500 more lines"
