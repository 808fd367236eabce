"""A reader asks for people, and an editor answers from another channel."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from digest.house import CustomReply, House
from digest.intents import CustomWords, Incoming
from digest.replies import Notice, Reply, Text
from digest.subscriber import Place
from tests.handlers.conftest import Talk

HOUSE = House(
    admins=frozenset({"telegram:77", "wecom:lisi"}),
    replies=(CustomReply(CustomWords(("人工",)), hand_over=True),),
)
READER = Place("wechat", "oReader", account="wx1")


@pytest.fixture
def reader(empty_talk: Talk) -> Talk:
    return replace(empty_talk, house=HOUSE, place=READER)


@pytest.fixture
def editor(empty_talk: Talk) -> Talk:
    return replace(empty_talk, house=HOUSE)


async def notices(talk: Talk, text: str) -> tuple[Notice, ...]:
    """What goes to others after these words."""
    reply = await talk.hear(Incoming(text, sender=talk.place.recipient))
    return reply.notices


def words(reply: Reply | None) -> str:
    """The only paragraph of a reply."""
    assert reply is not None
    (block,) = reply.blocks
    assert isinstance(block, Text)
    return block.text


async def test_every_editor_is_told_by_the_whole_address_and_how_to_answer(reader: Talk) -> None:
    found = await notices(reader, "人工")

    assert [one.recipient for one in found] == ["telegram:77", "wecom:lisi"]
    assert {words(one.reply) for one in found} == {
        "读者 wechat:oReader：\n人工\n要答复，发：回复 1 你要说的话"
    }


async def test_the_editors_words_go_to_the_reader_who_asked(reader: Talk, editor: Talk) -> None:
    await notices(reader, "人工")
    await notices(replace(reader, place=Place("wechat", "o2")), "人工")

    shown = await editor.say("回复 1 你好，\n第3条已改。")

    (notice,) = editor.last.notices
    assert "第1个的答复交出去了。" in shown
    assert notice.recipient == "wechat:oReader"
    assert words(notice.reply) == "编辑答复：你好，\n第3条已改。"
    assert "第1个的答复没发出去" in words(notice.failed)


@pytest.mark.parametrize(
    ("typed", "line"),
    [("回复", "这样答复：回复 1"), ("回复 7 你好", "没有第7个提问"), ("/answer 1", "这样答复：回复 1")],
)
async def test_what_cannot_be_passed_on_is_said(editor: Talk, typed: str, line: str) -> None:
    assert (await editor.say(typed)).startswith(line)
    assert editor.last.notices == ()


async def test_a_question_is_answered_within_thirty_days(reader: Talk, editor: Talk) -> None:
    await notices(reader, "人工")
    editor.now += dt.timedelta(days=31)

    assert (await editor.say("回复 1 你好")).startswith("没有第1个提问")


async def test_a_reader_who_left_cannot_be_answered(reader: Talk, editor: Talk) -> None:
    await notices(reader, "人工")
    async with reader.store.transaction() as tx:
        kept = await tx.subscribers.at(READER)
        assert kept is not None
        await tx.subscribers.deactivate(kept.address.id, "unfollowed")

    assert (await editor.say("回复 1 你好")).startswith("这位读者已经走了")


async def test_a_reader_who_types_the_same_looks_it_up(reader: Talk) -> None:
    await reader.say("回复 1 你好")

    assert reader.last.notices == ()


async def test_of_many_questions_the_last_five_hundred_are_kept(reader: Talk, editor: Talk) -> None:
    async with reader.store.transaction() as tx:
        await tx.meta.set("questions.last", "500")
        await tx.meta.set("question.1", "501 1 2025-12-22T02:00:00+00:00")

    assert (await editor.say("回复 1 你好")).startswith("没有第1个提问")
