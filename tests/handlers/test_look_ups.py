"""Look-ups: what a reader types to find something, and what comes back, on both databases."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.phrases import Catalogs
from bot.telegram.markup import measure
from bot.telegram.render import render
from digest.dialect import SEED_DIALECT
from digest.replies import Hit, Reply, Text
from digest.taps import LIMIT
from handlers.ingest import Rules, SourceFile, ingest
from storage.lookup_tables import LOOKUPS_KEY
from storage.store import Store
from tests.handlers.conftest import AT_TEN, Talk

Stories = dict[str, Sequence[tuple[str, str]]]

ISSUES: dict[str, Stories] = {
    "2025-12-22": {
        "新闻资讯": [
            ("星桥投身世界模型", "星桥把团队整个搬进一座旧船厂，专攻世界模型，头一课是浮力。"),
            ("麦垛拿到新融资", "麦垛拿到一轮融资，要做具身智能，又请来 OpenAI 旧将管机器人。"),
        ],
        "开源动态": [("Lan2.2推理提速", "显卡打盹时也加班，Lan2.2 的推理快了一半，transformer 改了两处。")],
    },
    "2025-12-19": {
        "新闻资讯": [("周五没有大事", "编辑部去看海。")],
        "算法论文": [("北窗谈推理", "世界模型也要推理，具身智能更难，灵巧手最难。")],
        "开源动态": [(f"小工具第{number}版", "一行命令装好，机器狗也能用。") for number in range(1, 24)],
    },
    "2025-10-01": {"新闻资讯": [("远岫教机器人做饭", "远岫的机器人学会了颠勺，世界模型立了功。")]},
    "2024-12-20": {"行业观察": [("去年谈量子计算", "量子计算离用上还远。")]},
}
RULES = Rules(SEED_DIALECT, "Asia/Shanghai")


def issue_file(date: str, sections: Stories) -> SourceFile:
    """An issue with these sections and stories."""
    lines = ["---", f"title: AI日报：{date}", f"date: {date}", "---", ""]
    for section, stories in sections.items():
        lines += [f"## {section}", ""]
        for number, (title, summary) in enumerate(stories, 1):
            link = f"https://example.org/{date}/{len(lines)}-{number}"
            lines += [f"### {title}", "", f"{summary}[>阅读原文]({link})", ""]
    return SourceFile(f"{date}.md", f"{date}.md", "\n".join(lines).encode())


@pytest.fixture
async def talk(store: Store, catalogs: Catalogs) -> Talk:
    """A reader of a bot with four issues."""
    files = [issue_file(date, sections) for date, sections in ISSUES.items()]
    reports = await ingest(files, store, RULES, now=AT_TEN)
    assert [report.problems for report in reports if report.problems] == []
    return Talk(store, catalogs)


def hits(reply: Reply) -> list[Hit]:
    return [block for block in reply.blocks if isinstance(block, Hit)]


def titles(talk: Talk) -> list[str]:
    return [hit.item.title for hit in hits(talk.last)]


def bold(hit: Hit) -> set[str]:
    return {hit.snippet[start:end] for start, end in hit.spans}


def first_line(talk: Talk) -> str:
    (line, *_) = talk.last.blocks
    assert isinstance(line, Text)
    return line.text


# What is found


async def test_a_word_is_marked_in_the_summary_and_the_story_says_where_it_stood(talk: Talk) -> None:
    await talk.say("搜 具身智能")

    assert first_line(talk) == "「具身智能」 2条"
    assert titles(talk) == ["麦垛拿到新融资", "北窗谈推理"]
    assert [bold(hit) for hit in hits(talk.last)] == [{"具身智能"}, {"具身智能"}]
    assert [hit.source for hit in hits(talk.last)] == ["12月22日 · 新闻资讯", "12月19日 · 算法论文"]


async def test_the_heading_names_the_day_when_all_are_of_one(talk: Talk) -> None:
    await talk.say("搜 船厂")
    single = first_line(talk)
    await talk.say("搜 小工具")
    many = first_line(talk)

    assert single == "「船厂」 1条，在 12月22日"
    assert many == "「小工具」 23条，都在 12月19日"


async def test_a_day_of_another_year_is_told_with_its_year(talk: Talk) -> None:
    await talk.say("搜 量子计算")

    assert hits(talk.last)[0].source.startswith("2024年12月20日")
    assert "2024年12月20日" in first_line(talk)


async def test_the_buttons_of_results_follow_narrow_and_lead_to_the_days(talk: Talk) -> None:
    await talk.say("搜 世界模型")

    assert talk.labels() == [["★ 以后有它就标出来"], ["只看近30天", "日期"]]


async def test_only_recent_stories_are_one_tap_away_and_all_of_them_one_more(talk: Talk) -> None:
    await talk.say("搜 世界模型")
    everything = titles(talk)

    await talk.tap("只看近30天")
    recent, heading = titles(talk), first_line(talk)
    await talk.tap("不限日期")

    assert recent == ["星桥投身世界模型", "北窗谈推理"]
    assert heading == "「世界模型」 2条（近30天）"
    assert len(everything) == 3
    assert titles(talk) == everything


async def test_english_readers_get_the_same_in_english(talk: Talk) -> None:
    talk.language = "en"

    await talk.say("search 具身智能 section:论文")

    assert first_line(talk) == "“具身智能”: 1 story, on Dec 19 (算法论文)"
    assert hits(talk.last)[0].source == "Dec 19 · 算法论文"
    assert talk.labels() == [["★ Mark it from now on"], ["Last 30 days", "Dates"]]


# Filters


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("搜 世界模型 版块:论文", ["北窗谈推理"]),
        ("搜 世界模型 section:算法论文", ["北窗谈推理"]),
        ("search 世界模型 SECTION:论", ["北窗谈推理"]),
        ("搜 世界模型 栏目：论文", ["北窗谈推理"]),
        ("搜 世界模型 从:昨天", ["星桥投身世界模型"]),
        ("搜 世界模型 to:2025-12-01", ["远岫教机器人做饭"]),
        ("搜 世界模型 到:10月", ["远岫教机器人做饭"]),
        ("搜 世界模型 from:2025-12-01 to:2025-12-19", ["北窗谈推理"]),
        ("搜 世界模型 从:10月 到:10月", ["远岫教机器人做饭"]),
        ("搜 世界模型 -船厂 -机器人", ["北窗谈推理"]),
        ('搜 "世界模型也要推理"', ["北窗谈推理"]),
        ("搜 世界模型 推理", ["北窗谈推理"]),
    ],
)
async def test_filters_are_understood_in_both_languages(talk: Talk, typed: str, found: list[str]) -> None:
    await talk.say(typed)

    assert titles(talk) == found


async def test_the_heading_says_what_narrows_a_look_up(talk: Talk) -> None:
    await talk.say("搜 世界模型 从:12月1日 -船厂")

    assert first_line(talk) == "「世界模型」 1条，在 12月19日（12月1日起、不含「船厂」）"


async def test_a_part_of_a_name_that_fits_two_sections_looks_in_both(talk: Talk) -> None:
    await talk.say("搜 推理 版块:动")
    one = titles(talk)
    await talk.say("搜 世界模型 版块:资讯")

    assert one == ["Lan2.2推理提速"]
    assert titles(talk) == ["星桥投身世界模型", "远岫教机器人做饭"]


async def test_an_unknown_section_offers_the_known_ones_the_nearest_first(talk: Talk) -> None:
    await talk.say("搜 推理 版块:开元")

    assert first_line(talk) == "没有叫「开元」的栏目。在下面哪一栏里找「推理」？"
    assert talk.labels()[0][0] == "开源动态"
    assert set(talk.every_label()) == {"开源动态", "新闻资讯", "算法论文", "行业观察"}
    await talk.tap("算法论文")
    assert titles(talk) == ["北窗谈推理"]


async def test_what_is_not_there_but_elsewhere_is_said(talk: Talk) -> None:
    await talk.say("搜 量子计算 从:2025-12-01")

    assert first_line(talk) == "没有「量子计算」（12月1日起）。不加条件有1条。"
    await talk.tap("看全部1条")
    assert titles(talk) == ["去年谈量子计算"]


@pytest.mark.parametrize("typed", ["搜 世界模型 from:昨日吗", "搜 世界模型 从:胡说"])
async def test_a_bad_filter_value_gets_what_can_be_written(talk: Talk, typed: str) -> None:
    await talk.say(typed)

    assert "是哪天" in first_line(talk)
    assert "2025-12-01" in first_line(talk)


async def test_unwanted_words_alone_ask_for_a_wanted_one(talk: Talk) -> None:
    assert (await talk.say("搜 -腾讯")).startswith("只说了不要什么")


async def test_a_section_alone_is_shown(talk: Talk) -> None:
    assert (await talk.say("搜 section:开源")).startswith("开源动态")
    assert (await talk.say("版块:开源")).startswith("开源动态")


async def test_a_day_alone_is_shown(talk: Talk) -> None:
    assert "12月19日 周五" in await talk.say("搜 从:12月19日 到:12月19日")


# Pages


async def test_pages_turn_by_button_and_by_word_in_both_languages(talk: Talk) -> None:
    await talk.say("搜 小工具")
    first = [hit.place for hit in hits(talk.last)]
    await talk.tap("下一页 ▶")
    second, heading = [hit.place for hit in hits(talk.last)], first_line(talk)
    await talk.say("更多")
    third = [hit.place for hit in hits(talk.last)]
    beyond = await talk.say("next")
    await talk.say("back")

    assert first == list(range(1, 11))
    assert second == list(range(11, 21))
    assert heading == "「小工具」 23条，都在 12月19日 · 第2页"
    assert third == [21, 22, 23]
    assert "后面没有了" in beyond
    assert [hit.place for hit in hits(talk.last)] == second


async def test_no_story_stands_on_two_pages(talk: Talk) -> None:
    await talk.say("搜 机器狗")
    found = titles(talk)
    for _ in range(2):
        await talk.say("下一页")
        found += titles(talk)

    assert len(found) == len(set(found)) == 23


async def test_long_words_turn_their_pages_by_button_too(talk: Talk) -> None:
    words = "一行命令装好 机器狗也能用 小工具 命令装好 也能用 一行命令 装好 机器狗"
    await talk.say(f"搜 {words}")
    data = [choice.tap for row in talk.last.choices for choice in row]

    await talk.tap("下一页 ▶")

    assert all(len(tap.encode()) <= LIMIT for tap in data)
    assert [hit.place for hit in hits(talk.last)] == list(range(11, 21))


# Numbers


async def test_a_number_opens_what_stands_at_that_place_one_after_the_other(talk: Talk) -> None:
    await talk.say("搜 世界模型")
    found = titles(talk)

    opened = [await talk.say(str(place)) for place in (2, 3, 1)]

    assert [title in shown for title, shown in zip([found[1], found[2], found[0]], opened, strict=True)] == (
        [True] * 3
    )


async def test_a_number_after_an_issue_and_a_look_up_is_of_the_look_up(talk: Talk) -> None:
    await talk.say("2025-12-19")
    await talk.say("搜 颠勺")

    assert "远岫教机器人做饭" in await talk.say("1")


async def test_a_number_on_a_later_page_opens_that_story(talk: Talk) -> None:
    await talk.say("搜 小工具")
    await talk.say("下一页")
    listed = hits(talk.last)[4]

    assert listed.place == 15
    assert listed.item.title in await talk.say("15")


async def test_a_number_after_some_of_the_words_opens_what_was_listed(talk: Talk) -> None:
    await talk.say("搜 船厂 颠勺")
    listed = titles(talk)

    assert listed[1] in await talk.say("2")


async def test_a_number_after_nothing_is_of_the_list_before(talk: Talk) -> None:
    await talk.say("2025-12-19")
    await talk.say("搜 量子纠缠")

    assert "12月19日" in await talk.say("2")


# Nearly, partly, nothing


async def test_a_mistyped_word_gets_the_one_that_was_meant(talk: Talk) -> None:
    await talk.say("搜 具身只能")

    assert first_line(talk) == "没有「具身只能」。是不是想找「具身智能」？有2条。"
    assert talk.labels() == [["看具身智能"]]
    await talk.tap("看具身智能")
    assert titles(talk) == ["麦垛拿到新融资", "北窗谈推理"]
    assert "北窗谈推理" in await talk.say("2")


@pytest.mark.parametrize("typed", ["search transfomer", "transfomer"])
async def test_a_latin_typo_gets_the_word_that_was_meant(talk: Talk, typed: str) -> None:
    talk.language = "en"

    await talk.say(typed)

    assert first_line(talk) == "“transfomer” is not there. Did you mean “transformer”? It has 1 story."
    await talk.tap("See transformer")
    assert titles(talk) == ["Lan2.2推理提速"]


async def test_one_mistyped_word_among_others_is_mended_in_its_place(talk: Talk) -> None:
    await talk.say("搜 具身只能 推理 版块:论文")

    assert "是不是想找「具身智能 推理」？有1条。" in first_line(talk)
    await talk.say(talk.last.typed[0])
    assert titles(talk) == ["北窗谈推理"]


async def test_a_long_mistyped_look_up_can_be_mended_by_its_button(talk: Talk) -> None:
    await talk.say("搜 世界模型也要推理 具身只能 灵巧手最难 北窗谈推理")

    await talk.tap("看世界模型也要推理 具身智能 灵巧手最难 北窗谈推理")

    assert titles(talk) == ["北窗谈推理"]


async def test_words_of_which_no_story_has_both_list_those_that_have_one(talk: Talk) -> None:
    await talk.say("搜 世界模型 融资")

    assert first_line(talk) == "没有一条同时讲到「世界模型」和「融资」，只讲到其中一个的有4条："
    assert set(titles(talk)) == {"星桥投身世界模型", "麦垛拿到新融资", "北窗谈推理", "远岫教机器人做饭"}


@pytest.mark.parametrize("typed", ["搜 世界模型融资", "世界模型融资"])
async def test_two_words_written_as_one_are_parted(talk: Talk, typed: str) -> None:
    await talk.say(typed)

    assert first_line(talk) == "没有一条同时讲到「世界模型」和「融资」，只讲到其中一个的有4条："


async def test_two_words_written_as_one_find_the_stories_that_have_both(talk: Talk) -> None:
    await talk.say("搜 推理世界模型")

    assert first_line(talk) == "没有连着写的「推理世界模型」，同时讲到「推理」和「世界模型」的有1条："
    assert titles(talk) == ["北窗谈推理"]


async def test_two_words_that_many_stories_have_are_likelier_than_a_rare_misspelt_one(
    store: Store, catalogs: Catalogs
) -> None:
    stories = [("甲", "新型机器人来了。"), ("乙", "新闻说机器人很忙。"), ("丙", "机器人上了新闻。")]
    await ingest([issue_file("2025-12-22", {"动态": stories})], store, RULES, now=AT_TEN)
    talk = Talk(store, catalogs)

    await talk.say("搜 新闻机器人")

    assert first_line(talk) == "没有连着写的「新闻机器人」，同时讲到「新闻」和「机器人」的有2条："


async def test_of_three_words_those_with_the_most_come_first(talk: Talk) -> None:
    await talk.say("搜 世界模型 融资 颠勺")

    assert first_line(talk) == "没有一条同时讲到「世界模型」、「融资」和「颠勺」，讲到其中一部分的有4条："
    assert titles(talk)[0] == "远岫教机器人做饭"


async def test_what_is_nowhere_can_be_remembered(talk: Talk) -> None:
    shown = await talk.say("搜 量子纠缠")

    assert shown.startswith(
        "全部4期里没有「量子纠缠」。\n换个短一点的词试试；或者先记下，哪天有了我标出来告诉你。"
    )
    assert talk.labels() == [["记下 量子纠缠"]]


async def test_an_unknown_word_is_looked_up_and_that_is_said(talk: Talk) -> None:
    found = await talk.say("颠勺")
    unknown = await talk.say("量子纠缠超导")

    assert found.startswith("按关键词查「颠勺」：1条")
    assert "没看懂「量子纠缠超导」，当关键词查了，全部4期里也没有。" in unknown


async def test_a_name_that_is_nearly_a_sections_gets_that_section(talk: Talk) -> None:
    await talk.say("开源新闻")

    assert first_line(talk) == "没有叫「开源新闻」的栏目，最接近的是 开源动态（1条）。"
    assert talk.labels()[-1] == ["全部栏目", "当关键词搜"]
    await talk.tap("当关键词搜")
    assert "「开源新闻」" in first_line(talk)


@pytest.mark.parametrize("typed", ["搜 的", "的", "搜 的 了"])
async def test_a_lone_stop_character_gets_a_hint(talk: Talk, typed: str) -> None:
    assert "到处都是，没法找。多给一两个字？" in await talk.say(typed)


async def test_too_long_and_too_many_are_refused_kindly(talk: Talk) -> None:
    long = await talk.say("搜 " + "长" * 300)
    many = await talk.say("搜 " + " ".join("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"))

    assert long.startswith("太长了，关键词最多200个字。")
    assert many.startswith("词太多了，一次最多16个。")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_hint_and_every_button_of_a_look_up_leads_on(talk: Talk, language: str) -> None:
    talk.language = language
    for asked in (
        "搜 小工具",
        "搜 具身只能",
        "搜 量子纠缠",
        "搜 世界模型 融资",
        "搜 推理 版块:开元",
        "搜 量子计算 从:12月1日",
    ):
        await talk.say(asked)
        offered = [*talk.last.typed, *(choice.says for row in talk.last.choices for choice in row)]
        for words in offered:
            await talk.say(asked)
            answer = await talk.say(words)
            assert "没看懂" not in answer, (asked, words)
            assert "I did not understand" not in answer, (asked, words)


async def test_while_the_index_is_made_anew_the_words_are_found_all_the_same(talk: Talk) -> None:
    async with talk.store.transaction() as tx:
        await tx.meta.set(LOOKUPS_KEY, "0.0")

    await talk.say("搜 世界模型")
    everywhere = titles(talk)
    await talk.say("搜 世界模型 版块:资讯 从:10月")
    opened = await talk.say("2")
    nothing = await talk.say("搜 具身只能")
    await talk.say("搜 世界模型 -推理")
    without = titles(talk)

    assert everywhere == ["星桥投身世界模型", "北窗谈推理", "远岫教机器人做饭"]
    assert without == [title for title in everywhere if title != "北窗谈推理"]
    assert "远岫教机器人做饭" in opened
    assert nothing.startswith("全部4期里没有「具身只能」。")


# Limits


async def test_a_page_of_the_longest_stories_is_one_message(store: Store, catalogs: Catalogs) -> None:
    title = "机器狗" * 300
    summary = "机器狗" + "，机器狗" * 800
    stories = [(f"{title}{number}", summary) for number in range(12)]
    await ingest([issue_file("2025-12-22", {"栏" * 80: stories})], store, RULES, now=AT_TEN)
    talk = Talk(store, catalogs)

    await talk.say("搜 机器狗")

    (message,) = render(talk.last)
    size = measure(message.html)
    assert len(hits(talk.last)) == 10
    assert size.units <= 4096
    assert size.entities <= 100


async def test_a_page_full_of_marks_still_shows_its_snippets(store: Store, catalogs: Catalogs) -> None:
    stories = [(f"第{number}条", "狗，猫。" * 40) for number in range(12)]
    await ingest([issue_file("2025-12-22", {"新闻": stories})], store, RULES, now=AT_TEN)
    talk = Talk(store, catalogs)

    await talk.say("搜 狗 猫")

    (message,) = render(talk.last)
    assert measure(message.html).entities <= 100
    assert message.html.count("<b>狗</b>") >= 10
