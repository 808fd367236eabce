"""The screens: an issue, a section, a story and the archive as replies with their next steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from digest.compose import day_title, digest_blocks, section_blocks, short_name, story_block
from digest.intents import (
    Intent,
    Share,
    ShowArchive,
    ShowIssue,
    ShowSection,
    ShowSections,
    ShowSettings,
    ShowStory,
    Subscribe,
)
from digest.issue import Issue, IssueLine, Item, Section
from digest.ports import Phrases
from digest.replies import Block, Choice, Form, Reply, Strong, Text
from digest.subscriber import Subscription
from digest.taps import tap

SECTION_BUTTONS = 24
ROW = 3
TEACHING_DIGESTS = 3
ARCHIVE_ROWS = 8


@dataclass(frozen=True, slots=True)
class Frame:
    """What a screen knows around its issue: the reader's day and wishes, the issues beside it."""

    phrases: Phrases
    today: dt.date
    subscription: Subscription
    before: dt.date | None = None
    after: dt.date | None = None
    newest: bool = True
    note: str = ""
    footer_line: str = ""
    name: str = ""


def step(label: str, intent: Intent, says: str = "") -> Choice:
    """A choice that asks for an intent; `says` is what a reader without buttons types."""
    return Choice(label, says=says or label, tap=tap(intent))


def grid(choices: Sequence[Choice], width: int = ROW) -> tuple[tuple[Choice, ...], ...]:
    """Choices in rows."""
    return tuple(tuple(choices[start : start + width]) for start in range(0, len(choices), width))


def issue_screen(issue: Issue, frame: Frame, *, form: Form | None = None, pushed: bool = False) -> Reply:
    """The digest of an issue with its next steps; `pushed` where it arrives by itself."""
    phrases, subscription = frame.phrases, frame.subscription
    blocks = digest_blocks(
        issue,
        phrases,
        form=form or subscription.form,
        sections=subscription.sections,
        name=frame.name or phrases("bot.name"),
        title="" if frame.newest else day_title(issue.date, frame.today, phrases),
        note=frame.note,
        last_lines=(*_teaching(issue, frame, pushed=pushed), frame.footer_line),
    )
    return Reply(
        blocks=blocks,
        choices=_issue_choices(issue, frame),
        typed=_issue_words(issue, frame),
        silent=pushed and subscription.silent,
        lists=issue.date,
    )


def _teaching(issue: Issue, frame: Frame, *, pushed: bool) -> tuple[str, ...]:
    # `digests` already counts the one that is being sent.
    if not pushed or frame.subscription.digests > TEACHING_DIGESTS or not issue.sections:
        return ()
    return (frame.phrases("digest.teaching", section=_example_section(issue).title),)


