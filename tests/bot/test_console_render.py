"""Replies on a terminal: 80 columns, every word there, addresses on their own lines in a pipe."""

from __future__ import annotations

import io
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.paint import paint
from bot.console.render import WIDTH, Line, render
from bot.console.wrap import columns
from bot.phrases import load_catalogs
from digest.content import Content
from digest.issue import Item
from digest.replies import (
    Block,
    Choice,
    Headlines,
    Hit,
    Lead,
    Masthead,
    Passage,
    Reply,
    Stories,
    Story,
    Strong,
    Text,
)

PHRASES = {language: load_catalogs().speak(language) for language in ("zh-Hans", "en")}
CHARACTERS = st.sampled_from("年底将离开的研究员吐槽大模型。，、）」ABCxyz012 -%😀e\u0301\u3000\x1b")
words = st.text(alphabet=CHARACTERS, max_size=150)
titles = words.filter(lambda text: bool(text.strip("\x1b \u3000\u0301")))
urls = st.one_of(st.none(), st.just("https://example.org/a?b=1"), st.just("https://example.org/" + "x" * 200))
items = st.builds(
    Item,
    number=st.integers(1, 123_456),
    key=st.just("k"),
    title=titles,
    summary=words,
    url=urls,
)
rows = st.lists(items, min_size=1, max_size=3).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(
        Masthead,
        title=titles,
        facts=st.lists(words, max_size=3).map(tuple),
        reading=words,
        section=st.booleans(),
        name=words,
    ),
    st.builds(Text, titles),
    st.builds(Strong, titles),
    st.builds(Passage, st.builds(Content, titles, picture=st.sampled_from(["", "AgAC"]))),
    st.builds(Lead, items, words, st.booleans()),
    st.builds(Headlines, titles, rows),
    st.builds(Stories, words, rows),
    st.builds(Story, label=titles, item=items, read=words),
    st.builds(Hit, place=st.integers(1, 1001), item=items, snippet=words, spans=st.just(()), source=titles),
)
replies = st.builds(
    Reply,
    blocks=st.lists(blocks, min_size=1, max_size=4).map(tuple),
    typed=st.lists(words, max_size=6).map(tuple),
    picture=st.sampled_from(["", "replies/qun.png", "replies/" + "长" * 90 + ".png"]),
)


def make_item(number: int = 7, title: str = "一条新闻", url: str | None = "https://example.org/7") -> Item:
    return Item(number, f"key-{number}", title, "一段摘要。", url)


def drawn(*blocks: Block, typed: tuple[str, ...] = (), language: str = "zh-Hans") -> list[str]:
    (message,) = render(Reply(blocks, typed=typed), PHRASES[language])
    return message.text.split("\n")


def piped(*blocks: Block) -> list[str]:
    (message,) = render(Reply(blocks), PHRASES["zh-Hans"])
    return message.piped.split("\n")


def seen(text: str) -> str:
    return "".join(text.replace("\x1b", "").split())


def titles_of(reply: Reply) -> list[str]:
    """Every text of a reply that a reader has to find again."""
    return [text for block in reply.blocks for text in _texts(block)]


def _texts(block: Block) -> list[str]:
    match block:
        case Masthead():
            return [block.title, *block.facts]
        case Text(text=text) | Strong(text=text) | Passage(content=Content(text=text)):
            return [text]
        case Lead(item=item, sentence=sentence):
            return [item.title, sentence]
        case Headlines(title=title, items=several):
            return [title, *(item.title for item in several)]
        case Stories(title=title, items=several):
            return [title, *chain.from_iterable((item.title, item.summary) for item in several)]
        case Story(label=label, item=item):
            return [label, item.title, item.summary]
        case Hit():
            return [block.item.title, block.snippet, block.source]


@given(replies, st.sampled_from(["zh-Hans", "en"]))
def test_no_line_is_wider_than_a_terminal(reply: Reply, language: str) -> None:
    lines = [line.whole for message in render(reply, PHRASES[language]) for line in message.lines]

    assert [line for line in lines if columns(line) > WIDTH] == []
    assert not any("\x1b" in line or "\n" in line for line in lines)


@given(replies)
def test_every_word_is_there(reply: Reply) -> None:
    (message,) = render(reply, PHRASES["zh-Hans"])

    whole = seen(message.text)
    assert [text for text in (*titles_of(reply), *reply.typed) if seen(text) not in whole] == []


@given(replies)
def test_in_a_pipe_each_address_stands_alone_on_its_line_as_often_as_it_is_linked(reply: Reply) -> None:
    (message,) = render(reply, PHRASES["zh-Hans"])

    lines = message.piped.split("\n")
    linked = [line.url for line in message.lines if line.url and not line.goes_on]
    assert [line.strip() for line in lines if "https://" in line] == linked
    assert [line for line in lines if not line.startswith(" " * 5 + "https://")] == message.text.split("\n")


def test_in_a_pipe_the_address_follows_its_whole_title() -> None:
    long_title = make_item(title="一二三四五六七八九十" * 6)

    assert piped(Lead(long_title, "第一句。")) == [
        "  7  " + "一二三四五六七八九十" * 3 + "一二三四五六七",
        "     " + "八九十" + "一二三四五六七八九十" * 2,
        "     https://example.org/7",
        "     第一句。",
    ]


