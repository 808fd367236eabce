"""Reading updates: each kind of chat and message, and anything at all that calls itself JSON."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.inbound import (
    Membership,
    MessageRef,
    Migration,
    Names,
    Received,
    read,
    understand,
)
from bot.telegram.render import render
from digest.content import Span
from digest.intents import Incoming
from digest.replies import Choice, Reply, Text
from digest.subscriber import Kind, Place
from tests.standins.telegram import TelegramStandin

ME = Names("7000000001", "digest_bot")
READER: dict[str, object] = {"id": 42, "is_bot": False, "language_code": "zh-hans"}
PRIVATE: dict[str, object] = {"id": 42, "type": "private"}
GROUP: dict[str, object] = {"id": -1001, "type": "supergroup"}
HERE = Place("telegram", "42", "", "7000000001")
THERE = Place("telegram", "-1001", "", "7000000001")


def message(
    text: str = "",
    *,
    chat: dict[str, object] = PRIVATE,
    more: dict[str, object] | None = None,
    **fields: object,
) -> dict[str, object]:
    content: dict[str, object] = {"message_id": 1, "from": READER, "chat": chat, "date": 0}
    return {"update_id": 5, "message": content | ({"text": text} if text else {}) | fields | (more or {})}


def received(update: object) -> Received:
    found = understand(update, ME)
    assert isinstance(found, Received)
    return found


def test_words_in_private_come_with_who_said_them_and_in_which_language() -> None:
    assert understand(message("今天"), ME) == Received(
        HERE, Kind.PERSON, Incoming(text="今天", sender="42", language="zh-hans")
    )


def test_what_a_start_link_carried_stays_in_the_text() -> None:
    assert received(message("/start c")).incoming.text == "/start c"


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        ("今天", False),
        ("/today", True),
        ("/today@digest_bot", True),
        ("/today@Digest_Bot 开源", True),
        ("/today@other_bot", False),
        ("/today@other_bot @digest_bot", False),
        ("@digest_bot 今天", True),
        ("今天@DIGEST_BOT", True),
        ("me@digest_bot.org", False),
        ("@digest_bot_2 今天", False),
        ("mail@@digest_bot", False),
        ("/etc/passwd", False),
    ],
)
def test_in_a_group_only_commands_and_mentions_are_for_us(text: str, addressed: bool) -> None:
    found = received(message(text, chat=GROUP))

    assert (found.place, found.kind) == (THERE, Kind.GROUP)
    assert (found.incoming.private, found.incoming.addressed) == (False, addressed)


def test_in_a_group_a_reply_to_us_is_for_us_and_one_to_others_is_not() -> None:
    ours = message("29", chat=GROUP, reply_to_message={"from": {"id": 7_000_000_001, "is_bot": True}})
    others = message("29", chat=GROUP, reply_to_message={"from": {"id": 43}})

    assert received(ours).incoming.addressed
    assert not received(others).incoming.addressed


def test_a_mention_by_name_without_a_handle_is_for_us() -> None:
    marks = [{"type": "text_mention", "offset": 0, "length": 2, "user": {"id": 7_000_000_001}}]

    assert received(message("日报 今天", chat=GROUP, entities=marks)).incoming.addressed


def test_a_bot_without_a_name_is_not_mentioned_by_an_at_sign() -> None:
    found = understand(message("@ 今天", chat=GROUP), Names("7000000001"))

    assert isinstance(found, Received)
    assert not found.incoming.addressed


def test_a_topic_is_part_of_the_place_and_a_chain_of_replies_is_not() -> None:
    topic = message("/today", chat=GROUP, message_thread_id=7, is_topic_message=True)
    chain = message("/today", chat=GROUP, message_thread_id=7)

    assert received(topic).place == Place("telegram", "-1001", "7", "7000000001")
    assert received(chain).place == THERE


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("photo", "unreadable.picture"),
        ("sticker", "unreadable.sticker"),
        ("voice", "unreadable.voice"),
        ("audio", "unreadable.voice"),
        ("video", "unreadable.video"),
        ("video_note", "unreadable.video"),
        ("document", "unreadable.document"),
        ("location", "unreadable.other"),
        ("poll", "unreadable.other"),
    ],
)
def test_a_message_that_is_no_text_says_what_it_is(kind: str, code: str) -> None:
    assert received(message(more={kind: {}})).incoming == Incoming(sender="42", language="zh-hans", code=code)


def test_an_animation_is_not_taken_for_the_document_beside_it() -> None:
    assert received(message(animation={}, document={})).incoming.code == "unreadable.video"


def test_the_words_under_a_picture_are_kept() -> None:
    incoming = received(message(photo=[], caption="今天")).incoming

    assert (incoming.text, incoming.code) == ("今天", "unreadable.picture")


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 5, "edited_message": {"message_id": 1, "chat": PRIVATE, "text": "今天"}},
        {
            "update_id": 5,
            "channel_post": {"message_id": 1, "chat": {"id": -1, "type": "channel"}, "text": "今天"},
        },
        message("今天", chat={"id": -1, "type": "channel"}),
        message("今天", chat=GROUP, is_automatic_forward=True),
        message("今天", chat=GROUP, more={"from": {"id": 9, "is_bot": True}}),
        message(chat=GROUP, new_chat_members=[]),
        message(),
        message("今天", chat={"type": "private"}),
        message("今天", chat={"id": 42, "type": "secret"}),
        {"update_id": 5, "poll": {}},
        {"update_id": 5},
    ],
)
def test_what_is_not_answered_means_nothing(update: object) -> None:
    assert understand(update, ME) is None


def test_a_text_of_several_lines_keeps_its_links_as_marks() -> None:
    link = {"type": "text_link", "offset": 2, "length": 1, "url": "https://a.cn/"}

    incoming = received(message("一\n二", entities=[link])).incoming

    assert (incoming.text, incoming.spans) == ("一\n二", (Span("text_link", 2, 1, "https://a.cn/"),))


def test_an_administrator_who_hides_is_heard() -> None:
    hidden = message(
        "/today", chat=GROUP, sender_chat=GROUP, more={"from": {"id": 1087968824, "is_bot": True}}
    )

    assert received(hidden).incoming.sender == "1087968824"


def tap(data: str, **more: object) -> dict[str, object]:
    under = {"message_id": 9, "chat": GROUP, "date": 0, "message_thread_id": 7, "is_topic_message": True}
    return {
        "update_id": 6,
        "callback_query": {"id": "77", "from": READER, "message": under, "data": data} | more,
    }


def test_a_tap_names_its_message_and_who_tapped() -> None:
    assert understand(tap("1sab12"), ME) == Received(
        Place("telegram", "-1001", "7", "7000000001"),
        Kind.GROUP,
        Incoming(tap="1sab12", private=False, sender="42", language="zh-hans"),
        MessageRef("-1001:9", "77"),
    )


def test_a_tap_under_a_message_that_is_gone_can_still_be_answered() -> None:
    found = received(tap("1t", message={"chat": PRIVATE}))

    assert (found.place, found.ref) == (HERE, MessageRef("", "77"))


def test_a_tap_of_an_inline_message_means_nothing() -> None:
    assert understand({"callback_query": {"id": "1", "data": "x", "inline_message_id": "a"}}, ME) is None


def test_a_button_that_says_something_is_as_if_it_was_typed() -> None:
    (shown,) = render(Reply((Text("好"),), choices=((Choice("昨天的", says="昨天"),),)))

    incoming = received(tap(shown.buttons[0][0].data)).incoming

    assert (incoming.text, incoming.tap, incoming.addressed) == ("昨天", "", True)


@pytest.mark.parametrize(
    ("chat", "member", "expected"),
    [
        (PRIVATE, {"status": "kicked"}, (False, "blocked")),
        (PRIVATE, {"status": "member"}, (True, "")),
        (GROUP, {"status": "kicked"}, (False, "kicked")),
        (GROUP, {"status": "left"}, (False, "left")),
        (GROUP, {"status": "member"}, (True, "")),
        (GROUP, {"status": "administrator"}, (True, "")),
        (GROUP, {"status": "restricted", "is_member": True, "can_send_messages": True}, (True, "")),
        (
            GROUP,
            {"status": "restricted", "is_member": True, "can_send_messages": False},
            (False, "no_rights"),
        ),
        (GROUP, {"status": "restricted", "is_member": False}, (False, "left")),
    ],
)
def test_being_let_in_or_thrown_out_is_understood(
    chat: dict[str, object], member: dict[str, object], expected: tuple[bool, str]
) -> None:
    update = {"my_chat_member": {"chat": chat, "from": READER, "new_chat_member": member}}

    found = understand(update, ME)

    assert isinstance(found, Membership)
    assert (found.present, found.reason) == expected
    assert found.language == "zh-hans"


def test_a_group_that_becomes_a_supergroup_names_its_new_id() -> None:
    assert understand(message(chat=GROUP, migrate_to_chat_id=-100_2), ME) == Migration(THERE, "-1002")


async def test_what_people_do_at_the_stand_in_is_understood() -> None:
    async with TelegramStandin() as server:
        server.say(42, "今天", language_code="en-GB")
        server.block(42)
        server.join_group(-1001, user_id=42)
        server.say_in_group(-1001, 42, "@digest_bot 今天")
        server.migrate(-1001, -1002)
        found = [understand(update, ME) for update in server.world.updates.pending]

    assert [type(one) for one in found] == [
        Received,
        Membership,
        Membership,
        type(None),
        Received,
        Migration,
        type(None),
    ]
    assert found[0] == Received(HERE, Kind.PERSON, Incoming(text="今天", sender="42", language="en-GB"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
KINDS = st.sampled_from(["private", "group", "supergroup", "channel", 7, None])
SHAPES = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON | st.integers(-(2**70), 2**70),
        "chat": JSON | st.fixed_dictionaries({"id": st.integers() | JSON, "type": KINDS}),
        "from": JSON | st.fixed_dictionaries({"id": st.integers() | JSON, "language_code": JSON}),
        "text": JSON | st.sampled_from(["/today@digest_bot", "@digest_bot", "/", "s:"]),
        "data": JSON | st.just("s:\udfff"),
        "caption": JSON,
        "entities": JSON | st.lists(JSON, max_size=3),
        "message": JSON,
        "message_id": JSON,
        "message_thread_id": JSON,
        "is_topic_message": JSON,
        "new_chat_member": JSON | st.fixed_dictionaries({"status": JSON | st.just("member")}),
        "migrate_to_chat_id": JSON,
        "reply_to_message": JSON,
        "photo": JSON,
    },
)
UPDATES = JSON | st.dictionaries(
    st.sampled_from(["message", "callback_query", "my_chat_member", "update_id"]), JSON | SHAPES, max_size=3
)


@settings(max_examples=150, deadline=None)
@given(UPDATES)
def test_no_json_is_too_odd(update: object) -> None:
    found = understand(update, ME)

    if isinstance(found, Received):
        found.incoming.text.encode()
        found.incoming.tap.encode()
        assert found.place.recipient.lstrip("-").isdigit()


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(payload: bytes) -> None:
    understand(read(payload), ME)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"message":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"update_id":' + b"9" * 5000 + b"}",
        b"x" * 1_000_000,
        b'"' + b"a" * 1_000_000 + b'"',
    ],
    ids=lambda payload: f"{payload[:8]!r}x{len(payload)}",
)
def test_bytes_that_are_no_update_mean_nothing_and_cost_little(payload: bytes) -> None:
    began = time.perf_counter()

    assert understand(read(payload), ME) is None

    assert time.perf_counter() - began < 1.0


def test_half_a_surrogate_pair_is_read_and_mended() -> None:
    payload = json.dumps(message("a\ud800b \ud83d\ude00")).encode()

    assert received(read(payload)).incoming.text == "a\ufffdb 😀"
