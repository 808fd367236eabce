"""Look-ups: the stories that hold the words, and the next best answer when none does."""

from __future__ import annotations

from dataclasses import replace

from digest.asked import Asked
from digest.compose import telling_name
from digest.dates import possible_day
from digest.errors import UserError
from digest.filters import named_sections, read_query
from digest.findings import (
    PAGE,
    Page,
    elsewhere_screen,
    meant_screen,
    meant_section_screen,
    nothing_screen,
    other_section_screen,
    parted_screen,
    results_screen,
)
from digest.fold import fold
from digest.intents import Known, LookUp, SectionName, ShowStory
from digest.issue import StoryOf
from digest.ports import Phrases
from digest.query import Query, Term
from digest.replies import Hit, Reply
from digest.snippets import snippet
from handlers.context import Context
from handlers.finding import Found, Search
from handlers.views import likeness, near_sections, newest
from storage.lookups import Matches
from storage.store import Transaction

KNOWN_SECTIONS = 9


async def look_up(intent: LookUp, context: Context) -> Reply:
    """Answer with the stories that hold every word; with what comes nearest to it when there are none."""
    async with context.store.reading() as tx:
        names = await tx.issues.section_names()
        asked = _asked(intent, names, context)
        followed = await tx.follows.of(context.reader.id)
        asked = replace(asked, followed=frozenset(one.key for one in followed))
        if asked.query.section and not asked.sections:
            return other_section_screen(asked, _nearest(asked.query.section, names))
        search = await _search(asked, context, tx)
        offset = (intent.page - 1) * PAGE
        matches = await search.every(asked.query, limit=PAGE, offset=offset)
        if matches.total:
            return await _results(asked, matches, search)
        return await _without_results(asked, search, offset)


async def find_hit(screen: LookUp, place: int, context: Context) -> ShowStory | None:
    """The story at this place of what a look-up has listed, or None when there are not so many."""
    if place < 1 or screen.page < 1:
        return None
    async with context.store.reading() as tx:
        names = await tx.issues.section_names()
        asked = _asked(screen, names, context)
        search = await _search(asked, context, tx)
        matches = await search.every(asked.query, limit=1, offset=place - 1)
        if not matches.total:
            some = await search.some(asked.query, limit=1, offset=place - 1)
            matches = some.matches if some else matches
    return ShowStory(matches.page[0].number, matches.page[0].date) if matches.page else None


def _asked(intent: LookUp, names: tuple[SectionName, ...], context: Context) -> Asked:
    known = Known(context.now, context.today, sections=names, language=context.phrases.language)
    query = read_query(intent.words, known)
    if not query.wanted:
        raise UserError("search.only_unwanted" if query.unwanted else "search.empty")
    if intent.since is not None:
        query = replace(query, first=max(query.first or intent.since, intent.since))
    sections = _sections(intent, query, names)
    hint = _day_hint(intent, known, context.phrases) if intent.guessed else ""
    return Asked(
        intent, query, context.phrases, context.today, sections=sections, edits=context.tapped, hint=hint
    )


def _day_hint(intent: LookUp, known: Known, say: Phrases) -> str:
    """The way to the day that the words would be, had the archive one."""
    day = possible_day(intent.words, known)
    return say("search.day_hint", day=say.short_day(day)) if day else ""


def _sections(intent: LookUp, query: Query, names: tuple[SectionName, ...]) -> tuple[SectionName, ...]:
    if intent.section:
        return tuple(name for name in names if name.key == intent.section)
    return named_sections(query.section, names) if query.section else ()


def _nearest(typed: str, names: tuple[SectionName, ...]) -> tuple[SectionName, ...]:
    near = sorted(names, key=lambda name: -likeness(fold(name.title), fold(typed)))
    return tuple(near[:KNOWN_SECTIONS])


async def _search(asked: Asked, context: Context, tx: Transaction) -> Search:
    keys = frozenset(name.key for name in asked.sections) if asked.sections else None
    return Search(context, tx, keys, ready=await tx.lookups.ready())


async def _without_results(asked: Asked, search: Search, offset: int) -> Reply:
    """What to answer when no story has every word: a section, other days, other words, some of the words."""
    query, first = asked.query, asked.intent.page == 1
    reply = await _of_another_place(asked, search) if first else None
    if reply is not None:
        return reply
    meant = await search.meant(query) if first else ()
    some = await search.some(query, limit=PAGE, offset=offset)
    if meant and not _is_likelier(some, meant[0][1]):
        return meant_screen(asked, meant)
    if some is not None:
        page = await _page(asked, some.matches, search, some.query.wanted)
        return parted_screen(asked, page, some.parted)
    if not first:
        raise UserError("turn.last")
    return nothing_screen(asked, await search.tx.issues.count(search.context.now))


async def _of_another_place(asked: Asked, search: Search) -> Reply | None:
    """The section that was nearly named, or the stories that the conditions keep out."""
    context = search.context
    if asked.intent.guessed:
        latest = await newest(context, search.tx)
        near = near_sections(latest.issue, asked.intent.words)
        if near:
            return meant_section_screen(asked, tuple(near), latest.issue.date)
    if asked.narrowed and (total := await search.everywhere(asked.query)):
        return elsewhere_screen(asked, total)
    return None


def _is_likelier(some: Found | None, meant: int) -> bool:
    """Whether the word was two that belong together, rather than a mistyped one that few stories have."""
    return some is not None and bool(some.parted.joined) and some.matches.total > meant


async def _results(asked: Asked, matches: Matches, search: Search) -> Reply:
    page = await _page(asked, matches, search, asked.query.wanted)
    day = await search.shared_day(asked.query, matches)
    return results_screen(asked, replace(page, day=day))


async def _page(asked: Asked, matches: Matches, search: Search, terms: tuple[Term, ...]) -> Page:
    if not matches.page:
        raise UserError("turn.last")
    first = (asked.intent.page - 1) * PAGE + 1
    places = [(match.date, match.number) for match in matches.page]
    stories = await search.tx.issues.stories(places, search.context.now)
    if len(stories) != len(places):
        raise AssertionError("the index and the issues are kept together")
    titles = tuple(name.title for name in await search.tx.issues.section_names())
    hits = (_hit(place, story, terms, search.context, titles) for place, story in enumerate(stories, first))
    return Page(matches.total, tuple(hits))


def _hit(
    place: int, story: StoryOf, terms: tuple[Term, ...], context: Context, titles: tuple[str, ...]
) -> Hit:
    text, spans = snippet(story.item.summary, terms)
    say, section = context.phrases, telling_name(story.section, titles)
    source = say("search.source", day=context.short_day(story.date), section=story.section)
    key = "format.brief_day" if story.date.year == context.today.year else "format.brief_year_day"
    brief = say("search.brief", day=say.dated(key, story.date), section=section)
    return Hit(place, story.item, text, spans, source, brief)