def test_two_stories_with_one_address_show_it_twice() -> None:
    twins = (make_item(1, "甲"), make_item(2, "乙"))

    assert piped(Headlines("新闻", twins)) == [
        " 新闻",
        "  1  甲", "     https://example.org/7",
        "  2  乙", "     https://example.org/7",
    ]  # fmt: skip


def test_a_story_without_a_link_has_no_line_for_it() -> None:
    bare = make_item(url=None)

    assert piped(Stories("新闻", (bare,))) == [" 【新闻】", "", "  7  一条新闻", "     一段摘要。"]
    assert piped(Story("第7条", bare, "阅读原文")) == ["第7条", "", "一条新闻", "", "一段摘要。"]


def test_a_long_title_goes_on_under_itself_and_is_one_link() -> None:
    item = make_item(title="长" * 60)
    (message,) = render(Reply((Headlines("新闻", (item,)),)), PHRASES["zh-Hans"])

    _, first, second = message.lines
    assert (first.before, second.before) == ("  7  ", "     ")
    assert first.text + second.text == item.title
    assert {first.url, second.url} == {item.url}


def test_the_masthead_is_a_rule_from_edge_to_edge_and_breaks_when_it_is_too_long() -> None:
    short = Masthead("12月22日 周一", ("41条",), "约3分钟", name="AI日报")
    long = Masthead("12月22日 周一", ("41条",), "约3分钟", name="日报" * 20)

    ruled, broken = drawn(short)[0], "".join(drawn(long)[:-3])
    assert columns(ruled) == WIDTH
    assert ruled.startswith("AI日报 ──")
    assert ruled.endswith("── 12月22日 周一 · 41条 · 约3分钟")
    assert seen(broken) == "日报" * 20 + "12月22日周一·41条·约3分钟"


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_bar_of_words_to_try_never_runs_over_the_edge(language: str) -> None:
    masthead = Masthead("12月22日", (), "", name="AI日报")

    for length in range(20, 90):
        lines = drawn(masthead, typed=("x" * length, "帮助"), language=language)

        assert lines[2] == "─" * WIDTH
        assert max(map(columns, lines)) <= WIDTH
        assert lines[-1].endswith(PHRASES[language]("typed.quit"))


def test_a_starred_story_keeps_its_column_up_to_two_figures() -> None:
    lines = drawn(Lead(make_item(12), "一句。", starred=True))

    assert lines == ["★12  一条新闻", "     一句。"]


def test_marked_and_unnumbered_stories_keep_their_column_too() -> None:
    starred = frozenset({12})

    assert drawn(Headlines("新闻", (make_item(12), make_item(7)), starred)) == [
        " 新闻", "★12  一条新闻", "  7  一条新闻",
    ]  # fmt: skip
    assert drawn(Headlines("周一", (make_item(12), make_item(7)), starred, numbered=False)) == [
        " 周一", "  ★  一条新闻", "  ·  一条新闻",
    ]  # fmt: skip
    assert drawn(Stories("", (make_item(12),), starred))[0] == "★12  一条新闻"


def test_a_reply_without_words_draws_nothing() -> None:
    assert render(Reply(), PHRASES["en"]) == ()


def test_a_picture_is_named_and_stands_above_the_words() -> None:
    (message,) = render(Reply((Text("扫码进群"),), picture="replies/qun.png"), PHRASES["zh-Hans"])

    assert message.text == "〔qun.png〕\n扫码进群"


def test_what_follows_is_a_message_of_its_own_and_silence_is_kept() -> None:
    after = Reply((Text("第二条"),), silent=True)

    first, second = render(Reply((Text("第一条"),), after=(Reply(), after)), PHRASES["zh-Hans"])

    assert (first.text, first.silent, second.text, second.silent) == ("第一条", False, "第二条", True)


def test_choices_are_not_drawn_but_their_words_to_type_are() -> None:
    reply = Reply((Text("好。"),), ((Choice("设置", says="设置", tap="s"),),), typed=("设置", "帮助"))

    (message,) = render(reply, PHRASES["zh-Hans"])

    assert message.text == "好。\n\n› 设置 · 帮助"


class Tty(io.StringIO):
    """A terminal that keeps what was written on it."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_titles_are_links_and_in_a_pipe_there_are_no_escapes() -> None:
    (message,) = render(Reply((Lead(make_item(), "一句。"),)), PHRASES["zh-Hans"])
    terminal, pipe = Tty(), io.StringIO()

    paint(message, terminal)
    paint(message, pipe)

    assert "\x1b" not in pipe.getvalue()
    assert pipe.getvalue() == message.piped + "\n"
    assert "一条新闻" in terminal.getvalue()
    assert "\n     https://" not in terminal.getvalue()


def test_on_a_terminal_the_words_that_were_looked_up_stand_out_and_in_a_pipe_they_do_not() -> None:
    hit = Hit(1, make_item(), "他说世界模型不同。", ((2, 6),), "11月23日 · 新闻")
    (message,) = render(Reply((hit,)), PHRASES["zh-Hans"])
    terminal, pipe = Tty(), io.StringIO()

    paint(message, terminal)
    paint(message, pipe)

    assert "他说\x1b[1m世界模型\x1b[0m不同。" in terminal.getvalue()
    assert "他说世界模型不同。" in pipe.getvalue()


def test_a_line_is_its_beginning_and_its_words() -> None:
    assert Line("标题", before="  1  ").whole == "  1  标题"
