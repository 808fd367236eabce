"""Subscribing, leaving, pausing, asking why."""

from __future__ import annotations

import datetime as dt

import pytest

from digest.intents import Incoming
from digest.replies import Form
from digest.subscriber import AddressState, Selection
from tests.handlers.conftest import Talk


async def test_two_taps_lead_from_a_link_to_the_issue_on_the_screen(talk: Talk) -> None:
    welcome = await talk.say("/start c")
    labels = talk.labels()
    subscribed = await talk.tap("订阅，每天 8:00")

    assert welcome.startswith("每天早上一条消息，3分钟看完AI圈的大事。\n\n今天的头条\n")
    assert "另有40条，分5个栏目。" in welcome
    assert labels == [["订阅，每天 8:00"], ["换个时间", "先看今天的"]]
    assert subscribed.startswith(
        "订阅好了。明天（周二）8:00 见，北京时间。\n默认每天、5个栏目都发，随时能改。"
    )
    assert "12月22日 周一 · 41条" in subscribed
    assert talk.last.edits
    assert talk.labels() == [["改时间", "选栏目", "只要工作日"]]


async def test_subscribing_before_the_hour_promises_today_when_todays_issue_is_still_to_come(
    talk: Talk,
) -> None:
    talk.later(days=1, hours=-3)  # seven in the morning, nothing out yet

    assert "今天（周二）8:00 见" in await talk.say("订阅")


async def test_subscribing_before_the_hour_promises_tomorrow_when_todays_issue_was_just_shown(
    talk: Talk,
) -> None:
    talk.later(hours=-3)

    assert "明天（周二）8:00 见" in await talk.say("订阅")


async def test_reading_todays_issue_before_the_hour_moves_the_digest_to_tomorrow(talk: Talk) -> None:
    talk.later(days=-1, hours=-3)
    await talk.say("订阅")
    talk.later(days=1)

    await talk.say("今日")

    assert "明天（周二）8:00 发下一期" in await talk.say("状态")


async def test_subscribing_twice_keeps_the_order_and_says_when(talk: Talk) -> None:
    await talk.say("改成7点半")
    await talk.say("订阅")

    shown = await talk.say("订阅")

    assert "明天（周二）7:30 见" in shown
    assert (await talk.reader()).subscription.push_at == dt.time(7, 30)


async def test_an_hour_and_a_section_are_taken_from_the_sentence(talk: Talk) -> None:
    hour = await talk.say("每天7点半发我")
    section = await talk.say("订阅 开源动态")

    reader = await talk.reader()
    assert "7:30" in hour
    assert "只要开源动态" in section
    assert reader.subscription.sections.mode is Selection.ONLY
    assert reader.subscription.push_at == dt.time(7, 30)


@pytest.mark.parametrize("typed", ["退订", "TD", "取消订阅", "别发了", "/unsubscribe"])
async def test_leaving_is_done_at_once_and_can_be_undone(talk: Talk, typed: str) -> None:
    await talk.say("订阅")
    await talk.say("改成9点")

    gone = await talk.say(typed)
    labels = talk.labels()
    after = (await talk.reader()).subscription
    back = await talk.say("恢复")

    assert gone.startswith("已退订，从现在起不再给你发。\n点错了？回复「恢复」")
    assert labels == [["恢复", "改成只要周一", "暂停7天"]]
    assert not after.active
    assert "明天（周二）9:00" in back
    assert (await talk.reader()).subscription.active


async def test_a_near_miss_only_asks(talk: Talk) -> None:
    await talk.say("订阅")

    asked = await talk.say("推定")
    labels = talk.labels()
    still = (await talk.reader()).subscription.active
    await talk.tap("退订")

    assert "你是想退订吗？" in asked
    assert labels == [["退订", "不是"]]
    assert still
    assert not (await talk.reader()).subscription.active


async def test_a_question_about_leaving_changes_nothing(talk: Talk) -> None:
    await talk.say("订阅")

    shown = await talk.say("怎么退订")

    assert "没有变化" in shown
    assert (await talk.reader()).subscription.active


async def test_leaving_without_being_subscribed_says_so(talk: Talk) -> None:
    assert "你现在没有订阅" in await talk.say("退订")


