"""The router: text or tap -> intent -> handler -> reply; a UserError becomes a reply."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from digest import intents
from digest.errors import Invalid, NothingPublished, StoreUnavailable, UserError
from digest.grammar import understand
from digest.house import House
from digest.intents import (
    Conversation,
    Incoming,
    Intent,
    Known,
    LookUp,
    ShowFollows,
    ShowHelp,
    ShowRange,
    ShowStory,
    ShowToday,
    Turn,
)
from digest.ports import Languages, Phrases
from digest.replies import Reply, Text
from digest.screens import step
from digest.subscriber import AddressState, Kind, Place, Subscriber
from digest.taps import recall, untap
from handlers.broadcast import compose_broadcast, go_on, take_broadcast
from handlers.campaigns import show_campaigns, steer
from handlers.catch_up import catch_up
from handlers.context import Context
from handlers.date import refuse_date, show_archive, show_issue
from handlers.follow import follow, show_follows, unfollow
from handlers.help import (
    cancel,
    chat,
    custom,
    keep_silent,
    no_more_pages,
    share,
    show_help,
    unreadable,
)
from handlers.looking import Looking
from handlers.pause import pause, resume
from handlers.preferences import change_setting
from handlers.range import show_range
from handlers.remembering import fresh, next_conversation
from handlers.search import find_hit, look_up
from handlers.section import show_section, show_sections
from handlers.settings import ask_setting, show_settings
from handlers.start import greet
from handlers.status import show_status
from handlers.story import show_story
from handlers.subscribe import subscribe
from handlers.today import show_today
from handlers.unsubscribe import ask_unsubscribe, explain_unsubscribe, unsubscribe
from storage.store import Store, Transaction
from storage.subscribers import SEEN_EVERY

log = structlog.get_logger()

FIGURES = re.compile(r"\d{1,2}\s*[./\-]\s*\d{1,2}|\b\d{4}\b")
WHOLE_DATE = re.compile(r"\d{4}\s*[./年\-]\s*\d{1,2}\s*[./月\-]\s*\d{1,2}|\d{8}")
LONG_NUMBER = re.compile(r"(?<!\d)\d{3,4}(?!\d)")

HANDLERS: dict[type[Any], Callable[[Any, Context], Awaitable[Reply]]] = {
    intents.Greet: greet,
    intents.ShowToday: show_today,
    intents.ShowIssue: show_issue,
    intents.ShowSection: show_section,
    intents.ShowSections: show_sections,
    intents.ShowStory: show_story,
    intents.ShowArchive: show_archive,
    intents.ShowRange: show_range,
    intents.BadDate: refuse_date,
    intents.LookUp: look_up,
    intents.Follow: follow,
    intents.Unfollow: unfollow,
    intents.ShowFollows: show_follows,
    intents.CatchUp: catch_up,
    intents.Subscribe: subscribe,
    intents.Unsubscribe: unsubscribe,
    intents.AskUnsubscribe: ask_unsubscribe,
    intents.ExplainUnsubscribe: explain_unsubscribe,
    intents.Pause: pause,
    intents.Resume: resume,
    intents.ShowSettings: show_settings,
    intents.Set: change_setting,
    intents.AskSetting: ask_setting,
    intents.ShowStatus: show_status,
    intents.ShowHelp: show_help,
    intents.SmallTalk: chat,
    intents.Custom: custom,
    intents.Cancel: cancel,
    intents.Share: share,
    intents.Silence: keep_silent,
    intents.Unreadable: unreadable,
    intents.Turn: no_more_pages,
    intents.ComposeBroadcast: compose_broadcast,
    intents.TakeBroadcast: take_broadcast,
    intents.Draft: go_on,
    intents.Steer: steer,
    intents.ShowCampaigns: show_campaigns,
}


@dataclass(frozen=True, slots=True)
class Router:
    """Answers what people say, on every channel."""

    store: Store
    languages: Languages
    house: House

    async def answer(
        self,
        incoming: Incoming,
        place: Place,
        *,
        kind: Kind = Kind.PERSON,
        now: dt.datetime,
        bot_name: str = "",
    ) -> Reply:
        """The reply to one message; faults become a kind sentence, their code goes to the log."""
        phrases = self.languages.speak(incoming.language)
        try:
            async with Looking(self.store) as store:
                context = await self._context(incoming, place, store, kind=kind, now=now, bot_name=bot_name)
                phrases = context.phrases
                return await self._answer(context)
        except StoreUnavailable:
            log.warning("store_unavailable", channel=place.channel)
            return _failed(phrases, "error.busy")
        except Exception:
            code = secrets.token_hex(2).upper()
            log.exception("answer_failed", code=code, channel=place.channel)
            return _failed(phrases, "error.broken", code=code)

    async def _context(
        self, incoming: Incoming, place: Place, store: Looking, *, kind: Kind, now: dt.datetime, bot_name: str
    ) -> Context:
        reader, conversation = await _reader(place, store, kind, now)
        return Context(
            store=store,
            now=now,
            reader=reader,
            phrases=self.languages.speak(reader.locale, incoming.language),
            house=self.house,
            incoming=incoming,
            conversation=fresh(conversation, now),
            languages=self.languages,
            bot_name=bot_name,
        )

    async def _answer(self, context: Context) -> Reply:
        async with context.store.reading() as tx:
            known = await _known(context, tx)
        intent = _intent(context.incoming, known)
        screen = recall(known.conversation.screen, known)
        if isinstance(intent, Turn):
            intent = _turned(intent, screen)
        if isinstance(intent, ShowStory) and isinstance(screen, LookUp) and intent.date is None:
            # A number is that of the list last shown, and that was what a look-up found.
            hit = await find_hit(screen, intent.number, context)
            reply = await self._fulfil(hit or intent, context)
            if hit:
                # Numbers stay those of the list, so the story's own neighbours are not offered as numbers.
                reply = replace(reply, typed=tuple(hint for hint in reply.typed if not hint.isdigit()))
            await self._remember(screen if hit else intent, context, reply)
            return reply
        reply = await self._fulfil(intent, context)
        await self._remember(intent, context, reply)
        return reply

    async def _fulfil(self, intent: Intent, context: Context) -> Reply:
        try:
            return await HANDLERS[type(intent)](intent, context)
        except UserError as refused:
            return refusal(refused, context)
        except Invalid as refused:
            return refusal(UserError(refused.code, **_plain(refused.values)), context)

    async def _remember(self, intent: Intent, context: Context, reply: Reply) -> None:
        before = context.conversation
        after = next_conversation(before, intent, reply, context.now)
        address = context.reader.address
        seen = address.seen_at is not None and context.now - address.seen_at < SEEN_EVERY
        if after == before and seen:
            return
        try:
            async with context.store.transaction() as tx:
                if after != before:
                    await tx.conversations.put(address.id, after, context.now)
                if not seen:
                    await tx.subscribers.seen(address.id, context.now)
        except StoreUnavailable:
            log.warning("conversation_not_kept")


async def _reader(
    place: Place, store: Looking, kind: Kind, now: dt.datetime
) -> tuple[Subscriber, Conversation]:
    async with store.reading() as tx:
        reader = await tx.subscribers.at(place)
        if reader is not None and reader.address.state is AddressState.ACTIVE:
            return reader, await tx.conversations.get(reader.address.id)
    async with store.transaction() as tx:
        reader = await tx.subscribers.arrive(place, kind=kind, locale="", now=now)
        if reader.address.state is not AddressState.ACTIVE:
            # Whoever speaks can be reached again.
            await tx.subscribers.revive(reader.address.id)
            log.info("address_revived", subscriber=reader.id)
        return reader, await tx.conversations.get(reader.address.id)


def _intent(incoming: Incoming, known: Known) -> Intent:
    return untap(incoming.tap, known) if incoming.tap else understand(incoming, known)


def _turned(intent: Turn, screen: Intent | None) -> Intent:
    """The next or previous page of the list on the screen; Turn itself where there are no pages."""
    if not isinstance(screen, LookUp | ShowFollows | ShowRange) or screen.page + intent.step < 1:
        return intent
    return replace(screen, page=screen.page + intent.step)


async def _known(context: Context, tx: Transaction) -> Known:
    incoming = context.incoming
    return Known(
        now=context.now,
        today=context.today,
        sections=await tx.issues.section_names(),
        custom=context.house.custom_words,
        conversation=context.conversation,
        bot_names=(context.bot_name,) if context.bot_name else (),
        private=incoming.private,
        addressed=incoming.addressed,
        archive_dates=await _archive_dates(context, tx),
        stories=await _stories(context, tx),
        language=context.phrases.language,
    )


async def _archive_dates(context: Context, tx: Transaction) -> frozenset[dt.date]:
    # Only short figures are dates or not by what the archive holds: nothing else needs the list.
    figures = WHOLE_DATE.sub("", unicodedata.normalize("NFKC", context.incoming.text))
    return await tx.issues.dates(context.now) if FIGURES.search(figures) else frozenset()


async def _stories(context: Context, tx: Transaction) -> int:
    # Two figures are always a story; only longer numbers depend on how many there are.
    if not LONG_NUMBER.search(unicodedata.normalize("NFKC", context.incoming.text)):
        return 0
    date = context.conversation.list_date
    edition = await (tx.issues.newest(context.now) if date is None else tx.issues.at(date, now=context.now))
    return edition.issue.total if edition is not None else 0


def _plain(values: dict[str, str | int | dt.date]) -> dict[str, str | int]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()
    }


def refusal(refused: UserError, context: Context) -> Reply:
    """What a reader reads when a request cannot be fulfilled, with the ways on."""
    say = context.phrases
    text = say(refused.code, **refused.values)
    general = [step(say("choice.help"), ShowHelp(), say("says.help"))]
    if not isinstance(refused, NothingPublished):
        general.insert(0, step(say("choice.see_newest"), ShowToday(), say("says.today")))
    rows = (refused.ways, tuple(general)) if refused.ways else (tuple(general),)
    typed = tuple(choice.says for row in rows for choice in row)
    return Reply((Text(text),), rows, typed=typed, toast=text if context.tapped else "")


def _failed(phrases: Phrases, key: str, **values: str | int) -> Reply:
    return Reply((Text(phrases(key, **values)),))
