"""One reader on two channels: a code, one set of preferences, one digest, and two readers again."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.phrases import Catalogs
from digest.house import House
from digest.incoming import Incoming
from digest.replies import Reply, Text
from digest.subscriber import Kind, Place
from handlers.depart import depart
from handlers.plan import plan
from storage.store import Store
from tests.handlers.conftest import MONDAY, Talk, publish

TUESDAY_AT_NINE = dt.datetime(2025, 12, 23, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
async def telegram(store: Store, catalogs: Catalogs) -> Talk:
    await publish(store, MONDAY)
    return Talk(store, catalogs)


@pytest.fixture
def wechat(telegram: Talk) -> Talk:
    return replace(telegram, place=Place("wechat", "oXYZ", account="wx1"), last=Reply())


def text_of(reply: Reply) -> str:
    return "\n".join(block.text for block in reply.blocks if isinstance(block, Text))


async def says(talk: Talk, words: str) -> str:
    """The answer's words alone."""
    await talk.say(words)
    return text_of(talk.last)


async def code_of(talk: Talk) -> str:
    found = re.search(r"\d{6}", await says(talk, "关联"))
    assert found
    return found[0]


async def pair_up(one: Talk, other: Talk) -> str:
    return await says(other, f"关联 {await code_of(one)}")


async def owed(store: Store) -> list[tuple[str, str]]:
    """Channel and recipient of every delivery that waits."""
    query = (
        "SELECT a.channel, a.recipient FROM deliveries d JOIN addresses a ON a.id = d.address_id"
        " WHERE d.status = 0 ORDER BY a.channel"
    )
    async with store.reading() as tx:
        return [(row[0], row[1]) for row in await tx.connection.execute(sa.text(query))]


async def test_a_code_from_one_channel_said_on_the_other_makes_one_reader(
    telegram: Talk, wechat: Talk
) -> None:
    await telegram.say("订阅")
    await telegram.say("改成7点半")

    said = await pair_up(telegram, wechat)

    here, there = await telegram.reader(), await wechat.reader()
    assert here.id == there.id
    assert there.subscription.push_at == dt.time(7, 30)
    assert said.startswith("关联好了，两边现在是一位读者。设置沿用Telegram上的：每天 7:30。")
    assert said.endswith("日报发到Telegram，发不到时发到公众号。")


async def test_the_older_readers_settings_stay_whichever_side_has_the_code(
    telegram: Talk, wechat: Talk
) -> None:
    for talk, hour in ((telegram, "7点"), (wechat, "9点")):
        await talk.say("订阅")
        await talk.say(f"改成{hour}")

    await pair_up(wechat, telegram)

    assert (await wechat.reader()).subscription.push_at == dt.time(7)
    assert (await wechat.reader()).id == (await telegram.reader()).id


async def test_who_gets_digests_keeps_their_settings_against_an_older_who_does_not(
    telegram: Talk, wechat: Talk
) -> None:
    await telegram.say("帮助")
    await wechat.say("订阅")
    await wechat.say("改成9点")

    said = await pair_up(telegram, wechat)

    assert (await telegram.reader()).subscription.push_at == dt.time(9)
    assert "日报发到公众号，发不到时发到Telegram" in said


