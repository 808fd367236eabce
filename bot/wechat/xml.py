"""Tencent's XML: reports read through defusedxml, passive replies written by one function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from defusedxml.ElementTree import DefusedXMLParser

from bot.wechat.messages import HandOver, WechatCard, WechatImage, WechatMessage, WechatText
from bot.wechat.rejected import MALFORMED, Rejected

DEEPEST = 8
# What XML 1.0 cannot hold, and control characters that no chat shows; line breaks and tabs are neither.
_UNFIT = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n?")

Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """What one XML document says: its fields, and of each field with structure the records within."""

    fields: Record
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field, '' when there is none."""
        return self.fields.get(name, "")


class _Collector:
    """Takes the parser's events; keeps nothing of their nesting but records."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._text: list[str] = []
        self._leaf = False
        self._fields: dict[str, str] = {}
        self._record: dict[str, str] = {}
        self._records: dict[str, list[Record]] = {}

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if len(self._path) >= DEEPEST or (not self._path and tag != "xml"):
            raise Rejected(MALFORMED, "xml_shape")
        self._path.append(tag)
        self._text.clear()
        self._leaf = True

    def data(self, text: str) -> None:
        """Text goes on."""
        self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._path.pop()
        if self._leaf and self._path:
            self._keep(tag, "".join(self._text))
        elif self._record:
            self._records.setdefault((*self._path, tag)[1], []).append(self._record)
            self._record = {}
        self._leaf = False

    def _keep(self, tag: str, text: str) -> None:
        kept = self._fields if len(self._path) == 1 else self._record
        if tag in kept:
            raise Rejected(MALFORMED, "xml_twice")
        kept[tag] = text

    def close(self) -> None:
        """The document ends."""

    @property
    def found(self) -> Report:
        """What the document said."""
        return Report(self._fields, {name: tuple(found) for name, found in self._records.items()})


def read(document: bytes) -> Report:
    """What the document says; Rejected for entities, a DOCTYPE, broken or absurd XML."""
    collector = _Collector()
    parser = DefusedXMLParser(target=collector, forbid_dtd=True)
    try:
        parser.feed(document)
        parser.close()
    except Rejected:
        raise
    except Exception as caught:
        # The parser and its codecs raise half a dozen kinds; each means the same to us.
        raise Rejected(MALFORMED, f"xml_{type(caught).__name__}") from None
    return collector.found


def passive(message: WechatMessage, *, reader: str, account: str, at: int) -> str:
    """A passive reply to `reader` from `account` (its original id), made at `at` in seconds since 1970."""
    head = _field("ToUserName", reader) + _field("FromUserName", account) + f"<CreateTime>{at}</CreateTime>"
    return f"<xml>{head}{_body(message)}</xml>"


def sealed(encrypted: str, signature: str, *, at: str, nonce: str) -> str:
    """The envelope of a passive reply."""
    kept = _field("Encrypt", encrypted) + _field("MsgSignature", signature)
    return f"<xml>{kept}<TimeStamp>{at}</TimeStamp>{_field('Nonce', nonce)}</xml>"


def clean(text: str) -> str:
    """The text as it arrives: without control characters, and without what would end a CDATA section."""
    return _UNFIT.sub("", _BREAK.sub("\n", text)).replace("]]>", "]] >")


def _body(message: WechatMessage) -> str:
    match message:
        case WechatText(text=text):
            return _field("MsgType", "text") + _field("Content", text)
        case WechatImage(media_id=media_id):
            return _field("MsgType", "image") + f"<Image>{_field('MediaId', media_id)}</Image>"
        case WechatCard():
            return _field("MsgType", "news") + _article(message)
        case HandOver():
            return _field("MsgType", "transfer_customer_service")
        case _:
            assert_never(message)


def _article(card: WechatCard) -> str:
    inside = (
        _field("Title", card.title)
        + _field("Description", card.description)
        + _field("PicUrl", card.picture)
        + _field("Url", card.url)
    )
    return f"<ArticleCount>1</ArticleCount><Articles><item>{inside}</item></Articles>"


def _field(name: str, text: str) -> str:
    return f"<{name}><![CDATA[{clean(text)}]]></{name}>"
