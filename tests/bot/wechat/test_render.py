"""Replies as WeChat texts: the ladder, pages, links to tap, and what titles may hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.wechat.markup import clipped, escape
from bot.wechat.messages import WechatCard, WechatText
from bot.wechat.render import WECHAT, Cards, Paper, count_pages, render
from digest.content import Content, Span
from digest.footing import page_words
from digest.issue import Issue
from digest.replies import Choice, Form, Passage, Reply, Strong, Text, say
from digest.screens import issue_screen, story_screen
from digest.section_screens import section_screen, sections_screen
from tests.bot.wechat.pages import (
    FRAME,
    LIMIT,
    ZH,
    is_sound,
    issue_of,
    links,
    octets,
    shown_numbers,
    taps,
    texts,
)
from tests.digest.issue_files import SAMPLE, accepted

LINK = "https://mp.weixin.qq.com/s?__biz=MzA4&chksm=e9&idx=2&mid=22&sn=ab#rd"
SHORT = "https://mp.weixin.qq.com/s?__biz=MzA4&mid=22&idx=2&sn=ab"


@pytest.fixture(scope="module")
def sample() -> Issue:
    return accepted(SAMPLE.read_bytes())


def one(title: str = "标题", summary: str = "第一句。第二句。", url: str | None = LINK) -> Issue:
    return issue_of([[(title, summary, url)]])


# The product's own sample, of the same shape as the issue of the drafts


def test_the_samples_answer_to_today_is_one_text_and_a_second_page(sample: Issue) -> None:
    first, second = texts(issue_screen(sample, FRAME))

    assert (octets(first), octets(second)) == (1922, 1552)
    assert first.startswith("12月22日 周一 · 41条\n\n1、<a href=")
    assert first.splitlines()[-1] == "回复序号看摘要和原文，如：4"
    assert taps(first) == [("下一页：产品·推荐·开源·算法 22条", "下一页")]
    assert second.startswith("12月22日 周一 · 第2页\n\n【产品应用】\n20、")
    assert taps(second) == [("上一页", "上一页"), ("昨天", "昨天"), ("帮助", "帮助")]
    assert shown_numbers(first) + shown_numbers(second) == list(range(1, 42))


def test_each_section_of_the_sample_is_one_text(sample: Issue) -> None:
    replies = [section_screen(sample, section, FRAME) for section in sample.sections]

    assert [len(texts(reply)) for reply in replies] == [1] * 5
    assert [octets(texts(reply)[0]) for reply in replies] == [1345, 1308, 1512, 1503, 1344]
    assert [len(links(texts(reply)[0])) for reply in replies] == [0, 6, 3, 7, 6]


def test_the_samples_stories_are_each_one_text(sample: Issue) -> None:
    replies = [story_screen(sample, item, FRAME) for item in sample.items]

    assert max(octets(texts(reply)[0]) for reply in replies) == 740
    assert all(len(texts(reply)) == 1 for reply in replies)


def test_the_whole_issue_in_full_is_told_on_more_pages(sample: Issue) -> None:
    pages = texts(issue_screen(sample, FRAME, form=Form.FULL))

    assert max(map(octets, pages)) <= LIMIT
    assert [number for page in pages for number in shown_numbers(page)] == list(range(1, 42))
    assert all(item.summary in "".join(pages) for item in sample.items)


# The ladder


def test_what_fits_is_told_with_its_summaries() -> None:
    issue = issue_of([[("甲", "第一句。第二句。", LINK)] * 3])

    (text,) = texts(section_screen(issue, issue.sections[0], FRAME))

    assert text.count("第一句。第二句。") == 3
    assert "如：1" in text


@pytest.mark.parametrize(
    ("stories", "told"),
    [(4, ("第一句。第二", 4)), (10, ("第一句。", 10)), (18, (SHORT, 18)), (30, ("、题目", 30))],
)
def test_the_richest_step_that_fits_is_taken(stories: int, told: tuple[str, int]) -> None:
    summary = "第一句。第二" + "句" * 90 + "。"
    issue = issue_of([[("题目题目", summary, LINK)] * stories])

    (text,) = texts(section_screen(issue, issue.sections[0], FRAME))

    assert text.count(told[0]) == told[1]
    assert octets(text) <= LIMIT


def test_a_section_that_no_text_holds_goes_on_on_the_next_page_between_stories() -> None:
    issue = issue_of([[("很长很长的题目" * 4, "一句。", LINK)] * 60])
    section = issue.sections[0]

    pages = texts(section_screen(issue, section, FRAME))

    assert len(pages) == 4
    assert [n for page in pages for n in shown_numbers(page)] == list(range(1, 61))
    assert [page.partition("\n")[0] for page in pages[:2]] == [
        "【甲栏目0】12月22日 周一 · 60条",
        "【甲栏目0】12月22日 周一 · 第2页",
    ]
    assert ("上一页", "上一页") in taps(pages[1])


def test_pages_end_at_the_border_of_a_section() -> None:
    issue = issue_of([[("题目" * 9, "", None)] * 12 for _ in range(6)])

    pages = texts(issue_screen(issue, FRAME))

    assert [shown_numbers(page)[0] % 12 for page in pages] == [1] * len(pages)


def test_the_publishers_last_line_is_the_last_of_every_page(sample: Issue) -> None:
    line = "内容由AI摘要，以原文为准"

    pages = texts(issue_screen(sample, replace(FRAME, footer_line=line)))

    assert [page.splitlines()[-1] for page in pages] == [line] * len(pages)
    assert max(map(octets, pages)) <= LIMIT


def test_a_longer_last_line_leaves_less_room_and_loses_no_story(sample: Issue) -> None:
    pages = texts(issue_screen(sample, replace(FRAME, footer_line="长" * 200)))

    assert max(map(octets, pages)) <= LIMIT
    assert [n for page in pages for n in shown_numbers(page)] == list(range(1, 42))


# Links


def test_wechats_own_links_are_cut_to_what_they_need() -> None:
    (text,) = texts(story_screen(one(), one().items[0], FRAME))

    assert links(text) == [("阅读原文", SHORT)]


def test_links_stay_whole_where_that_is_wished() -> None:
    (text,) = texts(story_screen(one(), one().items[0], FRAME), Paper(shorten=False))

    assert links(text) == [("阅读原文", LINK)]


def test_buttons_become_links_that_say_the_same_and_no_more_than_eight() -> None:
    row = tuple(Choice(f"◀ 第{n}个", says=f"说{n}", tap=f"t{n}") for n in range(12))

    (text,) = texts(say("选一个：", row, (Choice("看网页 ▶", url="https://a.example/x"),)))

    assert taps(text) == [(f"第{n}个", f"说{n}") for n in range(8)]


def test_links_that_may_be_left_out_make_room_for_the_words() -> None:
    row = tuple(Choice(f"第{n}个", says=f"说{n}") for n in range(8))

    (text,) = texts(say("字" * 560, row))

    assert 0 < len(taps(text)) < 8
    assert octets(text) <= LIMIT


def test_the_list_of_sections_has_a_link_to_each(sample: Issue) -> None:
    (text,) = texts(sections_screen(sample, FRAME))

    assert [says for _, says in taps(text)] == [*(s.title for s in sample.sections), "今日"]


def test_on_wecom_words_are_typed_in_place_of_taps(sample: Issue) -> None:
    first, second = texts(issue_screen(sample, FRAME), Paper(taps=False))

    assert "weixin://" not in first + second
    assert "回复「下一页」：产品·推荐·开源·算法 22条" in first
    assert "回复「上一页」「昨天」「帮助」" in second


def test_a_card_is_shown_on_the_first_page_only(sample: Issue) -> None:
    reply = replace(issue_screen(sample, replace(FRAME, base_url="https://a.example")), words=page_words(ZH))
    paper = Paper(cards=Cards.ARTICLE)

    (first,), (second,) = render(reply, paper), render(replace(reply, page=2), paper)

    assert isinstance(first, WechatCard)
    assert isinstance(second, WechatText)
    assert count_pages(reply, paper) == 1


def test_without_a_site_of_ours_there_is_no_card(sample: Issue) -> None:
    (message,) = render(
        replace(issue_screen(sample, FRAME), words=page_words(ZH)), Paper(cards=Cards.ARTICLE)
    )

    assert isinstance(message, WechatText)


def test_a_card_for_wecom_keeps_its_counts_when_the_leads_are_too_long() -> None:
    issue = issue_of([[("长" * 90, "", LINK)] * 5], leads=3)
    reply = issue_screen(issue, replace(FRAME, base_url="https://a.example"))

    (card,) = render(reply, Paper(cards=Cards.NOTICE))

    assert isinstance(card, WechatCard)
    assert octets(card.description) <= 512
    assert card.description.splitlines()[-1] == "另有2条：甲栏2"


# What titles and words may hold


@pytest.mark.parametrize(
    "title",
    [
        'a</a><a href="https://evil.example">b',
        "<A HREF=x>点我</A>",
        "]]><Content>x</Content><![CDATA[",
        "bell\x07 vt\x0b nul\x00 del\x7f nel\x85",
        "半个\ud83d代理",
        "双向\u202e文字\u2066",
        "非字符\ufffe\uffff",
        "换\r\n行\t制表",
        "1 < 2 > 0 & 3",
        "零\u200b宽",
    ],
)
def test_no_title_breaks_a_link_or_the_xml(title: str) -> None:
    issue = issue_of([[(title, f"{title}。{title}", LINK)]], leads=1)

    pages = [
        *texts(issue_screen(issue, FRAME)),
        *texts(section_screen(issue, issue.sections[0], FRAME)),
        *texts(story_screen(issue, issue.items[0], FRAME)),
        *texts(Reply((Text(title), Strong(title), Passage(Content(title))))),
    ]

    assert all(map(is_sound, pages))
    assert all('<a href="https://evil' not in page for page in pages)


def test_a_title_longer_than_a_text_is_clipped_and_its_story_stays_in_reach() -> None:
    issue = issue_of([[("长" * 1500, "一句。", LINK), ("短", "二句。", LINK)]])

    pages = texts(section_screen(issue, issue.sections[0], FRAME))

    assert max(map(octets, pages)) <= LIMIT
    assert [n for page in pages for n in shown_numbers(page)] == [1, 2]
    assert "长…" in pages[0]


def test_a_story_longer_than_a_text_is_told_on_pages() -> None:
    issue = one(summary="".join(f"这是第{n}句话，说了一些事情。" for n in range(120)))

    pages = texts(story_screen(issue, issue.items[0], FRAME))

    assert len(pages) > 1
    assert max(map(octets, pages)) <= LIMIT
    assert "".join("".join(page.split()) for page in pages).count("句话，说了一些事情。") == 120
    assert links(pages[-1]) == [("阅读原文", SHORT)]


FAMILY = "👨‍👩‍👧‍👦"
THUMB = "👍🏽"
FLAG = "🇨🇳"
ACCENT = "e\u0301"


@pytest.mark.parametrize("sign", [FAMILY, THUMB, FLAG, ACCENT, "字"])
def test_nothing_seen_as_one_sign_is_cut(sign: str) -> None:
    text = sign * 40

    for most in range(32, 120):
        short = clipped(text, most).removesuffix("…")
        assert octets(short) <= most
        assert short == sign * (len(short) // len(sign))


def test_emoji_stay_whole_in_a_text() -> None:
    assert escape(FAMILY + THUMB + FLAG) == FAMILY + THUMB + FLAG


def test_a_pair_of_surrogates_is_joined() -> None:
    assert escape("\ud83d\ude00") == "😀"


# What an editor wrote


def test_an_editors_links_stay_links_and_nothing_else_of_the_marks() -> None:
    content = Content("看这里，快", (Span("bold", 0, 2), Span("text_link", 1, 2, "https://a.example/x")))

    (message,) = render(Reply((Passage(content),)))

    assert isinstance(message, WechatText)
    assert message.text == '看<a href="https://a.example/x">这里</a>，快'


def test_a_long_broadcast_is_several_messages_and_no_link_is_cut() -> None:
    words = "一段话，" * 150
    content = Content(words + "点我" + words, (Span("text_link", len(words), 2, "https://a.example/y"),))

    found = render(Reply((Passage(content),)), WECHAT)

    assert len(found) > 1
    assert all(isinstance(m, WechatText) and octets(m.text) <= LIMIT and is_sound(m.text) for m in found)
    assert sum('<a href="https://a.example/y">点我</a>' in getattr(m, "text", "") for m in found) == 1


def test_silence_says_nothing() -> None:
    assert render(Reply()) == ()
    assert count_pages(Reply()) == 1
