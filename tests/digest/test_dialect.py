"""A dialect is values: a table reads another archive, and a bad table says all that is wrong."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from digest.conventions import DateSource, ItemStart, Layout
from digest.dialect import SEED_DIALECT, Dialect, DialectError
from digest.issue import Issue
from tests.digest.issue_files import SAMPLES, SMALL, accepted, errors, read, warnings

OTHER: dict[str, Any] = {
    "files": ["20??-??-??.md"],
    "ignore": ["_*"],
    "date_from": ["file_name", "heading"],
    "section_levels": [2, 3],
    "section_skip": ["今日摘要", "快速导航", "*相关问题", "*语音版"],
    "section_aliases": {"产品与功能更新": ["AI产品与功能更新"], "前沿研究": [], "必看": ["重磅TOP*"]},
    "rule_ends_section": True,
    "item_start": ["heading", "list", "bold", "table"],
    "item_heading": ["numbered", "linked"],
    "link_from": ["heading", "anchor", "label", "last"],
    "link_texts": ["更多详情", "Link"],
    "drop": ["每日一读*", "💡*提示*"],
    "remove": ["(每日一读)"],
}


def other_issue() -> Issue:
    source = (SAMPLES / "other-dialect.md").read_bytes()
    return accepted(source, file_name="2026-01-05.md", dialect=Dialect.from_mapping(OTHER))


def test_the_other_archives_sections_are_read_in_its_two_forms() -> None:
    issue = other_issue()

    assert [(section.key, section.title, len(section.items)) for section in issue.sections] == [
        ("产品与功能更新", "AI产品与功能更新", 2),
        ("前沿研究", "前沿研究", 2),
        ("必看", "重磅 TOP 2", 2),
        ("值得关注", "值得关注", 3),
        ("更多动态", "更多动态", 2),
    ]


def test_the_other_archives_stories_have_titles_and_links() -> None:
    assert [(item.number, item.title, item.url) for item in other_issue().items] == [
        (1, "山雀浏览器把书签印成了明信片", "https://tit.example/postcards"),
        (
            2,
            "冬眠数据库时隔两年发布第三个版本，冷启动只要四十毫秒，睡着时一分钱不花",
            "https://hibernate.example/3",
        ),
        (
            3,
            "蒲公英实验室让两百个小模型投票选出一个答案，投票之前先要互相说明理由",
            "https://dandelion.example/paper",
        ),
        (4, "雨滴测速论文", "https://rain.example/paper"),
        (5, "火柴盒大小的打字机", "https://matchbox.example/typewriter"),
        (6, "城市地下河地图公开", "https://river.example/map"),
        (7, "会自己浇水的花盆", "https://pot.example/"),
        (8, "灯塔日志", "https://github.example/lighthouse"),
        (9, "旧地铁音效库", "https://github.example/metro"),
        (10, "该不该给机器人放寒假", "https://forum.example/1"),
        (11, "三小时做一只木头鼠标", "https://forum.example/2"),
    ]


def test_the_other_archives_summaries_are_plain_and_without_what_is_dropped() -> None:
    summaries = [item.summary for item in other_issue().items]

    assert summaries[0] == "山雀浏览器上线新功能，发布说明显示每月能免费寄出三张。寄给自己的最多。"
    assert summaries[1].endswith("文档写得像一封长信。")
    assert summaries[3] == "用麦克风听雨，误差不到百分之三"
    assert summaries[4] == "一位退休教师做出火柴盒大小的打字机。它只有七个键。 想打全字母，得学会和弦。"
    assert summaries[6:9] == ["喝饱了会打嗝", "两百年的守塔人笔记，全部转成文本", ""]


def test_the_other_archive_has_no_introduction_and_dates_by_its_file_name() -> None:
    issue = other_issue()

    assert (issue.date, issue.introduction, issue.leads) == (dt.date(2026, 1, 5), (), (1, 2, 3))


def test_the_default_dialect_refuses_the_other_archive_with_lines() -> None:
    parsed = read((SAMPLES / "other-dialect.md").read_bytes(), file_name="2026-01-05.md")

    assert errors(parsed) == [(70, "story_untitled"), (71, "story_untitled")]
    assert warnings(parsed)


# Each of the nine points


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("2025-12-22.md", True),
        ("a/2025-12-22.md", True),
        ("README.md", False),
        ("_index.md", False),
        ("2025/_index.md", False),
        (".2025-12-22.md", False),
        ("2025-12-22.md.swp", False),
        ("a.txt", False),
    ],
)
def test_a_file_is_taken_by_its_name(path: str, *, taken: bool) -> None:
    assert SEED_DIALECT.takes(path) is taken


def test_a_pattern_with_a_slash_is_held_against_the_whole_path() -> None:
    dialect = Dialect.from_mapping({"files": ["news/*.md"]})

    assert (dialect.takes("news/a.md"), dialect.takes("old/a.md")) == (True, False)


def test_another_encoding_is_read() -> None:
    dialect = Dialect.from_mapping({"encoding": "GBK"})

    assert accepted(SMALL.encode("gbk"), dialect=dialect) == accepted(SMALL)


@pytest.mark.parametrize(
    "typed",
    [
        "2025-12-22",
        "2025/12/22",
        "2025.12.22",
        "2025年12月22日",
        "20251222",
        "2025-12-22 08:00",
        "２０２５-12-22",
        "2025-12-22T07:00:00+08:00",
        "2025-12-21T16:00:00Z",
        "2025-12-21 11:30:00 -0500",
        '"2025-12-22"',
        "2025-12-22 # 冬至",
    ],
)
def test_a_date_is_read_in_every_form(typed: str) -> None:
    assert accepted(SMALL.replace("date: 2025-12-22", f"date: {typed}")).date == dt.date(2025, 12, 22)


def test_a_date_is_taken_from_the_first_source_that_has_one() -> None:
    by_name = Dialect.from_mapping({"date_from": ["file_name", "front_matter"]})
    by_path = Dialect.from_mapping({"date_from": ["path"]})

    assert accepted(SMALL, file_name="2025-12-20.md", dialect=by_name).date == dt.date(2025, 12, 20)
    assert accepted(SMALL, file_name="2025/12/19/index.md", dialect=by_path).date == dt.date(2025, 12, 19)


def test_the_date_may_have_another_key() -> None:
    dialect = Dialect.from_mapping({"date_keys": ["day"], "date_from": ["front_matter"]})

    assert accepted(SMALL.replace("date:", "day:"), dialect=dialect).date == dt.date(2025, 12, 22)


TWO_ISSUES = """
# 日报 2025-12-22

