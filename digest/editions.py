"""Which issue, section or story is asked for, and of which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from digest.dates import UNREADABLE, read_date, read_month, take_date
from digest.intents import (
    BadDate,
    Intent,
    Known,
    SectionName,
    ShowArchive,
    ShowIssue,
    ShowSection,
    ShowSections,
    ShowStory,
    ShowToday,
)
from digest.naming import key_of, only, without_kind
from digest.places import read_page, read_story
from digest.replies import Form
from digest.wording import Words, peelings

_FORMS: Mapping[str, Form] = {
    **dict.fromkeys(("完整", "完整版", "全文", "全部", "详细", "详细版", "full"), Form.FULL),
    **dict.fromkeys(("简短", "简版", "简短版", "精简", "精简版", "标题", "brief", "short"), Form.BRIEF),
}
_CONTENTS = frozenset(("栏目", "目录", "版块", "板块", "分类", "sections", "contents"))


def read_edition(words: Words, known: Known) -> Intent | None:
    """The issue of a day, or a section, story or form of it; a month; None when the words are none."""
    month = read_month(words, known)
    if month:
        return ShowArchive(month)
    for ordered in (words, *_turned(words, known)):
        dated = take_date(ordered, known)
        intent = _of_day(dated.day, dated.rest, known) if dated else None
        if intent is not None:
            return intent
    return None


def read_section(words: Words, known: Known) -> Intent | None:
    """The section that the words fit, and no other; None when none or several do."""
    section = _section(words, known)
    return ShowSection(section.key) if section else None


def today(words: Words, known: Known) -> Intent:
    """What the command for the newest issue means with these words after it."""
    page = read_page(words)
    if page:
        return ShowToday(page=page)
    return _of_day(None, words, known) or ShowToday()


def sections(words: Words, known: Known) -> Intent:
    """What the command for the sections means with these words after it."""
    return section(words, known) if words else ShowSections()


def section(words: Words, known: Known) -> Intent:
    """What the command for a section means: a section by any part of its name, of a day where one is said."""
    if not words:
        return ShowSections()
    day = read_date(words, known)
    if day is not None:
        return day if isinstance(day, BadDate) else ShowSections(day)
    whole = _section(words, known)
    intent = None if whole else read_edition(words, known)
    if isinstance(intent, ShowSection):
        return intent
    return ShowSection(whole.key if whole else key_of(words, known.sections))


def date(words: Words, known: Known) -> Intent:
    """What the command for a day means: the issue of the day, or a section of it."""
    month = read_month(words, known)
    if month or not words:
        return ShowArchive(month)
    dated = take_date(words, known, asked=True)
    if dated is None:
        turned = read_edition(words, known)
        return turned or BadDate(UNREADABLE, (("text", words.said),))
    if isinstance(dated.day, BadDate):
        return dated.day
    return _of_day(dated.day, dated.rest, known) or ShowSection(dated.rest.said, dated.day)


def archive(words: Words, known: Known) -> Intent:
    """What the command for the days that have an issue means with these words after it."""
    return ShowArchive(read_month(words, known))


def _of_day(day: dt.date | BadDate | None, rest: Words, known: Known) -> Intent | None:
    if not rest:
        return day if isinstance(day, BadDate) else ShowIssue(day) if day else ShowToday()
    for peeled in peelings(rest):
        intent = _part(day, peeled, known)
        if intent is not None:
            return day if isinstance(day, BadDate) else intent
    return None


def _part(day: dt.date | BadDate | None, rest: Words, known: Known) -> Intent | None:
    date = None if isinstance(day, BadDate) else day
    form = _FORMS.get(rest.bare)
    if form:
        return ShowIssue(date, form=form) if date else ShowToday(form=form)
    if rest.bare in _CONTENTS:
        return ShowSections(date)
    named = _section(rest, known)
    if named:
        return ShowSection(named.key, date)
    number = read_story(rest, known)
    return ShowStory(number, date) if number else None


def _section(words: Words, known: Known) -> SectionName | None:
    return only(words, known.sections) or only(without_kind(words), known.sections)


def _turned(words: Words, known: Known) -> tuple[Words, ...]:
    """`开源 昨天` as `昨天 开源`."""
    first, space, last = words.folded.rpartition(" ")
    if not space or take_date(words.cut(len(first)), known) is None:
        return ()
    said = f"{words.said[len(first) + 1 :]} {words.said[: len(first)]}"
    return (Words(said, f"{last} {first}"),)
