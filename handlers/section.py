"""One section of the newest issue or of a day, and the list of sections."""

from __future__ import annotations

import difflib
from dataclasses import replace
from itertools import takewhile

from digest.fold import fold
from digest.intents import ShowSection, ShowSections
from digest.issue import Issue
from digest.replies import Choice, Reply, Text
from digest.screens import Frame, grid, section_screen, sections_screen, step
from handlers.context import Context
from handlers.views import edition_of, find_section, frame_of

NEAREST = 3


async def show_section(intent: ShowSection, context: Context) -> Reply:
    """Answer with the stories of the section the reader named; the nearest ones when there is none."""
    async with context.store.reading() as tx:
        edition = await edition_of(context, tx, intent.date)
        frame = await frame_of(context, tx, edition)
        known = {name.key: name.title for name in await tx.issues.section_names()}
    section = find_section(edition.issue, known.get(intent.name, intent.name)) or find_section(
        edition.issue, intent.name
    )
    if section is None:
        return _unknown(edition.issue, known.get(intent.name, intent.name), frame)
    return replace(section_screen(edition.issue, section, frame), edits=context.tapped)


def _unknown(issue: Issue, name: str, frame: Frame) -> Reply:
    say = frame.phrases
    nearest = _nearest(issue, name)
    first = next(section for section in issue.sections if section.title == nearest[0])
    choices: list[Choice] = [
        step(section.title, ShowSection(section.key, issue.date))
        for title in nearest
        for section in issue.sections
        if section.title == title
    ]
    every = step(say("choice.all_sections"), ShowSections(issue.date), say("says.sections"))
    text = say.count("section.unknown", len(first.items), name=name, nearest=first.title)
    return Reply((Text(text),), (*grid(choices), (every,)), typed=tuple(nearest), lists=issue.date)


def _nearest(issue: Issue, name: str) -> list[str]:
    titles = [section.title for section in issue.sections]
    wanted = fold(name)

    def likeness(title: str) -> tuple[bool, float, int]:
        folded = fold(title)
        ratio = difflib.SequenceMatcher(None, folded, wanted).ratio()
        # People begin a name right and go wrong later.
        begun = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(folded, wanted, strict=False)))
        return wanted in folded, ratio + begun / max(len(folded), 1), -titles.index(title)

    return sorted(titles, key=likeness, reverse=True)[:NEAREST]


async def show_sections(intent: ShowSections, context: Context) -> Reply:
    """Answer with the sections there are, with their counts."""
    async with context.store.reading() as tx:
        edition = await edition_of(context, tx, intent.date)
        frame = await frame_of(context, tx, edition)
    return replace(sections_screen(edition.issue, frame), edits=context.tapped)
