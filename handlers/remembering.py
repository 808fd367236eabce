"""What a place remembers of the talk from one answer to the next."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.editing import ComposeBroadcast, Draft, Steer, TakeBroadcast
from digest.editorial import Correct, Retract, ShowReport, SubmitIssue
from digest.intents import Awaits, Conversation, Intent, LookUp, ShowFollows, ShowRange, ShowStory
from digest.replies import SILENCE, Hit, Reply, Story
from digest.taps import remember

REMEMBERED = dt.timedelta(minutes=10)
REFRESHED = dt.timedelta(minutes=5)


def fresh(conversation: Conversation, now: dt.datetime) -> Conversation:
    """What is still remembered: open questions and lists are forgotten after ten minutes."""
    kept = conversation
    if kept.asked_at is not None and now - kept.asked_at > REMEMBERED:
        kept = replace(kept, awaits=Awaits.NOTHING, asked_at=None)
    if kept.list_at is not None and now - kept.list_at > REMEMBERED:
        kept = replace(kept, list_date=None, list_at=None, screen="", page=0)
    return kept


def next_conversation(before: Conversation, intent: Intent, reply: Reply, now: dt.datetime) -> Conversation:
    """What is remembered after an answer: an open question, the list that numbers belong to, the screen."""
    if reply == SILENCE:
        return before
    after = replace(before, awaits=Awaits(reply.asks), asked_at=now if reply.asks else None)
    lists = next((r.lists for r in (reply, *reply.after) if r.lists is not None), None)
    if lists is not None and not _still_listed(before, lists, now):
        after = replace(after, list_date=lists, list_at=now)
    if isinstance(intent, SubmitIssue | Correct | Retract | ShowReport):
        # The parts of a pasted issue that have come so far, or what is to be confirmed.
        return replace(after, screen=reply.screen, list_at=now)
    if isinstance(intent, LookUp):
        return _looked_up(after, intent, reply, now)
    if isinstance(intent, Draft | Steer | TakeBroadcast | ComposeBroadcast):
        return replace(after, screen=reply.screen or before.screen, list_at=now)
    if isinstance(intent, ShowFollows | ShowRange):
        return replace(after, screen=reply.screen or before.screen, list_at=now)
    if isinstance(intent, ShowStory):
        return replace(after, screen=remember(replace(intent, date=lists)), list_at=now)
    return replace(after, screen="") if lists is not None else after


def _looked_up(after: Conversation, intent: LookUp, reply: Reply, now: dt.datetime) -> Conversation:
    """Numbers are those of the results; where none were listed they stay those of the list before."""
    if any(isinstance(block, Hit | Story) for block in reply.blocks):
        return replace(after, screen=remember(intent), list_date=None, list_at=now)
    if intent.page > 1:
        # There was no such page: the one before it is still what is on the screen.
        return replace(after, list_at=now)
    return replace(after, screen=reply.screen or remember(replace(intent, page=0)), list_at=now)


def _still_listed(before: Conversation, lists: dt.date, now: dt.datetime) -> bool:
    return before.list_date == lists and before.list_at is not None and now - before.list_at < REFRESHED