async def test_one_section_can_be_left_and_taken_back(talk: Talk) -> None:
    await talk.say("订阅")

    left = await talk.say("退订 推荐文章")
    without = await talk.say("今日")
    await talk.say("退订 推荐文章")
    await talk.tap("恢复推荐文章")

    assert "以后不发「推荐文章」了，其余4个栏目照旧。" in left
    assert "你选的38条（共41条）" in without
    assert (await talk.reader()).subscription.sections.mode is Selection.ALL


async def test_a_pause_of_seven_days_names_the_day_it_ends(talk: Talk) -> None:
    await talk.say("订阅")

    paused = await talk.say("暂停 7")
    status = await talk.say("状态")
    back = await talk.tap("提前恢复")

    assert "暂停到 12月29日 周一，那天 8:00 照常发。" in paused
    assert "12月29日" in status
    assert "明天（周二）8:00" in back


async def test_a_pause_without_a_span_asks_and_hears_the_answer(talk: Talk) -> None:
    await talk.say("订阅")

    asked = await talk.say("暂停")
    answered = await talk.say("三天")

    assert "暂停多久" in asked
    assert "暂停到 12月25日 周四" in answered


async def test_a_pause_of_nothing_offers_to_subscribe(talk: Talk) -> None:
    assert "没有什么可以暂停的" in await talk.say("暂停 7")


async def test_whoever_speaks_again_is_reached_again(talk: Talk) -> None:
    await talk.say("订阅")
    reader = await talk.reader()
    async with talk.store.transaction() as tx:
        await tx.subscribers.deactivate(reader.address.id, "blocked")

    welcome = await talk.say("/start")

    assert "欢迎回来，订阅还在" in welcome
    assert (await talk.reader()).address.state is AddressState.ACTIVE


async def test_settings_are_shown_with_a_button_for_each(talk: Talk) -> None:
    await talk.say("订阅")

    shown = await talk.say("设置")

    assert "时间：8:00（北京时间）" in shown
    assert "哪几天：每天" in shown
    assert "下一期：明天（周二）8:00。" in shown
    assert talk.labels() == [
        ["时间", "时区", "哪几天"],
        ["栏目", "语言 Language", "详略"],
        ["★ 关注词", "关联另一个渠道"],
        ["改成静音", "暂停", "退订"],
    ]


