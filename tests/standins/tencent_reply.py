"""What Tencent's servers make of a passive reply: opened by a library that is not ours, then judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from tests.standins.tencent_callback import Profile

LONGEST_TEXT = 2048
KINDS = ("text", "image", "news", "transfer_customer_service")


class ReplyFault(Exception):
    """A reply that is not passed on."""


@dataclass(frozen=True, slots=True)
class Article:
    """One card of a news reply."""

    title: str
    description: str
    picture: str
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it is passed on."""

    kind: str
    text: str = ""
    media_id: str = ""
    articles: tuple[Article, ...] = ()


def read_reply(body: bytes, profile: Profile, fields: Mapping[str, Any]) -> Reply:
    """The reply to a message; ReplyFault for what Tencent does not pass on."""
    document = _parsed(body)
    if profile.sealed:
        if document.find("Encrypt") is None:
            raise ReplyFault("not sealed")
        document = _parsed(opened(document, profile))
    _check_ends(document, fields)
    return _checked(document, fields)


def opened(document: ET.Element, profile: Profile) -> bytes:
    """The text in a sealed reply, as another library opens it for the account."""
    from werobot.crypto import MessageCrypt
    from werobot.crypto.exceptions import AppIdValidationError, InvalidSignature

    values = [document.findtext(name) for name in ("TimeStamp", "Nonce", "MsgSignature", "Encrypt")]
    if None in values:
        raise ReplyFault("not an envelope")
    crypto = MessageCrypt(profile.token, profile.aes_key, profile.owner)
    try:
        text = crypto.decrypt_message(*values)
    except (AppIdValidationError, InvalidSignature) as caught:
        raise ReplyFault(type(caught).__name__) from caught
    return text if isinstance(text, bytes) else text.encode()


def _parsed(body: bytes) -> ET.Element:
    try:
        return ET.fromstring(body)
    except ET.ParseError as caught:
        raise ReplyFault(f"no XML: {caught}") from caught


def _check_ends(document: ET.Element, fields: Mapping[str, Any]) -> None:
    ends = (document.findtext("ToUserName"), document.findtext("FromUserName"))
    if ends != (fields["FromUserName"], fields["ToUserName"]):
        raise ReplyFault("sent to the wrong end")
    if not (document.findtext("CreateTime") or "").isdecimal():
        raise ReplyFault("CreateTime is no number")


def _checked(document: ET.Element, fields: Mapping[str, Any]) -> Reply:
    kind = document.findtext("MsgType") or ""
    articles = tuple(_article(item) for item in document.iterfind("Articles/item"))
    reply = Reply(
        kind, document.findtext("Content") or "", document.findtext("Image/MediaId") or "", articles
    )
    if kind not in KINDS:
        raise ReplyFault(f"MsgType {kind}")
    if kind == "text" and not 0 < len(reply.text.encode()) <= LONGEST_TEXT:
        raise ReplyFault(f"{len(reply.text.encode())} bytes of text")
    if kind == "news" and str(len(articles)) != document.findtext("ArticleCount"):
        raise ReplyFault("ArticleCount is wrong")
    if kind == "news" and fields["MsgType"] != "event" and len(articles) != 1:
        raise ReplyFault(f"{len(articles)} articles")
    return reply


def _article(item: ET.Element) -> Article:
    return Article(*(item.findtext(name) or "" for name in ("Title", "Description", "PicUrl", "Url")))
