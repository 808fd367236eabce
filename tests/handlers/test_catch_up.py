"""What was missed since the last digest: a few stories a day, in one message."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.phrases import Catalogs
from bot.telegram.markup import measure
from bot.telegram.render import render
from digest.campaign import DeliveryState, Outcome
from digest.catching_up import MOST_DAYS, Day, catch_up_blocks
from digest.compose import Marks
from digest.issue import Issue, Item, Section
from digest.replies import Headlines
from digest.subscriber import Sections, Subscriber, SubscriberId
from storage.store import Store
from tests.handlers.conftest import MONDAY, Talk, publish
from tests.handlers.order_book import Clock, at, claimed, order

FRIDAY, SATURDAY = MONDAY - dt.timedelta(3), MONDAY - dt.timedelta(2)


@pytest.fixture
def talk(talk_anywhere: Talk) -> Talk:
    """A reader of a bot with three issues, on each database in turn."""
    return talk_anywhere


async def got(talk: Talk, *dates: dt.date, state: DeliveryState = DeliveryState.SENT) -> Subscriber:
    """The reader, who has had the digests of these days."""
    await talk.say("订阅")
    reader = await talk.reader()
    for date in sorted(dates):
        async with talk.store.transaction() as tx:
            campaign = await tx.campaigns.open(f"digest:{date}", kind="digest", issue_date=date, now=talk.now)
            await tx.campaigns.owe_all(campaign, revision=1, issue_date=date, now=talk.now)
        for owed in await claimed(talk.store, talk.now):
            async with talk.store.transaction() as tx:
                outcome = Outcome(owed.subscriber.id, state)
                await tx.outbox.settle(owed.campaign_id, (outcome,), owner="me", now=talk.now)
    await _show(talk.store, reader.id, max(dates, default=None))
    return reader


async def _show(store: Store, reader_id: SubscriberId, date: dt.date | None) -> None:
    """The newest issue that this reader was sent or shown."""
    async with store.transaction() as tx:
        reader = await tx.subscribers.get(reader_id)
        assert reader is not None
        await tx.subscribers.save(
            reader.id,
            locale=reader.locale,
            zone=reader.zone,
            subscription=replace(reader.subscription, shown=date),
            due=await tx.subscribers.due_of(reader.id),
        )


def days(talk: Talk) -> list[str]:
    """The days that are listed."""
    return [block.title for block in talk.last.blocks if isinstance(block, Headlines)]


@pytest.mark.parametrize(
    "typed", ["/catchup", "补看", "补课", "漏了哪些", "这几天的", "catch up", "what did I miss?"]
)
async def test_what_came_after_the_last_digest_is_listed_day_by_day(talk: Talk, typed: str) -> None:
    await got(talk, FRIDAY)

    said = await talk.say(typed)

    assert "补看：错过了2期" in said
    assert days(talk) == ["12月22日 周一 · 41条", "12月20日 周六 · 41条"]
    assert talk.labels() == [["12月22日", "12月20日"], ["看最新一期", "日历"]]
    assert len(render(talk.last)) == 1


async def test_a_day_has_its_leads(talk: Talk) -> None:
    await got(talk, SATURDAY)

    await talk.say("补看")

    (block,) = [block for block in talk.last.blocks if isinstance(block, Headlines)]
    assert [item.number for item in block.items] == [1, 2, 3]
    assert not block.numbered
    assert "<blockquote>· <a href" in render(talk.last)[0].html


async def test_a_day_is_opened_by_its_button(talk: Talk) -> None:
    await got(talk, FRIDAY)
    await talk.say("补看")

    assert "12月20日 周六" in await talk.tap("12月20日")


async def test_a_day_of_another_year_says_so_on_its_button(talk: Talk) -> None:
    await got(talk, FRIDAY)
    talk.now += dt.timedelta(days=14)

    await talk.say("补看")

    labels = [choice.label for row in talk.last.choices for choice in row]
    assert any("2025" in label for label in labels)


async def test_followed_words_come_first(talk: Talk) -> None:
    await got(talk, SATURDAY)
    await talk.say("关注 具身智能")

    await talk.say("补看")

    (block,) = [block for block in talk.last.blocks if isinstance(block, Headlines)]
    assert [item.number for item in block.items] == [8, 35, 1]
    assert block.starred == {8, 35}
    assert "★ <a href" in render(talk.last)[0].html


async def test_only_chosen_sections_and_only_followed_stories_are_taken(talk: Talk) -> None:
    await got(talk, SATURDAY)
    await talk.say("订阅 开源动态")
    await _show(talk.store, (await talk.reader()).id, SATURDAY)
    await talk.say("补看")
    first = [i.number for b in talk.last.blocks if isinstance(b, Headlines) for i in b.items]

    await talk.say("关注 世界模型")
    await talk.say("只看关注的")
    await talk.say("补看")
    second = [i.number for b in talk.last.blocks if isinstance(b, Headlines) for i in b.items]

    assert first == [29, 30, 31]
    assert second == [35]


async def test_it_does_not_count_as_shown(talk: Talk) -> None:
    await got(talk, FRIDAY)

    first, second = await talk.say("补看"), await talk.say("补看")

    assert first == second
    assert (await talk.reader()).subscription.shown == FRIDAY


async def test_nothing_missed_is_said_kindly_with_a_way_on(talk: Talk) -> None:
    await talk.say("订阅")

    said = await talk.say("补看")

    assert "没有错过的：最新的 12月22日 周一 那期已经给你看过了。" in said
    assert talk.labels() == [["看最新一期", "日历"]]


async def test_one_who_never_had_a_digest_gets_the_last_week(talk: Talk) -> None:
    said = await talk.say("补看")

    assert "最近7天出了3期" in said
    assert len(days(talk)) == 3


async def test_a_week_is_seven_days_the_present_one_included(talk: Talk) -> None:
    talk.later(days=4)
    await talk.say("补看")
    assert days(talk) == ["12月22日 周一 · 41条", "12月20日 周六 · 41条"]

    talk.later(days=5)
    assert "最近7天没有出刊，最新一期是 12月22日 周一 的。" in await talk.say("补看")


async def test_a_gap_before_the_last_digest_is_missed_as_well(talk: Talk) -> None:
    await got(talk, FRIDAY, MONDAY)

    await talk.say("补看")

    assert days(talk) == ["12月20日 周六 · 41条"]


async def test_a_digest_that_never_arrived_was_missed(talk: Talk) -> None:
    await got(talk, FRIDAY, SATURDAY)
    await got(talk, MONDAY, state=DeliveryState.DEAD)

    await talk.say("补看")

    assert days(talk) == ["12月22日 周一 · 41条"]


async def test_what_is_older_than_a_month_is_not_listed(talk: Talk) -> None:
    await got(talk, FRIDAY)
    talk.later(days=29)

    await talk.say("补看")

    assert days(talk) == ["12月22日 周一 · 41条"]


async def test_in_english(talk: Talk) -> None:
    talk.language = "en"

    assert "The last 7 days: 3 issues" in await talk.say("what did i miss")
    assert "Tap a day for its issue." in await talk.say("catch up")


async def test_with_nothing_published_it_is_said(empty_talk: Talk) -> None:
    assert "补看" not in await empty_talk.say("补看")
    assert empty_talk.labels() == [["帮助"]]


async def test_a_digest_after_a_pause_leads_to_what_was_missed(
    sqlite_store: Store, catalogs: Catalogs
) -> None:
    dates = [dt.date(2025, 12, day) for day in range(18, 24)]
    await publish(sqlite_store, *dates, now=at("2025-12-17 06:00"))
    reader = await order(sqlite_store, "77", at("2025-12-17 12:00"))
    clock = Clock(sqlite_store)
    await clock.ticks("2025-12-18 08:00")
    await _settle(sqlite_store, at("2025-12-18 08:01"))
    talk = Talk(sqlite_store, catalogs, now=at("2025-12-18 12:00"))
    await talk.say("暂停到12月22日")
    for day in range(19, 23):
        await clock.ticks(f"2025-12-{day} 08:00")
    await _settle(sqlite_store, at("2025-12-22 08:01"))
    talk.now = at("2025-12-22 09:00")

    await talk.say("补看")

    assert reader.address.place == talk.place
    assert [title[:6] for title in days(talk)] == ["12月21日", "12月20日", "12月19日"]


async def _settle(store: Store, now: dt.datetime) -> None:
    for owed in await claimed(store, now):
        async with store.transaction() as tx:
            outcome = Outcome(owed.subscriber.id, DeliveryState.SENT)
            await tx.outbox.settle(owed.campaign_id, (outcome,), owner="me", now=now)


# As many stories as one message holds


def made_issue(date: dt.date, title: str, stories: int = 10) -> Issue:
    items = tuple(
        Item(number, f"k{number}", f"{title}{number}", "摘要。", f"https://example.org/{'x' * 190}{number}")
        for number in range(1, stories + 1)
    )
    return Issue(date, "日报", (), (Section("新闻", "新闻", items),), (1, 2, 3))


@pytest.mark.parametrize(
    ("count", "title", "most"),
    [
        (2, "短标题", 3),
        (7, "一则标题比较长的新闻" * 3, 3),
        (16, "短标题", 2),
        (20, "一则标题不短也不长的新闻" * 4, 1),
    ],
)
def test_the_more_days_there_are_the_fewer_stories_has_each(
    catalogs: Catalogs, count: int, title: str, most: int
) -> None:
    dates = [MONDAY - dt.timedelta(back) for back in range(count)]

    blocks = catch_up_blocks(
        tuple(Day(made_issue(date, title), Sections(), Marks(frozenset({5}))) for date in dates),
        catalogs.speak("zh"),
    )

    assert {len(block.items) for block in blocks} == {most}
    assert all(block.items[0].number == 5 for block in blocks)
    assert len(blocks) == count


async def test_a_month_of_issues_is_one_message(sqlite_store: Store, catalogs: Catalogs) -> None:
    dates = [MONDAY - dt.timedelta(back) for back in range(29)]
    await publish(sqlite_store, *dates)
    talk = Talk(sqlite_store, catalogs)
    await got(talk, dates[-1])

    said = await talk.say("补看")

    (message,) = render(talk.last)
    assert measure(message.html).entities <= 100
    assert len(days(talk)) == MOST_DAYS
    assert "补看：错过了28期" in said
    assert "更早的还有8期" in said
    assert [len(row) for row in message.buttons] == [4, 4, 4, 4, 4, 2]