async def test_both_were_subscribed_and_one_digest_is_owed(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    for talk in (telegram, wechat):
        await talk.say("订阅")
    await pair_up(telegram, wechat)
    await publish(store, MONDAY + dt.timedelta(days=1), now=TUESDAY_AT_NINE - dt.timedelta(hours=2))

    planned = await plan(store, House(), now=TUESDAY_AT_NINE)

    assert planned.owed == 1
    assert await owed(store) == [("telegram", "77")]


async def test_what_either_was_sent_is_not_sent_again_and_the_counts_add_up(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    for talk in (telegram, wechat):
        await talk.say("订阅")
    await publish(store, MONDAY + dt.timedelta(days=1), now=TUESDAY_AT_NINE - dt.timedelta(hours=2))
    await plan(store, House(), now=TUESDAY_AT_NINE)
    young = (await wechat.reader()).id
    async with store.transaction() as tx:
        await tx.connection.execute(
            sa.text("UPDATE deliveries SET status = 2 WHERE subscriber_id = :young"), {"young": young}
        )

    telegram.now = wechat.now = TUESDAY_AT_NINE
    await pair_up(telegram, wechat)

    kept = (await telegram.reader()).id
    async with store.reading() as tx:
        rows = await tx.connection.execute(sa.text("SELECT subscriber_id, status FROM deliveries"))
        states = {row.subscriber_id: row.status for row in rows}
    assert states == {kept: 2, young: 0}
    async with store.transaction() as tx:
        (campaign, chunk) = (await tx.outbox.open_chunks())[0]
        assert await tx.outbox.claim(campaign, chunk, 10, owner="me", now=TUESDAY_AT_NINE) == ()
        progress = await tx.campaigns.show(campaign)
    assert progress is not None
    assert (progress.total, progress.skipped) == (2, 1)


async def test_what_only_one_was_owed_reaches_the_reader_once(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    await telegram.say("帮助")
    await wechat.say("订阅")
    await publish(store, MONDAY + dt.timedelta(days=1), now=TUESDAY_AT_NINE - dt.timedelta(hours=2))
    await plan(store, House(), now=TUESDAY_AT_NINE)
    telegram.now = wechat.now = TUESDAY_AT_NINE

    await pair_up(telegram, wechat)

    assert await owed(store) == [("wechat", "oXYZ")]
    assert (await plan(store, House(), now=TUESDAY_AT_NINE)).owed == 0


async def test_while_something_is_being_sent_the_code_waits(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    for talk in (telegram, wechat):
        await talk.say("订阅")
    await publish(store, MONDAY + dt.timedelta(days=1), now=TUESDAY_AT_NINE - dt.timedelta(hours=2))
    await plan(store, House(), now=TUESDAY_AT_NINE)
    telegram.now = wechat.now = TUESDAY_AT_NINE
    async with store.transaction() as tx:
        await tx.connection.execute(sa.text("UPDATE deliveries SET status = 1"))
    code = await code_of(telegram)

    busy = await says(wechat, f"关联 {code}")
    apart = (await telegram.reader()).id != (await wechat.reader()).id
    async with store.transaction() as tx:
        await tx.connection.execute(sa.text("UPDATE deliveries SET status = 2"))
    await says(wechat, f"关联 {code}")

    assert busy.startswith("正在给你发日报")
    assert apart
    assert (await telegram.reader()).id == (await wechat.reader()).id


async def test_a_code_works_once_and_for_ten_minutes(telegram: Talk, wechat: Talk) -> None:
    old = await code_of(telegram)
    wechat.later(minutes=10, seconds=1)
    late = await says(wechat, f"关联 {old}")
    code = await code_of(telegram)
    wechat.now = telegram.now
    await says(wechat, f"关联 {code}")
    third = telegram.another("99")

    assert late.startswith("没有这个关联码")
    assert (await says(third, f"关联 {code}")).startswith("没有这个关联码")


async def test_a_new_code_takes_the_place_of_the_last_one(telegram: Talk, wechat: Talk) -> None:
    first, second = await code_of(telegram), await code_of(telegram)

    assert (await says(wechat, f"关联 {first}")).startswith("没有这个关联码")
    assert (await says(wechat, f"关联 {second}")).startswith("关联好了")


async def test_guessing_ends_after_five_wrong_codes_even_with_the_right_one(
    telegram: Talk, wechat: Talk
) -> None:
    code = await code_of(telegram)
    wrong = [f"{(int(code) + step) % 1_000_000:06}" for step in range(1, 7)]

    answers = [await says(wechat, f"关联 {guess}") for guess in wrong]
    right = await says(wechat, f"关联 {code}")
    wechat.later(minutes=11)
    telegram.later(minutes=11)

    assert [answer[:6] for answer in answers] == ["没有这个关联"] * 5 + ["猜错太多次了"]
    assert right.startswith("猜错太多次了")
    assert (await pair_up(telegram, wechat)).startswith("关联好了")


async def test_two_who_say_the_same_code_at_once_one_is_joined(telegram: Talk, wechat: Talk) -> None:
    code, third = await code_of(telegram), telegram.another("99")
    await third.say("帮助")
    await wechat.say("帮助")

    answers = await asyncio.gather(says(wechat, f"关联 {code}"), says(third, f"关联 {code}"))

    assert sorted(answer[:4] for answer in answers) == ["关联好了", "没有这个"]


@pytest.mark.parametrize("words", ["关联", "/link", "/link 123456", "解除关联"])
async def test_in_a_group_nothing_is_linked(telegram: Talk, words: str) -> None:
    talk = replace(telegram, place=Place("telegram", "-100"))
    incoming = Incoming(words, sender="77", language="zh-hans", private=False, addressed=True)

    reply = await talk.hear(incoming, Kind.GROUP)

    assert text_of(reply) == "关联只能在和我的私聊里做。"


async def test_a_third_channel_has_to_wait_until_one_has_gone(telegram: Talk, wechat: Talk) -> None:
    await pair_up(telegram, wechat)
    third = telegram.another("99")

    assert (await says(telegram, "关联")).startswith("这里已经关联了")
    assert (await says(telegram, f"关联 {await code_of(third)}")).startswith("这里已经关联了")


async def test_ones_own_code_joins_nothing(telegram: Talk) -> None:
    assert await says(telegram, f"关联 {await code_of(telegram)}") == "这两边本来就是同一位读者。"


async def test_after_unlinking_this_side_keeps_everything_and_the_other_begins_anew(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    await telegram.say("订阅")
    await telegram.say("改成7点半")
    await pair_up(telegram, wechat)

    said = await says(wechat, "解除关联")

    here, there = await wechat.reader(), await telegram.reader()
    assert said.startswith("解除了。公众号这边的设置和订阅都不变；Telegram那边重新开始，")
    assert said.endswith("不会再收到日报，想收就在那边回复「订阅」。")
    assert (here.subscription.active, here.subscription.push_at) == (True, dt.time(7, 30))
    assert (there.subscription.active, there.subscription.push_at) == (False, None)
    assert here.id != there.id
    assert await says(wechat, "解除关联") == "这里没有关联别的渠道。"
    await publish(store, MONDAY + dt.timedelta(days=1), now=TUESDAY_AT_NINE - dt.timedelta(hours=2))
    await plan(store, House(), now=TUESDAY_AT_NINE)
    assert await owed(store) == [("wechat", "oXYZ")]


async def test_a_digest_that_waits_goes_to_the_side_that_keeps_the_subscription(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    await telegram.say("订阅")
    await pair_up(telegram, wechat)
    await publish(store, MONDAY + dt.timedelta(days=1), now=TUESDAY_AT_NINE - dt.timedelta(hours=2))
    await plan(store, House(), now=TUESDAY_AT_NINE)
    before = await owed(store)

    wechat.now = TUESDAY_AT_NINE
    await says(wechat, "解除关联")

    assert before == [("telegram", "77")]
    assert await owed(store) == [("wechat", "oXYZ")]


async def test_the_settings_lead_to_the_code(telegram: Talk) -> None:
    await telegram.say("设置")

    await telegram.tap("关联另一个渠道")

    assert re.search(r"\n关联 \d{6}\n10分钟内有效", text_of(telegram.last))


async def test_the_settings_of_who_is_linked_lead_back(telegram: Talk, wechat: Talk) -> None:
    await pair_up(telegram, wechat)
    await wechat.say("设置")

    await wechat.tap("解除关联")

    assert text_of(wechat.last).startswith("解除了。")
    assert (await telegram.reader()).id != (await wechat.reader()).id


async def test_the_digest_comes_first_where_the_reader_wants_it(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    alone = await says(telegram, "日报发到这里")
    await telegram.say("订阅")
    await pair_up(telegram, wechat)

    await wechat.tap("日报发到这里")

    assert alone == "这里没有关联别的渠道。"
    assert text_of(wechat.last) == "好，日报以后先发到公众号，发不到时发到Telegram。"
    await publish(store, MONDAY + dt.timedelta(days=1), now=TUESDAY_AT_NINE - dt.timedelta(hours=2))
    await plan(store, House(), now=TUESDAY_AT_NINE)
    assert await owed(store) == [("wechat", "oXYZ")]


async def test_who_leaves_one_channel_stays_subscribed_on_the_other(
    telegram: Talk, wechat: Talk, store: Store
) -> None:
    await telegram.say("订阅")
    await pair_up(telegram, wechat)

    await depart(wechat.place, store)

    there, here = await wechat.reader(), await telegram.reader()
    assert (there.address.state.value, there.address.reason) == ("inactive", "unfollowed")
    assert here.subscription.active


async def test_the_talk_goes_on_after_linking(telegram: Talk, wechat: Talk) -> None:
    await pair_up(telegram, wechat)

    assert "12月22日" in await wechat.say("今日")
    assert "12月22日" in await telegram.say("今日")


@pytest.mark.parametrize(
    "said",
    ["关联 {}", "关联{}", "关联：{}", "ｌｉｎｋ {}", "/link {}", "绑定 {}", "请关联 {}", "link code {}"],
)
async def test_the_code_is_understood_however_it_is_said(telegram: Talk, wechat: Talk, said: str) -> None:
    assert (await says(wechat, said.format(await code_of(telegram)))).startswith("关联好了")


@pytest.mark.parametrize("words", ["关联交易", "link building", "关联 12345", "关联 1234567"])
async def test_what_is_no_code_is_looked_up(telegram: Talk, words: str) -> None:
    assert "关联码" not in await telegram.say(words)
