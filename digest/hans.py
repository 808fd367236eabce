"""Traditional Chinese characters as simplified ones, character by character."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from digest.traditional import SIMPLIFIED, TRADITIONAL


@cache
def simplified() -> Mapping[int, str]:
    """The table for `str.translate`: each traditional character and its simplified one."""
    return dict(zip(map(ord, TRADITIONAL), SIMPLIFIED, strict=True))


def simplify(text: str) -> str:
    """The text with simplified characters; as long as before, place by place."""
    return text if text.isascii() else text.translate(simplified())
