"""Days in chat: ranges, the calendar, questions about days, and the way from issue to issue."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.phrases import Catalogs
from bot.telegram.render import render
from handlers.ingest import ingest
from storage.store import Store
from tests.handlers.conftest import MONDAY, RULES, SAMPLE, Talk, issue_file, publish

FIRST = dt.date(2025, 10, 30)


@pytest.fixture(scope="module")
def archive_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with an issue on each day but Sundays since FIRST, and one of the year before."""
    path = tmp_path_factory.mktemp("archive") / "digestbot.db"
    asyncio.run(_fill(f"sqlite:///{path}"))
    return path


async def _fill(url: str) -> None:
    store = await Store.open(url)
    days = (FIRST + dt.timedelta(after) for after in range((MONDAY - FIRST).days + 1))
    await publish(store, dt.date(2024, 12, 24), *(day for day in days if day.weekday() != 6))
    await store.close()


@pytest.fixture
async def long_talk(archive_file: Path, tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Talk]:
    """A reader of a bot with eight weeks of issues, on the morning of Monday 22 December."""
    path = shutil.copy(archive_file, tmp_path / "digestbot.db")
    store = await Store.open(f"sqlite:///{path}")
    yield Talk(store, catalogs)
    await store.close()


async def test_a_week_is_a_headline_a_day_with_a_button_each(long_talk: Talk) -> None:
    shown = await long_talk.say("上周")

    assert shown.startswith("上周（12月15日–21日）出了6期：\n\n12.15 周一　")
    assert shown.count("\n12.") == 6
    assert "回复「上周 开源动态」只看一栏" in shown
    assert long_talk.labels() == [
        ["12月15日", "12月16日", "12月17日", "12月18日"],
        ["12月19日", "12月20日"],
        ["◀ 12月8日–14日", "日历", "12月22日–28日 ▶"],
    ]
    assert "12月15日 周一 · 41条" in await long_talk.tap("12月15日")


async def test_a_week_is_named_in_the_readers_language(long_talk: Talk) -> None:
    long_talk.language = "en"

    shown = await long_talk.say("last week")

    assert shown.startswith("Last week (Dec 15–21): 6 issues\n\nMon, Dec 15: ")
    assert "“last week 开源动态”" in shown


async def test_the_weeks_and_months_beside_are_one_tap_away(long_talk: Talk) -> None:
    await long_talk.say("上周")
    week = await long_talk.tap("◀ 12月8日–14日")
    edits = long_talk.last.edits
    await long_talk.say("11月")
    month = await long_talk.tap("◀ 10月")

    assert week.startswith("12月8日–14日出了6期：")
    assert edits
    assert month.startswith("2025年10月出了2期：")
    assert long_talk.labels()[-1] == ["◀ 2024年12月", "日历", "11月 ▶"]


@pytest.mark.parametrize("typed", ["上周 开源", "上周的开源动态", "开源 上周"])
async def test_one_section_of_a_week_is_its_titles_day_by_day(long_talk: Talk, typed: str) -> None:
    shown = await long_talk.say(typed)

    assert shown.startswith("上周（12月15日–21日）的「开源动态」，6期42条")
    assert "12.15 周一" in shown
    assert "12.20 周六" not in shown
    assert (await long_talk.tap("12月15日")).startswith("开源动态 ")


async def test_the_titles_of_many_days_come_in_pages(long_talk: Talk) -> None:
    await long_talk.say("上周 开源")
    by_word = await long_talk.say("下一页")
    beyond = await long_talk.say("下一页")
    by_number = await long_talk.say("1页")
    by_button = await long_talk.tap("下一页 ▶")

    assert "12.20 周六" in by_word
    assert "12.15 周一" not in by_word
    assert beyond.startswith("后面没有了")
    assert "12.15 周一" in by_number
    assert "12.20 周六" in by_button


async def test_a_range_without_an_issue_names_its_neighbours(long_talk: Talk) -> None:
    shown = await long_talk.say("2025年3月")

    assert shown.startswith(
        "2025年3月没有出刊。\n前一期：2024年12月24日 周二（41条）\n后一期：10月30日 周四（41条）"
    )
    assert long_talk.labels()[0] == ["2024年12月24日 周二", "10月30日"]


async def test_a_range_to_come_names_the_newest_issue(long_talk: Talk) -> None:
    shown = await long_talk.say("下周")

    assert shown.startswith("下周（2025年12月29日–2026年1月4日）还没到。最新一期是今天的，12月22日 周一")


async def test_a_long_range_is_shown_by_its_months(long_talk: Talk) -> None:
    shown = await long_talk.say("2025年")

    assert shown.startswith("2025年出了46期，按月看：\n\n2025年10月　2期\n2025年11月　25期\n2025年12月　19期")
    assert long_talk.labels()[0] == ["2025年10月", "2025年11月", "2025年12月"]
    assert (await long_talk.tap("2025年11月")).startswith("2025年11月出了25期：")


async def test_the_calendar_has_a_button_for_each_day_with_an_issue(long_talk: Talk) -> None:
    shown = await long_talk.say("/date")

    assert shown.startswith("2025年12月，19期")
    assert long_talk.labels()[0] == ["1 一", "2 二", "3 三", "4 四", "5 五", "6 六"]
    assert long_talk.labels()[3:] == [["22 一"], ["◀ 2025年11月", "2025年"], ["看标题"]]
    assert "12月1日 · 12月2日 · " in shown
    assert "12月5日 周五 · 41条" in await long_talk.tap("5 五")


