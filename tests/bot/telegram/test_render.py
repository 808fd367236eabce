"""Rendering: the exact layout, the ladder, the split, and no text that Telegram would refuse."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.markup import MESSAGE, measure, plain, sound
from bot.telegram.render import Button, render
from digest.issue import Item, Link
from digest.replies import (
    Block,
    Choice,
    Headlines,
    Hit,
    Lead,
    Masthead,
    Reply,
    Stories,
    Story,
    Strong,
    Text,
)
from tests.standins.telegram_html import parse, units

HEAD = Masthead("11月23日 周一", ("7条",), "约1分钟")


def item(number: int, *, title: str = "", summary: str = "第一句。第二句。", url: str | None = "") -> Item:
    address = f"https://example.org/{number}?a=1&b=2" if url == "" else url
    return Item(number, f"k{number}", title or f"标题{number}", summary, address)


def items(first: int, count: int, *, summary: str = "第一句。第二句。") -> tuple[Item, ...]:
    return tuple(item(number, summary=summary) for number in range(first, first + count))


def html(*blocks: Block) -> str:
    (message,) = render(Reply(blocks))
    return message.html


def test_a_brief_has_leads_apart_and_sections_close_together() -> None:
    found = html(
        HEAD,
        Lead(item(1), "第一句。"),
        Lead(item(2), "第二句。", starred=True),
        Headlines("新闻", items(3, 4)),
        Headlines("论文", items(7, 1)),
        Text("最后一行"),
    )

    assert found == (
        "<b>11月23日 周一</b> · 7条 · 约1分钟\n\n"
        '<b>1、<a href="https://example.org/1?a=1&amp;b=2">标题1</a></b>\n第一句。\n\n'
        '<b>★2、<a href="https://example.org/2?a=1&amp;b=2">标题2</a></b>\n第二句。\n\n'
        "<b>新闻</b>\n<blockquote expandable>"
        '3、<a href="https://example.org/3?a=1&amp;b=2">标题3</a>\n'
        '4、<a href="https://example.org/4?a=1&amp;b=2">标题4</a>\n'
        '5、<a href="https://example.org/5?a=1&amp;b=2">标题5</a>\n'
        '6、<a href="https://example.org/6?a=1&amp;b=2">标题6</a></blockquote>\n'
        "<b>论文</b>\n<blockquote>"
        '7、<a href="https://example.org/7?a=1&amp;b=2">标题7</a></blockquote>\n\n'
        "最后一行"
    )


def test_marked_stories_have_their_star_in_folds_and_in_full() -> None:
    found = html(
        Headlines("新闻", (item(3, url=None), item(4, url=None)), frozenset({4})),
        Stories("★ 你关注的", (item(5, url=None, summary=""),), frozenset({5, 6})),
        Stories("", (item(7, url=None, summary=""),)),
    )

    assert found == (
        "<b>新闻</b>\n<blockquote>3、标题3\n★4、标题4</blockquote>\n\n"
        "<b>【★ 你关注的】</b>\n\n<b>★5、标题5</b>\n\n<b>7、标题7</b>"
    )


def test_stories_of_several_days_have_no_numbers() -> None:
    found = html(
        Headlines("周一", (item(3), item(4)), frozenset({3}), numbered=False),
        Headlines("周日", (item(3, url=None),), numbered=False),
    )

    assert found == (
        '<b>周一</b>\n<blockquote>★ <a href="https://example.org/3?a=1&amp;b=2">标题3</a>\n'
        '· <a href="https://example.org/4?a=1&amp;b=2">标题4</a></blockquote>\n'
        "<b>周日</b>\n<blockquote>· 标题3</blockquote>"
    )


def test_a_full_issue_in_one_message_keeps_its_reading_time() -> None:
    found = html(HEAD, Stories("新闻", (item(1, url=None),)), Stories("论文", (item(2, summary=""),)))

    assert found == (
        "<b>11月23日 周一</b> · 7条 · 约1分钟\n\n<b>【新闻】</b>\n\n<b>1、标题1</b>\n第一句。第二句。\n\n"
        '<b>【论文】</b>\n\n<b>2、<a href="https://example.org/2?a=1&amp;b=2">标题2</a></b>'
    )


def test_a_story_shows_its_label_words_and_every_link() -> None:
    more = (Link("原文", "https://example.org/1?a=1&b=2"), Link("代码", "https://example.org/code"))
    story = Item(1, "k", "标题", "话。", "https://example.org/1?a=1&b=2", more)

    found = html(Story("第1条 · 新闻", story, "阅读原文"))

    assert found == (
        "第1条 · 新闻\n\n<b>标题</b>\n\n话。\n\n"
        '<a href="https://example.org/1?a=1&amp;b=2">阅读原文</a>\n<a href="https://example.org/code">代码</a>'
    )


def test_a_hit_marks_what_was_found_and_says_where() -> None:
    found = html(
        Text("「世界」 1条"),
        Hit(1, item(9, url="https://example.org/9"), "…大世界<小世界", ((2, 4), (6, 8)), "11月23日 · 新闻"),
    )

    assert found == (
        '「世界」 1条\n\n<b>1、<a href="https://example.org/9">标题9</a></b>\n'
        "…大<b>世界</b>&lt;小<b>世界</b>\n<i>11月23日 · 新闻</i>"
    )


def test_spans_that_overlap_or_lie_outside_mark_nothing_twice() -> None:
    found = html(Hit(1, item(1, url=None), "abcdef", ((1, 3), (2, 5), (4, 99), (5, 5)), ""))

    assert found == "<b>1、标题1</b>\na<b>bc</b>def"


def test_a_line_of_strong_words_heads_what_follows() -> None:
    assert html(Strong("设置"), Text("时间 8:00\n栏目 全部")) == "<b>设置</b>\n时间 8:00\n栏目 全部"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//example.org",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "http:///x",
        "/a",
        "https://a b",
    ],
)
def test_an_address_that_may_not_be_followed_leaves_its_words(url: str) -> None:
    assert html(Headlines("新闻", (item(1, url=url),))) == "<b>新闻</b>\n<blockquote>1、标题1</blockquote>"


def test_markup_in_words_and_addresses_is_shown_and_never_obeyed() -> None:
    found = html(
        Masthead("<b>&amp;</b>", ("a<b",), ""),
        Stories("</b>", (item(1, title="<i>x</i>", summary="</a>&lt;", url='https://e.org/"><b>'),)),
    )

    parsed = parse(found)
    assert parsed.notes == ()
    assert parsed.text == "<b>&amp;</b> · a<b\n\n【</b>】\n\n1、<i>x</i>\n</a>&lt;"
    assert [entity.url for entity in parsed.entities if entity.url] == ['https://e.org/"><b>']


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("短。" * 60, "短。" * 60),
        ("首句。" + "长" * 500, "首句。"),
        ("长" * 500, ""),
    ],
    ids=["A", "B", "C"],
)
def test_a_section_takes_the_richest_step_that_fits_one_message(summary: str, expected: str) -> None:
    (message,) = render(Reply((HEAD, Stories("", items(1, 20, summary=summary)))))

    first = message.html.split("\n\n")[1]
    assert first.partition("\n")[2] == expected
    assert first.startswith('<b>1、<a href="')
    assert measure(message.html).within(MESSAGE)


def test_a_section_whose_links_are_too_many_keeps_numbers_and_titles() -> None:
    (message,) = render(Reply((HEAD, Stories("", items(1, 90)))))

    assert "<a " not in message.html
    assert message.html.endswith("<b>90、标题90</b>")


def test_a_brief_with_too_many_links_keeps_numbers_and_titles() -> None:
    (message,) = render(Reply((HEAD, Lead(item(1), "句。"), Headlines("新闻", items(2, 120)))))

    assert message.html.endswith("121、标题121</blockquote>")
    assert "<a " not in message.html


def test_a_brief_that_never_fits_is_split_at_a_section_and_keeps_its_head() -> None:
    long = tuple(item(number, title="题" * 90) for number in range(1, 61))
    reply = Reply((HEAD, Headlines("甲", long[:30]), Headlines("乙", long[30:])), silent=False)

    first, second = render(reply)

    assert first.html.startswith(
        "<b>11月23日 周一</b> · 7条 · 1/2\n\n<b>甲</b>\n<blockquote expandable>1、题"
    )
    assert first.html.endswith("</blockquote>")
    assert second.html.startswith(
        "<b>11月23日 周一</b> · 7条 · 2/2\n\n<b>乙</b>\n<blockquote expandable>31、题"
    )


def test_a_full_issue_is_split_between_sections_the_rest_silent_and_the_buttons_last() -> None:
    long = "字" * 150
    sections = (items(1, 15, summary=long), items(16, 8, summary=long), items(24, 6, summary=long))
    blocks: tuple[Block, ...] = (
        HEAD,
        *(Stories(name, stories) for name, stories in zip("甲乙丙", sections, strict=True)),
        Text("完"),
    )

    first, second = render(Reply(blocks, choices=((Choice("全部", tap="1t"),),), edits=True))

    assert re.findall("【.】", first.html) == ["【甲】", "【乙】"]
    assert re.findall("【.】", second.html) == ["【丙】"]
    assert second.html.endswith("\n\n完")
    assert (first.silent, first.edits, first.buttons) == (False, True, ())
    assert (second.silent, second.edits) == (True, False)
    assert second.buttons == ((Button("全部", data="1t"),),)


def test_a_section_longer_than_a_message_is_split_between_stories_with_its_heading_again() -> None:
    stories = items(1, 40, summary="字" * 200)

    messages = render(Reply((HEAD, Stories("甲", stories))))

    assert len(messages) == 3
    numbers = [int(n) for message in messages for n in re.findall(r"<b>(\d+)、", message.html)]
    assert numbers == list(range(1, 41))
    for place, message in enumerate(messages, 1):
        assert message.html.startswith(f"<b>11月23日 周一</b> · 7条 · {place}/3\n\n<b>【甲】</b>\n\n<b>")
        assert measure(message.html).within(MESSAGE)


@pytest.mark.parametrize(
    ("summary", "left"),
    [("首句。" + "长" * 10_000, "首句。"), ("长" * 10_000, "")],
    ids=["its first sentence fits", "nothing of it fits"],
)
@pytest.mark.parametrize("title", ["", "甲"], ids=["section", "full"])
def test_a_summary_longer_than_a_message_steps_down_alone(summary: str, left: str, title: str) -> None:
    stories = (item(1), item(2, summary=summary), item(3))

    (message,) = render(Reply((HEAD, Stories(title, stories))))

    told = message.html.split("\n\n")[-2].partition("\n")[2]
    assert told == left
    assert message.html.count("第一句。第二句。") == 2


@pytest.mark.parametrize(
    "block",
    [
        Lead(item(1, title="题" * 9000), "句" * 9000),
        Stories("", (item(1, title="题" * 9000),)),
        Stories("栏" * 9000, (item(1, title="题" * 9000, summary="句" * 9000),)),
        Headlines("栏" * 9000, (item(1, title="题" * 9000),)),
        Story("签", item(1, title="题" * 9000, summary="句" * 9000), "读"),
        Hit(1, item(1, title="题" * 9000), "片" * 9000, ((0, 9),), "处"),
        Strong("强" * 9000),
        Masthead("头" * 9000, ("事" * 9000,), "读"),
        Text("😀" * 9000),
        Text("one two. " * 2000),
    ],
    ids=lambda block: type(block).__name__,
)
def test_words_without_end_still_make_messages_that_can_be_sent(block: Block) -> None:
    for message in render(Reply((HEAD, block))):
        assert measure(message.html).within(MESSAGE)
        assert parse(message.html).units <= 4096


def test_a_long_text_is_split_at_its_lines_and_loses_nothing() -> None:
    lines = [f"{number} " + "字" * 300 for number in range(20)]

    messages = render(Reply((Text("\n".join(lines)),)))

    assert len(messages) == 2
    assert [line for message in messages for line in message.html.split("\n")] == lines


def test_a_reply_without_words_says_nothing() -> None:
    assert render(Reply()) == ()
    assert render(Reply((Text("  "), Strong(""), Stories("x", ())), choices=((Choice("a", tap="b"),),))) == ()


def test_what_follows_comes_as_messages_of_its_own() -> None:
    reply = Reply((Text("订阅好了。"),), edits=True, after=(Reply((Text("今天的"),), silent=True),))

    first, second = render(reply)

    assert (first.html, first.edits, first.silent) == ("订阅好了。", True, False)
    assert (second.html, second.edits, second.silent) == ("今天的", False, True)


def test_choices_become_buttons_with_taps_addresses_or_what_would_be_typed() -> None:
    rows = (
        (Choice("设置", says="设置", tap="1c"), Choice("网页", url="https://example.org/")),
        (Choice("昨天", says="昨天"), Choice("太长", says="长" * 30), Choice("", tap="1t")),
        (Choice("无", says=""),),
    )

    (message,) = render(Reply((Text("好"),), choices=rows))

    assert message.buttons == (
        (Button("设置", data="1c"), Button("网页", url="https://example.org/")),
        (Button("昨天", data="s:昨天"),),
    )


def test_button_data_over_64_bytes_is_a_fault_of_ours() -> None:
    with pytest.raises(AssertionError):
        render(Reply((Text("好"),), choices=((Choice("a", tap="x" * 65),),)))


def test_the_plain_words_carry_addresses_only_where_there_is_room() -> None:
    few = plain('<b>1、<a href="https://e.org/?a=1&amp;b=2">A &amp; B</a></b>\n&lt;话&gt;')
    many = plain("\n".join(f'<a href="https://e.org/{"x" * 90}">{n}</a>' for n in range(99)))

    assert few == "1、A & B (https://e.org/?a=1&b=2)\n<话>"
    assert many == "\n".join(str(n) for n in range(99))


WORDS = st.text(max_size=40) | st.sampled_from(
    ["<b>", "</a>", "&amp;", '"><', "a&b", "\ud800", "😀", "\n\n", "】"]
)
ITEMS = st.builds(
    Item,
    number=st.integers(1, 999),
    key=st.just("k"),
    title=WORDS,
    summary=WORDS | WORDS.map(lambda words: words * 300),
    url=st.none() | WORDS | WORDS.map(lambda words: f"https://example.org/{words}"),
)
TUPLES = st.lists(ITEMS, max_size=8).map(tuple)
SPANS = st.lists(st.tuples(st.integers(-3, 50), st.integers(-3, 50)), max_size=5).map(tuple)
BLOCKS = st.one_of(
    st.builds(Masthead, WORDS, st.lists(WORDS, max_size=2).map(tuple), WORDS),
    st.builds(Text, WORDS),
    st.builds(Strong, WORDS),
    st.builds(Lead, ITEMS, WORDS, st.booleans()),
    st.builds(Headlines, WORDS, TUPLES),
    st.builds(Stories, WORDS, TUPLES),
    st.builds(Story, WORDS, ITEMS, WORDS),
    st.builds(Hit, st.integers(1, 9), ITEMS, WORDS, SPANS, WORDS),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(BLOCKS, max_size=6).map(tuple))
def test_whatever_the_words_are_the_platform_can_read_every_message(blocks: tuple[Block, ...]) -> None:
    for message in render(Reply(blocks)):
        parsed = parse(message.html)
        size = measure(message.html)
        assert size.within(MESSAGE)
        assert size.units == parsed.units
        assert parsed.notes == ()
        assert {entity.type for entity in parsed.entities} <= {
            "bold",
            "italic",
            "text_link",
            "blockquote",
            "expandable_blockquote",
        }
        assert units(message.plain) <= 4096


def test_half_a_surrogate_pair_is_mended() -> None:
    assert sound("a\ud800b") == "a\ufffdb"
    assert sound("\ud83d\ude00") == "😀"
