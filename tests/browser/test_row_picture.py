"""Nothing personal is in a picture of the row, whatever it is and wherever it is painted from."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from auditor.browser import row_picture
from auditor.browser.control.row import RowDescription
from auditor.browser.png import _decode, blank_out
from auditor.browser.row_picture import RowPicture, take_row_picture
from auditor.flow import load_flow

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

    from auditor.browser.control.accessibility import Box

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SITE = load_flow("claude/web").about
# all that is personal is painted in one colour, which is looked for in the picture
LOUD = (255, 0, 255)
ROW = """<!doctype html><meta charset=utf-8><style>
body {{ margin: 0; font: 16px sans-serif; height: 2000px; background: #fff; }}
.row {{ position: relative; width: 560px; padding: 20px; background: #fff; color: #000; }}
.row button {{ position: absolute; right: 20px; top: 20px; width: 44px; height: 24px; border: 0; background: #00c; }}
.it {{ color: #f0f; }}
.over {{ position: absolute; left: 24px; top: 18px; z-index: 3; color: #f0f; }}
.face {{ width: 30px; height: 30px; background: #f0f; display: inline-block; }}
{style}
</style>{before}<div class=row id=row><div>Help improve our AI models</div>
<button role=switch aria-checked=false aria-label="Help improve our AI models"></button>{inside}</div>{after}"""
ONE = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


FACE = "data:image/png;base64," + b64encode(
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ONE) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\xff")) + chunk(b"IEND", b"")
).decode()  # fmt: skip

CANARIES = {
    "an e-mail address": {"inside": "<p class=it>ada@example.com</p>"},
    "a name over the label": {"inside": "<b class=over>Ada Lovelace</b>"},
    "a name in the sentence": {"inside": "<p>Your chats <b class=it>Ada</b> help improve</p>"},
    "a chat's title from outside": {"after": "<p class=over>My secret chat with Dr Grey</p>"},
    "a picture of the person": {"inside": f"<img class=over width=60 height=20 src='{FACE}'>"},
    "the same by style": {"inside": f"<i class=over style='width:60px;height:20px;background:url({FACE})'></i>"},
    "a drawing": {"inside": "<canvas class=over id=c width=60 height=20></canvas><script>"
                  "const x = c.getContext('2d'); x.fillStyle = '#f0f'; x.fillRect(0, 0, 60, 20)</script>"},
    "words of a style": {"style": ".row::after { content: 'Ada'; color: #f0f; position: absolute; left: 24px; top: 20px; }"},
    "a closed root": {"inside": "<span class=over id=host></span><script>host.attachShadow({ mode: 'closed' })"
                      ".innerHTML = '<span>ada@example.com</span>'</script>"},
    "a frame": {"inside": "<iframe class=over srcdoc='<body style=background:#f0f>' width=80 height=20></iframe>"},
    "a field": {"inside": "<input class=over value='ada@example.com' style='color:#f0f'>"},
    "a toast": {"after": "<p class=over role=status style='position:fixed;top:10px'>Hello Ada</p>"},
    "the words of a drawing": {"inside": "<svg class=over width=90 height=20><text y=15 fill='#f0f'>Ada L</text></svg>"},
    "a picture in the switch": {"inside": f"<script>document.querySelector('button').innerHTML ="
                                f' "<img width=20 height=20 src={FACE}>"</script>'},
    "a picture over the switch": {"inside": f"<img style='position:absolute;right:30px;top:22px' width=20 height=20 src='{FACE}'>"},
}  # fmt: skip


async def describe(page: Page, own: str = "#row button") -> RowDescription:
    boxes: list[Box] = []
    for each in ("#row", own):
        box = await page.locator(each).bounding_box()
        assert box
        boxes.append((box["x"], box["y"], box["width"], box["height"]))
    size = page.viewport_size
    assert size
    return RowDescription(
        texts=(), linked=False, pictures=0, unreadable=False, box=boxes[0],
        control_boxes=(boxes[1],), page_box=(0, 0, size["width"], size["height"]),
    )  # fmt: skip


async def picture_of(page: Page, **parts: str) -> tuple[RowPicture, CDPSession, RowDescription]:
    await page.set_content(
        ROW.format(**{"style": "", "before": "", "inside": "", "after": "", **parts})
    )
    row, cdp = await describe(page), await page.context.new_cdp_session(page)
    taken = await take_row_picture(cdp, row, SITE)
    assert taken is not None
    return taken, cdp, row


def colours(png: bytes) -> set[tuple[int, ...]]:
    width, channels, lines = _decode(png)
    return {tuple(line[at * channels : at * channels + 3]) for line in lines for at in range(width)}


def is_loud(colour: tuple[int, ...]) -> bool:
    """Return whether a colour is that of the canaries, or lies between it and white."""
    return colour[0] > 200 and colour[2] > 200 and colour[1] < 190


@pytest.mark.parametrize("name", CANARIES)
async def test_nothing_of_a_person_is_in_the_picture(page: Page, name: str) -> None:
    taken, cdp, row = await picture_of(page, **CANARIES[name])
    raw = await row_picture._capture(cdp, row.box)
    assert any(map(is_loud, colours(raw))), "it is painted there"
    assert [each for each in colours(taken.png) if is_loud(each)] == []
    for secret in ("Ada", "ada@", "Grey", "secret"):
        assert secret not in taken.text
        assert secret.encode() not in taken.png


async def test_the_label_and_the_switch_are_in_the_picture(page: Page) -> None:
    taken, _, _ = await picture_of(page)
    assert {(0, 0, 0), (0, 0, 204)} <= colours(taken.png)
    assert taken.text.splitlines()[-1] == "StaticText “Help improve our AI models”" or (
        "switch “Help improve our AI models” checked=false" in taken.text
    )


async def test_what_lies_behind_a_dialog_takes_nothing_from_the_picture(page: Page) -> None:
    behind = "<p style='position:absolute;left:24px;top:18px'>My secret chat</p>"
    taken, _, _ = await picture_of(page, before=behind)
    assert (0, 0, 0) in colours(taken.png), "the label is there"


LISTEN = """() => { window.told = [];
  for (const name of ["resize", "scroll", "focus", "blur", "focusin", "focusout", "visibilitychange", "pointermove"])
    for (const target of [window, document]) target.addEventListener(name, () => told.push(name), true);
  visualViewport.addEventListener("resize", () => told.push("visual"));
  visualViewport.addEventListener("scroll", () => told.push("visual"));
  matchMedia("print").addEventListener("change", () => told.push("print"));
  new ResizeObserver(() => told.push("observed")).observe(document.querySelector("#row"));
  new MutationObserver(() => told.push("changed")).observe(document, { subtree: true, childList: true, attributes: true });
}"""


async def test_the_page_notices_nothing(page: Page) -> None:
    _, cdp, row = await picture_of(page)
    await page.evaluate("scrollTo(0, 5)")
    await page.evaluate(LISTEN)
    two_frames = (
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    await page.evaluate(two_frames)
    before = await page.evaluate("told.splice(0)")
    assert set(before) <= {"observed", "scroll"}, "an observer tells of its beginning"
    assert await take_row_picture(cdp, await describe(page), SITE) is not None
    await page.evaluate(two_frames)
    assert await page.evaluate("told") == []
    assert row.box[1] == 0


async def test_a_page_that_is_drawn_anew_meanwhile_gives_no_picture(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, cdp, row = await picture_of(page)
    capture = row_picture._capture

    async def capture_and_change(cdp: CDPSession, clip: Box) -> bytes:
        png = await capture(cdp, clip)
        await page.evaluate("row.append('ada@example.com')")
        return png

    monkeypatch.setattr(row_picture, "_capture", capture_and_change)
    assert await take_row_picture(cdp, row, SITE) is None


async def test_a_row_out_of_view_gives_no_picture(page: Page) -> None:
    _, cdp, _ = await picture_of(page)
    await page.evaluate("scrollTo(0, 900)")
    assert await take_row_picture(cdp, await describe(page), SITE) is None


async def test_on_a_screen_of_more_pixels_the_same_places_are_kept(page: Page) -> None:
    _, cdp, _ = await picture_of(page, inside="<b class=over>Ada</b>")
    told = {"width": 800, "height": 600, "deviceScaleFactor": 2.5, "mobile": False}
    await cdp.send("Emulation.setDeviceMetricsOverride", told)
    taken = await take_row_picture(cdp, await describe(page), SITE)
    assert taken is not None
    assert _decode(taken.png)[0] == 1500
    assert [each for each in colours(taken.png) if is_loud(each)] == []
    assert (0, 0, 204) in colours(taken.png)


async def test_a_picture_holds_pixels_and_nothing_else(page: Page) -> None:
    taken, _, _ = await picture_of(page)
    again = blank_out(taken.png, 1, [], [])
    assert colours(again) == {(212, 212, 212)}
    assert taken.png.count(b"IHDR") + taken.png.count(b"IDAT") + taken.png.count(b"IEND") == 3
    assert b"tEXt" not in taken.png
