"""The cover of an article where an issue brings none: one plain colour, as PNG."""

from __future__ import annotations

import struct
import zlib

# The platform's own shape of a cover, 2.35 to 1.
WIDTH, HEIGHT = 900, 383
GREEN = b"\x07\xc1\x60"


def plain_cover(colour: bytes = GREEN) -> bytes:
    """A picture of one colour (three bytes: red, green, blue)."""
    # One bit a pixel, all of them the palette's first colour.
    line = b"\x00" * (1 + (WIDTH + 7) // 8)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 1, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", colour), (b"IDAT", zlib.compress(line * HEIGHT)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
