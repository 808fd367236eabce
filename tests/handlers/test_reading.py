"""Reading: today, a day, a section, a story, the archive."""

from __future__ import annotations

import pytest

from digest.intents import Incoming
from digest.replies import Hit
from digest.subscriber import Kind
from tests.handlers.conftest import Talk


async def test_today_is_the_newest_issue_with_its_sections_as_buttons(talk: Talk) -> None:
    shown = await talk.say("今日")

    assert "12月22日 周一 · 41条 · 约3分钟" in shown
    assert talk.labels()[0] == ["新闻 19", "产品 6", "推荐 3"]
    assert talk.labels()[1] == ["开源 7", "算法 6", "◀ 12月20日"]
    assert talk.labels()[2] == ["⚙ 设置", "转给朋友"]


async def test_yesterday_is_named_yesterday_on_the_button(talk: Talk) -> None:
    talk.later(days=-1, hours=2)

    await talk.say("今日")

    assert "◀ 昨天" not in talk.every_label()
    assert "◀ 12月19日" in talk.every_label()


async def test_before_todays_issue_is_out_the_newest_one_comes_with_a_word(talk: Talk) -> None:
    talk.later(days=1)

    shown = await talk.say("today")

    assert shown.startswith("今天（12月23日 周二）的还没出")
    assert "12月22日 周一 · 41条" in shown


@pytest.mark.parametrize(
    "typed", ["/section 开源动态", "开源动态", "版块 開源", "/section@digest_bot 开源", "开源", "栏目 开源"]
)
async def test_a_section_comes_by_any_of_its_names(talk: Talk, typed: str) -> None:
    shown = await talk.say(typed)

    assert shown.startswith("开源动态 ─")
    assert [f"{number:>3}  " in shown for number in range(29, 36)] == [True] * 7
    assert talk.labels() == [["← 全部", "下一栏：算法 6"], ["◀ 前一天的开源动态", "日期"]]


async def test_the_button_of_a_section_edits_the_message_and_leads_back(talk: Talk) -> None:
    await talk.say("今日")

    section = await talk.tap("开源 7")
    edits = talk.last.edits
    back = await talk.tap("← 全部")

    assert section.startswith("开源动态")
    assert edits
    assert "41条" in back
    assert talk.last.edits


async def test_the_section_of_the_day_before_is_one_tap_away(talk: Talk) -> None:
    await talk.say("开源动态")

    shown = await talk.tap("◀ 前一天的开源动态")

    assert "12月20日 周六（前天）" in shown


async def test_an_unknown_section_names_the_nearest(talk: Talk) -> None:
    shown = await talk.say("/section 开源新闻")

    assert "没有叫「开源新闻」的栏目，最接近的是 开源动态（7条）。" in shown
    assert "开源动态" in talk.labels()[0]
    assert talk.labels()[-1] == ["全部栏目"]


async def test_the_sections_are_listed_with_their_counts(talk: Talk) -> None:
    shown = await talk.say("栏目")

    assert "开源动态　7条" in shown
    assert talk.labels()[0] == ["新闻 19", "产品 6", "推荐 3"]


@pytest.mark.parametrize("typed", ["29", "第29条", "２９", "看29", "29."])
async def test_a_story_comes_by_its_number(talk: Talk, typed: str) -> None:
    shown = await talk.say(typed)

    assert shown.startswith("第29条 · 开源动态 · 12月22日")
    assert talk.labels() == [["◀ 上一条", "下一条 ▶"], ["开源动态", "目录"]]


async def test_a_number_means_the_list_on_the_screen_for_ten_minutes(talk: Talk) -> None:
    await talk.say("2025-12-19")

    soon = await talk.say("29")
    talk.later(minutes=11)
    later = await talk.say("29")

    assert "12月19日" in soon
    assert "12月22日" in later


async def test_a_number_that_is_not_there_says_which_is_the_last(talk: Talk) -> None:
    assert "12月22日 周一没有第99条，最后一条是第41条。" in await talk.say("第99条")


async def test_the_first_story_has_none_before_it_and_the_last_none_after(talk: Talk) -> None:
    await talk.say("1")
    first = talk.labels()[0]
    await talk.say("41")

    assert first == ["下一条 ▶"]
    assert talk.labels()[0] == ["◀ 上一条"]


@pytest.mark.parametrize("typed", ["2025-12-20", "20251220", "12月20日", "前天", "/date 2025-12-20"])
async def test_a_past_day_comes_with_its_neighbours(talk: Talk, typed: str) -> None:
    shown = await talk.say(typed)

    assert "12月20日 周六（前天） · 41条" in shown
    assert talk.labels()[-1] == ["◀ 12月19日", "12月22日 ▶", "日历"]


async def test_a_day_without_an_issue_names_its_neighbours(talk: Talk) -> None:
    shown = await talk.say("昨天")

    assert shown.startswith(
        "12月21日 周日没有出刊。\n前一期：12月20日 周六（41条）\n后一期：12月22日 周一（41条）"
    )


