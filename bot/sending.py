"""One claimed delivery: its messages in order, and what becomes of it when one fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

import structlog

from bot.composer import Composer
from bot.flights import LONG_AGO, Flight
from bot.journal import Journal
from bot.outlet import Lane, Message
from bot.pace import Clock
from digest.campaign import DeliveryState, OnUnknown, Outcome
from digest.errors import (
    Gone,
    MaybeSent,
    NotAllowed,
    SendFailure,
    StoreUnavailable,
    Wait,
    WindowShut,
)
from digest.retry import (
    HALT,
    Again,
    Attempt,
    Final,
    Halt,
    Move,
    Plain,
    after,
    after_poison,
    crashed_too_often,
)
from digest.subscriber import AddressState, Place
from storage.store import Transaction

log = structlog.get_logger()

# Longer than any outlet's own patience: it only keeps a call from never ending.
CALL_SECONDS = 120.0
# Whoever was frozen or cut off for longer than this looks first whether the delivery is still theirs.
LEASE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do when nobody knows whether a message arrived, by kind of campaign."""

    digest: OnUnknown = OnUnknown.RESEND
    broadcast: OnUnknown = OnUnknown.HOLD

    def of(self, kind: str) -> OnUnknown:
        """The policy of a kind of campaign."""
        return self.digest if kind == "digest" else self.broadcast


class _NotBegun(Exception):
    """The worker stops or the line is shut, and this message has not left."""


class _TakenOver(Exception):
    """Another worker has the delivery now."""


