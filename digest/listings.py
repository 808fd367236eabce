"""The issues of a range as a list: a headline a day, one section of each day, or months to choose from."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.calendars import says_day
from digest.days import Days, month_of, week_of, year_of
from digest.errors import UserError
from digest.intents import ShowIssue, ShowRange, ShowSection
from digest.issue import IssueLine, Section
from digest.ports import Phrases
from digest.ranges import is_week, month_name, year_name
from digest.replies import Block, Choice, Headlines, Reply, Strong, Text
from digest.screens import calendar_choice, grid, step

MOST_ISSUES = 31
"""A range of more issues is shown by its months."""

MOST_MONTHS = 36
STORIES_A_PAGE = 40
DAYS_A_ROW = 4
LONGEST_HEADLINE = 60

Shown = tuple[dt.date, Section]


@dataclass(frozen=True, slots=True)
class Listing:
    """A range and what is known around it.

    The title of the one section that was asked for ('' for none), one to give as an example, the days of the
    issues before and after the range.
    """

    intent: ShowRange
    phrases: Phrases
    today: dt.date
    section: str = ""
    example: str = ""
    before: dt.date | None = None
    after: dt.date | None = None

    @property
    def days(self) -> Days:
        """The first and the last day."""
        return self.intent.first, self.intent.last


def days_words(listing: Listing) -> str:
    """The range in words: `上周（12月15日–21日）`, `2025年11月`, `Dec 15–21`."""
    say, label = listing.phrases, listing.intent.label
    if month := month_name(*listing.days):
        return say.month(month)
    if year_name(*listing.days):
        return say.dated("format.year_alone", listing.intent.first)
    span = span_words(*listing.days, listing.today, say)
    return say("range.called", label=label[:1].upper() + label[1:], span=span) if label else span


def span_words(first: dt.date, last: dt.date, today: dt.date, say: Phrases) -> str:
    """Two days as people write what lies between: `12月15日–21日`; with years where it is not this one."""
    if first == last:
        return say.day(first) if first.year == today.year else say.year_day(first)
    if (first.year, first.month) == (last.year, last.month) == (today.year, last.month):
        return f"{say.dated('format.span_first', first)}–{say.dated('format.span_last', last)}"
    if first.year == last.year == today.year:
        return f"{say.short_day(first)}–{say.short_day(last)}"
    return f"{say.dated('format.span_year', first)}–{say.dated('format.span_year', last)}"


def range_screen(listing: Listing, lines: Sequence[IssueLine]) -> Reply:
    """A headline a day, in order, each day a button."""
    say = listing.phrases
    rows = [
        say("range.line", day=say.dated("format.range_day", line.date), headline=_short(line.headline))
        for line in lines
    ]
    days = [_day(listing, line.date) for line in lines]
    hint, typed = _hint(listing, says_day(lines[-1].date, listing.today, say))
    title = say.count("range.title", len(lines), days=days_words(listing))
    return Reply(
        blocks=(Strong(title), Text("\n".join(rows)), Text(hint)),
        choices=(*grid(days, DAYS_A_ROW), _last_row(listing)),
        typed=typed,
    )


def section_screen(listing: Listing, found: Sequence[Shown]) -> Reply:
    """One section's titles, day by day, a page of them; UserError when there are not so many pages."""
    say, pages, page = listing.phrases, _pages(found), listing.intent.page
    if page > len(pages):
        raise UserError("turn.last")
    stories = sum(len(section.items) for _, section in found)
    title = say.count(
        "range.section_title",
        len(found),
        days=days_words(listing),
        section=listing.section,
        count=say.count("digest.stories", stories),
    )
    shown = pages[page - 1]
    headed: list[Block] = [
        Headlines(say.dated("format.range_day", day), section.items, numbered=False) for day, section in shown
    ]
    turns = _turns(listing, page, len(pages))
    days = [_day(listing, day) for day, _ in shown]
    return Reply(
        blocks=(Strong(title), *headed),
        choices=tuple(row for row in (*grid(days, DAYS_A_ROW), turns, _last_row(listing)) if row),
        typed=(
            f"{says_day(shown[-1][0], listing.today, say)} {listing.section}",
            *(choice.says for choice in turns),
            say("typed.today"),
            say("typed.help"),
        ),
    )


