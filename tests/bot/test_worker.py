"""The worker on a real store, with a fake outlet at the seam."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot import sending
from digest.audience import Audience
from digest.campaign import CampaignState, OnUnknown
from digest.content import Content
from digest.errors import (
    Gone,
    MaybeSent,
    Moved,
    NotSent,
    Refused,
    SendFailure,
    StoreUnavailable,
    Unauthorized,
    Wait,
)
from digest.issue import IssueState
from digest.replies import Form
from digest.subscriber import Place, SubscriberId
from digest.troubles import TroubleKind
from handlers.push import push
from storage.audiences import Surroundings
from storage.store import Store, Transaction
from tests.bot.outbound import FakeOutlet, Words, working
from tests.storage.makers import NOW, TODAY, claim, make_issue, plan, put, state_of, subscribe


async def ledger(store: Store) -> dict[str, int]:
    """How many deliveries are in each state."""
    async with store.reading() as tx:
        rows = await tx.connection.execute(
            sa.text("SELECT status, count(*) AS n FROM deliveries GROUP BY status")
        )
        names = ("pending", "sending", "sent", "retry", "unknown", "skipped", "dead")
        return {names[row.status]: row.n for row in rows}


async def attempts(store: Store) -> list[int]:
    """How many attempts each delivery has taken, by reader."""
    async with store.reading() as tx:
        rows = await tx.connection.execute(sa.text("SELECT attempts FROM deliveries ORDER BY subscriber_id"))
        return [row.attempts for row in rows]


async def reader(store: Store, recipient: str) -> tuple[str, str, str]:
    """Where a reader is written to now: recipient, state and reason of the address."""
    async with store.reading() as tx:
        found = await tx.subscribers.at(Place("telegram", recipient))
    assert found is not None
    return found.address.place.recipient, found.address.state.value, found.address.reason


def fails_for(*recipients: int, failure: SendFailure) -> FakeOutlet:
    """An outlet that fails for these recipients."""
    names = {str(one) for one in recipients}
    return FakeOutlet(script=lambda place, words: failure if place.recipient in names else None)


class Weather:
    """Failures that a test can turn on and off."""

    def __init__(self, failure: SendFailure | None) -> None:
        self.failure = failure

    def __call__(self, place: Place, words: Words) -> SendFailure | None:
        return self.failure


async def test_everybody_gets_the_digest_once_and_the_ledger_says_so(store: Store) -> None:
    campaign = await plan(store, 60, chunk_size=25)
    outlet = FakeOutlet(latency=0.005)

    async with working(store, outlet) as bench:
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.waiting) == (60, 0)
    assert outlet.copies == {str(1000 + number): 1 for number in range(60)}
    assert await ledger(store) == {"sent": 60}


async def test_what_leaves_is_written_down_before(store: Store) -> None:
    campaign = await plan(store, 3)
    seen: list[str] = []

    async def look(place: Place) -> None:
        async with store.reading() as tx:
            found = await tx.subscribers.at(place)
        assert found is not None
        seen.append(await state_of(store, found.id))

    async with working(store, FakeOutlet(before=look)) as bench:
        await bench.settled(campaign)

    assert seen == ["sending"] * 3


async def test_the_words_are_composed_once_for_all_who_get_the_same(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 40)
    async with sqlite_store.transaction() as tx:
        await tx.connection.execute(
            sa.text("UPDATE subscriptions SET form = :full WHERE subscriber_id <= 10"),
            {"full": Form.FULL.value},
        )
    outlet = FakeOutlet()

    async with working(sqlite_store, outlet) as bench:
        await bench.settled(campaign)

    assert outlet.rendered == 2


async def test_a_message_of_several_parts_arrives_in_order(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 4)
    outlet = FakeOutlet(parts=3)

    async with working(sqlite_store, outlet) as bench:
        await bench.settled(campaign)

    parts = [[words.part for name, words in outlet.accepted if name == f"100{n}"] for n in range(4)]
    assert parts == [[0, 1, 2]] * 4


async def test_a_delivery_goes_on_at_its_first_part_that_was_not_sent(store: Store) -> None:
    campaign = await plan(store, 1)
    weather = Weather(NotSent("connect"))
    outlet = FakeOutlet(
        parts=3, script=lambda place, words: weather(place, words) if words.part == 1 else None
    )

    async with working(store, outlet) as bench:
        await bench.until(lambda: len(outlet.calls) == 2 and bench.worker.under_way == 0)
        weather.failure = None
        bench.moment.leap(10)
        await bench.settled(campaign)

    assert [words.part for _, words in outlet.accepted] == [0, 1, 2]
    assert [words.part for _, words in outlet.calls] == [0, 1, 1, 2]


@pytest.mark.parametrize("reason", ["blocked", "deactivated", "not_found", "kicked"])
async def test_who_is_gone_is_tried_once_and_never_again(sqlite_store: Store, reason: str) -> None:
    first = await plan(sqlite_store, 3)
    outlet = fails_for(1001, failure=Gone(reason))

    async with working(sqlite_store, outlet) as bench:
        progress = await bench.settled(first)
        async with sqlite_store.transaction() as tx:
            await put(tx, make_issue("更多", date=TODAY - dt.timedelta(days=1)))
        pushed = await push(sqlite_store, TODAY - dt.timedelta(days=1), now=bench.moment.now(), dry_run=False)
        assert pushed.campaign_id is not None
        bench.worker.wake()
        await bench.settled(pushed.campaign_id)

    assert (progress.sent, progress.skipped) == (2, 1)
    assert await reader(sqlite_store, "1001") == ("1001", "inactive", reason)
    assert [name for name, _ in outlet.calls].count("1001") == 1


async def test_a_delivery_to_an_address_that_ended_since_is_not_even_tried(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 2)
    async with sqlite_store.transaction() as tx:
        gone = await tx.subscribers.at(Place("telegram", "1000"))
        assert gone is not None
        await tx.subscribers.deactivate(gone.address.id, "blocked")
    outlet = FakeOutlet()

    async with working(sqlite_store, outlet) as bench:
        await bench.settled(campaign)

    assert [name for name, _ in outlet.calls] == ["1001"]
    assert await state_of(sqlite_store, gone.id) == "skipped: blocked"


async def test_who_moved_gets_one_copy_at_the_new_place_and_stays_there(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 2)
    outlet = fails_for(1001, failure=Moved("-1009"))

    async with working(sqlite_store, outlet) as bench:
        await bench.settled(campaign)

    assert outlet.copies == {"1000": 1, "-1009": 1}
    assert await reader(sqlite_store, "-1009") == ("-1009", "active", "")


async def test_who_moved_to_where_a_reader_already_is_gets_no_second_copy(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 2)
    outlet = fails_for(1001, failure=Moved("1000"))

    async with working(sqlite_store, outlet) as bench:
        progress = await bench.settled(campaign)

    assert outlet.copies == {"1000": 1}
    assert (progress.sent, progress.skipped) == (1, 1)


async def test_refused_markup_is_sent_as_plain_text_once(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 2)
    refused = Refused("cannot_parse", markup=True)
    outlet = FakeOutlet(script=lambda place, words: None if words.plain else refused)

    async with working(sqlite_store, outlet) as bench:
        progress = await bench.settled(campaign)

    assert progress.sent == 2
    assert [words.plain for name, words in outlet.calls if name == "1000"] == [False, True]


async def test_what_is_refused_as_plain_text_too_is_dead_and_the_others_are_sent(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 5)
    outlet = fails_for(1002, failure=Refused("cannot_parse", markup=True))

    async with working(sqlite_store, outlet) as bench:
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.failed) == (4, 1)
    assert [name for name, _ in outlet.calls].count("1002") == 2


async def test_a_poison_message_is_dead_after_three_and_all_others_are_delivered(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 30)
    async with sqlite_store.transaction() as tx:
        await tx.connection.execute(sa.text("UPDATE subscriptions SET silent = 1 WHERE subscriber_id = 7"))
    outlet = FakeOutlet(poisonous=lambda reply: reply.silent)

    async with working(sqlite_store, outlet) as bench:
        for left in (3, 2):
            await bench.reach(campaign, lambda at: at.sent == 29)
            await bench.until(lambda seen=left: outlet.rendered >= 5 - seen)  # type: ignore[misc]
            bench.moment.leap(5)
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.failed) == (29, 1)
    assert await state_of(sqlite_store, SubscriberId(7)) == "dead: poison"
    assert outlet.rendered == 1 + 3


async def test_a_delivery_that_cannot_be_read_is_given_up_and_all_others_are_sent(store: Store) -> None:
    campaign = await plan(store, 40, chunk_size=20)
    async with store.transaction() as tx:
        spoil = "UPDATE subscriptions SET push_at = '99:99' WHERE subscriber_id IN (3, 7)"
        await tx.connection.exec_driver_sql(spoil)

    with capture_logs():
        async with working(store, FakeOutlet()) as bench:
            progress = await bench.settled(campaign, 60)
            async with store.reading() as tx:
                told = await tx.troubles.known(NOW)

    assert (progress.sent, progress.failed) == (38, 2)
    assert bench.outlet.copies == Counter({str(1000 + n): 1 for n in range(40) if n not in (2, 6)})
    assert await state_of(store, SubscriberId(3)) == await state_of(store, SubscriberId(7)) == "dead: poison"
    assert [one.trouble.kind for one in told] == [TroubleKind.POISON]


async def test_a_chunk_of_which_nothing_can_be_written_is_given_up_and_the_others_are_sent(
    sqlite_store: Store,
) -> None:
    campaign = await plan(sqlite_store, 30, chunk_size=10)
    async with sqlite_store.transaction() as tx:
        await tx.connection.exec_driver_sql(
            "CREATE TRIGGER poison BEFORE UPDATE OF status ON deliveries WHEN NEW.chunk = 1"
            " BEGIN SELECT RAISE(ABORT, 'poison'); END"
        )

    with capture_logs() as logs:
        async with working(sqlite_store, FakeOutlet()) as bench:
            await bench.until(lambda: any(one["event"] == "delivery_given_up" for one in logs), 60)
            tried = len([one for one in logs if one["event"] == "claim_failed"])
            # More than one look at the ledger, which finds the chunk open.
            await asyncio.sleep(2.5)
            progress = await bench.progress(campaign)
            async with sqlite_store.reading() as tx:
                told = await tx.troubles.known(NOW)

    assert (progress.sent, progress.failed, progress.waiting) == (20, 0, 10)
    assert len(bench.outlet.copies) == 20
    assert len([one for one in logs if one["event"] == "claim_failed"]) <= tried + 3
    assert [one.trouble.kind for one in told] == [TroubleKind.POISON]


async def test_ten_hard_failures_in_a_row_pause_the_campaign(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 100)
    outlet = FakeOutlet(script=lambda place, words: Refused("too_long"))

    with capture_logs() as logs:
        async with working(sqlite_store, outlet, concurrency=4) as bench:
            progress = await bench.reach(campaign, lambda at: at.state is CampaignState.PAUSED)

    assert len(outlet.calls) <= 10 + 2 * 4
    assert progress.failed >= 10
    assert [line["campaign"] for line in logs if line["event"] == "campaign_paused"] == [campaign]


async def test_an_unreachable_platform_is_probed_once_a_second_and_nothing_dies(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 80)
    weather = Weather(NotSent("connect"))
    outlet = FakeOutlet(script=weather)

    async with working(sqlite_store, outlet, concurrency=4) as bench:
        await bench.until(lambda: len(outlet.calls) >= 3)
        opened_at = len(outlet.calls)
        await asyncio.sleep(2.5)
        probes = len(outlet.calls) - opened_at
        weather.failure = None
        await bench.reach(campaign, lambda at: at.sent > 20)
        bench.moment.leap(60)
        progress = await bench.settled(campaign)

    assert probes <= 3 + 4
    assert progress.sent == 80
    assert max(outlet.copies.values()) == 1
    assert await attempts(sqlite_store) == [1] * 80


async def test_refused_credentials_stop_the_claims_and_nothing_is_lost(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 50)
    outlet = FakeOutlet(script=lambda place, words: Unauthorized("unauthorized"), latency=0.01)

    with capture_logs() as logs:
        async with working(sqlite_store, outlet, concurrency=8) as bench:
            await bench.until(lambda: bool(outlet.calls) and bench.worker.under_way == 0)
            await asyncio.sleep(0.5)

    assert len(outlet.calls) <= 8
    assert sum(line["event"] == "channel_unreachable" for line in logs) == 1
    states = await ledger(sqlite_store)
    assert states == {"pending": 50 - len(outlet.calls), "retry": len(outlet.calls)}
    assert (await bench.progress(campaign)).waiting == 50


async def test_nothing_is_claimed_while_the_outlet_is_not_ready(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 3)
    outlet = FakeOutlet(ready=False)

    async with working(sqlite_store, outlet) as bench:
        await asyncio.sleep(0.8)
        waiting = await ledger(sqlite_store)
        outlet.ready = True
        await bench.settled(campaign)

    assert waiting == {"pending": 3}
    assert len(outlet.calls) == 3


async def test_doubt_that_is_held_is_unknown_and_not_sent_again(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 5)
    outlet = fails_for(1001, 1003, failure=MaybeSent("read_timeout"))

    async with working(sqlite_store, outlet, on_unknown=OnUnknown.HOLD) as bench:
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.unknown) == (3, 2)
    assert len(outlet.calls) == 5


async def test_doubt_that_is_resent_is_tried_twice_at_most(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 3)
    outlet = fails_for(1001, failure=MaybeSent("read_timeout"))

    async with working(sqlite_store, outlet) as bench:
        await bench.reach(campaign, lambda at: at.sent == 2)
        await bench.until(lambda: bench.worker.under_way == 0)
        bench.moment.leap(61)
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.unknown) == (2, 1)
    assert [name for name, _ in outlet.calls].count("1001") == 2


async def test_when_every_call_is_in_doubt_few_are_made(sqlite_store: Store) -> None:
    await plan(sqlite_store, 200)
    outlet = FakeOutlet(script=lambda place, words: MaybeSent("http_502"))

    async with working(sqlite_store, outlet, concurrency=4) as bench:
        await bench.until(lambda: len(outlet.calls) >= 10)
        await asyncio.sleep(1.0)

    assert len(outlet.calls) <= 10 + 4 + 1


async def test_a_wait_holds_its_chat_to_the_moment_and_counts_for_nothing(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 5)
    waits = iter([Wait(1.5, whole=False)])
    outlet = FakeOutlet(script=lambda place, words: next(waits, None) if place.recipient == "1002" else None)
    times: list[float] = []

    async def note(place: Place) -> None:
        if place.recipient == "1002":
            times.append(asyncio.get_running_loop().time())

    outlet.before = note
    async with working(sqlite_store, outlet) as bench:
        await bench.settled(campaign)

    assert times[1] - times[0] >= 1.5
    assert await attempts(sqlite_store) == [1] * 5


async def test_a_wait_of_the_account_silences_everybody(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 30)
    waits = iter([Wait(1.0, whole=True)])
    times: list[float] = []

    async def note(place: Place) -> None:
        times.append(asyncio.get_running_loop().time())

    outlet = FakeOutlet(before=note, script=lambda place, words: next(waits, None))
    async with working(sqlite_store, outlet, rate=30) as bench:
        await bench.settled(campaign)

    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert max(gaps) >= 1.0
    assert gaps.index(max(gaps)) <= 3, "a few were on their way already"
    assert len(times) == 31


async def test_a_campaign_that_another_program_opens_is_found_within_two_seconds(
    store: Store, store_url: str
) -> None:
    outlet = FakeOutlet()
    async with working(store, outlet) as bench:
        other = await Store.open(store_url)
        async with other.transaction() as tx:
            await put(tx, make_issue())
            await subscribe(tx, 1000)
        await push(other, TODAY, now=bench.moment.now(), dry_run=False)
        await other.close()
        await bench.until(lambda: len(outlet.accepted) == 1, seconds=2.0)


async def test_a_paused_campaign_sends_no_more_than_what_is_under_way(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 300)
    outlet = FakeOutlet(latency=0.02)

    async with working(sqlite_store, outlet, concurrency=8, rate=200) as bench:
        await bench.until(lambda: len(outlet.accepted) > 20)
        await _set_state(sqlite_store, campaign, CampaignState.PAUSED, CampaignState.RUNNING)
        paused_at = len(outlet.calls)
        await asyncio.sleep(0.5)
        further = len(outlet.calls) - paused_at
        await _set_state(sqlite_store, campaign, CampaignState.RUNNING, CampaignState.PAUSED)
        progress = await bench.settled(campaign)

    assert further <= 8
    assert progress.sent == 300
    assert max(outlet.copies.values()) == 1


async def _set_state(store: Store, campaign: int, to: CampaignState, allowed: CampaignState) -> None:
    async with store.transaction() as tx:
        assert await tx.campaigns.set_state(campaign, to, (allowed,), now=NOW)


async def test_an_issue_that_is_taken_back_is_sent_to_nobody_else(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 100)
    outlet = FakeOutlet()

    async with working(sqlite_store, outlet, concurrency=4, rate=100) as bench:
        await bench.until(lambda: len(outlet.accepted) > 10)
        async with sqlite_store.transaction() as tx:
            await tx.issues.set_state(TODAY, IssueState.RETRACTED, NOW)
        taken_back_at = len(outlet.calls)
        progress = await bench.settled(campaign)

    assert len(outlet.calls) - taken_back_at <= 4
    assert progress.sent + progress.skipped == 100


async def test_two_campaigns_take_turns(sqlite_store: Store) -> None:
    first = await plan(sqlite_store, 60)
    async with sqlite_store.transaction() as tx:
        await put(tx, make_issue("更早", date=TODAY - dt.timedelta(days=1)))
    second = (await push(sqlite_store, TODAY - dt.timedelta(days=1), now=NOW, dry_run=False)).campaign_id
    assert second is not None
    outlet = FakeOutlet()

    async with working(sqlite_store, outlet, rate=60) as bench:
        await bench.settled(second)
        behind = await bench.progress(first)
        await bench.settled(first)

    assert behind.sent >= 40
    assert len(outlet.calls) == 120


async def test_a_subscriber_of_a_channel_without_outlet_is_skipped(sqlite_store: Store) -> None:
    async with sqlite_store.transaction() as tx:
        await put(tx, make_issue())
        await subscribe(tx, "me", channel="console")
        await subscribe(tx, 1000)
    campaign = (await push(sqlite_store, TODAY, now=NOW, dry_run=False)).campaign_id
    assert campaign is not None
    outlet = FakeOutlet()

    async with working(sqlite_store, outlet) as bench:
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.skipped) == (1, 1)
    assert [name for name, _ in outlet.calls] == ["1000"]


async def test_after_a_stop_nothing_is_left_in_sending(store: Store) -> None:
    await plan(store, 200)
    outlet = FakeOutlet(latency=0.05)

    async with working(store, outlet, concurrency=16) as bench:
        await bench.until(lambda: len(outlet.accepted) > 20)
        await bench.worker.drain(5.0)
        states = await ledger(store)

    assert states == {"sent": len(outlet.accepted), "pending": 200 - len(outlet.accepted)}
    assert len(outlet.calls) == len(outlet.accepted)
    assert await attempts(store) == [1] * states["sent"] + [0] * states["pending"]


@pytest.mark.parametrize(("policy", "state"), [(OnUnknown.RESEND, "retry"), (OnUnknown.HOLD, "unknown")])
async def test_a_call_that_never_returns_is_cut_off_and_settled_as_doubt(
    sqlite_store: Store, policy: OnUnknown, state: str
) -> None:
    await plan(sqlite_store, 10)
    outlet = FakeOutlet(latency=3600)

    async with working(sqlite_store, outlet, on_unknown=policy, concurrency=2) as bench:
        await bench.until(lambda: len(outlet.calls) == 2)
        await bench.worker.drain(0.2)

    assert await ledger(sqlite_store) == {state: 2, "pending": 8}


async def test_what_waits_for_its_chat_when_the_worker_stops_is_given_back(sqlite_store: Store) -> None:
    await plan(sqlite_store, 1)
    outlet = FakeOutlet(parts=9)

    async with working(sqlite_store, outlet) as bench:
        await bench.until(lambda: len(outlet.accepted) == 2)
        await bench.worker.drain(5.0)

    assert await ledger(sqlite_store) == {"pending": 1}
    (owed,) = await claim(sqlite_store, 1)
    assert (owed.next_part, owed.attempts) == (len(outlet.accepted), 1)


@pytest.mark.parametrize(
    ("policy", "states", "calls"),
    [(OnUnknown.RESEND, {"sent": 6}, 6), (OnUnknown.HOLD, {"sent": 2, "unknown": 4}, 2)],
)
async def test_what_a_dead_worker_left_is_decided_by_the_policy(
    store: Store, policy: OnUnknown, states: dict[str, int], calls: int
) -> None:
    campaign = await plan(store, 6)
    await claim(store, campaign, limit=4, owner="dead")
    outlet = FakeOutlet()

    async with working(store, outlet, on_unknown=policy) as bench:
        await bench.settled(campaign)

    assert await ledger(store) == states
    assert len(outlet.calls) == calls


async def test_a_delivery_that_may_have_killed_the_program_flies_alone(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 12)
    for _ in range(2):
        await claim(sqlite_store, campaign, limit=6, owner="dead")
        async with sqlite_store.transaction() as tx:
            await tx.outbox.recover(OnUnknown.RESEND, now=NOW)
    await claim(sqlite_store, campaign, limit=6, owner="dead")
    outlet = FakeOutlet(latency=0.02)
    alone: list[int] = []

    async def count(place: Place) -> None:
        if int(place.recipient) < 1006:
            alone.append(outlet.flying)

    outlet.before = count
    async with working(sqlite_store, outlet) as bench:
        await bench.settled(campaign)

    assert alone == [1] * 6
    assert await ledger(sqlite_store) == {"sent": 12}


async def test_a_delivery_the_program_died_of_five_times_is_given_up(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 3)
    for _ in range(5):
        await claim(sqlite_store, campaign, limit=1, owner="dead")
        async with sqlite_store.transaction() as tx:
            await tx.outbox.recover(OnUnknown.RESEND, now=NOW)
    outlet = FakeOutlet()

    async with working(sqlite_store, outlet) as bench:
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.failed) == (2, 1)


async def test_no_more_than_the_seats_are_ever_under_way(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 100)
    outlet = FakeOutlet(latency=0.02)

    async with working(sqlite_store, outlet, concurrency=7) as bench:
        await bench.settled(campaign)

    assert outlet.most_flying <= 7


class Moody(Store):
    """A store that sometimes takes no part in writing."""

    away = False

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[Transaction]:
        if self.away:
            raise StoreUnavailable("locked")
        async with super().transaction(urgent=urgent) as tx:
            yield tx


async def test_nothing_is_sent_while_nothing_can_be_written_and_all_goes_on_by_itself(
    sqlite_url: str,
) -> None:
    store = await Moody.open(sqlite_url)
    campaign = await plan(store, 200)
    outlet = FakeOutlet(latency=0.01)

    with capture_logs() as logs:
        async with working(store, outlet, concurrency=8, rate=200) as bench:
            await bench.until(lambda: len(outlet.accepted) > 20)
            store.away = True
            await asyncio.sleep(0.2)
            away_at = len(outlet.calls)
            await asyncio.sleep(1.0)
            while_away = len(outlet.calls) - away_at
            store.away = False
            await bench.settled(campaign)
    states = await ledger(store)
    await store.close()

    assert while_away == 0
    assert states == {"sent": 200}
    assert max(outlet.copies.values()) == 1
    assert [line["event"] for line in logs if line["event"].startswith("store_")] == [
        "store_unavailable",
        "store_back",
    ]


async def test_a_database_that_another_program_locks_holds_the_push_up_and_no_longer(
    sqlite_store: Store, sqlite_url: str
) -> None:
    campaign = await plan(sqlite_store, 100)
    outlet = FakeOutlet()

    async with working(sqlite_store, outlet, rate=200) as bench:
        await bench.until(lambda: len(outlet.accepted) > 10)
        other = sqlite3.connect(
            Path(sqlite_url.removeprefix("sqlite:///")), isolation_level=None, check_same_thread=False
        )
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await asyncio.sleep(0.3)
        locked_at = len(outlet.calls)
        await asyncio.sleep(0.7)
        while_locked = len(outlet.calls) - locked_at
        other.execute("ROLLBACK")
        other.close()
        progress = await bench.settled(campaign)

    assert while_locked == 0
    assert progress.sent == 100
    assert max(outlet.copies.values()) == 1


async def test_an_outlet_with_a_bug_leaves_doubt_and_stops_nobody(sqlite_store: Store) -> None:
    campaign = await plan(sqlite_store, 4)

    async def broken(place: Place) -> None:
        if place.recipient == "1002":
            raise KeyError("a bug")

    async with working(sqlite_store, FakeOutlet(before=broken), on_unknown=OnUnknown.HOLD) as bench:
        progress = await bench.settled(campaign)

    assert (progress.sent, progress.unknown) == (3, 1)


def test_broadcasts_in_doubt_are_held_unless_told_otherwise() -> None:
    assert sending.Policy().of("broadcast") is OnUnknown.HOLD
    assert sending.Policy().of("digest") is OnUnknown.RESEND


# Broadcasts


async def test_a_broadcast_is_rendered_once_and_sent_to_everybody_in_its_audience(store: Store) -> None:
    outlet = FakeOutlet()
    async with store.transaction() as tx:
        for number in range(20):
            await subscribe(tx, 2000 + number)
        broadcast = await tx.broadcasts.draft("broadcast:1", Content("维护通知"), now=NOW)
        around = Surroundings(NOW, TODAY, "zh-Hans", frozenset({"telegram"}), frozenset())
        await tx.broadcasts.begin(broadcast.id, Audience(), around)

    async with working(store, outlet) as bench:
        progress = await bench.settled(broadcast.id)

    assert (progress.sent, progress.total) == (20, 20)
    assert outlet.copies == Counter({str(2000 + number): 1 for number in range(20)})
    assert outlet.rendered == 1


async def test_a_broadcast_that_may_have_arrived_is_held_and_told_as_unknown(store: Store) -> None:
    outlet = FakeOutlet(
        script=lambda place, words: MaybeSent("timeout") if place.recipient == "2001" else None
    )
    async with store.transaction() as tx:
        for number in range(3):
            await subscribe(tx, 2000 + number)
        broadcast = await tx.broadcasts.draft("broadcast:1", Content("维护通知"), now=NOW)
        around = Surroundings(NOW, TODAY, "zh-Hans", frozenset({"telegram"}), frozenset())
        await tx.broadcasts.begin(broadcast.id, Audience(), around)

    async with working(store, outlet, on_unknown=OnUnknown.RESEND) as bench:
        progress = await bench.settled(broadcast.id)

    assert (progress.sent, progress.unknown) == (2, 1)
    assert Counter(recipient for recipient, _ in outlet.calls)["2001"] == 1


async def test_what_a_dead_worker_had_in_hand_of_a_broadcast_is_not_sent_again(store: Store) -> None:
    outlet = FakeOutlet()
    async with store.transaction() as tx:
        for number in range(5):
            await subscribe(tx, 2000 + number)
        broadcast = await tx.broadcasts.draft("broadcast:1", Content("维护通知"), now=NOW)
        around = Surroundings(NOW, TODAY, "zh-Hans", frozenset({"telegram"}), frozenset())
        await tx.broadcasts.begin(broadcast.id, Audience(), around)
    lost = {one.subscriber.address.place.recipient for one in await claim(store, broadcast.id, limit=2)}

    async with working(store, outlet, on_unknown=OnUnknown.RESEND) as bench:
        progress = await bench.settled(broadcast.id)

    assert (progress.sent, progress.unknown, progress.total) == (3, 2, 5)
    assert lost & set(outlet.copies) == set()
