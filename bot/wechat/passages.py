"""What an editor wrote, as a text of WeChat's: of its marks only links are left."""

from __future__ import annotations

from collections.abc import Callable

from bot.wechat.markup import escape
from digest.content import Content

LINK = "text_link"


def passage(content: Content, link: Callable[[str, str | None], str]) -> str:
    """The words, with `link` made of those that are one."""
    raw = content.text.encode("utf-16-le", "surrogatepass")
    shown, at = "", 0
    for span in sorted(content.spans, key=lambda span: span.start):
        if span.kind == LINK and span.start >= at:
            end = span.start + span.length
            shown += escape(_units(raw, at, span.start)) + link(_units(raw, span.start, end), span.value)
            at = end
    return (shown + escape(_units(raw, at, len(raw) // 2))).strip()


def _units(raw: bytes, start: int, end: int) -> str:
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace")
