"""What the browser's own tree shows of a row, whatever a page hides from scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.control.accessibility import (
    AccessibilityTree,
    AccessibleNode,
    read_accessibility_tree,
)
from auditor.browser.control.painted_text import take_page_snapshot

if TYPE_CHECKING:
    from playwright.async_api import Page

ROW = (0.0, 0.0, 400.0, 100.0)
OWN = (300.0, 20.0, 40.0, 22.0)
SWITCH = AccessibleNode("switch", "Help improve our AI models", OWN)
LABELS = ("Help improve our AI models",)


def tree(*nodes: AccessibleNode, names: frozenset[str] = frozenset()) -> AccessibilityTree:
    return AccessibilityTree(nodes, names)


def test_the_control_itself_is_no_other() -> None:
    assert tree(SWITCH).others_in_row(ROW, [OWN]) == ()


@pytest.mark.parametrize(
    "box",
    [(100.0, 20.0, 40.0, 22.0), (250.0, 20.0, 60.0, 22.0), (0.0, 0.0, 0.0, 0.0)],
    ids=["elsewhere in the row", "over a part of it", "without any size"],
)
def test_what_else_can_be_pressed_in_the_row_is_told(box: tuple[float, ...]) -> None:
    left, top, width, height = box
    other = AccessibleNode("button", "More", (left, top, width, height))
    assert tree(SWITCH, other).others_in_row(ROW, [OWN]) == (other,)


def test_what_is_drawn_elsewhere_or_nowhere_is_no_part_of_the_row() -> None:
    below = AccessibleNode("switch", "Next", (300.0, 120.0, 40.0, 22.0))
    nowhere = AccessibleNode("switch", "Hidden", None)
    assert tree(SWITCH, below, nowhere).others_in_row(ROW, [OWN]) == ()


def test_a_switch_on_the_screen_that_the_scan_does_not_know_is_told() -> None:
    deep = AccessibleNode("switch", "Training", (10.0, 300.0, 40.0, 22.0))
    outside = AccessibleNode("switch", "Menu", (-900.0, 10.0, 40.0, 22.0))
    button = AccessibleNode("button", "Export", (10.0, 400.0, 40.0, 22.0))
    found = tree(SWITCH, deep, outside, button).unknown_switches([OWN], (0.0, 0.0, 800.0, 600.0))
    assert found == (deep,)


def test_a_choice_between_people_is_told_by_a_name() -> None:
    closed = AccessibleNode("option", "Ada", None, 1)
    tab = AccessibleNode("tab", "ADA", OWN, 2)
    others = (AccessibleNode("tab", "Privacy", OWN, 2), AccessibleNode("button", "Ada", OWN, 2))
    both = tree(closed, tab, *others)
    assert both.choices_named(frozenset({"ada"}), frozenset({2})) == (closed, tab)
    assert both.choices_named(frozenset({"ada"}), frozenset({3})) == (closed,)
    assert both.choices_named(frozenset(), None) == ()


def test_a_button_that_says_a_state_is_found_by_its_name() -> None:
    button = AccessibleNode("button", "Turn  OFF", OWN)
    assert tree(SWITCH, button).buttons_named(["Turn off"]) == (button,)
    assert tree(SWITCH, button).buttons_named(["Turn on"]) == ()


def test_known_decoys_are_no_choice_and_buttons_choose_nothing() -> None:
    decoy = AccessibleNode("switch", "Location  metadata", OWN)
    button = AccessibleNode("button", "Export data", OWN)
    assert tree(decoy, button).choosing(["Location metadata"]) == ()
    assert tree(decoy).choosing([]) == (decoy,)


def test_a_text_that_contains_the_label_mentions_it() -> None:
    assert tree(names=frozenset({"please help improve our ai models today"})).mentions(LABELS)
    assert not tree(names=frozenset({"help"})).mentions(LABELS)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("with_snapshot", [True, False])
async def test_a_closed_shadow_root_hides_nothing_from_the_tree(
    page: Page, *, with_snapshot: bool
) -> None:
    await page.set_content(
        "<div id=row style='padding:20px'><button role=switch aria-checked=false>Known</button>"
        "<div id=host></div><iframe srcdoc='<input type=checkbox aria-label=framed>'></iframe>"
        "</div><button hidden>Gone</button><script>host.attachShadow({mode: 'closed'}).innerHTML ="
        " '<select aria-label=Closed><option>On<option>Off</select>'</script>"
    )
    await page.frames[-1].wait_for_selector("input")
    cdp = await page.context.new_cdp_session(page)
    snapshot = await take_page_snapshot(cdp)
    places = snapshot.places_of_nodes() if with_snapshot else {}
    found = await read_accessibility_tree(cdp, places)
    assert {(node.role, node.name) for node in found.nodes if node.box} == {
        ("switch", "Known"),
        ("combobox", "Closed"),
        ("checkbox", "framed"),
    }
    box = await page.locator("[role=switch]").bounding_box()
    row = await page.locator("#row").bounding_box()
    assert box
    assert row
    own = (box["x"], box["y"], box["width"], box["height"])
    place = (row["x"], row["y"], row["width"], row["height"])
    others = found.others_in_row(place, [own])
    assert {node.name for node in others} == {"Closed", "framed"}
    assert found.is_complete


PLACES = """<!doctype html><body style='height:3000px'>
<div id=box style='height:90px;overflow:auto'><p style='height:50px'></p><button>scrolled</button><p style='height:900px'></p></div>
<button style='transform:rotate(30deg) scale(1.5)'>turned</button> <a href=x>broken<br>over lines</a>
<div style='zoom:1.7'><input type=checkbox aria-label=zoomed></div>
<div style='position:fixed;right:3px;bottom:4px'><button role=switch>fixed</button></div>
<div style='position:sticky;top:0'><button>sticky</button></div>
<button style='display:contents'>no box</button><button style='border:5px solid;margin:7px'>edged</button>
<select aria-label=list><option>closed</select><svg width=99 height=50><a href=y aria-label=drawn><rect width=30 height=30></a></svg>
<input type=date><iframe srcdoc='<button>framed</button>'></iframe><div id=host></div>
<script>host.attachShadow({ mode: 'closed' }).innerHTML = '<button>closed in</button>'; box.scrollTop = 30; scrollTo(0, 120)</script>"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_node_is_where_the_browser_says_when_it_is_asked_for_it_alone(page: Page) -> None:
    await page.set_content(PLACES)
    await page.frames[-1].wait_for_selector("button")
    cdp = await page.context.new_cdp_session(page)
    places = (await take_page_snapshot(cdp)).places_of_nodes()
    at_once = await read_accessibility_tree(cdp, places)
    one_by_one = await read_accessibility_tree(cdp, {})
    assert len(at_once.nodes) >= 14
    assert [node.name for node in at_once.nodes] == [node.name for node in one_by_one.nodes]
    for one, other in zip(at_once.nodes, one_by_one.nodes, strict=True):
        assert one.box == pytest.approx(other.box, abs=1)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_of_any_number_of_controls_is_read_to_its_end(page: Page) -> None:
    await page.set_content("<button>x</button>" * 500)
    cdp = await page.context.new_cdp_session(page)
    assert not (await read_accessibility_tree(cdp, {})).is_complete
    places = (await take_page_snapshot(cdp)).places_of_nodes()
    found = await read_accessibility_tree(cdp, places)
    assert found.is_complete
    assert len([node for node in found.nodes if node.box]) == 500
