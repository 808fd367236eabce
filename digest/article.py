"""The day's article for a WeChat account: a title, a digest, and content that its editor keeps as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from html import escape

from digest.compose import digest_blocks, lead_items
from digest.issue import Issue, Item, Section
from digest.links import is_wechat, short_link
from digest.ports import Phrases
from digest.replies import Form, Masthead
from digest.sentences import first_sentence

TITLE = 32
DIGEST = 120
# The platform wants fewer than 20,000 characters and less than a megabyte.
CHARACTERS = 19_999
OCTETS = 1_000_000

_PAGE = "font-size:16px;line-height:1.75;color:#333"
_HEADING = "font-size:18px;margin:28px 0 12px;border-left:4px solid #07c160;padding-left:8px"
_SMALL = "font-size:14px;color:#888;word-break:break-all"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]+")
_CLAUSE = re.compile(r"，|, ")


class Step(IntEnum):
    """How much of a story is told: its summary, its first sentence, its link, or only number and title."""

    SUMMARY = 0
    SENTENCE = 1
    LINK = 2
    TITLE = 3


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the account's interface takes it. `cover` is an address, '' for the account's own."""

    title: str
    digest: str
    content: str
    cover: str = ""


def day_article(
    issue: Issue, phrases: Phrases, *, shorten: bool = True, footer_line: str = "", cover: str = ""
) -> Article:
    """The article of an issue, as rich as the platform's limits let it be."""
    content = ""
    for step in Step:
        content = _content(issue, phrases, _Writer(step, shorten=shorten), footer_line)
        if _fits(content):
            break
    else:
        content = _beginning(issue, phrases, footer_line)
    return Article(_title(issue), _digest(issue, phrases), content, cover)


def _fits(content: str) -> bool:
    return len(content) <= CHARACTERS and len(content.encode("utf-8", "replace")) <= OCTETS


def _title(issue: Issue) -> str:
    """The beginnings of as many leads' titles as there is room for, and the day."""
    day = f"｜{issue.date.month}.{issue.date.day}"
    heads = [_CLAUSE.split(_plain(item.title), maxsplit=1)[0] for item in _leads(issue)]
    return _joined(heads or [_plain(issue.title)], TITLE - len(day)) + day


def _digest(issue: Issue, phrases: Phrases) -> str:
    """How many stories, how long they take to read, and the leads' titles as far as there is room."""
    head = digest_blocks(issue, phrases, form=Form.BRIEF)[0]
    facts = (*head.facts, head.reading) if isinstance(head, Masthead) else ()
    opening = phrases("article.facts", facts=phrases("article.between").join(facts))
    return opening + _joined([_plain(item.title) for item in _leads(issue)], DIGEST - len(opening))


def _leads(issue: Issue) -> tuple[Item, ...]:
    return lead_items(issue, issue.sections) or issue.items[:1]


def _joined(parts: list[str], room: int) -> str:
    """As many parts as there is room for; the first one cut where not even it has any."""
    taken = ""
    for part in filter(None, parts):
        longer = f"{taken}；{part}" if taken else part
        if len(longer) > room:
            break
        taken = longer
    first = next(filter(None, parts), "")
    return taken or (first if len(first) <= room else first[: room - 1].rstrip() + "…")


def _plain(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _safe(text: str) -> str:
    return escape(_plain(text))


@dataclass(slots=True)
class _Writer:
    """Stories as HTML at one step of the ladder; addresses outside WeChat are noted for the end."""

    step: Step
    shorten: bool
    notes: list[str] = field(default_factory=list)

    def story(self, item: Item) -> str:
        words = {Step.SUMMARY: item.summary, Step.SENTENCE: first_sentence(item.summary)}.get(self.step, "")
        below = f"<br>{_safe(words)}" if words.strip() else ""
        return f"<p><strong>{item.number}、{self._titled(item)}</strong>{below}</p>"

    def _titled(self, item: Item) -> str:
        words, url = _safe(item.title), item.url
        if not url or self.step is Step.TITLE:
            return words
        if is_wechat(url):
            return f'<a href="{escape(short_link(url) if self.shorten else url)}">{words}</a>'
        if url not in self.notes:
            self.notes.append(url)
        return f"{words}<sup>[{self.notes.index(url) + 1}]</sup>"


def _content(issue: Issue, phrases: Phrases, writer: _Writer, footer_line: str) -> str:
    sections = (_section(section, writer.story) for section in issue.sections if section.items)
    return _page((*sections, *_notes(writer.notes, phrases)), footer_line)


def _section(section: Section, story: Callable[[Item], str]) -> str:
    return _heading(section.title) + "".join(map(story, section.items))


def _heading(title: str) -> str:
    return f'<h2 style="{_HEADING}">{_safe(title)}</h2>'


def _notes(urls: list[str], phrases: Phrases) -> tuple[str, ...]:
    """The addresses that are no links in an article, as a list to copy from."""
    if not urls:
        return ()
    lines = (f'<p style="{_SMALL}">[{number}] {escape(url)}</p>' for number, url in enumerate(urls, 1))
    return (_heading(phrases("article.notes")), *lines)


def _page(parts: Iterable[str], footer_line: str) -> str:
    last = f'<p style="{_SMALL}">{_safe(footer_line)}</p>' if footer_line.strip() else ""
    return f'<section style="{_PAGE}">{"".join(parts)}{last}</section>'


def _beginning(issue: Issue, phrases: Phrases, footer_line: str) -> str:
    """As many titles as there is room for, and how many are left."""
    writer = _Writer(Step.TITLE, shorten=True)
    parts: list[str] = []
    left = issue.total
    for section in (one for one in issue.sections if one.items):
        opening = _heading(section.title)
        for item in section.items:
            told = opening + writer.story(item)
            rest = f"<p>{phrases.count('article.rest', left)}</p>"
            if not _fits(_page((*parts, told, rest), footer_line)):
                return _page((*parts, rest), footer_line)
            parts.append(told)
            opening, left = "", left - 1
    return _page(parts, footer_line)
