"""Numbered stories with stable keys, out of an outline."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from digest.dialect import Dialect
from digest.fold import fold
from digest.issue import Item, Problem, Section
from digest.links import canonical_link
from digest.outline import Outline, SectionOutline, StoryOutline
from digest.problems import error, warning
from digest.stories import read_story

LONG_TITLE = 120
KEY_LENGTH = 16


@dataclass(slots=True)
class Numbering:
    """What holds through an issue: the next number, the keys given, the stories seen, the problems."""

    next_number: int = 1
    given: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def key_for(self, link: str, title: str) -> str:
        """A key that outlives edits: of the link, else of the title; never given twice."""
        if not link:
            return self._give(title)
        key = self._give(link)
        return key if "-" not in key else self._give(f"{link} {title}")

    def _give(self, name: str) -> str:
        key = sha256(name.encode("utf-8", "replace")).hexdigest()[:KEY_LENGTH]
        count = self.given[key] = self.given.get(key, 0) + 1
        return key if count == 1 else f"{key}-{count}"


def read_sections(outline: Outline, dialect: Dialect) -> tuple[tuple[Section, ...], list[Problem]]:
    """The sections with their stories numbered through the issue, and the problems of the stories."""
    numbering = Numbering()
    sections = [_read_section(section, dialect, numbering) for section in outline.sections]
    return tuple(section for section in sections if section.items), numbering.problems


def _read_section(section: SectionOutline, dialect: Dialect, numbering: Numbering) -> Section:
    title = section.title or dialect.section_default
    items = [_read_item(story, title, dialect, numbering) for story in section.stories]
    return Section(fold(dialect.section_name(title)), title, tuple(item for item in items if item))


def _read_item(story: StoryOutline, section: str, dialect: Dialect, numbering: Numbering) -> Item | None:
    text = read_story(story, dialect)
    problems = numbering.problems
    problems.extend(warning(story.line, "link_refused", link=address) for address in text.refused)
    if not text.title:
        blank = not (text.summary or text.links)
        problems.append(
            warning(story.line, "story_empty", section=section)
            if blank
            else error(story.line, "story_untitled", section=section)
        )
        return None
    link, name = canonical_link(text.url) if text.url else "", fold(text.title)
    item = Item(
        number=numbering.next_number,
        key=numbering.key_for(link, name),
        title=text.title,
        summary=text.summary,
        url=text.url,
        links=text.links,
    )
    numbering.next_number += 1
    _note(item, story.line, numbering, marks=(name, link))
    return item


def _note(item: Item, line: int, numbering: Numbering, *, marks: tuple[str, str]) -> None:
    problems = numbering.problems
    if item.url is None:
        problems.append(warning(line, "story_without_link", title=item.title))
    if not item.summary and item.url is None:
        problems.append(warning(line, "story_without_text", title=item.title))
    if len(item.title) > LONG_TITLE:
        problems.append(warning(line, "title_long", title=item.title, length=len(item.title)))
    first = next((numbering.seen[mark] for mark in marks if mark in numbering.seen), None)
    if first is not None:
        problems.append(warning(line, "story_twice", title=item.title, first=first, second=item.number))
    for mark in filter(None, marks):
        numbering.seen.setdefault(mark, item.number)
