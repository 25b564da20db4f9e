"""Only the places asked for are left of a picture, whichever way its lines were packed."""

from __future__ import annotations

import struct
import zlib

import pytest

from auditor.browser.png import UnknownPictureError, _decode, blank_out

GREY = (212, 212, 212)
START = b"\x89PNG\r\n\x1a\n"
# a pixel of each kind, so that each way of packing has something to add up
PIXELS = [[(10, 20, 30), (200, 100, 50), (255, 0, 255)], [(0, 255, 1), (90, 90, 90), (7, 8, 9)],
          [(250, 251, 252), (3, 2, 1), (128, 64, 32)]]  # fmt: skip


def chunk(kind: bytes, content: bytes) -> bytes:
    sum_ = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + sum_


def make_png(lines: bytes, width: int, height: int, colour: int = 2, depth: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        START
        + chunk(b"IHDR", header)
        + chunk(b"tEXt", b"Author\0Ada")
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def pack(kind: int, size: int) -> bytes:
    """Pack the pixels as the standard says: each byte less what is predicted for it."""
    packed, above = b"", bytes(3 * size)
    for line in PIXELS:
        flat = bytes(part for pixel in line for part in (*pixel, 255)[:size])
        packed += bytes([kind])
        for at, value in enumerate(flat):
            left = flat[at - size] if at >= size else 0
            corner = above[at - size] if at >= size else 0
            guess = left + above[at] - corner
            nearest = min((left, above[at], corner), key=lambda one: abs(guess - one))
            said = (0, left, above[at], (left + above[at]) // 2, nearest)[kind]
            packed += bytes([(value - said) & 255])
        above = flat
    return packed


def pixels(png: bytes) -> list[list[tuple[int, ...]]]:
    width, channels, lines = _decode(png)
    return [
        [tuple(line[at * channels : at * channels + 3]) for at in range(width)] for line in lines
    ]


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("size", [3, 4])
def test_every_way_of_packing_is_read(kind: int, size: int) -> None:
    png = make_png(pack(kind, size), 3, 3, {3: 2, 4: 6}[size])
    assert pixels(blank_out(png, 3, [(0, 0, 3, 3)], [])) == PIXELS


def test_only_what_is_kept_is_left_and_what_is_dropped_is_not() -> None:
    png = make_png(pack(0, 3), 3, 3)
    left = pixels(blank_out(png, 3, [(0, 0, 2, 2)], [(1, 1, 5, 5)]))
    assert left == [
        [*PIXELS[0][:2], GREY],
        [PIXELS[1][0], GREY, GREY],
        [GREY, GREY, GREY],
    ]


def test_a_place_between_pixels_keeps_less_and_drops_more() -> None:
    png = make_png(pack(0, 3), 3, 3)
    assert pixels(blank_out(png, 3, [(0.5, 0, 1.6, 1)], []))[0] == [GREY, PIXELS[0][1], GREY]
    assert pixels(blank_out(png, 3, [(0, 0, 3, 1)], [(0.5, 0, 1, 1)]))[0] == [
        GREY,
        GREY,
        PIXELS[0][2],
    ]


def test_nothing_but_pixels_is_taken_over() -> None:
    assert b"Ada" not in blank_out(make_png(pack(0, 3), 3, 3), 3, [(0, 0, 3, 3)], [])


@pytest.mark.parametrize(
    ("png", "why"),
    [
        (b"GIF89a", "not a PNG"),
        (START, "no header"),
        (make_png(b"\0\0", 1, 1, colour=3), "another kind of PNG"),
        (make_png(b"\0\0\0\0", 1, 1, depth=16), "another kind of PNG"),
        (make_png(b"\0\0\0", 1, 1), "another number of pixels"),
        (make_png(b"\x09\0\0\0", 1, 1), "an unknown filter"),
        (
            START
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", b"x"),
            "damaged",
        ),
    ],
)
def test_a_picture_of_another_kind_is_refused(png: bytes, why: str) -> None:
    with pytest.raises(UnknownPictureError, match=why):
        blank_out(png, 1, [], [])