async def test_a_day_to_come_names_the_newest_issue(talk: Talk) -> None:
    assert (await talk.say("2025-12-25")).startswith(
        "12月25日还没到。最新一期是今天的，12月22日 周一（41条）。"
    )


async def test_an_impossible_day_gets_a_sentence(talk: Talk) -> None:
    shown = await talk.say("2025-02-30")

    assert "41条" not in shown
    assert "2025-02-30" in shown or "2月" in shown


async def test_a_section_of_a_past_day(talk: Talk) -> None:
    shown = await talk.say("前天 开源动态")

    assert shown.startswith("开源动态 ")
    assert "12月20日 周六（前天） · 7条" in shown


async def test_the_issue_before_is_that_before_the_one_on_the_screen(talk: Talk) -> None:
    first = await talk.say("上一期")
    second = await talk.say("上一期")
    third = await talk.say("上一期")

    assert "12月20日" in first
    assert "12月19日" in second
    assert "12月19日 周五是最早的一期" in third


async def test_nothing_published_is_said_plainly(empty_talk: Talk) -> None:
    for typed in ("今日", "开源动态", "29", "栏目", "往期", "2025-12-22"):
        assert "还没有出过刊" in await empty_talk.say(typed)


async def test_an_embargoed_issue_is_shown_to_nobody_before_its_time(talk: Talk) -> None:
    talk.later(days=-1)

    assert "12月20日" in await talk.say("今日")


async def test_a_group_hears_only_commands_and_its_name(talk: Talk) -> None:
    chatter = await talk.hear(Incoming("今天天气不错", private=False, addressed=False), Kind.GROUP)
    command = await talk.hear(Incoming("/today", private=False, addressed=True), Kind.GROUP)

    assert chatter.blocks == ()
    assert command.blocks


async def test_an_english_reader_is_spoken_to_in_english(talk: Talk) -> None:
    talk.language = "en"

    shown = await talk.say("yesterday")

    assert shown.startswith("There was no issue on Sun, Dec 21.")
    assert "41 stories" in await talk.say("today")


async def test_a_look_up_marks_the_word_and_names_its_day(talk: Talk) -> None:
    shown = await talk.say("搜 世界模型")

    assert shown.startswith("「世界模型」")
    assert "· 新闻资讯" in shown or "· 开源动态" in shown


async def test_a_look_up_turns_its_pages_by_button_and_by_word(talk: Talk) -> None:
    first = await talk.say("搜 AI")
    by_button = await talk.tap("下一页 ▶")
    by_word = await talk.say("下一页")

    assert " 1  " in first
    assert " 11  " in by_button
    assert " 21  " in by_word
    assert "◀ 上一页" in talk.every_label()


async def test_an_unknown_word_is_looked_up_and_that_is_said(talk: Talk) -> None:
    assert "当关键词查了" in await talk.say("量子纠缠超导")


async def test_too_long_a_look_up_is_refused_kindly(talk: Talk) -> None:
    assert "关键词最多200个字" in await talk.say("搜 " + "长" * 300)


async def test_a_number_after_a_look_up_opens_what_was_found(talk: Talk) -> None:
    await talk.say("搜 开源")
    listed = talk.last.blocks[2]

    opened = await talk.say("2")
    more = await talk.say("下一页")

    assert isinstance(listed, Hit)
    assert listed.item.title in opened
    assert " 11  " in more or "后面没有了" in more


async def test_what_is_nearly_a_section_gets_that_section(talk: Talk) -> None:
    shown = await talk.say("开源新闻")

    assert "没有叫「开源新闻」的栏目，最接近的是 开源动态（7条）。" in shown
    assert talk.labels()[1] == ["全部栏目", "当关键词搜"]


async def test_a_name_that_is_like_none_gets_all_sections(talk: Talk) -> None:
    shown = await talk.say("/section 足球")

    assert "没有叫「足球」的栏目。现有的栏目：" in shown
    assert talk.labels()[0] == ["新闻资讯", "产品应用", "推荐文章"]


async def test_an_empty_day_is_one_tap_from_its_neighbours(talk: Talk) -> None:
    await talk.say("昨天")

    assert talk.labels()[0] == ["12月20日", "12月22日"]
    assert "12月20日" in await talk.tap("12月20日")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_hint_under_every_screen_is_understood_when_typed(talk: Talk, language: str) -> None:
    talk.language = language
    for asked in (
        "今日",
        "开源动态",
        "29",
        "栏目",
        "往期",
        "2025-12-20",
        "2025-12-20 开源动态",
        "搜 AI",
        "设置",
        "帮助",
    ):
        await talk.say(asked)
        for hint in talk.last.typed:
            await talk.say(asked)
            answer = await talk.say(hint)
            assert "没看懂" not in answer, (asked, hint)
            assert "I did not understand" not in answer, (asked, hint)


async def test_what_a_button_of_a_past_day_says_is_of_that_day_too(talk: Talk) -> None:
    await talk.say("2025-12-20 开源动态")

    assert talk.choice("下一栏：算法 6").says == "2025-12-20 算法论文"
    assert talk.choice("← 全部").says == "2025-12-20"
