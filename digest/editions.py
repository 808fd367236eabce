"""Which issue, section or story is asked for, and of which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from digest.dates import UNREADABLE, read_date, take_date
from digest.intents import (
    BadDate,
    Intent,
    Known,
    SectionName,
    ShowArchive,
    ShowIssue,
    ShowRange,
    ShowSection,
    ShowSections,
    ShowStory,
    ShowToday,
)
from digest.naming import key_of, only, without_kind
from digest.places import read_page, read_story
from digest.ranges import Spanned, month_name, take_between, take_span, year_name
from digest.replies import Form
from digest.wording import Words, peelings

_FORMS: Mapping[str, Form] = {
    **dict.fromkeys(("完整", "完整版", "全文", "全部", "详细", "详细版", "full"), Form.FULL),
    **dict.fromkeys(("简短", "简版", "简短版", "精简", "精简版", "标题", "brief", "short"), Form.BRIEF),
}
_WHOLE = frozenset(("整期", "看整期", "整期的", "whole", "wholeissue"))
_TURNED_WORDS = 4
_CONTENTS = frozenset(("栏目", "目录", "版块", "板块", "分类", "sections", "contents"))


def read_edition(words: Words, known: Known) -> Intent | None:
    """The issue of a day, or a section, story or form of it; those of a range; None when there is none."""
    for ordered in (words, *_turned(words, known)):
        intent = _of_span(take_between(ordered, known), known) or _dated(ordered, known)
        intent = intent or _of_span(take_span(ordered, known), known)
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


def whole(words: Words, known: Known) -> Intent:
    """What the command for an issue with nothing left out means: of the day named, else of the newest."""
    dated = take_date(words, known, asked=True) if words else None
    if dated is not None and isinstance(dated.day, BadDate):
        return dated.day
    return ShowIssue(dated.day if dated and isinstance(dated.day, dt.date) else None, whole=True)


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
    if isinstance(intent, ShowSection | ShowRange):
        return intent
    return ShowSection(whole.key if whole else key_of(words, known.sections))


def date(words: Words, known: Known) -> Intent:
    """What the command for a day means: the issue of the day or a section of it, or those of a range."""
    if not words:
        return ShowArchive()
    day = read_date(words, known, asked=True)
    span = None if day else take_between(words, known, asked=True) or take_span(words, known, asked=True)
    if span and not span.rest:
        return _of_span(span, known) or ShowArchive()
    edition = None if day else read_edition(words, known)
    if edition is not None:
        return edition
    dated = take_date(words, known, asked=True)
    if dated is None:
        return BadDate(UNREADABLE, (("text", words.said),))
    if isinstance(dated.day, BadDate):
        return dated.day
    return _of_day(dated.day, dated.rest, known) or ShowSection(dated.rest.said, dated.day)


def archive(words: Words, known: Known) -> Intent:
    """What the command for the days that have an issue means with these words after it."""
    span = take_span(words, known, asked=True) if words else None
    if span is None or span.rest:
        return (read_edition(words, known) if words else None) or ShowArchive()
    days = (span.first, span.last)
    page = month_name(*days) or year_name(*days)
    return ShowArchive(page) if page else ShowRange(*days, label=span.label)


def _dated(words: Words, known: Known) -> Intent | None:
    dated = take_date(words, known)
    return _of_day(dated.day, dated.rest, known) if dated else None


def _of_span(span: Spanned | None, known: Known) -> Intent | None:
    """The issues of the days, or one section of each."""
    if span is None:
        return None
    if not span.rest:
        return ShowRange(span.first, span.last, label=span.label)
    sections = (_section(peeled, known) for peeled in peelings(span.rest))
    named = next((section for section in sections if section), None)
    return ShowRange(span.first, span.last, named.key, span.label) if named else None


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
    if rest.bare in _WHOLE:
        return ShowIssue(date, whole=True)
    if rest.bare in _CONTENTS:
        return ShowSections(date)
    named = _section(rest, known)
    if named:
        return ShowSection(named.key, date)
    page = read_page(rest)
    if page:
        return ShowIssue(date, page=page) if date else ShowToday(page=page)
    number = read_story(rest, known)
    return ShowStory(number, date) if number else None


def _section(words: Words, known: Known) -> SectionName | None:
    return only(words, known.sections) or only(without_kind(words), known.sections)


def _turned(words: Words, known: Known) -> tuple[Words, ...]:
    """`开源 昨天` as `昨天 开源`, `开源 last week` as `last week 开源`."""
    spaces = [place for place, character in enumerate(words.folded) if character == " "]
    for space in reversed(spaces[-_TURNED_WORDS:]):
        if _opens(words.cut(space), known):
            turned = [f"{text[space + 1 :]} {text[:space]}" for text in (words.said, words.folded)]
            return (Words(*turned),)
    return ()


def _opens(words: Words, known: Known) -> bool:
    """Whether the words are a day or days and nothing else."""
    dated = take_date(words, known)
    if dated:
        return not dated.rest
    span = take_between(words, known) or take_span(words, known)
    return span is not None and not span.rest
