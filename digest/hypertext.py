"""Raw HTML inside an issue: its words, links and pictures; tags, scripts and players are left out."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"(<[^<>]*>)")
# Markdown has no say inside a block of HTML, but people write it there all the same.
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s\"<>]*)\)")
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_ATTRIBUTE = re.compile(r"\b(href|src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_SILENT = frozenset(
    {"script", "style", "video", "audio", "iframe", "svg", "object", "summary", "template", "noscript"}
)
_BREAKS = frozenset(
    {"br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "details"}
)

Piece = tuple[str, str | None]


def without_comments(raw: str) -> str:
    """The HTML without its comments; one that does not end takes the rest."""
    first, *rest = raw.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def tag_name(tag: str) -> str:
    """The name of a tag with `/` before it when it closes, or ''."""
    found = _NAME.match(tag)
    return f"{found[1]}{found[2].lower()}" if found else ""


def is_break(name: str) -> bool:
    """Whether a tag of this name (either side) ends a line."""
    return name.removeprefix("/") in _BREAKS


def is_silent(name: str) -> bool:
    """Whether what stands inside a tag of this name is not for reading."""
    return name in _SILENT


def attribute(tag: str, name: str) -> str | None:
    """The value of a tag's `href` or `src`."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1].lower() == name:
            return found[2].strip("\"'")
    return None


def pictures(raw: str) -> tuple[str, ...]:
    """The addresses of the pictures in it."""
    tags = (tag for tag in _TAG.findall(without_comments(raw)) if tag_name(tag) == "img")
    return tuple(source for tag in tags if (source := attribute(tag, "src")))


def pieces(raw: str) -> list[list[Piece]]:
    """Its lines, each as pieces of text with the address they link to."""
    lines: list[list[Piece]] = [[]]
    silent, address = "", None
    marked = _LINK.sub(r'<a href="\2">\1</a>', _IMAGE.sub("", without_comments(raw)))
    for part in _TAG.split(marked):
        name = tag_name(part) if part.startswith("<") else ""
        if silent:
            silent = "" if name == f"/{silent}" else silent
        elif not name:
            _add_text(lines, part, address)
        elif is_silent(name):
            silent = "" if part.endswith("/>") else name
        elif is_break(name):
            lines.append([])
        elif name in ("a", "/a"):
            address = attribute(part, "href")
        elif name in ("td", "/td", "th", "/th"):
            _add_text(lines, " ", None)
    return [line for line in lines if any(text.strip() for text, _ in line)]


def _add_text(lines: list[list[Piece]], text: str, address: str | None) -> None:
    # A half tag (`<p style=` at the end of a cut file) is no text.
    if text and not text.startswith("<"):
        lines[-1].append((html.unescape(text), address))