def parts_screen(listing: Listing, dates: Sequence[dt.date]) -> Reply:
    """A long range by its months, or by its years where these are too many."""
    say = listing.phrases
    months = Counter(month_of(day) for day in sorted(dates))
    parts = months if len(months) <= MOST_MONTHS else Counter(year_of(day) for day in sorted(dates))
    key = "range.by_month" if parts is months else "range.by_year"
    choices = [_part(listing, *days) for days in parts]
    rows = [
        say.count("range.part", count, days=choice.label)
        for choice, count in zip(choices, parts.values(), strict=True)
    ]
    example = choices[-1].says
    hint = say("range.hint_parts", example=example)
    title = say.count(key, len(dates), days=days_words(listing))
    return Reply(
        blocks=(Strong(title), Text("\n".join(rows)), Text(hint)),
        choices=(*grid(choices), _last_row(listing)),
        typed=(example, say("typed.today"), say("typed.help")),
    )


def turned(listing: Listing, later: bool) -> ShowRange | None:
    """The range beside a week, month or year that has an issue; None beside others."""
    day = listing.after if later else listing.before
    if day is None:
        return None
    kinds = ((is_week, week_of), (month_name, month_of), (year_name, year_of))
    beside = next((of for is_one, of in kinds if is_one(*listing.days)), None)
    return ShowRange(*beside(day), listing.intent.section) if beside else None


def says_range(intent: ShowRange) -> str:
    """What a reader types for a range."""
    days = (intent.first, intent.last)
    return month_name(*days) or (f"{intent.first.isoformat()}~{intent.last.isoformat()}")


def _short(headline: str) -> str:
    return headline if len(headline) <= LONGEST_HEADLINE else headline[: LONGEST_HEADLINE - 1].rstrip() + "…"


def _day(listing: Listing, day: dt.date) -> Choice:
    section = listing.intent.section
    intent = ShowSection(section, day) if section else ShowIssue(day)
    says = f"{day.isoformat()} {listing.section}" if section else day.isoformat()
    return step(listing.phrases.short_day(day), intent, says)


def _part(listing: Listing, first: dt.date, last: dt.date) -> Choice:
    """A button for the part of the range that lies in a month or year."""
    intent = listing.intent
    part = ShowRange(max(first, intent.first), min(last, intent.last), intent.section)
    whole = Listing(ShowRange(first, last), listing.phrases, listing.today)
    return step(days_words(whole), part, _says(part, listing))


def _says(intent: ShowRange, listing: Listing) -> str:
    says = says_range(intent)
    return f"{says} {listing.section}" if intent.section else says


def _hint(listing: Listing, day: str) -> tuple[str, tuple[str, ...]]:
    """The line that says what to do next, and the words to type."""
    say = listing.phrases
    month = month_name(*listing.days)
    name = listing.intent.label or (say.month(month) if month else "")
    general = (say("typed.today"), say("typed.help"))
    if not (name and listing.example):
        return say("range.hint_days", example=day), (day, *general)
    example = f"{name} {listing.example}"
    return say("range.hint", example=example), (day, example, *general)


def _last_row(listing: Listing) -> tuple[Choice, ...]:
    before, after = turned(listing, later=False), turned(listing, later=True)
    row = [calendar_choice(listing.intent.last, listing.phrases)]
    if before:
        row.insert(0, step(f"◀ {_beside_words(before, listing)}", before, _says(before, listing)))
    if after:
        row.append(step(f"{_beside_words(after, listing)} ▶", after, _says(after, listing)))
    return tuple(row)


def _beside_words(intent: ShowRange, listing: Listing) -> str:
    if month_name(intent.first, intent.last) and intent.first.year == listing.today.year:
        return listing.phrases.dated("format.month_alone", intent.first)
    return days_words(replace(listing, intent=intent))


def _turns(listing: Listing, page: int, pages: int) -> tuple[Choice, ...]:
    say, intent = listing.phrases, listing.intent
    turns = []
    if page > 1:
        before = replace(intent, page=page - 1)
        turns.append(step(say("choice.page_before"), before, say("says.page_before")))
    if page < pages:
        after = replace(intent, page=page + 1)
        turns.append(step(say("choice.page_after"), after, say("says.page_after")))
    return tuple(turns)


def _pages(found: Sequence[Shown]) -> list[list[Shown]]:
    """The days in pages of whole days."""
    pages: list[list[Shown]] = [[]]
    for shown in found:
        stories = sum(len(section.items) for _, section in pages[-1])
        if pages[-1] and stories + len(shown[1].items) > STORIES_A_PAGE:
            pages.append([])
        pages[-1].append(shown)
    return pages
