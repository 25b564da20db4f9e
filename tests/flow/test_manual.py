"""Paths by hand: valid, never followed by the tool, and strict about what they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.errors import FlowError
from auditor.flow import (
    flow_folders,
    list_flows,
    list_manual_flows,
    list_problems,
    load_flow,
    load_manual_flow,
)

SHIPPED = list_manual_flows()
OTHERS = {
    *("chatgpt", "gemini", "github-copilot", "microsoft-copilot", "grok", "x", "linkedin"),
    *("mistral-vibe", "perplexity", "cursor"),
}


def test_the_catalogue_has_every_service_and_claude_code() -> None:
    assert set(SHIPPED) == OTHERS | {"claude-code"}


@pytest.mark.parametrize("service", SHIPPED)
def test_a_shipped_path_by_hand_is_valid_and_unverified(service: str) -> None:
    flow = load_manual_flow(SHIPPED[service])
    assert flow.verified is False
    assert flow.control.labels[0].text


@pytest.mark.parametrize("service", SHIPPED)
def test_no_path_by_hand_is_a_flow_that_could_be_followed(service: str) -> None:
    assert not [name for name in list_flows() if name.startswith(f"{service}/")]
    for name in (service, f"{service}/by-hand", str(SHIPPED[service])):
        with pytest.raises(FlowError) as caught:
            load_flow(name)
        assert str(caught.value).endswith(
            " is described for people only: nobody has checked the path on the live site, or read"
            " its terms on automated access. So it is neither read nor changed"
        )
        assert caught.value.hint == (
            f"`auditor guide {service}` tells the path; `auditor attest off --service {service}`"
            " (or on) records what you saw."
        )


def test_a_flow_that_says_it_is_unverified_is_refused_whatever_else_it_says(
    tmp_path: Path,
) -> None:
    folder = Path(shutil.copytree(flow_folders()[-1] / "claude", tmp_path / "claude"))
    path = folder / "web.toml"
    path.write_text(f"verified = false\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(FlowError, match="described for people only"):
        load_flow(str(path))


def test_the_reversed_and_the_worded_controls_are_marked_as_such() -> None:
    flows = {name: load_manual_flow(path).control for name, path in SHIPPED.items()}
    assert {name for name, each in flows.items() if each.sense == "on_protects"} == {"cursor"}
    assert flows["cursor"].positions == ("OFF", "ON")
    assert flows["gemini"].positions == ("Turn off", "Turn on")
    assert flows["github-copilot"].positions == ("Enabled", "Disabled")


def test_a_person_s_own_path_by_hand_comes_before_the_shipped_one() -> None:
    own = flow_folders()[0] / "chatgpt"
    own.mkdir(parents=True)
    shutil.copy(SHIPPED["chatgpt"], own)
    assert list_manual_flows()["chatgpt"] == own / "by-hand.toml"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("verified = false", "verified = true", "verified: Input should be False"),
        ("verified = false\n", "", "verified: is missing"),
        ('kind = "switch"', 'kind = "select"', "control: values belong to a select or a button, and to no other kind"),
        ('kind = "switch"', 'kind = "lever"', "control.kind: Input should be 'switch', 'checkbox', 'select' or 'button'"),
        ('known = "OFF 2026-11, OBS', 'known = "SURE 2026-11, OBS', "known: should match pattern"),
        ('say = "Click Settings"', 'click = "#a"', "steps[2].say: is missing"),
        ('scope = "account"', 'scope = "world"', "scope: "),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "by-hand.toml"
    text = SHIPPED["chatgpt"].read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert list_problems(path)[0].startswith(f"{path}: {problem}")