def _example_section(issue: Issue) -> Section:
    filled = [section for section in issue.sections if section.items]
    return filled[2 * len(filled) // 3]


def _issue_choices(issue: Issue, frame: Frame) -> tuple[tuple[Choice, ...], ...]:
    phrases = frame.phrases
    sections = [_section_choice(issue, section, frame) for section in issue.sections if section.items]
    neighbours = _neighbour_choices(frame)
    if frame.newest:
        last = (
            step(phrases("choice.settings"), ShowSettings(), phrases("says.settings")),
            step(phrases("choice.share"), Share(), phrases("says.share")),
        )
        return (*grid([*sections[:SECTION_BUTTONS], *neighbours]), last)
    archive = step(phrases("choice.calendar"), ShowArchive(), phrases("says.calendar"))
    return (*grid(sections[:SECTION_BUTTONS]), (*neighbours, archive))


def _section_choice(issue: Issue, section: Section, frame: Frame) -> Choice:
    # A button outlives its day: it always names the issue it stands under.
    name = short_name(issue, section.title)
    label = f"{name} {len(section.items)}"
    return step(label, ShowSection(section.key, issue.date), _says_section(section, issue, frame))


def _neighbour_choices(frame: Frame) -> list[Choice]:
    phrases, found = frame.phrases, []
    if frame.before is not None:
        yesterday = frame.newest and (frame.today - frame.before).days == 1
        label = phrases("choice.yesterday") if yesterday else phrases.short_day(frame.before)
        found.append(step(f"◀ {label}", ShowIssue(frame.before), frame.before.isoformat()))
    if frame.after is not None:
        found.append(
            step(f"{phrases.short_day(frame.after)} ▶", ShowIssue(frame.after), frame.after.isoformat())
        )
    return found


def _issue_words(issue: Issue, frame: Frame) -> tuple[str, ...]:
    phrases, words = frame.phrases, []
    if issue.sections:
        section = _example_section(issue)
        words += [
            phrases("typed.story", number=str(section.items[0].number)),
            phrases("typed.section", section=_says_section(section, issue, frame)),
        ]
    last = "typed.settings" if frame.subscription.active else "typed.subscribe"
    return (*words, phrases("typed.yesterday"), phrases("typed.search"), phrases(last), phrases("typed.help"))


def section_screen(issue: Issue, section: Section, frame: Frame) -> Reply:
    """One section with its summaries, the way to the next one and to the day before."""
    phrases = frame.phrases
    day = "" if frame.newest else day_title(issue.date, frame.today, phrases)
    blocks: tuple[Block, ...] = section_blocks(issue, section, phrases, day=day)
    if not section.items:
        blocks = (*blocks, Text(phrases("section.empty", section=section.title)))
    first = [step(phrases("choice.all"), ShowIssue(issue.date), _says_issue(issue, frame))]
    following = _following(issue, section)
    if following is not None:
        label = phrases(
            "choice.next_section", name=short_name(issue, following.title), count=len(following.items)
        )
        says = _says_section(following, issue, frame)
        first.append(step(label, ShowSection(following.key, issue.date), says))
    second = [step(phrases("choice.calendar_short"), ShowArchive(), phrases("says.calendar"))]
    if frame.before is not None:
        label = phrases("choice.section_before", section=section.title)
        says = f"{frame.before.isoformat()} {section.title}"
        second.insert(0, step(label, ShowSection(section.key, frame.before), says))
    return Reply(
        blocks=blocks,
        choices=(tuple(first), tuple(second)),
        typed=_section_words(issue, section, following, frame),
        lists=issue.date,
    )


def _following(issue: Issue, section: Section) -> Section | None:
    filled = [candidate for candidate in issue.sections if candidate.items]
    places = [place for place, candidate in enumerate(filled) if candidate.key == section.key]
    if len(filled) < 2:
        return None
    return filled[(places[0] + 1) % len(filled)] if places else filled[0]


def _says_section(section: Section, issue: Issue, frame: Frame) -> str:
    return section.title if frame.newest else f"{issue.date.isoformat()} {section.title}"


def _says_issue(issue: Issue, frame: Frame) -> str:
    return frame.phrases("says.today") if frame.newest else issue.date.isoformat()


def _section_words(
    issue: Issue, section: Section, following: Section | None, frame: Frame
) -> tuple[str, ...]:
    phrases, words = frame.phrases, []
    if section.items:
        words.append(phrases("typed.story", number=str(section.items[0].number)))
    if following is not None:
        words.append(phrases("typed.section", section=_says_section(following, issue, frame)))
    return (*words, phrases("typed.today"), phrases("typed.sections"), phrases("typed.help"))


def sections_screen(issue: Issue, frame: Frame) -> Reply:
    """The sections there are, with their counts, as choices."""
    phrases = frame.phrases
    day = phrases.day(issue.date) if frame.newest else day_title(issue.date, frame.today, phrases)
    lines = (
        phrases.count("sections.line", len(section.items), section=section.title)
        for section in issue.sections
    )
    choices = [_section_choice(issue, s, frame) for s in issue.sections if s.items]
    today = step(phrases("choice.all"), ShowIssue(issue.date), _says_issue(issue, frame))
    return Reply(
        blocks=(
            Strong(phrases.count("sections.title", len(issue.sections), day=day)),
            Text("\n".join(lines)),
        ),
        choices=(*grid(choices[:SECTION_BUTTONS]), (today,)),
        typed=(
            phrases("typed.section", section=_says_section(issue.sections[0], issue, frame)),
            phrases("typed.today"),
        ),
        lists=issue.date,
    )


def story_screen(issue: Issue, item: Item, frame: Frame) -> Reply:
    """One story whole, with the stories before and after it."""
    phrases = frame.phrases
    around = []
    if issue.item(item.number - 1) is not None:
        intent = ShowStory(item.number - 1, issue.date)
        around.append(step(phrases("choice.story_before"), intent, str(item.number - 1)))
    if issue.item(item.number + 1) is not None:
        intent = ShowStory(item.number + 1, issue.date)
        around.append(step(phrases("choice.story_after"), intent, str(item.number + 1)))
    section = issue.section_of(item.number)
    up = [step(phrases("choice.contents"), ShowSections(issue.date), phrases("says.sections"))]
    if section is not None:
        says = _says_section(section, issue, frame)
        up.insert(0, step(section.title, ShowSection(section.key, issue.date), says))
    numbers = tuple(choice.says for choice in around)
    return Reply(
        blocks=(story_block(issue, item, phrases),),
        choices=(tuple(around), tuple(up)) if around else (tuple(up),),
        typed=(*numbers, phrases("typed.today"), phrases("typed.sections")),
        lists=issue.date,
    )


def archive_screen(
    lines: Sequence[IssueLine],
    months: Sequence[tuple[str, int]],
    month: str,
    frame: Frame,
) -> Reply:
    """The days of one month that have an issue, and the months there are."""
    phrases = frame.phrases
    rows = [
        phrases.count("archive.line", line.total, day=phrases.day(line.date), headline=line.headline)
        for line in lines
    ]
    days = [step(phrases.short_day(row.date), ShowIssue(row.date), row.date.isoformat()) for row in lines]
    others = [
        step(phrases("archive.month", month=phrases.month(name), count=count), ShowArchive(name), name)
        for name, count in months
        if name != month
    ]
    example = lines[0].date.isoformat() if lines else ""
    return Reply(
        blocks=(
            Strong(phrases.count("archive.title", len(rows), month=phrases.month(month))),
            Text("\n".join(rows)),
        ),
        choices=(*grid(days, 4), *grid(others[:ROW])),
        typed=(example, phrases("typed.today"), phrases("typed.help")),
    )


def subscribe_choice(phrases: Phrases, clock: str) -> Choice:
    """The one tap that subscribes."""
    return step(phrases("choice.subscribe", clock=clock), Subscribe(), phrases("says.subscribe"))
