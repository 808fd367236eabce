"""A WeChat text: words with links, its size in bytes, and nothing in it that breaks a link or the XML."""

from __future__ import annotations

import re
from urllib.parse import quote

from digest.links import short_link
from digest.plaintext import visible
from digest.snippets import border

_TAG = re.compile(r"<(?=/?a(?:[\s>/]|$))", re.IGNORECASE)
# Not allowed in XML, or nothing that anybody sees.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FOLLOWED = re.compile(r"(?:https?://[^\s/?#\"<>]+[^\s\"<>]*|mailto:[^\s@\"<>]+@[^\s\"<>]+)", re.IGNORECASE)


def octets(text: str) -> int:
    """A text's size in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def escape(text: str) -> str:
    """Words that are shown as they are: no tag begins in them, no CDATA ends, and no sign is hidden."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not text.isprintable():
        joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = _FORBIDDEN.sub("", visible(joined))
    return _TAG.sub("＜", text.replace("]]>", "]] >"))


def flat(text: str) -> str:
    """The same on one line."""
    return " ".join(escape(text).split("\n")).strip()


def clipped(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis when it has more bytes; nothing seen as one sign is cut."""
    if octets(text) <= most:
        return text
    head = text.encode("utf-8", "replace")[: max(0, most - 3)].decode("utf-8", "ignore")
    return text[: border(text, len(head))].rstrip() + "…"


def link(words: str, url: str | None, *, shorten: bool = True) -> str:
    """A link, or the words alone when the address is none that can be followed here."""
    shown = flat(words)
    if not url or not shown.strip() or not _FOLLOWED.fullmatch(url):
        return shown
    address = short_link(url) if shorten else url
    return f'<a href="{address.replace("]]>", "%5D%5D%3E")}">{shown}</a>'


def tap(label: str, says: str) -> str:
    """A link that says something in the reader's name."""
    content = quote(says, safe="", errors="replace")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid=1">{flat(label)}</a>'
