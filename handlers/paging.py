"""Pages of a reply, where an answer is one message and no more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.footing import page_words
from digest.intents import (
    CatchUp,
    Conversation,
    Custom,
    Intent,
    LookUp,
    ShowArchive,
    ShowFollows,
    ShowHelp,
    ShowIssue,
    ShowRange,
    ShowSection,
    ShowSections,
    ShowSettings,
    ShowStatus,
    ShowStory,
    ShowToday,
    Subscribe,
    Turn,
)
from digest.ports import Phrases
from digest.replies import Reply
from digest.taps import remember

LISTINGS = (LookUp, ShowFollows, ShowRange)
"""Requests that have pages of their own."""

_READING = (
    *LISTINGS,
    CatchUp,
    Custom,
    ShowArchive,
    ShowHelp,
    ShowIssue,
    ShowSection,
    ShowSections,
    ShowSettings,
    ShowStatus,
    ShowStory,
    ShowToday,
)


def turned(step: int, screen: Intent | None, page: int) -> tuple[Intent, int]:
    """What another page means: of which request, and which; Turn itself where there are no pages.

    `page` is the one shown, 0 where one message held everything.
    """
    if screen is not None and page and page + step > 0:
        return screen, page + step
    beside = next_listing(screen, step)
    return (beside or Turn(step)), 1


def next_listing(screen: Intent | None, step: int) -> Intent | None:
    """The next or previous page of a request that has pages of its own."""
    if not isinstance(screen, LookUp | ShowFollows | ShowRange) or screen.page + step < 1:
        return None
    return replace(screen, page=screen.page + step)


def asked_page(intent: Intent) -> tuple[Intent, int]:
    """The issue of which a page was asked for, and the page."""
    if isinstance(intent, ShowToday | ShowIssue) and intent.page > 1:
        return replace(intent, page=1), intent.page
    return intent, 1


def paged(reply: Reply, intent: Intent, page: int, say: Phrases) -> Reply:
    """The reply with the words that stand round its pages; none to turn them where it cannot be repeated."""
    words = page_words(say)
    after = tuple(replace(one, words=words) for one in reply.after)
    if not _may_turn(intent, reply):
        words = replace(words, before=None, after=None)
    return replace(reply, words=words, page=page, after=after)


def kept_page(
    after: Conversation, intent: Intent, reply: Reply, pages: int, now: dt.datetime
) -> Conversation:
    """What is remembered so that another page can be asked for."""
    if isinstance(intent, Turn):
        return after
    if pages < 2 or not _may_turn(intent, reply):
        return replace(after, page=0) if after.page else after
    screen = after.screen or remember(_same(intent, reply, after))
    return replace(after, screen=screen, page=reply.page, list_at=after.list_at or now)


def _may_turn(intent: Intent, reply: Reply) -> bool:
    repeatable = isinstance(intent, (*_READING, Subscribe))
    return repeatable and not reply.notices and not reply.hand_over


def _same(intent: Intent, reply: Reply, after: Conversation) -> Intent:
    """What shows the same again, whatever has been asked for since."""
    match intent:
        case Subscribe():
            return ShowIssue(after.list_date)
        case ShowIssue():
            return replace(intent, date=reply.lists, step=0)
        case ShowSection() | ShowSections():
            return replace(intent, date=reply.lists)
        case _:
            return intent


def without_numbers(reply: Reply) -> Reply:
    """The reply without numbers to say for other stories."""
    foot = reply.foot
    if foot is not None:
        steps = (tuple(choice for choice in row if not choice.says.isdigit()) for row in foot.steps)
        foot = replace(foot, steps=tuple(row for row in steps if row))
    return replace(reply, typed=tuple(hint for hint in reply.typed if not hint.isdigit()), foot=foot)
