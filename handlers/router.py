"""The router: text or tap -> intent -> handler -> reply; a UserError becomes a reply."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from dataclasses import dataclass, field, replace

import structlog

from digest.desk import Desk
from digest.errors import Invalid, NothingPublished, StoreUnavailable, UserError
from digest.grammar import understand
from digest.house import House
from digest.intents import (
    Conversation,
    Incoming,
    Intent,
    Known,
    LookUp,
    ShowHelp,
    ShowStory,
    ShowToday,
    Turn,
)
from digest.manner import PLAIN, Manner
from digest.ports import Languages, Phrases
from digest.replies import Reply, Text
from digest.screens import step
from digest.subscriber import AddressState, Kind, Place, Subscriber
from digest.taps import recall, untap
from handlers.context import Context
from handlers.looking import Looking
from handlers.paging import asked_page, kept_page, next_listing, paged, turned, without_numbers
from handlers.remembering import fresh, next_conversation
from handlers.search import find_hit
from handlers.table import HANDLERS
from storage.store import Store, Transaction
from storage.subscribers import SEEN_EVERY

log = structlog.get_logger()

FIGURES = re.compile(r"\d{1,2}\s*[./\-]\s*\d{1,2}|\b\d{4}\b")
WHOLE_DATE = re.compile(r"\d{4}\s*[./年\-]\s*\d{1,2}\s*[./月\-]\s*\d{1,2}|\d{8}")
LONG_NUMBER = re.compile(r"(?<!\d)\d{3,4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Router:
    """Answers what people say, on every channel."""

    store: Store
    languages: Languages
    house: House
    desk: Desk = field(default_factory=Desk)

    async def answer(
        self,
        incoming: Incoming,
        place: Place,
        *,
        kind: Kind = Kind.PERSON,
        now: dt.datetime,
        bot_name: str = "",
        manner: Manner = PLAIN,
    ) -> Reply:
        """The reply to one message; faults become a kind sentence, their code goes to the log."""
        phrases = self.languages.speak(incoming.language)
        try:
            async with Looking(self.store) as store:
                context = await self._context(incoming, place, store, kind=kind, now=now, bot_name=bot_name)
                context = replace(context, manner=manner)
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
            desk=self.desk,
        )

    async def _answer(self, context: Context) -> Reply:
        async with context.store.reading() as tx:
            known = await _known(context, tx)
        intent = _intent(context.incoming, known)
        screen = recall(known.conversation.screen, known)
        turn = intent if isinstance(intent, Turn) else None
        if turn is None:
            intent, page = asked_page(intent)
        elif screen is None and turn.step > 0 and context.manner.pages is not None:
            # Of what is there the first page was sent, and nothing since.
            intent, page = ShowToday(), 2
        else:
            intent, page = turned(turn.step, screen, known.conversation.page)
        if isinstance(intent, ShowStory) and isinstance(screen, LookUp) and intent.date is None:
            # A number is that of the list last shown, and that was what a look-up found.
            hit = await find_hit(screen, intent.number, context)
            reply = await self._fulfil(hit or intent, context)
            # Numbers stay those of the list, so the story's own neighbours are not offered as numbers.
            reply = without_numbers(reply) if hit else reply
            return await self._shown(screen if hit else intent, context, reply)
        reply = await self._fulfil(intent, context)
        return await self._shown(intent, context, reply, page, turn)

    async def _shown(
        self, intent: Intent, context: Context, reply: Reply, page: int = 1, turn: Turn | None = None
    ) -> Reply:
        """The reply, or the page of it that is shown where an answer is one message; and keep what it was."""
        count, pages = context.manner.pages, 1
        if count is not None:
            reply = paged(reply, intent, page, context.phrases)
            pages = count(reply)
        if page > pages:
            beside = next_listing(intent, 1) if turn else None
            following: Intent = beside or Turn(1)
            return await self._shown(following, context, await self._fulfil(following, context))
        await self._remember(intent, context, reply, pages)
        return reply

    async def _fulfil(self, intent: Intent, context: Context) -> Reply:
        try:
            return await HANDLERS[type(intent)](intent, context)
        except UserError as refused:
            return refusal(refused, context)
        except Invalid as refused:
            return refusal(UserError(refused.code, **_plain(refused.values)), context)

    async def _remember(self, intent: Intent, context: Context, reply: Reply, pages: int) -> None:
        before = context.conversation
        after = next_conversation(before, intent, reply, context.now)
        after = kept_page(after, intent, reply, pages, context.now)
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
        admin=context.admin,
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