class Sender:
    """Sends deliveries; `stopping` keeps every further message back."""

    def __init__(
        self,
        journal: Journal,
        composer: Composer,
        policy: Policy,
        *,
        now: Callable[[], dt.datetime],
        clock: Clock,
        random: Callable[[], float],
    ) -> None:
        self._journal, self._composer, self._policy = journal, composer, policy
        self._now, self._clock, self._random = now, clock, random
        self.stopping = False

    async def send(self, flight: Flight) -> Outcome | None:
        """How the delivery ended; None when another owner has taken it over."""
        kept_back = self._kept_back(flight)
        if kept_back is not None:
            untouched = kept_back.state is DeliveryState.SKIPPED and flight.owed.next_part == 0
            return await self._elsewhere(flight, kept_back) if untouched else kept_back
        try:
            messages = await self._composer.messages(flight.owed, flight.line.outlet)
        except StoreUnavailable:
            return self._later(flight, "store")
        except Exception:
            log.exception("delivery_not_written", campaign=flight.owed.campaign_id)
            return self.poison(flight)
        try:
            return await self._send_parts(flight, messages)
        except _TakenOver:
            log.warning("delivery_taken_over", campaign=flight.owed.campaign_id)
            return None

    def poison(self, flight: Flight) -> Outcome:
        """The outcome of a delivery that could not even be written."""
        return self._outcome(flight, after_poison(self._attempt(flight)))

    def _kept_back(self, flight: Flight) -> Outcome | None:
        address = flight.owed.subscriber.address
        if flight.stranded:
            return self._ended(flight, DeliveryState.SKIPPED, "no_channel")
        if address.state is not AddressState.ACTIVE:
            return self._ended(flight, DeliveryState.SKIPPED, address.reason)
        if crashed_too_often(flight.owed.attempts):
            return self._ended(flight, DeliveryState.DEAD, "poison")
        if flight.line.outlet.ready and not (flight.handed_over and flight.line.health.shut):
            return None
        return self._later(flight, "not_ready")

    async def _send_parts(self, flight: Flight, messages: tuple[Message, ...]) -> Outcome | None:
        last, reference = len(messages) - 1, ""
        for part in range(flight.owed.next_part, len(messages)):
            sent = await self._send_part(flight, messages[part], first=part == 0)
            if isinstance(sent, Outcome):
                return sent
            reference = sent
            if part < last and not await self._next_part(flight, part, reference):
                return None
        reader = flight.owed.subscriber.id
        return Outcome(reader, DeliveryState.SENT, part=max(0, last), ref=reference)

    async def _next_part(self, flight: Flight, part: int, reference: str) -> bool:
        """Write down that a part was sent and the next one will be; whether the delivery is still ours."""
        owed = flight.owed

        async def act(tx: Transaction) -> bool:
            await tx.outbox.part_sent(
                owed.campaign_id, owed.subscriber.id, part, reference, owner=flight.owner, now=self._now()
            )
            return await tx.outbox.part_sending(
                owed.campaign_id, owed.subscriber.id, part + 1, owner=flight.owner
            )

        return await self._journal.write(act)

    async def _send_part(self, flight: Flight, message: Message, *, first: bool) -> str | Outcome:
        attempt = self._attempt(flight)
        while True:
            try:
                return await self._call(flight, message)
            except _NotBegun:
                return Outcome(flight.owed.subscriber.id, DeliveryState.PENDING, counted=False)
            except SendFailure as failure:
                said, verdict = failure.words, after(failure, replace(attempt, now=self._now()))
                shut = first and isinstance(failure, (Gone, WindowShut, NotAllowed))
            match verdict:
                case Plain():
                    attempt, message = replace(attempt, plain=True), flight.line.outlet.plain(message)
                case Move(recipient=recipient):
                    if not await self._move(flight, recipient):
                        return self._ended(flight, DeliveryState.SKIPPED, "moved")
                    attempt = replace(attempt, moved=True)
                case _:
                    if isinstance(verdict, Final) and verdict.inactive:
                        await self._deactivate(flight, verdict.reason)
                    outcome = replace(self._outcome(flight, verdict), words=said)
                    return await self._elsewhere(flight, outcome) if shut else outcome

    async def _elsewhere(self, flight: Flight, outcome: Outcome) -> Outcome:
        """The outcome of what could not be sent at this address: again at once where there is another."""
        reader = flight.owed.subscriber.id
        rerouted = await self._journal.write(
            lambda tx: tx.pairings.reroute(flight.owed.campaign_id, reader, owner=flight.owner)
        )
        if not rerouted:
            return outcome
        log.info("delivery_rerouted", subscriber=reader, reason=outcome.reason)
        return replace(outcome, state=DeliveryState.RETRY, not_before=self._now(), counted=False)

    async def _call(self, flight: Flight, message: Message) -> str:
        """Send one message in its turn; its reference."""
        try:
            async with flight.stage(None):
                if not self._kept_in(flight):
                    await flight.line.pace.depart(flight.place, taken_at=flight.taken_at)
        except TimeoutError:
            raise _NotBegun from None
        if self._kept_in(flight):
            raise _NotBegun
        flight.taken_at = LONG_AGO
        await self._be_sure(flight)
        try:
            flight.calling = True
            async with flight.stage(CALL_SECONDS):
                reference = await flight.line.outlet.send(flight.place, message, lane=Lane.BULK)
        except Exception as caught:
            raise self._heard(flight, caught) from caught
        finally:
            flight.calling = False
        flight.line.pace.passed()
        flight.line.health.passed()
        return reference

    async def _be_sure(self, flight: Flight) -> None:
        """Nothing leaves on a claim that is so old that others may have taken the worker for dead."""
        if self._clock() - flight.claimed_at <= LEASE_SECONDS:
            return
        owed, sure_at = flight.owed, self._clock()
        if not await self._journal.write(
            lambda tx: tx.outbox.still_mine(owed.campaign_id, owed.subscriber.id, owner=flight.owner)
        ):
            raise _TakenOver
        flight.claimed_at = sure_at

    def _kept_in(self, flight: Flight) -> bool:
        return self.stopping or (flight.line.health.shut and not flight.probe)

    def _heard(self, flight: Flight, caught: Exception) -> SendFailure:
        """The failure of a call in our words; pace and health learn of it."""
        match caught:
            case SendFailure():
                failure: SendFailure = caught
            case TimeoutError():
                failure = MaybeSent("timeout")
            case _:
                log.error("outlet_failed", channel=flight.place.channel, exc_info=caught)
                failure = MaybeSent("broken")
        if isinstance(failure, Wait):
            flight.line.pace.penalty(failure.seconds, None if failure.whole else flight.place)
        flight.line.health.failed(failure)
        return failure

    async def _move(self, flight: Flight, recipient: str) -> bool:
        """Keep the new recipient; False when somebody else is there already."""
        reader = flight.owed.subscriber

        async def act(tx: Transaction) -> Place | None:
            await tx.subscribers.move(reader.address.id, recipient)
            moved = await tx.subscribers.get(reader.id)
            alive = moved is not None and moved.address.state is AddressState.ACTIVE
            return moved.address.place if moved is not None and alive else None

        place = await self._journal.write(act)
        log.info("address_moved", subscriber=reader.id, kept=place is not None)
        if place is None or place.recipient != recipient:
            return False
        flight.place = place
        return True

    async def _deactivate(self, flight: Flight, reason: str) -> None:
        address = flight.owed.subscriber.address
        await self._journal.write(lambda tx: tx.subscribers.deactivate(address.id, reason))
        log.info("address_inactive", subscriber=flight.owed.subscriber.id, reason=reason)

    def _attempt(self, flight: Flight) -> Attempt:
        owed = flight.owed
        return Attempt(
            attempts=owed.attempts,
            planned_at=owed.planned_at,
            now=self._now(),
            on_unknown=self._policy.of(owed.kind),
            random=self._random(),
        )

    def _later(self, flight: Flight, reason: str) -> Outcome:
        return self._outcome(flight, Halt(self._now() + HALT, reason))

    def _ended(self, flight: Flight, state: DeliveryState, reason: str = "") -> Outcome:
        return Outcome(flight.owed.subscriber.id, state, reason)

    def _outcome(self, flight: Flight, verdict: Again | Final | Halt | Plain | Move) -> Outcome:
        reader = flight.owed.subscriber.id
        match verdict:
            case Again(not_before=not_before, reason=reason, counted=counted):
                return Outcome(reader, DeliveryState.RETRY, reason, not_before, counted)
            case Halt(not_before=not_before, reason=reason):
                return Outcome(reader, DeliveryState.RETRY, reason, not_before, counted=False)
            case Final(state=state, reason=reason):
                return self._ended(flight, state, reason)
            case Plain() | Move():
                raise AssertionError("a verdict that sends once more")
            case _:
                assert_never(verdict)
