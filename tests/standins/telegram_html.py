"""Telegram's HTML by its documented rules: the text, its UTF-16 length, its entities, or the server's error.

Stricter than the real server in four places where it drops markup silently (an oracle must complain): a block
quotation inside another, a link inside another, anything inside ``pre`` or ``code`` but ``<pre><code>``, an
end tag without a name. What the server shows literally (``&nbsp;``, a bare ``&``) is kept and noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

KINDS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
ATTRIBUTES = {
    "a": ("href",),
    "span": ("class",),
    "blockquote": ("expandable",),
    "code": ("class",),
    "tg-emoji": ("emoji-id",),
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_PIECE = re.compile(r"[^<&]+|&(?:#[xX][0-9a-fA-F]+|#[0-9]+|[A-Za-z][A-Za-z0-9]*)?;?|<")
_REFERENCE = re.compile(r"&(?:#[xX][0-9a-fA-F]+|#[0-9]+|[A-Za-z][A-Za-z0-9]*)?;?")
_END = re.compile(r"</([^\s>]*)\s*(>?)")
_START = re.compile(r"<([^\s>]*)")
_ATTRIBUTE = re.compile(
    r"""\s+([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-]+)(?=[\s>]))|(?=[\s>])(?!\s*=))"""
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOSE = re.compile(r"\s*>")
_LINK = re.compile(
    r"https?://(?:[^\s/?#@]*@)?(?:[^\s/?#@:]+\.[^\s/?#@:]+|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?#]\S*)?"
    r"|tg://\S+|mailto:\S+@\S+",
    re.IGNORECASE,
)
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[:/?#]\S*)?", re.IGNORECASE)


class CannotParse(ValueError):
    """The text is not Telegram HTML; its words are what the server says after ``can't parse entities: ``."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity as the server reports it; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reader sees: the text, its length in UTF-16 units, its entities in order; and notes."""

    text: str
    units: int
    entities: tuple[Entity, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Open:
    tag: str
    at: int
    offset: int
    order: int
    attributes: dict[str, str]
    url: str = ""
    language: str = ""


@dataclass(slots=True)
class _Reading:
    html: str
    parts: list[str] = field(default_factory=list)
    units: int = 0
    stack: list[_Open] = field(default_factory=list)
    found: list[tuple[int, int, int, Entity]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    opened: int = 0

    def byte(self, at: int) -> int:
        return len(self.html[:at].encode("utf-8", "surrogatepass"))

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.units += units(text)

    def note(self, words: str, at: int) -> None:
        self.notes.append(f"{words} at byte offset {self.byte(at)}")


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def linkable(url: str) -> str:
    """The address as a client would open it, or "" when the server makes no link of it."""
    url = url.strip()
    if _LINK.fullmatch(url):
        return url
    return f"http://{url}" if _BARE_HOST.fullmatch(url) else ""


def parse(html: str) -> Parsed:
    """The parsed text, not yet trimmed; raises CannotParse with the server's words."""
    if "\r" in html:
        html = html.replace("\r", "")
    reading = _Reading(html)
    at = 0
    while at < len(html):
        piece = _PIECE.match(html, at)
        assert piece is not None  # the three branches cover every character
        words = piece.group()
        if words == "<":
            at = _end_tag(reading, at) if html.startswith("</", at) else _start_tag(reading, at)
            continue
        reading.add(_reference(reading, words, at) if words[0] == "&" else words)
        at = piece.end()
    if reading.stack:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{reading.stack[-1].tag}"')
    return _parsed(reading)


def _parsed(reading: _Reading) -> Parsed:
    text = "".join(reading.parts)
    if _SURROGATE.search(text):
        raise CannotParse(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    found = sorted(reading.found, key=lambda entry: entry[:3])
    return Parsed(text, reading.units, tuple(entry[3] for entry in found), tuple(reading.notes))


def _reference(reading: _Reading, words: str, at: int) -> str:
    name = words[1:].rstrip(";")
    sign = ""
    if name.startswith("#"):
        number = int(f"0{name[1:]}", 16) if name[1] in "xX" else int(name[1:])
        sign = chr(number) if 0 < number <= 0x10FFFF else ""
    else:
        sign = NAMED.get(name, "")
    if not sign:
        reading.note(f"{words!r} is shown literally", at)
        return words
    if not words.endswith(";"):
        reading.note(f"{words!r} has no semicolon", at)
    return sign


def _start_tag(reading: _Reading, at: int) -> int:
    head = _START.match(reading.html, at)
    assert head is not None
    if head.end() == len(reading.html):
        raise CannotParse(f"Unclosed start tag at byte offset {reading.byte(at)}")
    tag = head[1].lower()
    if tag not in KINDS:
        raise CannotParse(f'Unsupported start tag "{tag}" at byte offset {reading.byte(at)}')
    attributes, end = _attributes(reading, tag, at, head.end())
    if tag in ATTRIBUTES:
        _check_attributes(reading, tag, attributes, at)
    if reading.stack:
        _check_place(reading, tag, at)
    reading.opened += 1
    url = _address(reading, attributes.get("href", ""), at) if tag == "a" else ""
    reading.stack.append(_Open(tag, at, reading.units, reading.opened, attributes, url))
    return end


def _attributes(reading: _Reading, tag: str, start: int, at: int) -> tuple[dict[str, str], int]:
    given: dict[str, str] = {}
    if reading.html[at] == ">":
        return given, at + 1
    while (close := _CLOSE.match(reading.html, at)) is None:
        attribute = _ATTRIBUTE.match(reading.html, at)
        if attribute is None:
            raise CannotParse(_attribute_fault(reading, tag, start, at))
        name = attribute[1].lower()
        value = attribute[2] or attribute[3] or attribute[4] or ""
        if name not in ATTRIBUTES.get(tag, ()):
            reading.note(f'attribute "{name}" of the tag "{tag}" is ignored', attribute.start(1))
        given[name] = _value(reading, value, at) if "&" in value else value
        at = attribute.end()
    return given, close.end()


def _value(reading: _Reading, value: str, at: int) -> str:
    return _REFERENCE.sub(lambda found: _reference(reading, found[0], at), value)


def _attribute_fault(reading: _Reading, tag: str, start: int, at: int) -> str:
    rest = reading.html[at:].lstrip()
    if rest.startswith("="):
        return f'Empty attribute name in the tag "{tag}" at byte offset {reading.byte(start)}'
    if re.match(r"[^\s=>]+\s*=\s*[^\s>]", rest) and not re.match(r"""[^\s=>]+\s*=\s*["']""", rest):
        return f"Unexpected end of name token at byte offset {reading.byte(at)}"
    return f"Unclosed start tag at byte offset {reading.byte(start)}"


def _check_attributes(reading: _Reading, tag: str, given: dict[str, str], at: int) -> None:
    if tag == "span" and given.get("class") != "tg-spoiler":
        raise CannotParse(f'Tag "span" must have class "tg-spoiler" at byte offset {reading.byte(at)}')
    if tag == "tg-emoji" and not given.get("emoji-id", "").isdigit():
        raise CannotParse("Invalid custom emoji identifier specified")


def _address(reading: _Reading, href: str, at: int) -> str:
    url = linkable(href)
    if not url:
        reading.note(f"{href!r} makes no link", at)
    return url


def _check_place(reading: _Reading, tag: str, at: int) -> None:
    names = [one.tag for one in reading.stack]
    inside = next((name for name in names if name in ("pre", "code")), "")
    if inside and not (tag == "code" and names[-1] == "pre" and names.count("code") == 0):
        raise CannotParse(f'Tag "{tag}" is not allowed inside "{inside}" at byte offset {reading.byte(at)}')
    if tag in ("blockquote", "a") and tag in names:
        raise CannotParse(f'Tag "{tag}" can\'t be nested at byte offset {reading.byte(at)}')


def _end_tag(reading: _Reading, at: int) -> int:
    tail = _END.match(reading.html, at)
    assert tail is not None
    if not tail[2]:
        raise CannotParse(f"Unclosed end tag at byte offset {reading.byte(at)}")
    if not reading.stack:
        raise CannotParse(f"Unexpected end tag at byte offset {reading.byte(at)}")
    opened = reading.stack.pop()
    if tail[1].lower() != opened.tag:
        raise CannotParse(
            f"Unmatched end tag at byte offset {reading.byte(at)}, "
            f'expected "</{opened.tag}>", found "</{tail[1].lower()}>"'
        )
    _close(reading, opened)
    return tail.end()


def _close(reading: _Reading, opened: _Open) -> None:
    length = reading.units - opened.offset
    if opened.tag == "code" and reading.stack and reading.stack[-1].tag == "pre":
        language = opened.attributes.get("class", "")
        reading.stack[-1].language = language.removeprefix("language-") if length else ""
        return
    if length == 0:
        reading.note(f'empty tag "{opened.tag}"', opened.at)
        return
    if opened.tag != "a" or opened.url:
        reading.found.append((opened.offset, -length, opened.order, _entity(opened, length)))


def _entity(opened: _Open, length: int) -> Entity:
    kind = KINDS[opened.tag]
    if opened.tag == "blockquote" and "expandable" in opened.attributes:
        kind = "expandable_blockquote"
    return Entity(
        kind,
        opened.offset,
        length,
        url=opened.url,
        language=opened.language,
        emoji=opened.attributes.get("emoji-id", ""),
    )


def trimmed(parsed: Parsed) -> Parsed:
    """The same without white space at both ends, as the server stores it; entities move along."""
    text = parsed.text.strip()
    if text == parsed.text:
        return parsed
    start = units(parsed.text[: len(parsed.text) - len(parsed.text.lstrip())])
    end = start + units(text)
    kept = []
    for entity in parsed.entities:
        first, last = max(entity.offset, start), min(entity.offset + entity.length, end)
        if last > first:
            kept.append(replace(entity, offset=first - start, length=last - first))
    return Parsed(text, end - start, tuple(kept), parsed.notes)
