"""The screens: an issue and a story as replies with their next steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from digest.compose import (
    day_title,
    digest_blocks,
    short_name,
    story_block,
    wanted_sections,
)
from digest.footing import issue_foot, page_words, story_foot
from digest.frames import Frame
from digest.intents import (
    CatchUp,
    Intent,
    Share,
    ShowArchive,
    ShowFollows,
    ShowIssue,
    ShowSection,
    ShowSections,
    ShowSettings,
    ShowStory,
    Subscribe,
)
from digest.issue import Issue, Item, Section
from digest.ports import Phrases
from digest.replies import Choice, Form, Reply, Text
from digest.taps import tap

SECTION_BUTTONS = 24
ROW = 3
TEACHING_DIGESTS = 3


def step(label: str, intent: Intent, says: str = "") -> Choice:
    """A choice that asks for an intent; `says` is what a reader without buttons types."""
    return Choice(label, says=says or label, tap=tap(intent))


def grid(choices: Sequence[Choice], width: int = ROW) -> tuple[tuple[Choice, ...], ...]:
    """Choices in rows."""
    return tuple(tuple(choices[start : start + width]) for start in range(0, len(choices), width))


def issue_screen(
    issue: Issue, frame: Frame, *, form: Form | None = None, pushed: bool = False, whole: bool = False
) -> Reply:
    """The digest of an issue with its next steps; `pushed` where it arrives by itself.

    `whole` shows everything even to one who wants nothing but the stories with followed words.
    """
    phrases, subscription = frame.phrases, frame.subscription
    marks = replace(frame.marks, only=frame.marks.only and not whole)
    nothing = marks.only and not wanted_sections(issue, subscription.sections, marks)
    blocks = digest_blocks(
        issue,
        phrases,
        form=form or subscription.form,
        wishes=(subscription.sections, marks),
        name=frame.name or phrases("bot.name"),
        title="" if frame.newest else day_title(issue.date, frame.today, phrases),
        note=frame.note,
        last_lines=(
            *_teaching(issue, frame, pushed=pushed),
            *_welcome_back(frame),
            *frame.errata,
        ),
    )
    if frame.footer_line:
        blocks = (*blocks, Text(frame.footer_line, last=True))
    choices, typed = _issue_choices(issue, frame), _issue_words(issue, frame)
    foot = issue_foot(issue, frame)
    if marks.only:
        rest = _rest_choice(issue, frame)
        choices, typed = ((rest,), *(_nothing_choices(frame) if nothing else choices)), (rest.says, *typed)
        foot = replace(foot, steps=((rest,), *foot.steps))
    return Reply(
        blocks=blocks,
        choices=choices,
        typed=typed,
        # Nobody is called to look at nothing.
        silent=pushed and (subscription.silent or nothing),
        lists=issue.date,
        words=page_words(phrases, following=_second_page(issue, phrases)) if pushed else None,
        foot=foot,
    )


def _second_page(issue: Issue, phrases: Phrases) -> str:
    """What asks for the second page of what was pushed, whatever was on the screen before."""
    return f"{issue.date.isoformat()} {phrases('page.number', page='2')}"


def _rest_choice(issue: Issue, frame: Frame) -> Choice:
    phrases = frame.phrases
    says = phrases("says.whole")
    return step(
        phrases.count("choice.whole", issue.total),
        ShowIssue(issue.date, whole=True),
        says if frame.newest else f"{issue.date.isoformat()} {says}",
    )


def _nothing_choices(frame: Frame) -> tuple[tuple[Choice, ...], ...]:
    phrases = frame.phrases
    return (
        (
            step(phrases("choice.follows"), ShowFollows(), phrases("says.follows")),
            step(phrases("choice.settings"), ShowSettings(), phrases("says.settings")),
        ),
    )


def _welcome_back(frame: Frame) -> tuple[str, ...]:
    return (frame.phrases("digest.back"),) if frame.back else ()


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
    sections = [section_choice(issue, section, frame) for section in issue.sections if section.items]
    neighbours = _neighbour_choices(frame)
    if frame.back:
        neighbours.append(step(phrases("choice.catch_up"), CatchUp(), phrases("says.catch_up")))
    if frame.newest:
        last = (
            step(phrases("choice.settings"), ShowSettings(), phrases("says.settings")),
            step(phrases("choice.share"), Share(), phrases("says.share")),
        )
        return (*grid([*sections[:SECTION_BUTTONS], *neighbours]), last)
    return (*grid(sections[:SECTION_BUTTONS]), (*neighbours, calendar_choice(issue.date, phrases)))


def calendar_choice(day: dt.date, phrases: Phrases) -> Choice:
    """The way to the calendar of the month of a day."""
    month = day.isoformat()[:7]
    return step(phrases("choice.calendar"), ShowArchive(month), f"{phrases('says.calendar')} {month}")


def section_choice(issue: Issue, section: Section, frame: Frame) -> Choice:
    """The way to a section of an issue."""
    # A button outlives its day: it always names the issue it stands under.
    name = short_name(issue, section.title)
    label = f"{name} {len(section.items)}"
    return step(label, ShowSection(section.key, issue.date), says_section(section, issue, frame))


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
            phrases("typed.section", section=says_section(section, issue, frame)),
        ]
    last = "typed.settings" if frame.subscription.active else "typed.subscribe"
    return (*words, phrases("typed.yesterday"), phrases("typed.search"), phrases(last), phrases("typed.help"))


def says_section(section: Section, issue: Issue, frame: Frame) -> str:
    """What a reader types for a section of an issue."""
    return section.title if frame.newest else f"{issue.date.isoformat()} {section.title}"


def says_issue(issue: Issue, frame: Frame) -> str:
    """What a reader types for an issue."""
    return frame.phrases("says.today") if frame.newest else issue.date.isoformat()


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
        says = says_section(section, issue, frame)
        up.insert(0, step(section.title, ShowSection(section.key, issue.date), says))
    numbers = tuple(choice.says for choice in around)
    return Reply(
        blocks=(story_block(issue, item, phrases),),
        choices=(tuple(around), tuple(up)) if around else (tuple(up),),
        typed=(*numbers, phrases("typed.today"), phrases("typed.sections")),
        lists=issue.date,
        foot=story_foot(issue, item, frame),
    )


def subscribe_choice(phrases: Phrases, clock: str) -> Choice:
    """The one tap that subscribes."""
    return step(phrases("choice.subscribe", clock=clock), Subscribe(), phrases("says.subscribe"))
