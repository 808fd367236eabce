"""The screens of a look-up: what was found, what nearly was, and what to do when nothing was."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from digest.asked import (
    RECENT_DAYS,
    Asked,
    as_typed,
    conditions,
    mended_look_up,
    recent,
    said_day,
    shown,
    unfiltered,
    wanted_texts,
)
from digest.errors import UserError
from digest.following import read_followed
from digest.footing import results_foot
from digest.intents import (
    Follow,
    LookUp,
    SectionName,
    ShowArchive,
    ShowFollows,
    ShowHelp,
    ShowSection,
    ShowSections,
    ShowToday,
)
from digest.issue import Section
from digest.ports import Phrases
from digest.query import Query
from digest.replies import Choice, Hit, Reply, Text
from digest.screens import grid, step
from digest.taps import fits, remember

PAGE = 10
COUNTED = 1000
OVER = f"{COUNTED}+"
# In bytes: three to a Chinese character, which is as wide as two letters.
LONGEST_HINT = 60
MOST_HINTS = 4


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what was found: of how many (1,001: more than 1,000); `day` where all are of one."""

    total: int
    hits: tuple[Hit, ...]
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Parted:
    """Words of which no story has all; or, where `joined` was parted into them, has them in one piece."""

    words: tuple[str, ...]
    joined: str = ""


def results_screen(asked: Asked, page: Page) -> Reply:
    """A page of results."""
    say = asked.phrases
    key = "search.guessed" if asked.intent.guessed else "search.head"
    head = say(key, words=asked.words, count=_counted("search.total", page.total, say))
    rest = f"{conditions(asked)}{_page(asked)}"
    return _listing(asked, page, f"{head}{_when(page, asked)}{rest}", brief=f"{head}{rest}")


def parted_screen(asked: Asked, page: Page, parted: Parted) -> Reply:
    """A page of stories that have some of the words, and the word that says so."""
    say, words = asked.phrases, parted.words
    both = _both(words, say)
    key = "search.apart" if parted.joined else "search.one_of_two" if len(words) == 2 else "search.some"
    head = _counted(
        key,
        page.total,
        say,
        words=parted.joined,
        parts=both,
        where=conditions(asked),
        page=_page(asked),
    )
    return _listing(asked, page, head, follow=words)


def _both(words: tuple[str, ...], say: Phrases) -> str:
    quoted = tuple(say("search.quoted", word=word) for word in words)
    return say("search.both", first=say.join(quoted[:-1]), last=quoted[-1])


def meant_screen(asked: Asked, meant: tuple[tuple[Query, int], ...]) -> Reply:
    """Nothing, and the queries that may have been meant, each with how many stories it finds."""
    say, (nearest, total) = asked.phrases, meant[0]
    text = _counted(
        "search.meant",
        total,
        say,
        words=asked.words,
        meant=shown(nearest),
        where=conditions(asked),
    )
    intents = [(query, mended_look_up(asked, query)) for query, _ in meant]
    choices = [
        step(say("choice.see_words", words=shown(query)), intent, say("says.look_up", words=intent.words))
        for place, (query, intent) in enumerate(intents)
        if place == 0 or fits(intent)
    ]
    # A button on long words is read back from the screen, and these are not those that were typed.
    screen = remember(replace(intents[0][1], page=0))
    return _dead_end(asked, text, [tuple(choices)], screen=screen)


def elsewhere_screen(asked: Asked, total: int) -> Reply:
    """Nothing under the conditions, and how many there are without them."""
    say = asked.phrases
    free = LookUp(unfiltered(asked.query))
    text = _counted("search.elsewhere", total, say, words=asked.words, where=conditions(asked))
    every = step(_counted("choice.unfiltered", total, say), free, say("says.look_up", words=free.words))
    return _dead_end(asked, text, [(every,)], screen=remember(replace(free, page=0)))


def nothing_screen(asked: Asked, published: int) -> Reply:
    """Nothing in any issue, and the word to be remembered for when there is something."""
    say = asked.phrases
    follow = _follow(say("choice.remember_word", words=asked.words), wanted_texts(asked.query), asked)
    general = (
        step(say("choice.see_today"), ShowToday(), say("says.today")),
        step(say("choice.sections"), ShowSections(), say("says.sections")),
        step(say("choice.help"), ShowHelp(), say("says.help")),
    )
    if asked.intent.guessed:
        text = say.count("search.nothing_guessed", published, words=asked.words)
        return _dead_end(asked, text, [follow, general])
    key = "search.nothing_follow" if follow else "search.nothing"
    text = say.count(key, published, words=asked.words, where=conditions(asked))
    return _dead_end(asked, text, [follow or general])


