"""Stories that hold the words: the newest first, ten a page, the words marked."""

from __future__ import annotations

import datetime as dt

from digest.errors import UserError
from digest.fold import fold
from digest.intents import LookUp, ShowHelp, ShowSection, ShowSections, ShowStory, ShowToday
from digest.issue import Edition, Issue, Section
from digest.replies import Choice, Hit, Reply, Text
from digest.screens import step
from digest.snippets import snippet
from handlers.context import Context
from handlers.views import near_sections, newest
from storage.store import Transaction

PAGE = 10
LONGEST = 200
MOST_WORDS = 16
COUNTED = 1000


async def look_up(intent: LookUp, context: Context) -> Reply:
    """Answer with the newest stories that hold every word."""
    words = _words(intent)
    start = (intent.page - 1) * PAGE
    async with context.store.reading() as tx:
        total, found = await tx.issues.find(words, now=context.now, limit=PAGE, offset=start)
        editions = await _editions({date for date, _ in found}, context, tx)
        published = await tx.issues.count(context.now)
        latest = await newest(context, tx)
    if not found and intent.page > 1:
        raise UserError("turn.last")
    if not found:
        near = near_sections(latest.issue, intent.words) if intent.guessed else []
        return (
            _meant_section(intent, latest.issue, near, context)
            if near
            else _nothing(intent, published, context)
        )
    hits = tuple(
        _hit(place, editions[date], number, words, context)
        for place, (date, number) in enumerate(found, start + 1)
    )
    return _results(intent, total, hits, context)


async def find_hit(screen: LookUp, place: int, context: Context) -> ShowStory | None:
    """The story at this place of a look-up's results, or None when there are not so many."""
    if place < 1:
        return None
    async with context.store.reading() as tx:
        _, found = await tx.issues.find(_words(screen), now=context.now, limit=1, offset=place - 1)
    return ShowStory(found[0][1], found[0][0]) if found else None


def _words(intent: LookUp) -> tuple[str, ...]:
    if len(intent.words) > LONGEST:
        raise UserError("search.too_long", limit=str(LONGEST))
    words = tuple(folded for word in intent.words.split() if (folded := fold(word)))
    if not words:
        raise UserError("search.empty")
    if len(words) > MOST_WORDS:
        raise UserError("search.too_many", limit=str(MOST_WORDS))
    return words


async def _editions(dates: set[dt.date], context: Context, tx: Transaction) -> dict[dt.date, Edition]:
    found = [await tx.issues.at(date, now=context.now) for date in sorted(dates)]
    return {edition.issue.date: edition for edition in found if edition is not None}


def _hit(place: int, edition: Edition, number: int, words: tuple[str, ...], context: Context) -> Hit:
    issue, say = edition.issue, context.phrases
    item, section = issue.item(number), issue.section_of(number)
    if item is None or section is None:
        raise AssertionError("the index and the issue are kept together")
    day = say.short_day(issue.date) if issue.date.year == context.today.year else say.year_day(issue.date)
    text, spans = snippet(item.summary, words)
    return Hit(place, item, text, spans, say("search.source", day=day, section=section.title))


def _results(intent: LookUp, total: int, hits: tuple[Hit, ...], context: Context) -> Reply:
    say = context.phrases
    count = say("search.over", n=COUNTED) if total > COUNTED else say.count("search.total", total)
    head = say("search.guessed" if intent.guessed else "search.head", words=intent.words, count=count)
    back = LookUp(intent.words, intent.page - 1) if intent.page > 1 else None
    more = LookUp(intent.words, intent.page + 1) if intent.page * PAGE < total else None
    row: list[Choice] = []
    if back is not None:
        row.append(step(say("choice.page_before"), back, say("says.page_before")))
    if more is not None:
        row.append(step(say("choice.page_after"), more, say("says.page_after")))
    return Reply(
        blocks=(Text(head), *hits),
        choices=(tuple(row),) if row else (),
        typed=(
            say("typed.story", number=str(hits[0].place)),
            *(choice.says for choice in row),
            say("typed.today"),
            say("typed.help"),
        ),
        edits=context.tapped,
    )


def _meant_section(intent: LookUp, issue: Issue, near: list[Section], context: Context) -> Reply:
    """What was typed is nearly the name of a section."""
    say = context.phrases
    text = say.count("section.unknown", len(near[0].items), name=intent.words, nearest=near[0].title)
    first = [step(section.title, ShowSection(section.key, issue.date)) for section in near]
    others = (
        step(say("choice.all_sections"), ShowSections(), say("says.sections")),
        step(say("choice.look_up"), LookUp(intent.words), say("says.look_up", words=intent.words)),
    )
    typed = (*(choice.says for choice in first), *(choice.says for choice in others))
    return Reply((Text(text),), (tuple(first), others), typed=typed)


def _nothing(intent: LookUp, published: int, context: Context) -> Reply:
    say = context.phrases
    key = "search.nothing_guessed" if intent.guessed else "search.nothing"
    row = (
        step(say("choice.see_today"), ShowToday(), say("says.today")),
        step(say("choice.sections"), ShowSections(), say("says.sections")),
        step(say("choice.help"), ShowHelp(), say("says.help")),
    )
    text = say.count(key, published, words=intent.words)
    return Reply((Text(text),), (row,), typed=tuple(choice.says for choice in row))
