"""An issue as blocks: the digest in both forms, a section, a story."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from math import ceil

from digest.issue import Issue, Item, Section
from digest.ports import Phrases
from digest.replies import Block, Form, Headlines, Lead, Masthead, Stories, Story, Text
from digest.sentences import first_sentence
from digest.subscriber import Sections

CHARACTERS_A_MINUTE = 500
CHARACTERS_A_MARK = 4  # a story's number and the turn to its line
FIRST_LEADS = 3
MOST_STARRED = 8


@dataclass(frozen=True, slots=True)
class Marks:
    """The numbers of the stories with a word that the reader follows; `only`: no others are wanted."""

    numbers: frozenset[int] = frozenset()
    only: bool = False


NO_MARKS = Marks()


def chosen_sections(issue: Issue, sections: Sections) -> tuple[Section, ...]:
    """The issue's sections that the reader wants and that hold stories."""
    return tuple(s for s in issue.sections if s.items and sections.holds(s.key))


def lead_items(issue: Issue, wanted: tuple[Section, ...]) -> tuple[Item, ...]:
    """The leads inside these sections, in the order of the issue's own title."""
    inside = {item.number: item for section in wanted for item in section.items}
    return tuple(inside[number] for number in issue.leads if number in inside)


def digest_blocks(
    issue: Issue,
    phrases: Phrases,
    *,
    form: Form,
    wishes: tuple[Sections, Marks] = (Sections(), NO_MARKS),
    name: str = "",
    title: str = "",
    note: str = "",
    last_lines: tuple[str, ...] = (),
) -> tuple[Block, ...]:
    """The digest of an issue for one choice of sections; `title` stands in place of the plain day.

    Of `wishes` the stories marked come first. `note` is the editor's word that was not sent before;
    `last_lines` end the digest.
    """
    sections, marks = wishes
    wanted = wanted_sections(issue, sections, marks)
    body = _brief(issue, wanted, marks) if form is Form.BRIEF else _full(wanted, marks, phrases)
    if not body and marks.only:
        body = (Text(phrases("digest.nothing_followed")),)
    head = Masthead(
        title=title or phrases.day(issue.date),
        facts=(_head_count(issue, wanted, marks, phrases),),
        # A choice is shorter than any reader fears: only the whole issue says how long it takes.
        reading="" if _chosen(issue, wanted) else phrases.count("digest.minutes", _minutes(body)),
        name=name,
    )
    editor = (Text(phrases("digest.editor_note", text=note)),) if note else ()
    return (head, *editor, *body, *(Text(line) for line in last_lines if line))


def wanted_sections(issue: Issue, sections: Sections, marks: Marks) -> tuple[Section, ...]:
    """The chosen sections that hold stories; with nothing but the marked ones where no others are wanted."""
    chosen = chosen_sections(issue, sections)
    if not marks.only:
        return chosen
    parts = (replace(s, items=tuple(i for i in s.items if i.number in marks.numbers)) for s in chosen)
    return tuple(part for part in parts if part.items)


def _chosen(issue: Issue, wanted: tuple[Section, ...]) -> bool:
    return sum(len(section.items) for section in wanted) < issue.total


def _head_count(issue: Issue, wanted: tuple[Section, ...], marks: Marks, phrases: Phrases) -> str:
    chosen = sum(len(section.items) for section in wanted)
    if not _chosen(issue, wanted) or (marks.only and not chosen):
        return phrases.count("digest.stories", issue.total)
    key = "digest.followed_stories" if marks.only else "digest.chosen_stories"
    return phrases.count(key, chosen, total=issue.total)


def starred_items(wanted: tuple[Section, ...], marks: Marks) -> tuple[Item, ...]:
    """The marked stories of these sections, in order."""
    return tuple(item for section in wanted for item in section.items if item.number in marks.numbers)