## 新闻

### 甲

甲。[>阅读原文](https://a.example/1)

# 日报 2025-12-23

## 新闻

### 乙

乙。[>阅读原文](https://a.example/2)
"""


def test_one_file_may_hold_several_issues() -> None:
    parsed = read(TWO_ISSUES, file_name="2025-12.md", dialect=Dialect.from_mapping({"layout": "issues"}))

    assert [(issue.date, issue.title, issue.items[0].title) for issue in parsed.issues] == [
        (dt.date(2025, 12, 22), "日报 2025-12-22", "甲"),
        (dt.date(2025, 12, 23), "日报 2025-12-23", "乙"),
    ]


def test_two_issues_of_one_date_in_one_file_are_refused() -> None:
    text = TWO_ISSUES.replace("12-23", "12-22")

    assert errors(read(text, dialect=Dialect.from_mapping({"layout": "issues"}))) == [(10, "date_twice")]


def test_one_file_may_hold_one_story() -> None:
    text = "---\ndate: 2025-12-22\ntitle: 甲公司开源模型\ncategory: 开源动态\n---\n\n前。\n\n## 细节\n\n后。[>阅读原文](https://a.example/1)\n"

    issue = accepted(text, file_name="a.md", dialect=Dialect.from_mapping({"layout": "item"}))

    assert [(s.title, [(i.title, i.summary, i.url) for i in s.items]) for s in issue.sections] == [
        ("开源动态", [("甲公司开源模型", "前。\n细节\n后。", "https://a.example/1")])
    ]


BODY = SMALL.partition("---\n")[2].partition("---\n")[2]


@pytest.mark.parametrize(
    ("form", "front"),
    [
        ("auto", "date: 2025-12-22\ntitle: 甲\n"),
        ("lines", "Date: 2025-12-22\nTitle: 甲\n"),
        ("auto", json.dumps({"date": "2025-12-22", "title": "甲"}, ensure_ascii=False, indent=1) + "\n"),
        ("json", '{"date": "2025-12-22", "title": "甲"}\n'),
        ("yaml", "---\ndate: 2025-12-22\ntitle: 甲\n...\n"),
    ],
)
def test_front_matter_is_read_in_every_form(form: str, front: str) -> None:
    issue = accepted(front + BODY, file_name="a.md", dialect=Dialect.from_mapping({"front_matter": form}))

    assert (issue.date, issue.title, issue.total) == (dt.date(2025, 12, 22), "甲", 3)


def test_broken_json_front_matter_is_refused() -> None:
    parsed = read('{"date": "2025-12-22",\n' + BODY, dialect=Dialect.from_mapping({"front_matter": "json"}))

    assert (1, "json_broken") in errors(parsed)


def test_sections_may_be_of_another_level_with_aliases_and_skips() -> None:
    text = (
        SMALL.replace("### ", "#### ")
        .replace("## 新闻资讯", "### 今日要闻")
        .replace("## 开源动态", "### 常见问题（FAQ）")
    )
    dialect = Dialect.from_mapping(
        {
            "section_levels": [3],
            "item_level": 4,
            "section_aliases": {"新闻资讯": ["今日要闻", "要闻*"]},
            "section_skip": ["*FAQ*"],
        }
    )

    issue = accepted(text, dialect=dialect)

    assert [(section.key, section.title) for section in issue.sections] == [("新闻资讯", "今日要闻")]


def test_a_title_may_keep_its_dress() -> None:
    text = SMALL.replace("## 开源动态", "## 🚀 二、开源动态").replace("### 丙", "### 3、丙")
    dialect = Dialect.from_mapping({"section_strip": [], "title_strip": []})

    issue = accepted(text, dialect=dialect)

    assert (issue.sections[1].title, issue.items[2].title) == ("🚀 二、开源动态", "3、丙项目发布")


def test_lists_inside_sections_may_be_no_stories() -> None:
    text = SMALL.replace("## 开源动态\n", "## 开源动态\n\n- 目录一\n- 目录二\n")
    dialect = Dialect.from_mapping({"item_start": ["heading"]})

    assert accepted(text, dialect=dialect).total == 3


@pytest.mark.parametrize(
    ("order", "url"),
    [
        (["heading"], "https://h.example/"),
        (["anchor"], "https://a.example/"),
        (["first"], "https://h.example/"),
        (["last"], "https://z.example/"),
        (["bare"], "https://b.example/"),
        (["label"], "https://l.example/"),
        (["label", "heading"], "https://l.example/"),
    ],
)
def test_a_storys_own_link_is_found_in_the_order_of_the_dialect(order: list[str], url: str) -> None:
    story = (
        "### [丁](https://h.example/)\n\n见 https://b.example/ 与[后](https://y.example/)。[>阅读原文](https://a.example/)\n"
        "来源：[某站](https://l.example/)\n也见[末](https://z.example/)。\n\n### 戊\n\n戊。\n"
    )
    text = SMALL.replace("### 丙项目发布\n\n", story)

    issue = accepted(text, dialect=Dialect.from_mapping({"link_from": order}))

    assert issue.items[2].url == url


def test_a_paragraph_of_the_drop_list_is_left_out_everywhere() -> None:
    text = SMALL.replace("> 每天三分钟。", "> 广告：领号。").replace(
        "它很小。", "它很小。\n\n广告：买一送一。\n\n"
    )

    issue = accepted(text, dialect=Dialect.from_mapping({"drop": ["广告：*"]}))

    assert (issue.introduction, issue.items[0].summary) == ((), "甲公司开源了新模型。它很小。")


# The table


def test_an_empty_table_is_the_default_dialect() -> None:
    assert Dialect.from_mapping({}) == SEED_DIALECT == Dialect()


def test_a_table_changes_only_what_it_names() -> None:
    dialect = Dialect.from_mapping({"layout": "issues", "date_from": ["path"], "item_start": ["bold"]})

    assert (dialect.layout, dialect.date_from, dialect.item_start) == (
        Layout.ISSUES,
        (DateSource.PATH,),
        (ItemStart.BOLD,),
    )
    assert dialect.link_texts == SEED_DIALECT.link_texts


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("files_", ["*.md"], "unknown_key"),
        ("_words", "x", "unknown_key"),
        ("files", "*.md", "not_a_list"),
        ("files", [], "empty_list"),
        ("files", [1], "not_text"),
        ("drop", [" "], "empty_text"),
        ("layout", "book", "not_a_choice"),
        ("layout", 1, "not_text"),
        ("date_from", ["moon"], "not_a_choice"),
        ("item_level", 7, "not_in_range"),
        ("item_level", True, "not_in_range"),
        ("section_levels", [0], "not_in_range"),
        ("title_length", "40", "not_in_range"),
        ("encoding", "utf-9", "unknown_encoding"),
        ("encoding", "base64", "unknown_encoding"),
        ("section_aliases", ["a"], "not_a_table"),
        ("section_aliases", {"a": "b"}, "not_a_list"),
        ("rule_ends_section", "yes", "not_a_switch"),
    ],
)
def test_a_value_that_cannot_be_used_is_a_fault(key: str, value: object, problem: str) -> None:
    with pytest.raises(DialectError) as caught:
        Dialect.from_mapping({key: value})

    assert [(fault.key, fault.problem) for fault in caught.value.faults] == [
        (f"issues.dialect.{key}", f"dialect.{problem}")
    ]


def test_every_fault_of_a_table_is_told_at_once() -> None:
    with pytest.raises(DialectError) as caught:
        Dialect.from_mapping({"layout": "book", "files": "x", "nonsense": 1, "date_from": ["path"]})

    assert [fault.key.rpartition(".")[2] for fault in caught.value.faults] == ["layout", "files", "nonsense"]
