"""Corrections carried out: the messages that brought a story are edited, at the pace of the account."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.composer import Composer, Version
from bot.morning import Telling
from bot.outlet import Message, Outlet, Rendered
from bot.pace import Pace
from digest.campaign import DeliveryState
from digest.correcting import Correction, corrected
from digest.errors import Gone, MaybeSent, Moved, NotSent, Refused, SendFailure, StoreUnavailable, Wait
from digest.ports import Languages
from digest.subscriber import read_place
from handlers.correct import finished
from storage.store import Store
from storage.story_corrections import Edited, Sent

log = structlog.get_logger()

BATCH = 60
LOOK_SECONDS = 1.0
AGAIN_SECONDS = 2.0
# What could not be reached for so long is given up.
GIVE_UP = dt.timedelta(hours=24)


class Editor(Outlet[Rendered], Protocol[Rendered]):
    """An outlet that can change what it has sent."""

    async def edit(self, reference: str, message: Rendered) -> None:
        """Put a message in the place of one that was sent."""
        ...


@dataclass(slots=True)
class Corrections:
    """Edits what was delivered, from the database: after a restart it goes on where it was."""

    store: Store
    languages: Languages
    composer: Composer
    outlet: Editor
    pace: Pace
    notices: Telling
    now: Callable[[], dt.datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Carry out corrections until cancelled."""
        while True:
            try:
                worked = await self.step()
            except StoreUnavailable:
                log.warning("corrections_put_off")
                worked = False
            await self.sleep(0 if worked else LOOK_SECONDS)

    async def step(self) -> bool:
        """Carry a part of every open correction further; whether there may be more to do at once."""
        async with self.store.reading() as tx:
            found = await tx.story_corrections.open()
        return any([await self._carry(one, asked_by) for one, asked_by in found])

    async def _carry(self, correction: Correction, asked_by: str) -> bool:
        async with self.store.reading() as tx:
            batch = await tx.story_corrections.pending(correction.id, BATCH)
            # Read anew each time: what was corrected since is not to be undone.
            work = _Work(correction, await tx.story_corrections.of(correction.date))
        if not batch:
            return await self._gather(correction, asked_by)
        outcomes = await asyncio.gather(*(self._edited(one, work) for one in batch))
        settled = [one for one in outcomes if one is not None]
        async with self.store.transaction() as tx:
            await tx.story_corrections.settle(correction.id, settled)
        if len(settled) < len(batch):
            await self.sleep(AGAIN_SECONDS)
        return True

    async def _gather(self, correction: Correction, asked_by: str) -> bool:
        """Look for deliveries that have ended since; without any, and none under way, it is done."""
        channel = self.outlet.channel
        async with self.store.transaction() as tx:
            # Whoever was forgotten meanwhile has no messages that we know of.
            await tx.story_corrections.abandon(correction.id, "forgotten")
            if await tx.story_corrections.gather(correction, channel):
                return True
            if await tx.story_corrections.coming(correction, channel):
                return False
            if not await tx.story_corrections.finish(correction.id, self.now()):
                return False
            edits = await tx.story_corrections.edits(correction.id)
            place = read_place(asked_by)
            reader = await tx.subscribers.at(place)
        log.info("correction_done", correction=correction.id, edited=edits.edited)
        if place.channel == self.notices.name:
            phrases = self.languages.speak(reader.locale if reader else "")
            await self.notices.tell(place, finished(correction, edits, phrases))
        return True

    async def _edited(self, sent: Sent, work: _Work) -> Edited | None:
        """What came of one delivery; None when it is to be tried again."""
        owed = sent.owed
        try:
            state, reason = await self._edit(sent, work)
        except (Wait, NotSent, MaybeSent) as failure:
            if isinstance(failure, Wait):
                place = owed.subscriber.address.place
                self.pace.penalty(failure.seconds, None if failure.whole else place)
            if self.now() - work.correction.created_at < GIVE_UP:
                return None
            state, reason = DeliveryState.DEAD, failure.reason
        except (Refused, Gone, Moved) as failure:
            state, reason = DeliveryState.DEAD, failure.reason
        except SendFailure:
            # Nothing passes with these credentials.
            return None
        except LookupError:
            state, reason = DeliveryState.DEAD, "not_kept"
        return Edited(owed.campaign_id, owed.subscriber.id, state, reason)

    async def _edit(self, sent: Sent, work: _Work) -> tuple[DeliveryState, str]:
        revision = sent.owed.revision
        before = await self._messages(sent, work.before(revision))
        after = await self._messages(sent, work.all(revision))
        changed = [place for place, message in enumerate(after) if before[place : place + 1] != (message,)]
        if not changed and len(before) == len(after):
            return DeliveryState.SKIPPED, ""
        if len(after) != len(sent.refs):
            return DeliveryState.DEAD, "reshaped"
        for place in changed:
            await self._put(sent, sent.refs[place], after[place])
        return DeliveryState.SENT, ""

    async def _put(self, sent: Sent, reference: str, message: Message) -> None:
        taken = await self.pace.take()
        await self.pace.depart(sent.owed.subscriber.address.place, taken_at=taken.at)
        await self.outlet.edit(reference, message)

    async def _messages(self, sent: Sent, made: tuple[Correction, ...]) -> tuple[Message, ...]:
        """What the delivery's messages say with these corrections."""
        owed = sent.owed
        async with self.store.reading() as tx:
            issue = await tx.issues.document(owed.digest_of, owed.revision)
        if issue is None:
            raise LookupError(f"revision {owed.revision} of {owed.issue_date} is not kept")
        name = f"with:{','.join(str(one.id) for one in made)}"
        version = Version(corrected(issue, made), sent.sent_at, name)
        return await self.composer.messages(owed, self.outlet, version)


@dataclass(frozen=True, slots=True)
class _Work:
    """A correction, and all that were made in the same issue."""

    correction: Correction
    made: tuple[Correction, ...]

    def all(self, revision: int) -> tuple[Correction, ...]:
        """What a text of the issue has to have corrected."""
        return tuple(one for one in self.made if one.revision > revision)

    def before(self, revision: int) -> tuple[Correction, ...]:
        """The same before this correction."""
        return tuple(one for one in self.all(revision) if one.id < self.correction.id)
