"""One section of the newest issue or of a day, and the list of sections."""

from __future__ import annotations

from dataclasses import replace

from digest.compose import day_title
from digest.frames import Frame
from digest.intents import ShowSection, ShowSections
from digest.issue import Issue
from digest.replies import Reply, Text
from digest.screens import grid, step
from digest.section_screens import section_screen, sections_screen
from handlers.context import Context
from handlers.views import edition_of, find_section, frame_of, near_sections


async def show_section(intent: ShowSection, context: Context) -> Reply:
    """Answer with the stories of the section the reader named; the nearest ones when there is none."""
    name, titles = intent.name, {}
    async with context.store.reading() as tx:
        edition = await edition_of(context, tx, intent.date)
        frame = await frame_of(context, tx, edition)
        section = find_section(edition.issue, name)
        if section is None:
            # A key may be that of a section which this issue does not have.
            titles = {one.key: one.title for one in await tx.issues.section_names()}
            name = titles.get(name, name)
            section = find_section(edition.issue, name)
    if section is None:
        return _unknown(edition.issue, name, frame, elsewhere=intent.name in titles)
    return replace(section_screen(edition.issue, section, frame), edits=context.tapped)


def _unknown(issue: Issue, name: str, frame: Frame, *, elsewhere: bool) -> Reply:
    """The sections there are, the nearest first; `elsewhere` where other issues have this one."""
    say = frame.phrases
    near = [] if elsewhere else near_sections(issue, name)
    shown = near or [section for section in issue.sections if section.items]
    choices = [step(section.title, ShowSection(section.key, issue.date)) for section in shown]
    every = step(say("choice.all_sections"), ShowSections(issue.date), say("says.sections"))
    if elsewhere:
        text = say("section.not_that_day", name=name, day=day_title(issue.date, frame.today, say))
    elif near:
        text = say.count("section.unknown", len(near[0].items), name=name, nearest=near[0].title)
    else:
        text = say("section.unknown_none", name=name)
    typed = tuple(choice.says for choice in choices)
    return Reply((Text(text),), (*grid(choices), (every,)), typed=typed, lists=issue.date)


async def show_sections(intent: ShowSections, context: Context) -> Reply:
    """Answer with the sections there are, with their counts."""
    async with context.store.reading() as tx:
        edition = await edition_of(context, tx, intent.date)
        frame = await frame_of(context, tx, edition)
    return replace(sections_screen(edition.issue, frame), edits=context.tapped)
