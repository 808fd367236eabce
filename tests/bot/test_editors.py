"""The editors' services with a fake desk: progress in one message, corrections in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from bot.amending import Amending
from bot.announcer import Announcer
from bot.phrases import load_catalogs
from digest.audience import Audience
from digest.broadcast import CorrectionSums
from digest.campaign import CampaignState, DeliveryState, Outcome
from digest.content import Content
from digest.errors import Gone, Invalid, NotSent, Refused, SendFailure, Wait
from digest.house import House
from digest.replies import Passage, Reply, Text
from digest.subscriber import Place
from handlers.outgoing import correct
from storage.audiences import Surroundings
from storage.store import Store
from tests.storage.makers import NOW, TODAY, claim, subscribe

AROUND = Surroundings(NOW, TODAY, "zh-Hans", frozenset({"telegram"}), frozenset())


@dataclass(slots=True)
class FakeDesk:
    """Takes everything, unless `script` gives a failure for a message's reference."""

    channel: str = "telegram"
    script: Callable[[str], SendFailure | None] = lambda reference: None
    put_there: list[tuple[str, str]] = field(default_factory=list)
    revised: list[tuple[str, str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    async def put(self, place: Place, reply: Reply, reference: str) -> str:
        self._fail(reference or place.recipient)
        (block,) = reply.blocks
        assert isinstance(block, Text)
        self.put_there.append((reference, block.text))
        return reference or f"{place.recipient}:1"

    async def revise(self, place: Place, reference: str, reply: Reply) -> None:
        self.tried.append(reference)
        self._fail(reference)
        (block,) = reply.blocks
        assert isinstance(block, Passage)
        self.revised.append((reference, block.content.text))

    def _fail(self, reference: str) -> None:
        failure = self.script(reference)
        if failure is not None:
            raise failure


@dataclass(slots=True)
class Time:
    """Seconds that pass when somebody sleeps, or a test lets them."""

    seconds: float = 100.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


async def begun(store: Store, readers: int) -> int:
    """A broadcast on its way to some readers."""
    async with store.transaction() as tx:
        for number in range(readers):
            await subscribe(tx, 1000 + number)
        broadcast = await tx.broadcasts.draft("broadcast:1", Content("旧的"), author="telegram:7", now=NOW)
        await tx.broadcasts.begin(broadcast.id, Audience(), AROUND)
    return broadcast.id


async def send(store: Store, campaign: int, count: int) -> None:
    """Some of them get it."""
    owed = await claim(store, campaign, limit=count)
    outcomes = tuple(
        Outcome(one.subscriber.id, DeliveryState.SENT, ref=f"{one.subscriber.address.place.recipient}:5")
        for one in owed
    )
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign, outcomes, owner="me", now=NOW)
        await tx.outbox.close_chunk(campaign, 1, NOW + dt.timedelta(seconds=90))


def announcer(store: Store, desk: FakeDesk, time: Time) -> Announcer:
    return Announcer(store, House(), load_catalogs(), desk, time.now, time.sleep)


async def rewrite(store: Store, campaign: int, text: str = "新的") -> None:
    async with store.transaction() as tx:
        broadcast = await tx.broadcasts.get(campaign)
        assert broadcast is not None
        await correct(tx, broadcast, Content(text), NOW)


async def test_progress_is_one_message_that_changes_every_three_seconds_at_most(store: Store) -> None:
    campaign, desk, time = await begun(store, 4), FakeDesk(), Time()
    telling = announcer(store, desk, time)

    for _ in range(4):
        await send(store, campaign, 1)
        for _ in range(3):
            await telling.look()
            time.seconds += 1
    await telling.look()

    references, texts = zip(*desk.put_there, strict=True)
    assert references == ("", *["7:1"] * (len(texts) - 1))
    assert [text.split("\n")[0] for text in texts[:3]] == [
        "正在发　▓▓░░░░░░░░　25%",
        "正在发　▓▓▓▓▓░░░░░　50%",
        "正在发　▓▓▓▓▓▓▓░░░　75%",
    ]
    assert "每秒 0.3 条　还要 6秒" in texts[1]
    assert texts[-1] == "发完了，8:31:30，用了 1分30秒\n送达 4　屏蔽 0　失败 0　不确定 0　合计 4"
    assert len(texts) == 4


async def test_nothing_is_said_twice_and_nothing_after_the_end(store: Store) -> None:
    campaign, desk, time = await begun(store, 2), FakeDesk(), Time()
    for _ in range(3):
        await announcer(store, desk, time).look()
    before = len(desk.put_there)
    await send(store, campaign, 2)
    telling = announcer(store, desk, time)
    for _ in range(5):
        await telling.look()
        time.seconds += 3

    assert before == 3  # three programs that began anew, in one message
    assert [reference for reference, _ in desk.put_there] == ["", "7:1", "7:1", "7:1"]


@pytest.mark.parametrize(("failure", "calls"), [(Gone("blocked"), 1), (NotSent("down"), 4)])
async def test_an_author_who_is_gone_is_let_be_and_one_who_is_not_reached_is_tried_again(
    store: Store, failure: SendFailure, calls: int
) -> None:
    campaign, time, tried = await begun(store, 2), Time(), []

    def fail(reference: str) -> SendFailure:
        tried.append(reference)
        return failure

    telling = announcer(store, FakeDesk(script=fail), time)
    for _ in range(4):
        await telling.look()
        time.seconds += 3

    assert len(tried) == calls
    async with store.reading() as tx:
        progress = await tx.campaigns.show(campaign)
    assert progress is not None
    assert progress.state is CampaignState.RUNNING


async def test_a_correction_changes_every_message_once_and_then_rests(store: Store) -> None:
    campaign, desk = await begun(store, 120), FakeDesk()
    for _ in range(12):
        await send(store, campaign, 10)
    await rewrite(store, campaign)
    amending = Amending(store, desk)

    passes = 0
    while await amending.some():
        passes += 1
    rested = await amending.some()

    assert sorted(desk.revised) == sorted((f"{1000 + number}:5", "新的") for number in range(120))
    assert (passes, rested) == (4, False)
    async with store.reading() as tx:
        assert await tx.corrections.sums(campaign) == CorrectionSums(120, 0, 0)
        assert not await tx.corrections.open()


async def test_what_cannot_be_changed_is_counted_and_what_could_not_just_then_is_tried_again(
    store: Store,
) -> None:
    campaign, time = await begun(store, 5), Time()
    await send(store, campaign, 5)
    failures: dict[str, list[SendFailure]] = {
        "1000:5": [Refused("not_editable")],
        "1001:5": [Wait(7, whole=True)],
        "1002:5": [NotSent("down"), NotSent("down")],
    }
    desk = FakeDesk(script=lambda reference: failures[reference].pop() if failures.get(reference) else None)
    await rewrite(store, campaign)
    amending = Amending(store, desk, time.sleep)
    for _ in range(9):
        await amending.some()

    async with store.reading() as tx:
        sums = await tx.corrections.sums(campaign)
    assert sums == CorrectionSums(4, 1, 0)
    assert time.slept == [7]
    assert desk.tried.count("1000:5") == 1
    assert desk.tried.count("1002:5") == 3


async def test_the_message_of_a_forgotten_reader_is_left_as_it_is(store: Store) -> None:
    campaign, desk = await begun(store, 2), FakeDesk()
    await send(store, campaign, 2)
    async with store.transaction() as tx:
        reader = await tx.subscribers.at(Place("telegram", "1000"))
        assert reader is not None
        await tx.subscribers.remove(reader.id)
    await rewrite(store, campaign)
    amending = Amending(store, desk)
    while await amending.some():
        pass

    async with store.reading() as tx:
        assert await tx.corrections.sums(campaign) == CorrectionSums(1, 1, 0)
    assert desk.revised == [("1001:5", "新的")]


async def test_a_correction_of_nothing_is_closed_too(store: Store) -> None:
    campaign = await begun(store, 1)
    await rewrite(store, campaign)
    amending = Amending(store, FakeDesk())
    assert not await amending.some()
    (owed,) = await claim(store, campaign)
    assert owed.revision == 2
    async with store.transaction() as tx:
        outcome = Outcome(owed.subscriber.id, DeliveryState.SENT, ref="1000:5")
        await tx.outbox.settle(campaign, (outcome,), owner="me", now=NOW)
        await tx.outbox.close_chunk(campaign, 1, NOW)

    assert not await amending.some()

    async with store.reading() as tx:
        assert not await tx.corrections.open()


async def test_words_that_were_sent_gain_no_picture(store: Store) -> None:
    campaign = await begun(store, 1)

    async with store.transaction() as tx:
        broadcast = await tx.broadcasts.get(campaign)
        assert broadcast is not None
        with pytest.raises(Invalid, match="other_kind"):
            await correct(tx, broadcast, replace(broadcast.content, picture="AgAC"), NOW)


async def test_a_picture_that_was_sent_stays_under_other_words(store: Store) -> None:
    async with store.transaction() as tx:
        draft = await tx.broadcasts.draft("broadcast:1", Content("旧的", picture="AgAC"), now=NOW)
        await tx.broadcasts.begin(draft.id, Audience(), AROUND)
        begun = await tx.broadcasts.get(draft.id)
        assert begun is not None
        kept = await correct(tx, begun, Content("新的"), NOW)

    assert (kept.content, kept.revision) == (Content("新的", picture="AgAC"), 2)
