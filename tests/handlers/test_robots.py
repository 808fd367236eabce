"""Group robots of the configuration as standing subscribers: added, changed, taken out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.phrases import load_catalogs
from digest.house import House
from digest.replies import Text
from digest.subscriber import Kind, Sections, Selection, Subscriber
from handlers.robots import Robot, claim_greeting, greeting, keep_robots, stop_robot, take_back_greeting
from storage.store import Store
from tests.handlers.order_book import HOUSE, at
from tests.storage.makers import make_issue, put

NOON = at("2025-12-20 12:00")
LATER = at("2025-12-20 13:00")
ROBOT = Robot("开发群", ("开源动态",), dt.time(9, 30), "mon-fri", "mark-1")


async def reader_of(store: Store, robot: Robot = ROBOT) -> Subscriber:
    async with store.reading() as tx:
        found = await tx.subscribers.at(robot.place)
    assert found is not None
    return found


async def due_at(store: Store, robot: Robot = ROBOT) -> str:
    """When its next digest is due, on Shanghai's clock."""
    reader = await reader_of(store, robot)
    async with store.reading() as tx:
        due = await tx.subscribers.due_of(reader.id)
    return f"{due.at + dt.timedelta(hours=8):%a %d %H:%M}" if due else "-"


async def test_a_robot_is_a_standing_subscriber_with_its_sections_and_hour(store: Store) -> None:
    await keep_robots(store, HOUSE, [ROBOT], now=NOON)

    reader = await reader_of(store)
    order = reader.subscription
    async with store.reading() as tx:
        managed = (await tx.connection.execute(sa.text("SELECT managed_by FROM addresses"))).scalars().all()
    assert (reader.kind, str(reader.address.place)) == (Kind.GROUP, "wecom-robot:开发群")
    assert (order.active, order.sections) == (True, Sections(Selection.ONLY, frozenset({"开源动态"})))
    assert await due_at(store) == "Mon 22 09:30"
    assert managed == ["config"]


async def test_a_changed_hour_and_other_sections_are_followed(store: Store) -> None:
    await keep_robots(store, HOUSE, [ROBOT], now=NOON)
    changed = replace(ROBOT, sections=(), push_at=None, weekdays="")

    await keep_robots(store, HOUSE, [changed], now=LATER)

    order = (await reader_of(store)).subscription
    assert order.sections == Sections()
    assert order.subscribed_at == NOON
    assert await due_at(store) == "Sun 21 08:00"


async def test_the_same_configuration_changes_nothing(sqlite_store: Store) -> None:
    await keep_robots(sqlite_store, HOUSE, [ROBOT], now=NOON)
    before = await reader_of(sqlite_store)

    await keep_robots(sqlite_store, HOUSE, [ROBOT], now=LATER)

    assert (await reader_of(sqlite_store)).subscription == before.subscription


async def test_a_robot_taken_out_gets_nothing_more_and_one_put_back_begins_again(store: Store) -> None:
    await keep_robots(store, HOUSE, [ROBOT], now=NOON)
    assert await claim_greeting(store, ROBOT)

    await keep_robots(store, HOUSE, [], now=LATER)
    gone = ((await reader_of(store)).subscription.active, await due_at(store))
    await keep_robots(store, HOUSE, [ROBOT], now=LATER)

    assert gone == (False, "-")
    assert (await reader_of(store)).subscription.subscribed_at == LATER
    assert await due_at(store) == "Mon 22 09:30"
    assert await claim_greeting(store, ROBOT)


async def test_a_robot_that_stopped_begins_again_with_another_key_and_not_before(sqlite_store: Store) -> None:
    await keep_robots(sqlite_store, HOUSE, [ROBOT], now=NOON)
    await stop_robot(sqlite_store, ROBOT, "bad_webhook")

    await keep_robots(sqlite_store, HOUSE, [ROBOT], now=LATER)
    same = (await reader_of(sqlite_store)).address
    await keep_robots(sqlite_store, HOUSE, [replace(ROBOT, mark="mark-2")], now=LATER)
    other = (await reader_of(sqlite_store)).address

    assert (same.state.value, same.reason) == ("inactive", "bad_webhook")
    assert (other.state.value, other.reason) == ("active", "")


async def test_a_section_is_known_by_its_title_of_today_however_it_is_dressed(sqlite_store: Store) -> None:
    async with sqlite_store.transaction() as tx:
        await put(tx, make_issue("甲", section="开源动态"))

    await keep_robots(sqlite_store, HOUSE, [replace(ROBOT, sections=(" 開源動態 ",))], now=NOON)

    assert (await reader_of(sqlite_store)).subscription.sections.keys == {"开源动态"}


async def test_a_greeting_is_claimed_once_until_it_is_taken_back(store: Store) -> None:
    claims = [await claim_greeting(store, ROBOT), await claim_greeting(store, ROBOT)]
    await take_back_greeting(store, ROBOT)
    claims.append(await claim_greeting(store, ROBOT))

    assert claims == [True, False, True]


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        ("workdays", "以后每个工作日 8:40，这里会收到一条AI日报：开源动态、算法论文。"),
        ("mon-sun", "以后每天 8:40，这里会收到一条AI日报：开源动态、算法论文。"),
        ("mon,wed", "以后每周一、周三 8:40，这里会收到一条AI日报：开源动态、算法论文。"),
    ],
)
def test_the_first_word_says_what_comes_and_when(weekdays: str, words: str) -> None:
    robot = Robot("群", ("开源动态", "算法论文"), dt.time(8, 40), weekdays)

    (block,) = greeting(robot, House(), load_catalogs().speak("zh-Hans")).blocks

    assert isinstance(block, Text)
    assert block.text.split("\n")[0] == words
