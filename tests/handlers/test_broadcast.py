"""A broadcast drafted in chat: content, audience, check, confirmation, and what is not let through."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from digest.broadcast import Broadcast
from digest.campaign import CampaignState, Progress
from digest.content import Content, Span
from digest.house import House
from digest.intents import Incoming
from digest.replies import Passage, Reply
from digest.roles import Role
from digest.subscriber import Kind, Subscription
from handlers.outgoing import begin_due
from tests.handlers.conftest import AT_TEN, Talk
from tests.storage.makers import subscribe

SPANS = (Span("bold", 0, 4), Span("text_link", 5, 2, "https://example.org/"))
NOTICE = Incoming("维护通知 详情", sender="77", language="zh-hans", spans=SPANS)


@pytest.fixture
def editor(talk_anywhere: Talk) -> Talk:
    """An admin of the configuration."""
    talk_anywhere.house = House(admins=frozenset({"telegram:77"}))
    return talk_anywhere


async def readers(talk: Talk, count: int) -> None:
    async with talk.store.transaction() as tx:
        for number in range(count):
            await subscribe(tx, 1000 + number, now=AT_TEN)


async def drafted(talk: Talk, audience: str = "1") -> str:
    """A draft with an audience; the check."""
    await talk.say("发公告")
    await talk.hear(NOTICE)
    return await talk.say(audience)


async def kept(talk: Talk, campaign: int = 1) -> tuple[Broadcast, Progress]:
    async with talk.store.reading() as tx:
        broadcast, progress = await tx.broadcasts.get(campaign), await tx.campaigns.show(campaign)
    assert broadcast is not None
    assert progress is not None
    return broadcast, progress


def passages(reply: Reply) -> list[Content]:
    blocks = (block for one in (reply, *reply.after) for block in one.blocks)
    return [block.content for block in blocks if isinstance(block, Passage)]


async def test_from_the_word_to_the_last_check(editor: Talk) -> None:
    await readers(editor, 3)

    asked = await editor.say("发公告")
    copy = await editor.hear(NOTICE)
    check = await editor.say("2")

    assert asked == "把要发的内容发给我：文字、图片，或转发一条消息，格式原样保留。\n随时回复「取消」。"
    assert passages(copy) == [Content("维护通知 详情", SPANS)]
    assert editor.drawn(copy).split("\n\n")[1] == (
        "发给谁？\n1　全部能发到的　3\n2　Telegram 私聊　3\n3　只发频道和群　0\n4　近30天看过的　3"
    )
    assert check.split("\n\n")[0] == "维护通知 详情"
    assert "\n".join(check.split("\n\n")[1:]) == (
        "核对一下\nTelegram 私聊 3位，每处1条\n大约 1秒发完\n不发：没订阅过 1\n已先发了一条给你自己。\n"
        "确认就点「发出」。"
    )
    assert [[c.label for c in row] for row in editor.last.after[0].choices] == [
        ["发出"],
        ["定时", "改内容", "改对象", "取消"],
    ]
    broadcast, progress = await kept(editor)
    assert (broadcast.draft, broadcast.audience, broadcast.head_count) == (
        True,
        "channel:telegram private",
        3,
    )
    assert progress.total == 0


async def test_a_nervous_double_tap_sends_once(editor: Talk) -> None:
    await readers(editor, 3)
    await drafted(editor)
    check = editor.last

    first = await editor.tap("发出")
    editor.last = check
    second = await editor.tap("发出")

    assert first == "好，开始发了。"
    assert second == "已经在发了，没有再发第二遍。"
    broadcast, progress = await kept(editor)
    assert (progress.total, progress.state) == (3, CampaignState.RUNNING)
    assert broadcast.author == "telegram:77"


async def test_above_two_hundred_the_head_count_is_typed(editor: Talk) -> None:
    await readers(editor, 201)
    check = await drafted(editor)

    assert check.endswith("确认就回复 201（防手滑）；200人以下按钮即可。")
    assert "发出" not in [c.label for row in editor.last.after[0].choices for c in row]
    wrong = await editor.say("200")
    assert wrong.endswith("确认就回复 201（防手滑）；200人以下按钮即可。")
    assert (await kept(editor))[1].total == 0
    assert await editor.say("２０１") == "好，开始发了。"
    assert await editor.say("201") == "已经在发了，没有再发第二遍。"
    assert (await kept(editor))[1].total == 201


async def test_a_number_after_the_confirmation_is_a_story_again(editor: Talk) -> None:
    await readers(editor, 201)
    await drafted(editor)
    await editor.say("201")

    story = await editor.say("29")

    assert "第29条" in story or "29" in story.split("\n")[0]
    assert "已经在发了" not in story


@pytest.mark.parametrize("words", ["29", "好的", "今日"])
async def test_words_that_confirm_nothing_mean_what_they_always_mean(editor: Talk, words: str) -> None:
    await readers(editor, 2)
    plain = await editor.another("78").say(words)
    await drafted(editor, "3")
    await editor.tap("改对象")
    await editor.tap("1")

    meant = await editor.say(words)

    if words == "29":
        assert "核对一下" in meant
    else:
        assert meant == plain
    assert (await kept(editor))[1].total == 0


async def test_the_number_shown_is_confirmed_even_when_a_reader_has_left_since(editor: Talk) -> None:
    await readers(editor, 202)
    await drafted(editor)
    async with editor.store.transaction() as tx:
        await subscribe(tx, 1000, subscription=Subscription(active=False, subscribed_at=AT_TEN))

    assert await editor.say("202") == "好，开始发了。"
    assert (await kept(editor))[1].total == 201


async def test_an_expression_is_an_audience_and_a_wrong_one_is_asked_again(editor: Talk) -> None:
    await readers(editor, 2)
    await editor.say("/broadcast")
    await editor.hear(NOTICE)

    wrong = await editor.say("lang:klingon")
    check = await editor.say("lang:zh-Hans active:7d")

    assert wrong.startswith("没有「klingon」这种语言，有的是 zh-Hans, en。\n\n发给谁？")
    assert "Telegram 私聊 2位" in check
    assert (await kept(editor))[0].audience == "lang:zh-Hans active:7d"


async def test_a_section_is_offered_when_not_everybody_gets_it(editor: Talk) -> None:
    await readers(editor, 3)
    await editor.another("1000").say("不要 推荐文章")

    await editor.say("发公告")
    copy = editor.drawn(await editor.hear(NOTICE))
    await editor.say("4")

    assert "4　订了「推荐文章」的　2\n5　近30天看过的　3" in copy
    assert (await kept(editor))[0].audience == "section:推荐文章"


async def test_a_picture_with_its_caption_is_a_broadcast(editor: Talk) -> None:
    await editor.say("发公告")
    photo = replace(NOTICE, code="unreadable.picture", picture="AgACAgIAA")

    copy = await editor.hear(photo)

    assert passages(copy) == [Content("维护通知 详情", SPANS, "AgACAgIAA")]


@pytest.mark.parametrize(
    ("incoming", "said"),
    [
        (Incoming("", code="unreadable.voice"), "公告是空的"),
        (Incoming("长" * 1025, code="unreadable.picture", picture="AgAC"), "图片下面的字太长：1,025 字"),
    ],
)
async def test_what_cannot_be_sent_is_said_and_asked_again(
    editor: Talk, incoming: Incoming, said: str
) -> None:
    await editor.say("发公告")
    refused = editor.drawn(await editor.hear(incoming))
    taken = await editor.hear(NOTICE)

    assert refused.startswith(said)
    assert passages(taken) == [Content("维护通知 详情", SPANS)]


async def test_content_and_audience_can_be_changed_before_it_is_sent(editor: Talk) -> None:
    await readers(editor, 2)
    await drafted(editor)

    editor.last = editor.last.after[0]
    await editor.tap("改内容")
    again = await editor.hear(replace(NOTICE, text="新的通知", spans=()))
    editor.last = again.after[0]
    await editor.tap("改对象")
    await editor.tap("3")

    broadcast, progress = await kept(editor)
    assert passages(again) == [Content("新的通知")]
    assert (broadcast.content.text, broadcast.revision, broadcast.audience) == ("新的通知", 2, "group")
    assert (progress.id, progress.total) == (1, 0)


@pytest.mark.parametrize("how", ["取消", "算了", "/cancel"])
@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_it_can_be_dropped_at_any_time(editor: Talk, how: str, steps: int) -> None:
    await readers(editor, 2)
    await editor.say("发公告")
    for incoming in (NOTICE, Incoming("1"))[:steps]:
        await editor.hear(incoming)

    dropped = await editor.say(how)

    assert dropped == ("好的，这条不发了。" if steps else "好的，什么都没改。")
    if steps:
        assert (await kept(editor))[1].state is CampaignState.CANCELLED
    assert "2025" in await editor.say("昨天") or editor.last.blocks


async def test_a_draft_that_was_left_is_taken_up_again(editor: Talk) -> None:
    await readers(editor, 2)
    await drafted(editor)
    editor.later(days=1)

    await editor.say("/campaigns")
    shown = await editor.tap("1")
    asked = await editor.tap("继续")
    check = await editor.tap("1")

    assert shown == "还是草稿，没有确认过。"
    assert asked.startswith("发给谁？")
    assert "确认就点「发出」。" in check


async def test_cancel_after_the_confirmation_offers_to_stop_and_stops_nothing_by_itself(editor: Talk) -> None:
    await readers(editor, 2)
    await drafted(editor)
    await editor.tap("发出")

    offered = await editor.say("取消")
    running = (await kept(editor))[1].state
    await editor.tap("停止")

    assert offered == "已经在发了；要停就点「停止」。"
    assert running is CampaignState.RUNNING
    assert (await kept(editor))[1].state is CampaignState.CANCELLED


async def test_what_was_dropped_is_not_sent_by_its_old_button(editor: Talk) -> None:
    await readers(editor, 2)
    await drafted(editor)
    check = editor.last
    await editor.say("取消")

    editor.last = check
    refused = await editor.tap("发出")

    assert refused.startswith("这条已经取消了")
    assert (await kept(editor))[1].total == 0


async def test_a_scheduled_broadcast_is_confirmed_and_begins_at_its_hour(editor: Talk) -> None:
    await readers(editor, 2)
    await drafted(editor)
    editor.last = editor.last.after[0]

    await editor.tap("定时")
    past = await editor.say("2025-12-22 09:00")
    check = await editor.say("明天9点")
    unconfirmed = await begin_due(editor.store, editor.house, now=AT_TEN + dt.timedelta(days=2))
    settled = await editor.tap("发出")
    early = await begin_due(editor.store, editor.house, now=AT_TEN + dt.timedelta(hours=22))
    due = await begin_due(editor.store, editor.house, now=AT_TEN + dt.timedelta(hours=23))
    again = await begin_due(editor.store, editor.house, now=AT_TEN + dt.timedelta(hours=24))

    assert past.startswith("「2025-12-22 09:00」已经过了。")
    assert "12月23日 周二 9:00 开始，大约 1秒发完" in check
    assert settled == "排好了，12月23日 周二 9:00 开始发。"
    assert (unconfirmed, early, due, again) == (0, 0, 2, 0)
    assert (await kept(editor))[1].state is CampaignState.RUNNING


async def test_pause_resume_and_stop_are_buttons_of_the_progress(editor: Talk) -> None:
    await readers(editor, 3)
    await drafted(editor)
    await editor.tap("发出")

    listed = await editor.say("/campaigns")
    running = await editor.tap("1")
    paused = await editor.tap("暂停")
    going = await editor.tap("继续")
    stopped = await editor.tap("停止")

    assert listed == "最近发过的\n1　12月22日　维护通知 详情　正在发　0 / 3"
    assert running == "正在发　░░░░░░░░░░　0%\n0 / 3\n送达 0　屏蔽 0　失败 0　不确定 0"
    assert paused.startswith("已暂停　░░░░░░░░░░　0%")
    assert going == running
    assert stopped == "停了，没发的不再发。\n送达 0　屏蔽 0　失败 0　不确定 0　没发 3　合计 3"
    assert editor.last.edits


@pytest.mark.parametrize("words", ["发公告", "/broadcast", "/campaigns"])
async def test_a_reader_is_told_that_it_is_for_admins(talk_anywhere: Talk, words: str) -> None:
    assert (await talk_anywhere.say(words)).startswith("只有管理员能发公告。")


async def test_roles_of_the_database_count(talk_anywhere: Talk) -> None:
    async with talk_anywhere.store.transaction() as tx:
        await tx.roles.give("telegram:77", Role.WATCHER, AT_TEN)
    watched = await talk_anywhere.say("/campaigns")
    refused = await talk_anywhere.say("发公告")
    async with talk_anywhere.store.transaction() as tx:
        await tx.roles.give("telegram:77", Role.EDITOR, AT_TEN)

    assert watched == "还没有发过什么。"
    assert refused.startswith("只有管理员能发公告。")
    assert (await talk_anywhere.say("发公告")).startswith("把要发的内容发给我")


async def test_in_a_group_nothing_is_sent(editor: Talk) -> None:
    editor.house = House(admins=frozenset({"telegram:-5"}))
    group = replace(editor.place, recipient="-5")
    talk = Talk(editor.store, editor.catalogs, editor.house, group)

    reply = await talk.hear(
        Incoming("/broadcast", private=False, addressed=True, sender="77", language="zh-hans"), Kind.GROUP
    )

    assert talk.drawn(reply).startswith("公告要和我私聊发，群里不行。")


async def test_help_names_it_to_admins_only(editor: Talk) -> None:
    shown = await editor.say("/help")
    other = await editor.another("78").say("/help")

    assert "发公告" in shown
    assert "发公告" not in other


async def test_in_english_it_is_english(editor: Talk) -> None:
    await readers(editor, 1)
    editor.language = "en"
    await editor.say("/broadcast")
    await editor.hear(replace(NOTICE, language="en"))

    check = await editor.say("1")

    assert "Check it\n1 private on Telegram, 1 message each\nabout 1 s" in check
    assert await editor.say("cancel") == "Dropped; nothing was sent."