async def test_an_hour_is_picked_by_button(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("设置")
    page = await talk.tap("时间")
    labels = talk.labels()
    changed = await talk.tap("7:30")

    assert "想改成几点" in page
    assert labels[0] == ["7:00", "7:30", "✓ 8:00"]
    assert changed.startswith("时间改成 7:30。\n下一期：明天（周二）7:30。")
    assert talk.last.edits
    assert talk.last.toast == "时间改成 7:30。"


async def test_an_hour_can_be_typed_while_it_is_asked_for(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("改时间")

    assert "时间改成 21:15。" in await talk.say("晚上九点一刻")


async def test_an_hour_that_cannot_be_is_asked_for_again(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("改时间")

    shown = await talk.say("25:00")

    assert (await talk.reader()).subscription.push_at is None
    assert "想改成几点" in shown


@pytest.mark.parametrize(
    ("typed", "zone", "words"),
    [
        ("时区 纽约", "America/New_York", "纽约时间"),
        ("时区 伦敦", "Europe/London", "伦敦时间"),
        ("时区 Asia/Tokyo", "Asia/Tokyo", "东京时间"),
    ],
)
async def test_a_zone_is_named_by_its_city(talk: Talk, typed: str, zone: str, words: str) -> None:
    await talk.say("订阅")

    shown = await talk.say(typed)

    assert f"时区改成{words}。" in shown
    assert (await talk.reader()).zone == zone


async def test_an_unknown_city_gets_buttons(talk: Talk) -> None:
    await talk.say("改时区")

    shown = await talk.say("阿瓦隆")

    assert "没认出「阿瓦隆」" in shown
    assert len(talk.labels()) > 2


async def test_workdays_only_is_said_and_kept(talk: Talk) -> None:
    await talk.say("订阅")

    shown = await talk.say("只要工作日")

    assert "以后法定工作日发。" in shown
    assert (await talk.reader()).subscription.weekdays == "workdays"


async def test_workdays_of_a_year_without_a_calendar_say_so(talk: Talk) -> None:
    talk.now = dt.datetime(2031, 3, 3, 2, tzinfo=dt.UTC)
    await talk.say("订阅")

    assert "2031年的放假安排还没公布" in await talk.say("只要工作日")


async def test_sections_are_chosen_by_tapping(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("栏目设置")
    first = talk.labels()
    await talk.tap("✓ 推荐文章")
    await talk.say("栏目设置")

    assert first[0][0].startswith("✓ ")
    assert "推荐文章" in talk.every_label()


async def test_the_last_section_cannot_be_dropped(talk: Talk) -> None:
    await talk.say("订阅 开源动态")

    assert "至少留一个栏目" in await talk.say("退订 开源动态")


async def test_the_language_changes_at_once(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("English")
    talk.language = "en"

    assert "You are subscribed" in await talk.say("subscribe") or "See you" in await talk.say("subscribe")


async def test_the_full_form_is_kept_and_used(talk: Talk) -> None:
    await talk.say("完整")

    shown = await talk.say("今日")

    assert (await talk.reader()).subscription.form is Form.FULL
    assert "【新闻资讯】" in shown


async def test_status_says_what_comes_and_when(talk: Talk) -> None:
    await talk.say("订阅")

    shown = await talk.say("没收到")

    assert "还没有给你发过" in shown
    assert "明天（周二）8:00 发下一期：全部5个栏目，标题加头条摘要。" in shown


async def test_help_has_a_line_for_every_command(talk: Talk) -> None:
    shown = await talk.say("帮助")

    assert shown.startswith("你可以说")
    assert shown.count("\n") > 10


@pytest.mark.parametrize("typed", ["谢谢", "在吗", "👍"])
async def test_small_talk_gets_one_kind_line(talk: Talk, typed: str) -> None:
    shown = await talk.say(typed)

    assert shown == "不客气。" or shown.startswith("在的。")


async def test_the_bot_is_handed_on_by_a_link(talk: Talk) -> None:
    shown = await talk.say("转给朋友")

    assert "https://t.me/digest_bot?start=share" in shown


async def test_a_picture_is_answered_with_what_can_be_typed(talk: Talk) -> None:
    reply = await talk.hear(Incoming(code="unreadable.picture"))

    assert reply.blocks


async def test_a_button_from_long_ago_gets_a_sentence(talk: Talk) -> None:
    reply = await talk.hear(Incoming(tap="x-old-button"))

    assert reply.toast


async def test_a_section_that_was_left_comes_back_and_the_others_stay(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("退订 推荐文章")

    await talk.say("订阅 推荐文章")

    assert (await talk.reader()).subscription.sections.mode is Selection.ALL


async def test_the_last_section_cannot_be_left_by_words_either(talk: Talk) -> None:
    await talk.say("订阅")
    for section in ("新闻资讯", "产品应用", "推荐文章", "开源动态"):
        await talk.say(f"退订 {section}")

    assert "至少留一个栏目" in await talk.say("退订 算法论文")


async def test_whoever_has_just_left_can_pause_or_take_mondays_instead(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("退订")
    mondays = await talk.tap("改成只要周一")
    await talk.say("退订")
    paused = await talk.tap("暂停7天")

    assert "恢复了，以后周一发。" in mondays
    assert "暂停到 12月29日 周一" in paused
    assert (await talk.reader()).subscription.active


async def test_a_language_is_confirmed_in_itself_and_others_are_not_promised(talk: Talk) -> None:
    await talk.say("订阅")

    english = await talk.say("English")
    talk.language = "en"
    unknown = await talk.say("日本語")

    assert english.startswith("I will speak English with you.")
    assert "I only speak" in unknown


async def test_an_english_reader_gets_the_digest_in_english(talk: Talk) -> None:
    talk.language = "en"

    await talk.say("subscribe")

    assert (await talk.reader()).locale == "en"


async def test_a_pause_is_told_by_start_and_status(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("暂停 7")

    assert "现在暂停中" in await talk.say("/start")
    assert "暂停中，12月29日 周一 8:00接着发。" in await talk.say("状态")
