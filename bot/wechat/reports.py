"""From a report's fields to the values of `bot.wechat.inbound`; what names nobody is turned away."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

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
from bot.wechat.rejected import MALFORMED, Rejected
from bot.wechat.xml import Report
from digest.subscriber import Place

LONGEST_TEXT = 4096
_SCENE = "qrscene_"
# openids, and the ids of members of a company.
_READER = re.compile(r"[A-Za-z0-9_.@-]{1,128}")
_MOMENT = re.compile(r"[0-9]{1,12}", re.ASCII)
_UNREADABLE = {
    "image": "picture",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "file": "document",
}
_NOTICES = {
    "subscribe_msg_popup_event": ("popup", "SubscribeMsgPopupEvent", "SubscribeStatusString"),
    "subscribe_msg_change_event": ("change", "SubscribeMsgChangeEvent", "SubscribeStatusString"),
    "subscribe_msg_sent_event": ("sent", "SubscribeMsgSentEvent", "ErrorStatus"),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who speaks, and to which original id (`gh_…`, or the company's): a passive reply turns them round."""

    reader: str
    original: str


def sender_of(report: Report) -> Sender:
    """The two ends; Rejected when they, or the moment, are no such thing."""
    sender = Sender(report.text("FromUserName"), report.text("ToUserName"))
    named = _READER.fullmatch(sender.reader) and _READER.fullmatch(sender.original)
    if not named or not _MOMENT.fullmatch(report.text("CreateTime")) or not report.text("MsgType"):
        raise Rejected(MALFORMED, "report_incomplete")
    return sender


def understand(report: Report, channel: str, account: str) -> Received:
    """What a report means that came to an account of a channel."""
    place = Place(channel, sender_of(report).reader, account=account)
    kind = report.text("MsgType").lower()
    if kind == "event":
        return _event(report, place)
    key = report.text("MsgId") or _event_key(report)
    # Where the platform still listens to voices, its words are the reader's.
    text = report.text("Content") if kind == "text" else report.text("Recognition")
    if kind == "text" or text:
        return Said(place, text[:LONGEST_TEXT], key)
    return SentNothingReadable(place, _UNREADABLE.get(kind, "other"), key)


def _event_key(report: Report) -> str:
    """The key of an event: two of one second differ in what they are."""
    return "+".join(report.text(name) for name in ("FromUserName", "CreateTime", "Event", "EventKey"))


def _event(report: Report, place: Place) -> Received:
    name, key = report.text("Event"), _event_key(report)
    make = _EVENTS.get(name.lower())
    return make(report, place, key) if make is not None else Other(place, name, key)


def _followed(report: Report, place: Place, key: str) -> Received:
    return Followed(place, report.text("EventKey").removeprefix(_SCENE), key)


def _unfollowed(_report: Report, place: Place, key: str) -> Received:
    return Unfollowed(place, key)


def _scanned(report: Report, place: Place, key: str) -> Received:
    return Scanned(place, report.text("EventKey").removeprefix(_SCENE), key)


def _clicked(report: Report, place: Place, key: str) -> Received:
    return Clicked(place, report.text("EventKey"), key)


def _viewed(report: Report, place: Place, key: str) -> Received:
    return MenuViewed(place, report.text("EventKey"), key)


def _noticed(report: Report, place: Place, key: str) -> Received:
    what, records, status = _NOTICES[report.text("Event").lower()]
    found = report.records.get(records, ())
    notices = tuple(Notice(one.get("TemplateId", ""), one.get(status, "")) for one in found)
    # The event has no key of its own, and one reader can answer several in a second.
    return SubscriptionAnswered(place, what, notices, f"{key}+{'+'.join(one.template for one in notices)}")


def _mass(report: Report, place: Place, key: str) -> Received:
    number = report.text("MsgID") or report.text("MsgId")
    return MassFinished(
        account=place.account,
        message_id=number,
        status=report.text("Status"),
        total=_count(report, "TotalCount"),
        filtered=_count(report, "FilterCount"),
        sent=_count(report, "SentCount"),
        errors=_count(report, "ErrorCount"),
        key=f"{key}+{number}",
    )


def _count(report: Report, name: str) -> int:
    written = report.text(name)
    return int(written) if _MOMENT.fullmatch(written) else 0


_EVENTS: dict[str, Callable[[Report, Place, str], Received]] = {
    "subscribe": _followed,
    "unsubscribe": _unfollowed,
    "scan": _scanned,
    "click": _clicked,
    "view": _viewed,
    "view_miniprogram": _viewed,
    "masssendjobfinish": _mass,
    **dict.fromkeys(_NOTICES, _noticed),
}
