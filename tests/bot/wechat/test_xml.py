"""What is read from Tencent's XML, and that whatever we write there can be read again."""

from __future__ import annotations

import contextlib
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.messages import HandOver, WechatCard, WechatImage, WechatText
from bot.wechat.rejected import Rejected
from bot.wechat.xml import clean, passive, read, sealed

# Every character there is, half surrogate pairs and controls included, and what ends a CDATA section.
ANY = st.lists(
    st.one_of(
        st.text(st.characters()), st.sampled_from(["]]>", "]", ">", "]]", "\r\n", "\r", "<a>", "&amp;", "\0"])
    )
).map("".join)


def written(text: str) -> ET.Element:
    """A text reply with these words, as a parser sees it."""
    return ET.fromstring(passive(WechatText(text), reader="oReader", account="gh_1", at=1))


@given(ANY)
def test_any_text_comes_through_as_it_was_cleaned(text: str) -> None:
    document = written(text)

    assert document.findtext("Content") == clean(text)
    assert [child.tag for child in document] == [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
    ]


@given(ANY, ANY, ANY, ANY)
def test_any_card_comes_through_as_it_was_cleaned(
    title: str, description: str, url: str, picture: str
) -> None:
    card = WechatCard(title, description, url, picture)

    item = ET.fromstring(passive(card, reader="o", account="g", at=1)).find("Articles/item")

    assert item is not None
    assert [child.text or "" for child in item] == [clean(one) for one in (title, description, picture, url)]


@given(ANY)
def test_any_ends_media_ids_and_envelopes_come_through(text: str) -> None:
    image = ET.fromstring(passive(WechatImage(text), reader=text, account=text, at=1))
    over = ET.fromstring(passive(HandOver(), reader=text, account=text, at=1))
    envelope = ET.fromstring(sealed(text, text, at="1", nonce=text))

    assert image.findtext("Image/MediaId") == over.findtext("ToUserName") == clean(text)
    assert envelope.findtext("Encrypt") == envelope.findtext("Nonce") == clean(text)


@given(ANY)
def test_only_what_no_chat_shows_is_taken_out(text: str) -> None:
    kept = clean(text)

    assert clean(kept) == kept
    assert "]]>" not in kept
    lost = set(text) - set(kept)
    assert all(unicodedata.category(one) in ("Cc", "Cs", "Cn") for one in lost)


def test_ordinary_texts_stay_as_they_are() -> None:
    text = '【开源动态】\n1. 🚀 <a href="https://a.b/?x=1&y=2">读</a>\t完'

    assert written(text).findtext("Content") == text


def test_fields_and_the_records_within_them_are_read() -> None:
    report = read(
        b"<xml><Event><![CDATA[subscribe_msg_popup_event]]></Event><Empty/><Text>a<!-- b -->c</Text>"
        b"<Popup><List><Id>1</Id><Status>accept</Status></List><List><Id>2</Id></List></Popup>"
        b"<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo></xml>"
    )

    assert dict(report.fields) == {"Event": "subscribe_msg_popup_event", "Empty": "", "Text": "ac"}
    assert dict(report.records) == {
        "Popup": ({"Id": "1", "Status": "accept"}, {"Id": "2"}),
        "ScanCodeInfo": ({"ScanType": "qrcode"},),
    }


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"<xml>{text}</xml>".encode(errors="replace"))
)
def test_whatever_is_read_it_is_a_report_or_turned_away(document: bytes) -> None:
    report = None
    with contextlib.suppress(Rejected):
        report = read(document)

    assert report is None or all(isinstance(value, str) for value in report.fields.values())


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><Content>a</Content></xml>',
        b"<!DOCTYPE xml><xml><Content>a</Content></xml>",
    ],
)
def test_nothing_is_declared_in_a_document(document: bytes) -> None:
    with pytest.raises(Rejected):
        read(document)
