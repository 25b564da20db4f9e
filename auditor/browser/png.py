"""Blank out all of a picture but some places; pure, and without a library for pictures.

It reads what Chromium writes: eight bits for each of red, green, blue and perhaps opacity, not
interlaced.
"""

from __future__ import annotations

import math
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.browser.control.accessibility import Box

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}  # by the kind of colour that the header tells
_BLANK = 0xD4  # a light grey, in all channels
_SUB, _UP, _AVERAGE, _PAETH = 1, 2, 3, 4


class UnknownPictureError(ValueError):
    """Raised for a picture that is not of the one kind that is read here."""


def blank_out(png: bytes, width: float, keep: Sequence[Box], drop: Sequence[Box]) -> bytes:
    """Return a picture in which only `keep` is left, and of that nothing in `drop`.

    The places are in a picture that is `width` wide, whatever its number of pixels. Nothing but
    pixels is in the result: no text, time or colour profile. Raises UnknownPictureError.
    """
    across, channels, lines = _decode(png)
    scale = across / width
    blank = bytes([_BLANK]) * (across * 3)
    shown = [bytearray(blank) for _ in lines]
    for left, top, right, bottom in (_pixels(box, scale, inwards=True) for box in keep):
        for number in range(max(top, 0), min(bottom, len(lines))):
            first, last = max(left, 0), min(right, across)
            if first < last:
                shown[number][first * 3 : last * 3] = _rgb(lines[number], channels, first, last)
    for left, top, right, bottom in (_pixels(box, scale, inwards=False) for box in drop):
        for number in range(max(top, 0), min(bottom, len(lines))):
            first, last = max(left, 0), min(right, across)
            if first < last:
                shown[number][first * 3 : last * 3] = blank[first * 3 : last * 3]
    return _encode(across, shown)


def _pixels(box: Box, scale: float, *, inwards: bool) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom in pixels: a kept place shrinks, a dropped one grows."""
    left, top = box[0] * scale, box[1] * scale
    right, bottom = (box[0] + box[2]) * scale, (box[1] + box[3]) * scale
    if inwards:
        return math.ceil(left), math.ceil(top), math.floor(right), math.floor(bottom)
    return math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)


def _rgb(line: bytes, channels: int, first: int, last: int) -> bytes:
    if channels == 3:  # noqa: PLR2004 - red, green and blue
        return line[first * 3 : last * 3]
    part = bytearray(line[first * channels : last * channels])
    del part[3::4]
    return bytes(part)


def _decode(png: bytes) -> tuple[int, int, list[bytes]]:
    """Return the width in pixels, the bytes of each pixel, and the lines."""
    if not png.startswith(_SIGNATURE):
        raise UnknownPictureError("not a PNG")
    chunks = list(_split_chunks(png))
    if not chunks or chunks[0][0] != b"IHDR":
        raise UnknownPictureError("no header")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or colour not in _CHANNELS or interlaced:  # noqa: PLR2004 - bits
        raise UnknownPictureError("another kind of PNG")
    channels = _CHANNELS[colour]
    try:
        raw = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    except zlib.error as error:
        raise UnknownPictureError("damaged") from error
    if len(raw) != height * (width * channels + 1):
        raise UnknownPictureError("another number of pixels than told")
    return width, channels, list(_unfilter(raw, width * channels, channels))


def _split_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + 8 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _unfilter(raw: bytes, stride: int, channels: int) -> Iterator[bytes]:
    """Undo what PNG does to each line so that it packs well; see section 9 of its standard."""
    above = bytes(stride)
    for start in range(0, len(raw), stride + 1):
        line = bytearray(raw[start + 1 : start + 1 + stride])
        _unfilter_line(raw[start], line, above, channels)
        above = bytes(line)
        yield above


def _unfilter_line(kind: int, line: bytearray, above: bytes, channels: int) -> None:
    if kind == _UP:
        line[:] = bytes((one + up) & 255 for one, up in zip(line, above, strict=True))
    elif kind in (_SUB, _AVERAGE, _PAETH):
        for at in range(len(line)):
            left = line[at - channels] if at >= channels else 0
            corner = above[at - channels] if at >= channels else 0
            line[at] = (line[at] + _predict(kind, left, above[at], corner)) & 255
    elif kind:
        raise UnknownPictureError("an unknown filter")


def _predict(kind: int, left: int, up: int, corner: int) -> int:
    if kind == _SUB:
        return left
    if kind == _AVERAGE:
        return (left + up) // 2
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def _encode(width: int, lines: Sequence[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(lines), 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
