"""Words with their marks as Telegram's HTML: what an editor formatted arrives as it was."""

from __future__ import annotations

from html import escape as escape_whole

from bot.telegram.markup import escape
from digest.content import Content, Span, units

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "text_mention": "a",
    "custom_emoji": "tg-emoji",
}
# What Telegram finds by itself, such as addresses and hashtags, needs no mark.
KINDS = frozenset(_TAGS)
_CLOSED = ("code", "pre")


def formatted(content: Content) -> str:
    """The text of a content as HTML with its marks, properly nested."""
    octets = content.text.encode("utf-16-le", "surrogatepass")
    return _inside(octets, _ordered(content), 0, units(content.text))


def _ordered(content: Content) -> tuple[Span, ...]:
    known = (span for span in content.spans if span.kind in KINDS and span.length > 0 and span.start >= 0)
    return tuple(sorted(known, key=lambda span: (span.start, -span.length)))


def _inside(octets: bytes, spans: tuple[Span, ...], start: int, end: int) -> str:
    """The HTML of a stretch; marks that reach beyond it end with it."""
    html, at = "", start
    while spans:
        span, spans = spans[0], spans[1:]
        stop = min(span.start + span.length, end)
        if span.start < at or span.start >= end:
            continue
        inner = tuple(one for one in spans if one.start < stop)
        spans = spans[len(inner) :]
        html += _plain(octets, at, span.start)
        html += _opening(span) + _within(octets, span, inner, stop) + _closing(span)
        at = stop
    return html + _plain(octets, at, end)


def _within(octets: bytes, span: Span, inner: tuple[Span, ...], stop: int) -> str:
    # Nothing may be marked inside a program text.
    return _inside(octets, () if span.kind in _CLOSED else inner, span.start, stop)


def _plain(octets: bytes, start: int, end: int) -> str:
    return escape(octets[2 * start : 2 * end].decode("utf-16-le", "surrogatepass"))


def _opening(span: Span) -> str:
    value = escape_whole(span.value)
    match span.kind:
        case "text_link":
            return f'<a href="{value}">'
        case "text_mention":
            return f'<a href="tg://user?id={value}">'
        case "custom_emoji":
            return f'<tg-emoji emoji-id="{value}">'
        case "expandable_blockquote":
            return "<blockquote expandable>"
        case "pre" if value:
            return f'<pre><code class="language-{value}">'
        case _:
            return f"<{_TAGS[span.kind]}>"


def _closing(span: Span) -> str:
    if span.kind == "pre" and span.value:
        return "</code></pre>"
    return f"</{_TAGS[span.kind]}>"
