"""What Tencent's reports mean: each kind one value, each value a key of its own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import kept
from bot.wechat.inbound import (
    Clicked,
    Followed,
    MassFinished,
    MenuViewed,
    Notice,
    Other,
    Received,
    Said,
    Scanned,
    SentNothingReadable,
    SubscriptionAnswered,
    Unfollowed,
)
from bot.wechat.rejected import Rejected
from bot.wechat.reports import understand
from bot.wechat.xml import read
from digest.subscriber import Place
from tests.standins.tencent_callback import written

READER = Place("wechat", "oXYZ", account="wx1")
POPUP = {
    "SubscribeMsgPopupEvent": [
        {"List": {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "0"}},
    ]
}
SENT = {
    "SubscribeMsgSentEvent": {
        "List": {"TemplateId": "T1", "MsgID": 7, "ErrorCode": 0, "ErrorStatus": "success"}
    }
}


def understood(**fields: Any) -> Received:
    """What a report with these fields means."""
    head = {"ToUserName": "gh_1", "FromUserName": "oXYZ", "CreateTime": 1764240000}
    return understand(read(written({**head, **fields})), "wechat", "wx1")


def event(name: str, **fields: Any) -> Received:
    """What an event means."""
    return understood(MsgType="event", Event=name, **fields)


KEY = "oXYZ+1764240000"
REPORTS = [
    (understood(MsgType="text", Content="今日", MsgId=5), Said(READER, "今日", "5")),
    (understood(MsgType="text", Content="今日", MsgId=6, bizmsgmenuid=101), Said(READER, "今日", "6")),
    (understood(MsgType="voice", MediaId="m", MsgId=7), SentNothingReadable(READER, "voice", "7")),
    (understood(MsgType="voice", Recognition="今天", MsgId=8), Said(READER, "今天", "8")),
    (understood(MsgType="image", MsgId=9), SentNothingReadable(READER, "picture", "9")),
    (understood(MsgType="shortvideo", MsgId=10), SentNothingReadable(READER, "video", "10")),
    (understood(MsgType="location", MsgId=11), SentNothingReadable(READER, "location", "11")),
    (understood(MsgType="link", MsgId=12), SentNothingReadable(READER, "link", "12")),
    (understood(MsgType="hologram", MsgId=13), SentNothingReadable(READER, "other", "13")),
    (event("subscribe", EventKey=""), Followed(READER, "", f"{KEY}+subscribe+")),
    (
        event("subscribe", EventKey="qrscene_spring", Ticket="t"),
        Followed(READER, "spring", f"{KEY}+subscribe+qrscene_spring"),
    ),
    (event("unsubscribe"), Unfollowed(READER, f"{KEY}+unsubscribe+")),
    (event("SCAN", EventKey="spring"), Scanned(READER, "spring", f"{KEY}+SCAN+spring")),
    (event("CLICK", EventKey="今日"), Clicked(READER, "今日", f"{KEY}+CLICK+今日")),
    (event("click", EventKey="今日"), Clicked(READER, "今日", f"{KEY}+click+今日")),
    (event("VIEW", EventKey="https://a.b"), MenuViewed(READER, "https://a.b", f"{KEY}+VIEW+https://a.b")),
    (
        event("subscribe_msg_popup_event", **POPUP),
        SubscriptionAnswered(
            READER, "popup", (Notice("T1", "accept"),), f"{KEY}+subscribe_msg_popup_event++T1"
        ),
    ),
    (
        event("subscribe_msg_sent_event", **SENT),
        SubscriptionAnswered(
            READER, "sent", (Notice("T1", "success"),), f"{KEY}+subscribe_msg_sent_event++T1"
        ),
    ),
    (
        event(
            "MASSSENDJOBFINISH",
            MsgID=99,
            Status="send success",
            TotalCount=10,
            FilterCount=9,
            SentCount=8,
            ErrorCount=1,
        ),
        MassFinished("wx1", "99", "send success", 10, 9, 8, 1, f"{KEY}+MASSSENDJOBFINISH++99"),
    ),
    (
        event("TEMPLATESENDJOBFINISH", MsgID=1),
        Other(READER, "TEMPLATESENDJOBFINISH", f"{KEY}+TEMPLATESENDJOBFINISH+"),
    ),
    (event("enter_agent"), Other(READER, "enter_agent", f"{KEY}+enter_agent+")),
]


@pytest.mark.parametrize(("received", "meant"), REPORTS)
def test_each_report_has_its_meaning(received: Received, meant: Received) -> None:
    assert received == meant


@pytest.mark.parametrize(("received", "meant"), REPORTS)
def test_each_meaning_is_kept_and_read_again(received: Received, meant: Received) -> None:
    assert kept.read(kept.write(received)) == meant


def test_no_two_reports_have_one_key() -> None:
    keys = [received.key for received, _ in REPORTS]

    assert len(set(keys)) == len(keys)


def test_what_an_older_program_has_kept_is_let_go() -> None:
    assert [kept.read(one) for one in ("", "{}", '{"kind": "Nothing", "said": {}}')] == [None] * 3
    assert kept.read('{"kind": "Said", "said": {"text": 5}}') is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_any_text_is_kept_and_read_again(text: str) -> None:
    said = Said(READER, text, "1")

    assert kept.read(kept.write(said)) == said


def test_a_text_has_an_end() -> None:
    received = understood(MsgType="text", Content="长" * 20_000, MsgId=1)

    assert isinstance(received, Said)
    assert len(received.text) == 4096


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (name, value)
            for name in ("FromUserName", "ToUserName")
            for value in ("", "a b", "x/y", "\n", "读者")
        ),
        *(("CreateTime", value) for value in ("", "now", "-1", "1.5", "９")),
        ("MsgType", ""),
    ],
)
def test_what_comes_from_nobody_is_turned_away(name: str, value: str) -> None:
    with pytest.raises(Rejected):
        understood(**{"MsgType": "text", name: value})