async def test_the_calendar_turns_its_months_and_years_in_place(long_talk: Talk) -> None:
    await long_talk.say("日历")
    november = await long_talk.tap("◀ 2025年11月")
    edits = long_talk.last.edits
    beside = long_talk.labels()[-2]
    await long_talk.tap("2025年")
    months = long_talk.labels()
    old = await long_talk.tap("◀ 2024年")
    day = await long_talk.tap("12月（1）")

    assert november.startswith("2025年11月，25期")
    assert edits
    assert beside == ["◀ 2025年10月", "2025年", "2025年12月 ▶"]
    assert months == [["10月（2）", "11月（25）", "12月（19）"], ["◀ 2024年"]]
    assert old.startswith("2024年，1期")
    assert day.startswith("2024年12月，1期")


@pytest.mark.parametrize("typed", ["往期 2025-03", "/archive 2023年"])
async def test_a_month_without_an_issue_shows_the_newest(long_talk: Talk, typed: str) -> None:
    shown = await long_talk.say(typed)

    assert "没有出过刊。" in shown
    assert "2025年12月，19期" in shown


async def test_the_widest_calendar_fits_telegrams_buttons(long_talk: Talk) -> None:
    for typed in ("往期 2025-11", "11月", "11月 开源", "2025年"):
        await long_talk.say(typed)
        rows = render(long_talk.last)[-1].buttons

        assert sum(map(len, rows)) <= 100, typed
        assert all(len(row) <= 8 for row in rows), typed
        assert all(len(button.data.encode()) <= 64 for row in rows for button in row), typed


async def test_a_day_that_its_month_lacks_is_asked_back(long_talk: Talk) -> None:
    shown = await long_talk.say("31日")
    labels = long_talk.labels()[0]
    chosen = await long_talk.tap("10月31日")

    assert shown.startswith("11月没有31日。是想看10月31日 周五，还是12月31日 周三（还没到）？")
    assert labels == ["10月31日"]
    assert "10月31日 周五 · 41条" in chosen


async def test_an_impossible_day_is_asked_back_with_the_days_around_it(long_talk: Talk) -> None:
    assert (await long_talk.say("2月30日")).startswith("2月没有30日。是想看2月28日 周五，还是3月1日 周六？")
    assert long_talk.labels()[0] == ["2月28日", "3月1日"]


async def test_a_day_that_cannot_be_leads_to_the_calendar(long_talk: Talk) -> None:
    shown = await long_talk.say("13月1日")

    assert shown.startswith("没有13月1日这一天。")
    assert "2025年12月" in await long_talk.tap("日历")


async def test_the_weekday_of_today_is_asked_back(long_talk: Talk) -> None:
    shown = await long_talk.say("周一")

    assert shown.startswith("是想看12月15日 周一，还是12月22日 周一（今天）？")
    assert long_talk.labels()[0] == ["12月15日", "12月22日"]


async def test_figures_that_may_be_either_are_asked_back_in_english(long_talk: Talk) -> None:
    long_talk.language = "en"

    shown = await long_talk.say("12/11")

    assert shown.startswith("Did you mean Wed, Nov 12 or Thu, Dec 11?")


async def test_todays_date_before_its_issue_is_out_says_so(long_talk: Talk) -> None:
    long_talk.later(days=1)

    shown = await long_talk.say("12月23日")

    assert shown.startswith("今天（12月23日 周二）的还没出。最新一期是12月22日 周一（41条）。")


async def test_a_dated_issue_and_section_lead_to_the_issues_beside_them(long_talk: Talk) -> None:
    await long_talk.say("12月19日")
    issue = long_talk.labels()[-1]
    await long_talk.say("12月19日 开源")
    section = long_talk.labels()[-1]
    before = await long_talk.tap("◀ 12月18日")

    assert issue == section == ["◀ 12月18日", "12月20日 ▶", "日历"]
    assert before.startswith("开源动态 ")
    assert "12月18日 周四 · 7条" in before


async def test_a_day_without_a_section_says_so_and_names_those_it_has(talk: Talk) -> None:
    renamed = SAMPLE.replace("## 开源动态", "## 开源周刊")
    await ingest([issue_file(MONDAY - dt.timedelta(4), renamed)], talk.store, RULES, now=talk.now)
    await talk.say("12月19日 开源动态")

    shown = await talk.tap("◀ 12月18日")

    assert shown.startswith("12月18日 周四没有「开源动态」这一栏，有这些：")
    assert "开源周刊" in talk.every_label()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "typed", ["上周", "上周 开源", "11月", "2025年", "往期", "往期 2025", "往期 2024", "31日", "周一"]
)
async def test_every_word_offered_is_understood_as_what_it_stands_for(
    long_talk: Talk, typed: str, language: str
) -> None:
    long_talk.language = language
    await long_talk.say(typed)
    screen = long_talk.last

    for choice in (choice for row in screen.choices for choice in row):
        by_tap = await long_talk.tap(choice.label)
        await long_talk.say(typed)
        by_word = await long_talk.say(choice.says)
        await long_talk.say(typed)

        assert by_word == by_tap, choice.says
