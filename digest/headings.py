"""Titles without their dress: numbering in front, emoji round them."""

from __future__ import annotations

import re

from digest.conventions import Strip
from digest.plaintext import tidy

_HAN = "一二三四五六七八九十百"
_NUMBERING = re.compile(
    rf"(?:第?[0-9]{{1,3}}(?:[、．)）]\s*|\.(?:\s+|(?=[^\x00-\x7f])))|第?[{_HAN}]{{1,4}}[、．.：:]\s*"
    rf"|[（(](?:[0-9]{{1,3}}|[{_HAN}]{{1,4}})[)）]\s*|[①-⑳]\s*|[0-9]\ufe0f?\u20e3\s*)"
)
_MARKER = re.compile(r"\s*[0-9]{1,3}、\s*")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u2190-\u21ff\u3030\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f]+"
)


def undressed(title: str, strip: tuple[Strip, ...]) -> str:
    """The title without what `strip` names; a title that is nothing else stays as it is."""
    bare = title
    if Strip.EMOJI in strip:
        bare = tidy(_EMOJI.sub("", bare))
    if Strip.NUMBERING in strip:
        bare = _NUMBERING.sub("", bare, count=1) if _NUMBERING.match(bare) else bare
    return tidy(bare) or title


def is_numbered(title: str) -> bool:
    """Whether a title begins with a number of its own: `1.`, `2、`, `三、`, `（4）`."""
    return bool(_NUMBERING.match(title))


def marker_length(text: str) -> int:
    """The length of a `1、` at the beginning of a line, or 0."""
    found = _MARKER.match(text)
    return found.end() if found else 0
