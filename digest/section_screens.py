"""The screens of sections: one section with its stories, and the list of sections."""

from __future__ import annotations

from dataclasses import replace

from digest.compose import day_title, section_blocks, short_name
from digest.footing import section_foot, sections_foot
from digest.frames import Frame
from digest.intents import ShowIssue, ShowSection
from digest.issue import Issue, Section
from digest.replies import Block, Choice, Reply, Strong, Text
from digest.screens import (
    SECTION_BUTTONS,
    calendar_choice,
    grid,
    says_issue,
    says_section,
    section_choice,
    step,
)


def section_screen(issue: Issue, section: Section, frame: Frame) -> Reply:
    """One section with its summaries, the way to the next one and to the day before."""
    phrases = frame.phrases
    day = "" if frame.newest else day_title(issue.date, frame.today, phrases)
    blocks: tuple[Block, ...] = section_blocks(issue, section, phrases, day=day)
    if not section.items:
        blocks = (*blocks, Text(phrases("section.empty", section=section.title)))
    first = [step(phrases("choice.all"), ShowIssue(issue.date), says_issue(issue, frame))]
    following = _following(issue, section)
    if following is not None:
        label = phrases(
            "choice.next_section", name=short_name(issue, following.title), count=len(following.items)
        )
        says = says_section(following, issue, frame)
        first.append(step(label, ShowSection(following.key, issue.date), says))
    return Reply(
        blocks=blocks,
        choices=(tuple(first), _section_days(issue, section, frame)),
        typed=_section_words(issue, section, following, frame),
        lists=issue.date,
        foot=section_foot(issue, section, frame),
    )


def _section_days(issue: Issue, section: Section, frame: Frame) -> tuple[Choice, ...]:
    """The same section of the issues before and after, and the calendar."""
    phrases, row = frame.phrases, []
    for day, label in ((frame.before, "◀ {}"), (frame.after, "{} ▶")):
        if day is not None:
            says = f"{day.isoformat()} {section.title}"
            words = label.format(phrases.short_day(day))
            row.append(step(words, ShowSection(section.key, day), says))
    calendar = calendar_choice(issue.date, phrases)
    if not frame.newest:
        return (*row, calendar)
    before = phrases("choice.section_before", section=section.title)
    row = [replace(choice, label=before) for choice in row]
    return (*row, replace(calendar, label=phrases("choice.calendar_short")))


def _following(issue: Issue, section: Section) -> Section | None:
    filled = [candidate for candidate in issue.sections if candidate.items]
    places = [place for place, candidate in enumerate(filled) if candidate.key == section.key]
    if len(filled) < 2:
        return None
    return filled[(places[0] + 1) % len(filled)] if places else filled[0]


def _section_words(
    issue: Issue, section: Section, following: Section | None, frame: Frame
) -> tuple[str, ...]:
    phrases, words = frame.phrases, []
    if section.items:
        words.append(phrases("typed.story", number=str(section.items[0].number)))
    if following is not None:
        words.append(phrases("typed.section", section=says_section(following, issue, frame)))
    return (*words, phrases("typed.today"), phrases("typed.sections"), phrases("typed.help"))


def sections_screen(issue: Issue, frame: Frame) -> Reply:
    """The sections there are, with their counts, as choices."""
    phrases = frame.phrases
    day = phrases.day(issue.date) if frame.newest else day_title(issue.date, frame.today, phrases)
    lines = (
        phrases.count("sections.line", len(section.items), section=section.title)
        for section in issue.sections
    )
    choices = [section_choice(issue, s, frame) for s in issue.sections if s.items]
    today = step(phrases("choice.all"), ShowIssue(issue.date), says_issue(issue, frame))
    return Reply(
        blocks=(
            Strong(phrases.count("sections.title", len(issue.sections), day=day)),
            Text("\n".join(lines)),
        ),
        choices=(*grid(choices[:SECTION_BUTTONS]), (today,)),
        typed=(
            phrases("typed.section", section=says_section(issue.sections[0], issue, frame)),
            phrases("typed.today"),
        ),
        lists=issue.date,
        foot=sections_foot(issue, frame),
    )
