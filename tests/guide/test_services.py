"""The list of all guides."""

from auditor.flow import list_flows, list_manual_flows
from auditor.guide.services import list_guides


def test_every_path_is_listed_with_its_age_and_how_sure_it_is() -> None:
    entries = {each.name: each for each in list_guides()}
    assert len(entries) == len(list_flows()) + len(list_manual_flows())
    assert entries["web"].by_hand_only is False
    assert entries["web"].known.startswith("official text 2026-11, seen on the live site by others")
    assert entries["chatgpt"].by_hand_only is True
    assert entries["grok"].known == "read from a copy of the app 2026-10-02"
