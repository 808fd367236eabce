"""The calendar in chat: a button for each day that has an issue, week by week; months and years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from digest.days import month_of, week_of
from digest.footing import bare
from digest.intents import ShowArchive, ShowIssue, ShowRange
from digest.ports import Phrases
from digest.replies import Choice, Foot, Reply, Strong, Text
from digest.screens import grid, step

LAST_DAYS = 4

Months = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar shows: the months that have issues (`2025-12`) with their counts, newest first."""

    phrases: Phrases
    today: dt.date
    months: Months

    @property
    def years(self) -> tuple[tuple[str, int], ...]:
        """The years that have issues with their counts, newest first."""
        years = groupby(self.months, key=lambda month: month[0][:4])
        return tuple((year, sum(count for _, count in found)) for year, found in years)


def says_day(day: dt.date, today: dt.date, phrases: Phrases) -> str:
    """What a reader types for a past day: without its year where it cannot be another's."""
    near = 0 <= (today - day).days < 300
    return phrases.short_day(day) if near else day.isoformat()


def page_words(page: str, phrases: Phrases) -> str:
    """A page of the calendar in words: `2025年12月` for `2025-12`, `2025年` for `2025`."""
    year = len(page) == 4 and page.isdigit() and page > "0000"
    return phrases.dated("format.year_alone", _first(f"{page}-01")) if year else phrases.month(page)


def month_screen(calendar: Calendar, month: str, days: Sequence[dt.date]) -> Reply:
    """The calendar's month: its days that have an issue (in order), and the months beside it."""
    say = calendar.phrases
    weeks = [list(week) for _, week in groupby(days, key=week_of)]
    rows = [tuple(_day(calendar, day) for day in week) for week in weeks]
    around = (*_around_month(calendar, month), _headlines(calendar, month))
    hint = say("archive.hint", day=says_day(days[-1], calendar.today, say))
    listed = say("archive.days", days=say.join(tuple(_spans(days))))
    return Reply(
        blocks=(
            Strong(say.count("archive.title", len(days), month=say.month(month))),
            Text(hint, brief=f"{listed}\n{hint}"),
        ),
        choices=(*rows, *around),
        typed=tuple(choice.says for row in (*rows, *around) for choice in row),
        foot=_month_foot(calendar, days, around),
    )


def _spans(days: Sequence[dt.date]) -> Iterator[str]:
    """The days of a month as figures, those that follow each other as one: `1–5`, `8`."""
    for _, run in groupby(enumerate(days), key=lambda placed: placed[1].day - placed[0]):
        found = [day.day for _, day in run]
        yield f"{found[0]}–{found[-1]}" if len(found) > 1 else str(found[0])


def _month_foot(calendar: Calendar, days: Sequence[dt.date], around: tuple[tuple[Choice, ...], ...]) -> Foot:
    """The last days of the month as links, and the ways on."""
    say = calendar.phrases
    last = tuple(
        Choice(say.short_day(day), says=says_day(day, calendar.today, say))
        for day in reversed(days[-LAST_DAYS:])
    )
    others = (Choice(bare(choice.label), says=choice.says) for row in around for choice in row)
    return Foot((last, tuple(others)))


def year_screen(calendar: Calendar, year: str) -> Reply:
    """The calendar's year: its months that have issues, and the years beside it."""
    say = calendar.phrases
    months = [month for month in reversed(calendar.months) if month[0].startswith(year)]
    choices = [_month(calendar, *month) for month in months]
    years = [name for name, _ in calendar.years]
    around = tuple(_turn(calendar, name, arrow) for name, arrow in _beside(years, year))
    title = say.count("archive.year", sum(count for _, count in months), year=page_words(year, say))
    return Reply(
        blocks=(Strong(title), Text(say("archive.hint_months", example=months[-1][0]))),
        choices=(*grid(choices), around) if around else grid(choices),
        typed=tuple(choice.says for choice in (*choices, *around)),
    )


def _day(calendar: Calendar, day: dt.date) -> Choice:
    label = calendar.phrases.dated("format.calendar_day", day)
    return step(label, ShowIssue(day), says_day(day, calendar.today, calendar.phrases))


def _month(calendar: Calendar, month: str, count: int) -> Choice:
    say = calendar.phrases
    name = say.dated("format.month_alone", _first(month))
    label = say("archive.month", month=name, count=count)
    return step(label, ShowArchive(month), f"{say('says.calendar')} {month}")


def _around_month(calendar: Calendar, month: str) -> tuple[tuple[Choice, ...], ...]:
    names = [name for name, _ in calendar.months]
    around = [_turn(calendar, name, arrow) for name, arrow in _beside(names, month)]
    if len(names) > 1:
        around.insert(1 if around[0].label.startswith("◀") else 0, _turn(calendar, month[:4], ""))
    return (tuple(around),) if around else ()


def _beside(names: Sequence[str], name: str) -> list[tuple[str, str]]:
    """The names before and after this one, each with its arrow; `names` are newest first."""
    place = names.index(name)
    before = [(names[place + 1], "◀")] if place + 1 < len(names) else []
    after = [(names[place - 1], "▶")] if place else []
    return before + after


def _turn(calendar: Calendar, name: str, arrow: str) -> Choice:
    """The button to another month or year."""
    say = calendar.phrases
    words = page_words(name, say)
    label = {"◀": f"◀ {words}", "▶": f"{words} ▶"}.get(arrow, words)
    return step(label, ShowArchive(name), f"{say('says.calendar')} {name}")


def _headlines(calendar: Calendar, month: str) -> tuple[Choice, ...]:
    first, last = month_of(_first(month))
    return (step(calendar.phrases("archive.headlines"), ShowRange(first, last), month),)


def _first(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")
