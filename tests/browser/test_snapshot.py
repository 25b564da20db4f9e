import pytest

from auditor.browser.snapshot import describe_names, mask_snapshot
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
            '- switch "•••" [checked=mixed]',
        ),
        ('- checkbox "Chat with Dr Grey, 555 0100"', '- checkbox "•••"'),
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
def test_only_known_words_are_shown(line: str, shown: str) -> None:
    assert mask_snapshot(line, SITE) == f"{shown}\n"


def test_a_long_page_is_cut() -> None:
    kept = mask_snapshot("- text: x\n" * 2_500, SITE).splitlines()
    assert len(kept) == 2_001
    assert kept[-1] == "… 500 more lines"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("Chat with Dr Grey, 555 0100",), "1 of other names"),
        (("Help improve Claude", "My chat", "(no name)"), "Help improve Claude, 2 of other names"),
        (("Help improve Claude",), "Help improve Claude"),
    ],
)
def test_only_names_of_the_flow_s_own_words_are_said(names: tuple[str, ...], said: str) -> None:
    assert describe_names(names, SITE) == said