def meant_section_screen(asked: Asked, near: tuple[Section, ...], date: dt.date) -> Reply:
    """What was typed is nearly the name of a section."""
    say = asked.phrases
    words = asked.intent.words
    text = say.count("section.unknown", len(near[0].items), name=words, nearest=near[0].title)
    first = tuple(step(section.title, ShowSection(section.key, date)) for section in near)
    others = (
        step(say("choice.all_sections"), ShowSections(), say("says.sections")),
        step(say("choice.look_up"), LookUp(words), say("says.look_up", words=words)),
    )
    return _dead_end(asked, text, [first, others])


def other_section_screen(asked: Asked, known: tuple[SectionName, ...]) -> Reply:
    """No section of that name to look in: the known ones, the nearest first."""
    say = asked.phrases
    text = say("search.no_section", name=asked.query.section, words=asked.words)
    choices = [
        step(
            section.title,
            replace(asked.intent, section=section.key, page=1, guessed=False),
            say("says.look_up_section", words=asked.words, section=section.title),
        )
        for section in known
    ]
    return _dead_end(asked, text, list(grid(choices)))


def _counted(key: str, total: int, say: Phrases, **values: str) -> str:
    """The message with a number of stories: `1000+` when there are more."""
    if total > COUNTED:
        return say.count(key, total, **{**values, "n": OVER})
    return say.count(key, total, **values)


def _when(page: Page, asked: Asked) -> str:
    if page.day is None:
        return ""
    return asked.phrases("search.all_on" if page.total > 1 else "search.on", day=said_day(page.day, asked))


def _page(asked: Asked) -> str:
    page = asked.intent.page
    return asked.phrases("search.page", page=str(page)) if page > 1 else ""


def _listing(asked: Asked, page: Page, head: str, follow: tuple[str, ...] = (), brief: str = "") -> Reply:
    say = asked.phrases
    turns = _turns(asked, page.total)
    star = _follow(say("choice.follow_word"), follow or wanted_texts(asked.query), asked)
    rows = (turns, star, _narrower(asked))
    typed = (
        say("typed.story", number=str(page.hits[0].place)),
        *(choice.says for choice in (*turns, *star) if _is_short(choice.says)),
        say("typed.today"),
        say("typed.help"),
    )
    return Reply(
        blocks=(Text(_hinted(asked, head), brief=_hinted(asked, brief or head)), *page.hits),
        choices=tuple(row for row in rows if row),
        typed=typed,
        edits=asked.edits,
        foot=results_foot(turns, star),
    )


def _turns(asked: Asked, total: int) -> tuple[Choice, ...]:
    say, intent = asked.phrases, asked.intent
    found = []
    if intent.page > 1:
        before = replace(intent, page=intent.page - 1)
        found.append(step(say("choice.page_before"), before, say("says.page_before")))
    if intent.page * PAGE < min(total, COUNTED):
        after = replace(intent, page=intent.page + 1)
        found.append(step(say("choice.page_after"), after, say("says.page_after")))
    return tuple(found)


def _narrower(asked: Asked) -> tuple[Choice, ...]:
    say, intent = asked.phrases, replace(asked.intent, page=1, guessed=False)
    archive = step(say("choice.calendar_short"), ShowArchive(), say("says.calendar"))
    if intent.since is not None:
        free = replace(intent, since=None)
        return (step(say("choice.any_day"), free, say("says.look_up", words=intent.words)), archive)
    if asked.query.first or asked.query.last:
        return (archive,)
    since = recent(asked.today)
    says = say("says.look_up_since", words=intent.words, day=since.isoformat())
    return (
        step(say.count("choice.last_days", RECENT_DAYS), replace(intent, since=since), says),
        archive,
    )


def _follow(label: str, words: tuple[str, ...], asked: Asked) -> tuple[Choice, ...]:
    """The button that follows the words, where they can be followed; that they are, where that is so."""
    say = asked.phrases
    try:
        found = read_followed(" ".join(map(as_typed, words)))
    except UserError:
        return ()
    if found.key in asked.followed:
        return (step(say("choice.followed_word"), ShowFollows(), say("says.follows")),)
    return (step(label, Follow(found.word), say("says.follow", word=found.word)),)


def _dead_end(asked: Asked, text: str, rows: list[tuple[Choice, ...]], *, screen: str = "") -> Reply:
    """An answer that lists nothing."""
    choices = tuple(row for row in rows if row)
    says = [choice.says for row in choices for choice in row if _is_short(choice.says)]
    typed = tuple(says[:MOST_HINTS])
    return Reply((Text(_hinted(asked, text)),), choices, typed=typed, screen=screen, edits=asked.edits)


def _is_short(words: str) -> bool:
    return len(words.encode(errors="surrogatepass")) <= LONGEST_HINT


def _hinted(asked: Asked, text: str) -> str:
    return f"{asked.hint}\n{text}" if asked.hint else text