def _brief(issue: Issue, wanted: tuple[Section, ...], marks: Marks) -> tuple[Block, ...]:
    # A word that half the issue holds makes no half of it leads: the rest is marked where it stands.
    starred = starred_items(wanted, marks)[:MOST_STARRED]
    leads = (*starred, *(item for item in lead_items(issue, wanted) if item not in starred))
    shown = {item.number for item in leads}
    folded = ((s.title, tuple(i for i in s.items if i.number not in shown)) for s in wanted)
    return (
        *(Lead(item, first_sentence(item.summary), item.number in marks.numbers) for item in leads),
        *(Headlines(title, items, _marked(items, marks)) for title, items in folded if items),
    )


def _full(wanted: tuple[Section, ...], marks: Marks, phrases: Phrases) -> tuple[Block, ...]:
    starred = starred_items(wanted, marks)
    first = (Stories(phrases("digest.followed"), starred, _marked(starred, marks)),) if starred else ()
    others = ((s.title, tuple(i for i in s.items if i.number not in marks.numbers)) for s in wanted)
    return (*first, *(Stories(title, items) for title, items in others if items))


def _marked(items: tuple[Item, ...], marks: Marks) -> frozenset[int]:
    return marks.numbers & {item.number for item in items} if marks.numbers else marks.numbers


def minutes_of(issue: Issue) -> int:
    """How long a brief digest of the whole issue takes to read."""
    return _minutes(_brief(issue, chosen_sections(issue, Sections()), NO_MARKS))


def _minutes(body: tuple[Block, ...]) -> int:
    return max(1, ceil(sum(_characters(block) for block in body) / CHARACTERS_A_MINUTE))


def _characters(block: Block) -> int:
    match block:
        case Lead(item=item, sentence=sentence):
            return CHARACTERS_A_MARK + len(item.title) + len(sentence)
        case Headlines(title=title, items=items):
            return len(title) + sum(CHARACTERS_A_MARK + len(item.title) for item in items)
        case Stories(title=title, items=items):
            words = (len(item.title) + len(item.summary) for item in items)
            return len(title) + sum(words) + CHARACTERS_A_MARK * len(items)
        case _:
            return 0


def section_blocks(issue: Issue, section: Section, phrases: Phrases, *, day: str = "") -> tuple[Block, ...]:
    """A section with its summaries; `day` stands in place of the plain day."""
    count = phrases.count("digest.stories", len(section.items))
    head = Masthead(section.title, (day or phrases.day(issue.date), count), section=True)
    return (head, Stories("", section.items)) if section.items else (head,)


def story_block(issue: Issue, item: Item, phrases: Phrases) -> Story:
    """A story by its number: where it stands, then the story whole."""
    section = issue.section_of(item.number)
    label = phrases(
        "story.label",
        number=item.number,
        section=section.title if section else "",
        day=phrases.short_day(issue.date),
    )
    return Story(label, item, phrases("story.read"))


def day_title(date: dt.date, today: dt.date, phrases: Phrases) -> str:
    """A past day as a masthead says it: with its year when it is not this year's, and 昨天 or 前天."""
    day = phrases.day(date) if date.year == today.year else phrases.year_day(date)
    relative = {0: "day.today", 1: "day.yesterday", 2: "day.before_yesterday"}.get((today - date).days)
    return phrases("day.relative", day=day, relative=phrases(relative)) if relative else day


def short_name(issue: Issue, title: str) -> str:
    """A button's name for one of the issue's sections: the shortest telling beginning of its title."""
    return telling_name(title, tuple(section.title for section in issue.sections))


def telling_name(title: str, titles: tuple[str, ...]) -> str:
    """The shortest beginning of a title, of two characters or more, that no other of the titles has."""
    if len(title) <= 3 or title.isascii():
        return title
    others = [other for other in titles if other != title]
    for length in range(2, len(title)):
        if not any(other.startswith(title[:length]) for other in others):
            return title[:length]
    return title
