"""A story's title, summary and links out of its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from digest.blocks import Block, Kind, Line, Span, text_of
from digest.conventions import ItemStart, LinkSource, TitleSource
from digest.dialect import Dialect
from digest.headings import undressed
from digest.issue import Link
from digest.leadwords import after_separator, bold_lead, label_length, link_lead
from digest.links import clean_link
from digest.outline import StoryOutline
from digest.plaintext import join_lines, tidy
from digest.sentences import TITLE_END, first_sentence, headline

_EMPTY_BRACKETS = re.compile(r"（[\s：:>]*）|\([\s：:>]*\)|\[\s*\]|【\s*】")
_DOUBLE_STOP = re.compile(r"([。！？；])[。；，]")
_DANGLING = " \u3000>»→➡›|｜—-"


@dataclass(frozen=True, slots=True)
class StoryText:
    """A story as read: title ('' where there is none), summary, its link, all links, addresses refused."""

    title: str
    summary: str
    url: str | None
    links: tuple[Link, ...]
    refused: tuple[str, ...]


def read_story(story: StoryOutline, dialect: Dialect) -> StoryText:
    """The story's text by the dialect's rules."""
    head, paragraphs = _headed(story, dialect)
    lines = [line for paragraph in paragraphs for line in paragraph]
    found = [
        (span, clean_link(span.address))
        for line in (head, *lines)
        for span in line
        if span.address is not None
    ]
    links = tuple(Link(tidy(span.text), url) for span, url in found if url)
    refused = tuple(_refused(span) for span, url in found if url is None)
    summary = _summary(paragraphs, dialect)
    title = _title(head, dialect)
    if story.heading is None:
        title = title.rstrip(TITLE_END) or title
        if not title and TitleSource.SENTENCE in dialect.title_from:
            title, summary = _from_sentence(summary, dialect.title_length)
    url = _own_link(head, lines, dict(found), dialect)
    return StoryText(title, summary, url, links, tuple(filter(None, refused)))


def _refused(span: Span) -> str:
    address = tidy(span.address or "")
    # A place on the page itself (`#top`) is a link nobody misses.
    return "" if address.startswith("#") else address or "()"


def _headed(story: StoryOutline, dialect: Dialect) -> tuple[Line, list[tuple[Line, ...]]]:
    """The line that titles the story ('()' when none does) and the paragraphs beneath it."""
    blocks = [_paragraph(block) for block in story.blocks if block.lines]
    if story.start is ItemStart.TABLE:
        return _row(story.blocks[0], dialect)
    if story.heading is not None:
        return story.heading, blocks
    if not blocks:
        return (), blocks
    first, *more = blocks[0]
    count = _lead_length(first, dialect)
    skipped = label_length(first) if count else 0
    rest = _after_lead(first[count:])
    body = ((rest, *more) if rest else tuple(more),) if count else (blocks[0],)
    return first[skipped:count], [*(lines for lines in body if lines), *blocks[1:]]


def _paragraph(block: Block) -> tuple[Line, ...]:
    """A block's lines; the cells of a row are one line."""
    if block.kind is not Kind.ROW:
        return block.lines
    gap = Span(" ")
    return (tuple(span for cell in block.lines for span in (*cell, gap)),)


def _lead_length(line: Line, dialect: Dialect) -> int:
    label = label_length(line)
    for source in dialect.title_from:
        count = 0
        if source is TitleSource.BOLD:
            count = bold_lead(line[label:])
        elif source is TitleSource.LINK and (count := link_lead(line[label:])):
            count = 0 if dialect.is_anchor(text_of(line[label : label + count])) else count
        if count:
            return label + count
    return 0


def _after_lead(rest: Line) -> Line:
    """What follows a lead, without the colon or dash between them."""
    for place, span in enumerate(rest):
        if not span.text.strip():
            continue
        text = span.text if span.address else after_separator(span.text)
        return (replace(span, text=text), *rest[place + 1 :])
    return ()


def _row(row: Block, dialect: Dialect) -> tuple[Line, list[tuple[Line, ...]]]:
    cells = [cell for cell in row.lines if text_of(cell) and not text_of(cell).isdigit()]

    def weight(cell: Line) -> tuple[bool, int]:
        named = any(span.address and not dialect.is_anchor(span.text) for span in cell)
        return named, 0 if dialect.is_anchor(text_of(cell)) else len(text_of(cell))

    head = max(cells, key=weight, default=())
    return head, [(cell,) for cell in cells if cell is not head]


def _title(head: Line, dialect: Dialect) -> str:
    text = tidy("".join(span.text for span in head if not _is_mere_link(span, dialect)))
    return undressed(_without(text, dialect), dialect.title_strip)


def _from_sentence(summary: str, limit: int) -> tuple[str, str]:
    """A title out of the summary, and the summary without it where it was its whole first sentence."""
    sentence = first_sentence(summary)
    title = headline(summary, limit)
    if title == sentence.rstrip(TITLE_END):
        return title, summary[len(sentence) :].strip()
    return title, summary


def _is_mere_link(span: Span, dialect: Dialect) -> bool:
    return span.address is not None and (dialect.is_anchor(span.text) or tidy(span.text) == span.address)


def _without(text: str, dialect: Dialect) -> str:
    for words in dialect.remove:
        text = text.replace(words, "")
    return tidy(text)


def _summary(paragraphs: list[tuple[Line, ...]], dialect: Dialect) -> str:
    texts = (join_lines([_words(line, dialect) for line in lines]) for lines in paragraphs)
    return "\n".join(text for text in texts if text)


def _words(line: Line, dialect: Dialect) -> str:
    """A line without the links that only say that they are links."""
    if _is_labelled(line, dialect):
        return ""
    mere = [_is_mere_link(span, dialect) for span in line]
    text = _without(
        "".join("" if gone else span.text for span, gone in zip(line, mere, strict=True)), dialect
    )
    if any(mere):
        text = _DOUBLE_STOP.sub(r"\1", _EMPTY_BRACKETS.sub("", text)).rstrip(_DANGLING)
    return tidy(text)


def _is_labelled(line: Line, dialect: Dialect) -> bool:
    """Whether a line is a label and its links and nothing else: `链接：https://…`."""
    plain = tidy("".join(span.text for span in line if span.address is None))
    return any(span.address for span in line) and dialect.is_label(plain)


def _own_link(head: Line, lines: list[Line], urls: dict[Span, str | None], dialect: Dialect) -> str | None:
    flat = [span for line in lines for span in line if span.address is not None]
    linked = [span for span in (*head, *flat) if urls.get(span)]
    for source in dialect.link_from:
        candidates = _candidates(source, linked, head, lines, dialect)
        if found := next((url for span in candidates if (url := urls.get(span))), None):
            return found
    return None


def _candidates(
    source: LinkSource, linked: list[Span], head: Line, lines: list[Line], dialect: Dialect
) -> Iterable[Span]:
    match source:
        case LinkSource.ANCHOR:
            return (span for span in linked if dialect.is_anchor(span.text))
        case LinkSource.HEADING:
            return head
        case LinkSource.LABEL:
            return (span for line in lines if _is_labelled(line, dialect) for span in line)
        case LinkSource.FIRST:
            return linked
        case LinkSource.LAST:
            return (span for span in reversed(linked) if span.address != tidy(span.text))
        case LinkSource.BARE:
            return (span for span in linked if span.address == tidy(span.text))
        case _:
            assert_never(source)
