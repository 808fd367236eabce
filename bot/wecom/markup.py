"""WeCom's Markdown: a handful of marks without any way to escape one, and its size in bytes."""

from __future__ import annotations

import re
from urllib.parse import quote

LIMIT = 4096
BUDGET = 4000

# There is no escape: what would be a mark is written in its wide form, which reads the same.
_WIDE = str.maketrans({"<": "＜", ">": "＞", "*": "＊", "`": "｀", "\\": "＼"})
_BRACKETS = str.maketrans({"[": "［", "]": "］"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SPACES = re.compile(r"\s{2,}")
_HEADING = re.compile(r"^(#+)")
_ADDRESS = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)


def size(text: str) -> int:
    """The size of a text as the platform counts it: bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))


def harmless(line: str) -> str:
    """A line of others in which nothing is a mark."""
    wide = _CONTROL.sub(" ", line).translate(_WIDE).replace("](", "］(")
    return _HEADING.sub(lambda found: "＃" * len(found[1]), wide)


def safe(text: str) -> str:
    """Text of others on one line, in which nothing is a mark."""
    return harmless(_SPACES.sub(" ", _CONTROL.sub(" ", text)).strip())


def clipped(text: str, octets: int) -> str:
    """The text, or its beginning with an ellipsis when it has more bytes than that."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= octets:
        return text
    return raw[: max(0, octets - 3)].decode("utf-8", "ignore").rstrip() + "…"


def bold(marked: str) -> str:
    """The same in bold."""
    return f"**{marked}**" if marked.strip() else marked


def grey(marked: str) -> str:
    """The same in the colour of what is said by the way."""
    return f'<font color="comment">{marked}</font>'


def quoted(marked: str) -> str:
    """The same as a quotation."""
    return f"> {marked}"


def link(words: str, url: str | None) -> str:
    """A link on marked words, or the words alone when the address is none that may be followed."""
    if url is None or not words or not _ADDRESS.fullmatch(url):
        return words
    return f"[{words.translate(_BRACKETS)}]({quote(url, safe=_KEPT)})"


# What an address may hold as it is; a bracket would end the link, and a sign of the text's marks begin one.
_KEPT = "/?#@!$&'+,;=:%-._~"
