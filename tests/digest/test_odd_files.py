"""Issue files as people really write them: each oddity is accepted, warned of, or refused with its line."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import pytest

from digest.issue import Issue
from tests.digest.issue_files import (
    BODY,
    FRONT,
    SMALL,
    accepted,
    errors,
    one_item,
    read,
    warnings,
    with_items,
)


def titles(issue: Issue) -> list[str]:
    return [item.title for item in issue.items]


def last(text: str) -> str:
    """The summary of the last story of an issue that must be accepted."""
    return accepted(text).items[-1].summary


# Front matter


def test_a_file_without_front_matter_is_dated_by_its_name() -> None:
    parsed = read(BODY)

    assert [issue.date for issue in parsed.issues] == [dt.date(2025, 12, 22)]
    assert parsed.issues[0].title == "2025-12-22 资讯日报"
    assert warnings(parsed) == [(1, "date_borrowed")]


def test_a_file_without_front_matter_or_telling_name_is_dated_by_its_heading() -> None:
    parsed = read(BODY, file_name="today.md")

    assert [issue.date for issue in parsed.issues] == [dt.date(2025, 12, 22)]


def test_a_file_that_says_no_date_anywhere_is_refused() -> None:
    parsed = read(BODY.replace("# 2025-12-22 资讯日报\n", ""), file_name="today.md")

    assert errors(parsed) == [(1, "date_missing")]


def test_a_ruler_on_the_first_line_opens_no_front_matter() -> None:
    assert accepted("---\n" + BODY).total == 3


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("AI日报: 甲公司开源模型; 乙公司融资", "yaml_colon"),
        ('"甲公司"开源模型', "yaml_quotes"),
        ("[A] 甲公司开源模型", "yaml_sign"),
        ("@x 甲公司开源模型", "yaml_sign"),
        ("*x 甲公司开源模型", "yaml_sign"),
        ("%x 甲公司开源模型", "yaml_sign"),
    ],
)
def test_a_title_that_breaks_yaml_is_read_as_typed(title: str, code: str) -> None:
    parsed = read(f"---\ntitle: {title}\ndate: 2025-12-22\n---\n{BODY}")

    assert [issue.title for issue in parsed.issues] == [title]
    assert warnings(parsed) == [(2, code)]


def test_a_wide_colon_after_a_key_is_read_as_a_colon() -> None:
    parsed = read(f"---\ndate：2025-12-22\ntitle：甲公司开源模型\n---\n{BODY}", file_name="a.md")

    assert [issue.title for issue in parsed.issues] == ["甲公司开源模型"]
    assert [code for _, code in warnings(parsed)] == ["yaml_wide_colon"]


def test_broken_front_matter_without_a_date_is_refused_at_its_line() -> None:
    parsed = read(f"---\nauthor: x\ntitle: a: b\n---\n{BODY}")

    assert errors(parsed) == [(3, "yaml_colon")]


def test_control_characters_in_front_matter_are_dropped() -> None:
    issue = accepted(f"---\ndate: 2025-12-22\ntitle: 甲\x81公\x07司\n---\n{BODY}")

    assert issue.title == "甲公司"


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("甲公司 # 第一", "甲公司 # 第一"),
        ("yes", "yes"),
        ("1e3", "1e3"),
        ("{甲}", "{甲}"),
        ("[甲, 乙]", "[甲, 乙]"),
        ("~", "~"),
        ("'甲: 乙'", "甲: 乙"),
        ('"甲 \\"乙\\""', '甲 "乙"'),
    ],
)
def test_a_title_that_yaml_reads_as_something_else_stays_text(typed: str, title: str) -> None:
    assert accepted(f"---\ndate: 2025-12-22\ntitle: {typed}\n---\n{BODY}").title == title


def test_a_title_that_yaml_would_cut_is_warned_of() -> None:
    parsed = read(f"---\ndate: 2025-12-22\ntitle: 甲 # 乙\n---\n{BODY}")

    assert warnings(parsed) == [(3, "yaml_comment")]


def test_front_matter_that_is_not_closed_ends_with_its_last_key() -> None:
    parsed = read(f"---\ndate: 2025-12-22\ntitle: 甲\n{BODY}")

    assert [issue.title for issue in parsed.issues] == ["甲"]
    assert warnings(parsed) == [(1, "front_matter_open")]


def test_a_title_over_several_lines_is_one_title() -> None:
    text = f"---\ndate: 2025-12-22\ntitle: >\n  甲公司开源模型;\n  乙公司融资\n---\n{BODY}"

    issue = accepted(text)

    assert (issue.title, issue.leads) == ("甲公司开源模型; 乙公司融资", (1, 2))


# Dates


def test_the_front_matter_wins_over_the_date_in_the_file_name() -> None:
    parsed = read(SMALL, file_name="2025-12-23.md")

    assert [issue.date for issue in parsed.issues] == [dt.date(2025, 12, 22)]
    assert warnings(parsed) == [(2, "date_file_differs")]


def test_a_heading_with_another_date_is_warned_of() -> None:
    parsed = read(SMALL.replace("# 2025-12-22", "# 2025-12-21"))

    assert [issue.date for issue in parsed.issues] == [dt.date(2025, 12, 22)]
    assert warnings(parsed) == [(2, "date_heading_differs")]


def test_a_date_far_ahead_is_a_slip() -> None:
    parsed = read(SMALL.replace("date: 2025-12-22", "date: 2099-12-31"))

    assert errors(parsed) == [(2, "date_fake")]
    assert not parsed.issues


@pytest.mark.parametrize(("ahead", "refused"), [(366, False), (367, True)])
def test_a_date_more_than_a_year_ahead_of_today_is_a_slip(ahead: int, *, refused: bool) -> None:
    today = dt.date(2025, 12, 22) - dt.timedelta(days=ahead)

    assert read(SMALL, today=today).refused is refused


@pytest.mark.parametrize("typed", ["2025-13-22", "明天", "22.12.2025", "2025-02-30"])
def test_a_date_that_is_none_is_refused_at_its_line(typed: str) -> None:
    parsed = read(SMALL.replace("date: 2025-12-22", f"date: {typed}"))

    assert errors(parsed) == [(2, "date_unreadable")]


def test_five_editions_of_one_date_are_five_issues_of_that_date() -> None:
    names = [f"2025-12-22-{edition}.md" for edition in ("早", "午", "晚", "夜", "晨")]

    assert {accepted(SMALL, file_name=name).date for name in names} == {dt.date(2025, 12, 22)}


# Nothing to read


@pytest.mark.parametrize("text", ["", " \n\n\t\n", "\ufeff", "\u200b\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert errors(read(text)) == [(1, "empty")]


def test_front_matter_alone_is_refused() -> None:
    assert errors(read(FRONT)) == [(5, "no_stories")]


def test_text_without_a_story_is_refused() -> None:
    assert errors(read(f"{FRONT}\n今天没有新闻。\n")) == [(5, "no_stories")]


def test_sections_without_a_story_are_refused() -> None:
    assert errors(read(f"{FRONT}\n# 2025-12-22 日报\n\n## 新闻\n\n## 论文\n")) == [(5, "no_stories")]


# Size and bytes


def test_an_issue_of_2385_stories_is_read() -> None:
    story = "### 第{0}条新闻\n\n这是第{0}条新闻的摘要，说了一件事。{1}[>阅读原文](https://a.example/{0})\n\n"
    text = FRONT + "\n## 新闻资讯\n\n" + "".join(story.format(n, "字" * 28) for n in range(1, 2386))
    source = text.encode()
    assert 465_000 <= len(source) <= 512 * 1024

    before = time.perf_counter()
    issue = accepted(source)

    assert time.perf_counter() - before < 10
    assert (issue.total, issue.items[-1].number) == (2385, 2385)
    assert len({item.key for item in issue.items}) == 2385


def test_a_file_over_512_kilobytes_is_refused_unread() -> None:
    assert errors(read(b"#" * (512 * 1024 + 1))) == [(1, "too_large")]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("\n", "\r\n", 9).encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: ("\n\n" + text).encode(),
        lambda text: text.replace("公司", "公\u200b司\ufeff").encode(),
        lambda text: text.replace("### 甲", "###\u3000甲").encode(),
        lambda text: text.replace("### 甲", "###甲").encode(),
        lambda text: text.replace("## 新闻", "##新闻").encode(),
        lambda text: text.replace("甲公司开源了", "\u3000\u3000甲公司开源了").encode(),
        lambda text: text.replace("甲公司开源了", "        甲公司开源了").encode(),
        lambda text: text.replace("### 甲公司", "### **甲公司**").encode(),
        lambda text: text.replace("### 甲", "### 1、甲").encode(),
        lambda text: text.replace("## 新闻资讯", "## 📰 一、**新闻资讯** 🔥").encode(),
        lambda text: text.replace("它很小。", "它很小。<br/>").encode(),
        lambda text: text.replace("\n## 开源动态", "\n<!-- 编辑：小李 -->\n\n## 开源动态").encode(),
        lambda text: text.replace("\n## 开源动态", "\n---\n\n## 开源动态").encode(),
        lambda text: text.replace("# 2025-12-22 资讯日报\n", "").encode(),
    ],
)
def test_what_nobody_sees_changes_nothing(change: Callable[[str], bytes]) -> None:
    parsed = read(change(SMALL))

    assert parsed.issues == (accepted(SMALL),)
    assert not errors(parsed)


def test_a_line_separator_and_a_no_break_space_are_spaces() -> None:
    assert last(one_item("前半\u2028后半，GPT\xa05。\u3000")) == "前半 后半，GPT 5。"


def test_one_unreadable_byte_is_dropped_with_its_line() -> None:
    source = SMALL.encode().replace("它很小".encode(), b"\xff" + "它很小".encode())

    parsed = read(source)

    assert warnings(parsed) == [(14, "bad_byte")]
    assert parsed.issues == (accepted(SMALL),)


def test_a_file_in_another_encoding_is_refused() -> None:
    assert errors(read(SMALL.encode("gb18030"))) == [(3, "not_readable")]


def test_a_file_that_ends_inside_a_character_is_refused() -> None:
    source = SMALL.encode()
    end = source.index("丙项目发布新版本".encode())

    assert errors(read(source[: end + 1])) == [(24, "cut_character")]


# Links


def test_an_escaped_ampersand_in_a_link_is_an_ampersand() -> None:
    item = accepted(one_item("说明。[>阅读原文](https://a.example/?a=1&amp;b=2)")).items[-1]

    assert item.url == "https://a.example/?a=1&b=2"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ('[原文]("https://a.example/x")', "https://a.example/x"),
        ("[原文](“https://a.example/x”)", "https://a.example/x"),
        ("[原文](<https://a.example/x y>)", "https://a.example/x%20y"),
        ("[原文](https://a.example/x y z)", "https://a.example/x%20y%20z"),
        ("[原文](https://a.example/开源)", "https://a.example/%E5%BC%80%E6%BA%90"),
        ("[原文](https://例子.example/a)", "https://xn--fsqu00a.example/a"),
        ("[原文]（https://a.example/x）", "https://a.example/x"),
        ('[原文](https://a.example/x "标题")', "https://a.example/x"),
        ('[原文](https://a.example/x y "标题")', "https://a.example/x%20y"),
        ("[原文](https://a.example/a_(b))", "https://a.example/a_(b)"),
        ("[[开源] 原文](https://a.example/x)", "https://a.example/x"),
        ("[**原文**](https://a.example/x)", "https://a.example/x"),
        ("[原文][1]\n\n[1]: https://a.example/x", "https://a.example/x"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("链接：https://a.example/x。", "https://a.example/x"),
        ('<p><a href="https://a.example/x?a=1&amp;b=2">原文</a></p>', "https://a.example/x?a=1&b=2"),
        ("[写信](mailto:a@a.example)", "mailto:a@a.example"),
        ("[频道](tg://resolve?domain=a)", "tg://resolve?domain=a"),
        (
            "[跳转](https://t.example/?to=https%3A%2F%2Fa.example%2Fx)",
            "https://t.example/?to=https%3A%2F%2Fa.example%2Fx",
        ),
        ("[原文](https://a.example/x?utm_source=b&id=7)", "https://a.example/x?utm_source=b&id=7"),
    ],
)
def test_a_link_is_kept_whole(written: str, url: str | None) -> None:
    item = accepted(with_items(f"### 丁\n\n说明。\n\n{written}\n\n### 戊\n\n戊。\n")).items[-2]

    assert item.url == url
    assert [link.url for link in item.links] == ([url] if url else [])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//a.example/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "/x",
        "a.example",
        "ftp://a/b",
        "https://",
    ],
)
def test_an_address_that_is_no_link_is_warned_of_and_left_out(address: str) -> None:
    parsed = read(one_item(f"说明[词]({address})在此。"))

    assert parsed.issues[0].items[-1].links == ()
    assert parsed.issues[0].items[-1].summary == "说明词在此。"
    assert (22, "link_refused") in warnings(parsed)


def test_a_place_on_the_page_is_no_link_and_no_fault() -> None:
    parsed = read(one_item("说明[上文](#top)在此。[>阅读原文](https://a.example/9)"))

    assert [link.url for link in parsed.issues[0].items[-1].links] == ["https://a.example/9"]
    assert not parsed.problems


def test_of_several_links_the_read_more_one_is_the_storys_own() -> None:
    text = "[论文](https://a.example/p)与[代码](https://a.example/c)。[>阅读原文](https://a.example/9)\n\n附[图](https://a.example/t)。"

    item = accepted(
        with_items(f"### 丁\n\n{text}\n\n### 戊\n\n戊。[>阅读原文](https://a.example/10)\n")
    ).items[-2]

    assert item.url == "https://a.example/9"
    assert [link.text for link in item.links] == ["论文", "代码", ">阅读原文", "图"]
    assert item.summary == "论文与代码。\n附图。"


def test_without_a_read_more_link_the_last_one_is_the_storys_own() -> None:
    item = accepted(one_item("[论文](https://a.example/p)与[代码](https://a.example/c)。")).items[-1]

    assert item.url == "https://a.example/c"


def test_a_story_without_a_link_is_accepted_with_a_warning() -> None:
    parsed = read(one_item("没有链接。"))

    assert parsed.issues[0].items[-1].url is None
    assert warnings(parsed) == [(22, "story_without_link")]


@pytest.mark.parametrize(
    "words", [">阅读原文", "阅读原文 →", "Read More", "【阅读原文】", "**阅读原文**", "> read more"]
)
def test_the_words_of_the_read_more_link_are_no_part_of_the_summary(words: str) -> None:
    assert last(one_item(f"说明。[{words}](https://a.example/9)")) == "说明。"


def test_an_exclamation_mark_before_the_read_more_link_makes_no_picture_of_it() -> None:
    item = accepted(one_item("真快![>阅读原文](https://a.example/9)")).items[-1]

    assert (item.summary, item.url) == ("真快!", "https://a.example/9")


def test_a_labelled_line_is_no_part_of_the_summary() -> None:
    assert last(one_item("说明。\n链接：[a.example](https://a.example/9)")) == "说明。"


# Markup


@pytest.mark.parametrize(
    ("written", "summary"),
    [
        ("**重点：**内容", "重点：内容"),
        ("说**“要点”**了", "说“要点”了"),
        ("*斜*、`代码`、~~删~~ 和 a_b_c", "斜、代码、~~删~~ 和 a_b_c"),
        ("剩下**一半", "剩下一半"),
        ("2 * 3 = 6", "2 * 3 = 6"),
        ("前![图](https://a.example/x.png)后", "前后"),
        ("前![图](https://a.example/x y.png)后", "前后"),
        ("真棒![图](https://a.example/x.png)", "真棒"),
        ("前<br/>后", "前后"),
        ("a<br>b", "a b"),
        ("&lt;b&gt; 与 &amp;", "<b> 与 &"),
        ('前<video src="https://a.example/x.mp4" controls>不支持</video>后', "前后"),
        ('前<span style="color:red">红</span>后', "前红后"),
        ("<details><summary>展开</summary>\n\n藏着的话。\n\n</details>", "藏着的话。"),
        ("<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>", "甲 乙丙"),
        ("<script>alert(1)</script>\n\n话。", "话。"),
        ("| 型号 | 分数 |\n|---|---|\n| A1 | 99 |", "型号 分数\nA1 99"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("- 甲\n- 乙", "甲\n乙"),
        ("> 引用的话。", "引用的话。"),
        ("一句\n两句", "一句两句"),
        ("one\ntwo", "one two"),
        ("<!-- 内部备注 -->话。", "话。"),
        (
            "</video>\n[![图](https://a.example/a)](https://a.example/a) 见[文](https://a.example/8)。",
            "见文。",
        ),
        ('混着"的引号”在此', '混着"的引号”在此'),
        ("「」、“曲”、Pre - A+、HY - World 1.5、1+X", "「」、“曲”、Pre - A+、HY - World 1.5、1+X"),
    ],
)
def test_a_summary_is_plain_text(written: str, summary: str) -> None:
    assert last(one_item(f"{written}\n\n[>阅读原文](https://a.example/9)")) == summary


def test_an_unclosed_code_fence_is_refused_at_its_line() -> None:
    parsed = read(SMALL.replace("甲公司开源了新模型。", "```\n甲公司开源了新模型。"))

    assert (14, "open_fence") in errors(parsed)


def test_a_closed_code_fence_hides_no_heading() -> None:
    issue = accepted(one_item("```\n### 不是标题\n```\n\n说明。[>阅读原文](https://a.example/9)"))

    assert titles(issue) == ["甲公司开源模型", "乙公司融资", "丁的故事"]


def test_merge_conflict_markers_are_refused_each_at_its_line() -> None:
    conflict = "<<<<<<< HEAD\n### 丁\n\n丁。\n=======\n### 戊\n\n戊。\n>>>>>>> other\n"

    assert errors(read(with_items(conflict))) == [(22, "conflict_marker"), (30, "conflict_marker")]


# Sections and stories


def test_an_empty_section_is_left_out_with_a_warning() -> None:
    parsed = read(SMALL.replace("## 开源动态", "## 推荐文章\n\n## 开源动态"))

    assert [section.title for section in parsed.issues[0].sections] == ["新闻资讯", "开源动态"]
    assert warnings(parsed) == [(20, "section_empty")]


def test_sections_of_one_name_are_one_section_numbered_through() -> None:
    text = SMALL + "\n## 新闻资讯 📰\n\n### 丁\n\n丁。[>阅读原文](https://a.example/4)\n"

    parsed = read(text)

    assert [section.title for section in parsed.issues[0].sections] == ["新闻资讯", "开源动态"]
    assert [(item.number, item.title) for item in parsed.issues[0].items][2:] == [
        (3, "丁"),
        (4, "丙项目发布"),
    ]
    assert warnings(parsed) == [(26, "section_twice")]


def test_an_emoji_heading_gives_the_same_key() -> None:
    dressed = accepted(SMALL.replace("## 开源动态", "## 🚀 二、开源动态"))

    assert [section.key for section in dressed.sections] == [
        section.key for section in accepted(SMALL).sections
    ]


def test_a_section_written_as_a_first_level_heading_is_a_section_with_a_warning() -> None:
    parsed = read(SMALL.replace("## 开源动态", "# 开源动态"))

    assert [section.title for section in parsed.issues[0].sections] == ["新闻资讯", "开源动态"]
    assert warnings(parsed) == [(20, "section_level")]


def test_stories_above_the_first_section_get_the_default_one() -> None:
    parsed = read(SMALL.replace("## 新闻资讯\n", ""))

    assert [section.title for section in parsed.issues[0].sections] == ["资讯", "开源动态"]
    assert warnings(parsed) == [(11, "story_outside")]


def test_a_link_without_a_title_is_refused_with_the_sections_name() -> None:
    text = SMALL.replace("### 丙项目发布\n\n", "")

    parsed = read(text)

    assert errors(parsed) == [(22, "story_untitled")]
    assert next(p for p in parsed.problems if p.code == "issue.story_untitled").values == (
        ("section", "开源动态"),
    )


def test_a_heading_without_words_over_a_story_is_refused() -> None:
    assert errors(read(SMALL.replace("### 丙项目发布", "###"))) == [(22, "story_untitled")]


def test_every_fault_is_told_at_once() -> None:
    text = SMALL.replace("date: 2025-12-22", "date: 明天").replace("### 丙项目发布\n\n", "") + "\n```\n"

    assert errors(read(text)) == [(2, "date_unreadable"), (22, "story_untitled"), (24, "open_fence")]


def test_a_list_instead_of_headings_gives_stories() -> None:
    items = "1. **丁上线**：丁的说明。[>阅读原文](https://a.example/4)\n"
    items += "2. [戊](https://a.example/5) - 戊的说明。\n"

    issue = accepted(with_items(items))

    assert [(i.title, i.summary, i.url) for i in issue.items[2:]] == [
        ("丁上线", "丁的说明。", "https://a.example/4"),
        ("戊", "戊的说明。", "https://a.example/5"),
    ]


def test_wide_numbers_give_stories_one_a_line() -> None:
    items = "1、丁上线了。[>阅读原文](https://a.example/4)\n2、戊发布了。[>阅读原文](https://a.example/5)\n"

    issue = accepted(with_items(items))

    assert [(item.title, item.url) for item in issue.items[2:]] == [
        ("丁上线了", "https://a.example/4"),
        ("戊发布了", "https://a.example/5"),
    ]


def test_wide_numbers_inside_a_story_stay_in_its_summary() -> None:
    assert last(one_item("要点：\n1、快\n2、省")) == "要点：1、快2、省"


def test_a_sponsor_is_a_story_like_any_other() -> None:
    items = "### 【赞助】某云特惠\n\n新客三折。[>阅读原文](https://ads.example/?utm_source=x)\n"

    assert titles(accepted(with_items(items)))[-1] == "【赞助】某云特惠"


def test_a_long_title_is_accepted_with_a_warning() -> None:
    long = "长" * 121

    parsed = read(SMALL.replace("### 丙项目发布", f"### {long}"))

    assert titles(parsed.issues[0])[-1] == long
    assert warnings(parsed) == [(22, "title_long")]


@pytest.mark.parametrize(
    "again",
    [
        "### 甲公司开源模型\n\n再说。[>阅读原文](https://a.example/9)\n",
        "### 换个题目\n\n再说。[>阅读原文](http://a.example/1?utm_source=x#top)\n",
        "### 甲公司开源模型\n\n甲公司开源了新模型。[>阅读原文](https://a.example/1)\n",
    ],
)
def test_the_same_story_twice_is_warned_of_and_keeps_two_keys(again: str) -> None:
    parsed = read(with_items(again))

    keys = [item.key for item in parsed.issues[0].items]
    assert len(set(keys)) == 3
    assert warnings(parsed) == [(22, "story_twice")]


def test_a_key_outlives_a_new_title_and_new_tracking() -> None:
    edited = SMALL.replace("### 甲公司开源模型", "### 甲公司开源大模型").replace(
        "example/1)", "example/1?utm_medium=b)"
    )

    assert [item.key for item in accepted(edited).items] == [item.key for item in accepted(SMALL).items]


def test_text_between_a_section_and_its_first_story_is_warned_of() -> None:
    parsed = read(SMALL.replace("## 开源动态\n", "## 开源动态\n\n今天的开源很热闹。\n"))

    assert warnings(parsed) == [(22, "text_outside")]


def test_a_heading_deeper_than_stories_is_part_of_the_story() -> None:
    parsed = read(one_item("前。\n\n#### 细节\n\n后。[>阅读原文](https://a.example/9)"))

    assert parsed.issues[0].items[-1].summary == "前。\n细节\n后。"
    assert warnings(parsed) == [(26, "heading_inside")]
