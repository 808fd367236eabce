"""One effect for each message, also across restarts and between programs; what is kept, and for how long."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.wechat.inbound import Followed, Received, Said, Unfollowed
from bot.wechat.messages import WechatMessage, WechatText
from bot.wechat.reception import SUCCESS, Reception
from bot.wechat.register import Register
from bot.wechat.rejected import Rejected
from bot.wechat.replay import KEPT_SECONDS, Requests, Turns
from digest.errors import NotSent, StoreUnavailable
from digest.subscriber import Place
from storage.store import Store
from tests.bot.wechat.receiving import Clerk

READER = Place("wechat", "oXYZ", account="wx1")
SAID = Said(READER, "订阅", "1001")
NOW = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)


@dataclass(slots=True)
class Moment:
    """The time, which passes when it is told to, and the lives that go by it."""

    seconds: float = 1000.0
    lives: list[Life] = field(default_factory=list)

    def clock(self) -> float:
        """Monotonic seconds."""
        return self.seconds

    def wall(self) -> dt.datetime:
        """The present moment."""
        return NOW + dt.timedelta(seconds=self.seconds)


@dataclass(slots=True)
class Life:
    """One life of a program: its reception, what it did, and what it sent late."""

    store: Store
    moment: Moment
    clerk: Clerk = field(default_factory=Clerk)
    shared: bool = False
    late: list[tuple[Place, WechatMessage]] = field(default_factory=list)
    reception: Reception = field(init=False)

    def __post_init__(self) -> None:
        self.reception = Reception(
            self.clerk,
            Register(self.store, "wechat", "wx1", self.moment.wall),
            Requests(self.moment.clock, 600.0),
            Turns(self.moment.clock),
            self._send,
            self.shared,
            sleep=self._sleep,
        )
        self.moment.lives.append(self)

    async def ask(self, received: Received, signature: str, seconds: float = 5.0) -> bytes:
        """The answer to one attempt."""
        return await self.reception.receive(received, signature, _written, seconds)

    async def looked(self) -> None:
        """Look once for what another life has left."""
        await self.reception._take_up()
        await self.reception.finished()

    async def _send(self, place: Place, message: WechatMessage) -> None:
        self.late.append((place, message))

    async def _sleep(self, seconds: float) -> None:
        self.moment.seconds += seconds


def _written(message: WechatMessage) -> bytes:
    return message.text.encode() if isinstance(message, WechatText) else b"?"


@pytest.fixture
async def moment() -> AsyncIterator[Moment]:
    """The time; every life ends in order before the database is closed."""
    time = Moment()
    yield time
    for life in time.lives:
        await life.reception.finished()


async def test_a_message_is_kept_before_it_is_acted_upon_and_its_text_erased_afterwards(
    store: Store, moment: Moment
) -> None:
    async def look(received: Received) -> WechatMessage | None:
        async with store.reading() as tx:
            seen.extend(update.payload for update in await tx.inbox.pending("wechat"))
        return None

    seen: list[str] = []
    life = Life(store, moment, Clerk(look))

    await life.ask(SAID, "s1")
    await life.reception.finished()

    assert len(seen) == 1
    assert "订阅" in seen[0]
    async with store.reading() as tx:
        assert await tx.inbox.pending("wechat") == ()


async def test_no_reader_is_named_in_what_is_kept_of_a_handled_event(store: Store, moment: Moment) -> None:
    life = Life(store, moment)
    event = Unfollowed(READER, "oXYZ+1764240000+unsubscribe+")

    await life.ask(event, "s1")
    async with store.reading() as tx:
        names = [update.update_id for update in await tx.inbox.pending("wechat")]
    await life.reception.finished()

    assert [name for name in names if "oXYZ" in name] == []


async def test_after_a_restart_a_handled_message_has_no_second_effect(store: Store, moment: Moment) -> None:
    before, after = Life(store, moment), Life(store, moment)
    answered = await before.ask(SAID, "s1")
    await before.reception.finished()

    again = await after.ask(SAID, "s2")

    assert (answered.decode(), again) == ("你说：订阅", SUCCESS)
    assert (len(before.clerk.effects), len(after.clerk.effects)) == (1, 0)


async def died(store: Store, moment: Moment, received: Received = SAID) -> None:
    """A life that ends while it acts upon a message."""
    acting = asyncio.Event()

    async def act(received: Received) -> WechatMessage | None:
        acting.set()
        await asyncio.sleep(3600)
        return None

    life = Life(store, moment, Clerk(act))
    asked = asyncio.create_task(life.ask(received, "s0"))
    await acting.wait()
    for turn in life.reception.turns.open:
        turn.cancel()
    await asyncio.gather(asked, *life.reception.turns.open, return_exceptions=True)


async def test_what_died_with_its_program_is_answered_at_the_next_attempt(
    sqlite_store: Store, moment: Moment
) -> None:
    await died(sqlite_store, moment)
    life = Life(sqlite_store, moment)

    assert (await life.ask(SAID, "s1")).decode() == "你说：订阅"
    assert len(life.clerk.effects) == 1


async def test_what_another_program_may_have_in_hand_is_left_to_it(store: Store, moment: Moment) -> None:
    await died(store, moment)
    other = Life(store, moment, shared=True)

    assert await other.ask(SAID, "s1") == SUCCESS
    assert other.clerk.effects == []


async def test_what_nobody_has_ended_is_ended_once_its_reader_waits_no_longer(
    store: Store, moment: Moment
) -> None:
    await died(store, moment)
    life = Life(store, moment)
    await life.looked()
    early = len(life.clerk.effects)

    moment.seconds += 31
    await life.looked()
    await life.looked()

    assert (early, len(life.clerk.effects)) == (0, 1)
    assert life.late == [(READER, WechatText("你说：订阅"))]


async def test_of_other_accounts_nothing_is_taken_up(store: Store, moment: Moment) -> None:
    await died(store, moment)
    other = Life(store, moment)
    other.reception.register.account = "wx2"
    moment.seconds += 31

    await other.looked()

    assert other.clerk.effects == []


async def test_an_answer_is_kept_for_more_than_a_minute(sqlite_store: Store, moment: Moment) -> None:
    life = Life(sqlite_store, moment)
    first = await life.ask(SAID, "s1")

    moment.seconds += 60
    within = await life.ask(SAID, "s2")
    moment.seconds += KEPT_SECONDS
    after = await life.ask(SAID, "s3")

    assert first == within
    assert after == SUCCESS
    assert len(life.clerk.effects) == 1


async def test_a_signature_is_known_for_as_long_as_its_time_is_good(
    sqlite_store: Store, moment: Moment
) -> None:
    life = Life(sqlite_store, moment)
    other = Said(READER, "退订", "1002")
    await life.ask(SAID, "s1")

    moment.seconds += 599
    with pytest.raises(Rejected) as turned_away:
        await life.ask(other, "s1")
    moment.seconds += 2

    assert turned_away.value.status == 403
    assert (await life.ask(other, "s1")).decode() == "你说：退订"


async def test_what_is_remembered_of_requests_is_bounded(
    moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wechat.replay.REMEMBERED", 10)
    requests = Requests(moment.clock, 600.0)

    for number in range(100):
        assert requests.admit(f"s{number}", f"k{number}")

    assert len(requests._seen) == 10
    assert not requests.admit("s99", "another")


async def test_many_messages_are_written_down_in_few_transactions(
    sqlite_store: Store, moment: Moment
) -> None:
    life = Life(sqlite_store, moment)
    messages = [Said(Place("wechat", f"o{n}", account="wx1"), "今日", str(n)) for n in range(300)]

    answers = await asyncio.gather(*(life.ask(one, f"s{one.key}") for one in messages))
    await life.reception.finished()

    assert len(answers) == len(life.clerk.effects) == 300
    async with sqlite_store.reading() as tx:
        assert await tx.inbox.pending("wechat") == ()


async def test_without_a_database_there_is_an_answer_all_the_same(sqlite_url: str, moment: Moment) -> None:
    store = await Store.open(sqlite_url)
    life = Life(store, moment)
    life.reception.register.store = _Away()  # type: ignore[assignment]
    try:
        answers = [(await life.ask(SAID, f"s{n}")).decode() for n in range(3)]
    finally:
        await store.close()

    assert answers == ["你说：订阅"] * 3
    assert len(life.clerk.effects) == 1


class _Away:
    """A database that is not there."""

    def transaction(self, *, urgent: bool = False) -> object:
        """Nothing can be written."""
        raise StoreUnavailable


async def test_what_the_database_did_not_take_is_tried_again_later(
    sqlite_store: Store, moment: Moment
) -> None:
    async def away(received: Received) -> WechatMessage | None:
        if moment.seconds < 1100:
            raise StoreUnavailable
        return WechatText("办好了")

    life = Life(sqlite_store, moment, Clerk(away))
    assert await life.ask(SAID, "s1") == SUCCESS

    moment.seconds += KEPT_SECONDS + 1
    await life.looked()

    assert life.late == [(READER, WechatText("办好了"))]


async def test_a_reply_that_cannot_be_written_is_success(sqlite_store: Store, moment: Moment) -> None:
    def broken(message: WechatMessage) -> bytes:
        raise RuntimeError("broken")

    life = Life(sqlite_store, moment)

    assert await life.reception.receive(SAID, "s1", broken, 5.0) == SUCCESS


async def test_a_late_answer_that_cannot_be_sent_is_let_go(sqlite_store: Store, moment: Moment) -> None:
    async def slow(received: Received) -> WechatMessage | None:
        await asyncio.sleep(0.1)
        return WechatText("办好了")

    async def refuse(place: Place, message: WechatMessage) -> None:
        raise NotSent("outside")

    life = Life(sqlite_store, moment, Clerk(slow))
    life.reception.late = refuse

    assert await life.ask(SAID, "s1", seconds=0.01) == SUCCESS
    await life.reception.finished()

    assert (await life.ask(SAID, "s2")).decode() == "办好了"


async def test_followers_of_one_moment_are_received_side_by_side(sqlite_store: Store, moment: Moment) -> None:
    async def slow(received: Received) -> WechatMessage | None:
        together.append(len(life.reception.turns.open))
        await asyncio.sleep(0.05)
        return None

    together: list[int] = []
    life = Life(sqlite_store, moment, Clerk(slow))
    followers = [Followed(Place("wechat", f"o{n}"), "", f"k{n}") for n in range(20)]

    await asyncio.gather(*(life.ask(one, one.key) for one in followers))

    assert max(together) == 20
