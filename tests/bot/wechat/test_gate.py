"""Who comes in at the gate, tried with thousands of small changes; the envelope against another's hand."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.envelope import Envelope
from bot.wechat.gate import Gate, Query
from bot.wechat.rejected import Rejected
from bot.wechat.signature import holds, sign
from tests.standins import tencent_callback
from tests.standins.tencent_callback import Call, Mode, Profile, posting, seal, written
from tests.standins.tencent_reply import opened

NOW = 1_764_240_000
SAFE, PLAIN = Profile(), Profile(mode=Mode.PLAIN)
FIELDS = {
    "ToUserName": SAFE.original,
    "FromUserName": "oXYZ",
    "CreateTime": NOW,
    "MsgType": "text",
    "Content": "今日",
    "MsgId": 1,
}
SIGNED = ("signature", "timestamp", "nonce", "msg_signature", "encrypt_type")


def gate(profile: Profile = SAFE) -> Gate:
    """The gate of an account, at a fixed moment."""
    envelope = Envelope(profile.aes_key, profile.owner) if profile.sealed else None
    return Gate(profile.token, envelope, clock=lambda: NOW, always_sealed=profile.wecom)


def refused(call: Call, profile: Profile = SAFE) -> int:
    """The status with which a call is turned away; 0 when it is let in."""
    try:
        gate(profile).opened(Query.of(call.query), call.body)
    except Rejected as rejected:
        return rejected.status
    return 0


def flipped(text: str, position: int, bit: int) -> str:
    """The text with one bit of one character changed."""
    position %= len(text)
    return text[:position] + chr(ord(text[position]) ^ (1 << bit)) + text[position + 1 :]


@given(st.sampled_from(SIGNED), st.integers(0, 400), st.integers(0, 6))
def test_one_bit_of_a_signed_address_is_enough_to_be_turned_away(field: str, position: int, bit: int) -> None:
    call = posting(SAFE, FIELDS, at=NOW, nonce="730381")
    changed = {**call.query, field: flipped(call.query[field], position, bit)}

    assert refused(call) == 0
    assert refused(Call(changed, call.body)) == 403


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_one_bit_of_the_envelope_is_enough_to_be_turned_away(position: int, bit: int) -> None:
    call = posting(SAFE, FIELDS, at=NOW, nonce="730381")
    start = call.body.index(b"<Encrypt><![CDATA[") + len(b"<Encrypt><![CDATA[")
    position = start + position % (call.body.index(b"]]></Encrypt>") - start)
    body = bytearray(call.body)
    body[position] ^= 1 << bit

    assert refused(Call(call.query, bytes(body))) in (400, 403)


@given(st.sampled_from(("signature", "timestamp", "nonce")), st.integers(0, 400), st.integers(0, 6))
def test_one_bit_of_a_plain_address_is_enough_to_be_turned_away(field: str, position: int, bit: int) -> None:
    call = posting(PLAIN, FIELDS, at=NOW, nonce="730381")
    changed = {**call.query, field: flipped(call.query[field], position, bit)}

    assert refused(call, PLAIN) == 0
    assert refused(Call(changed, call.body), PLAIN) == 403


@given(st.dictionaries(st.sampled_from((*SIGNED, "echostr")), st.text()), st.binary())
def test_whatever_is_called_nothing_but_a_refusal_comes_of_it(query: dict[str, str], body: bytes) -> None:
    for profile in (SAFE, PLAIN, Profile(agent="1")):
        with pytest.raises(Rejected):
            gate(profile).opened(Query.of(query), body)
        with pytest.raises(Rejected):
            gate(profile).greeted(Query.of(query))


@given(st.binary(max_size=200).map(lambda noise: noise + b"\0" * (-len(noise) % 16)), st.integers(0, 255))
def test_whatever_is_in_an_envelope_it_is_opened_or_turned_away(content: bytes, last: int) -> None:
    content = content[:-1] + bytes([last]) if content else content
    envelope = Envelope(SAFE.aes_key, SAFE.owner)
    encryptor = envelope._cipher.encryptor()
    encrypted = base64.b64encode(encryptor.update(content) + encryptor.finalize()).decode()

    with pytest.raises(Rejected) as turned_away:
        envelope.open(encrypted)

    assert turned_away.value.status == 403


@given(st.binary(max_size=2000))
def test_what_another_hand_has_sealed_is_opened(content: bytes) -> None:
    assert Envelope(SAFE.aes_key, SAFE.owner).open(seal(content, SAFE)) == content


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=700))
def test_what_we_have_sealed_another_library_opens(text: str) -> None:
    from xml.etree import ElementTree as ET

    call = posting(SAFE, FIELDS, at=NOW, nonce="730381")
    letter = gate().opened(Query.of(call.query), call.body)

    answer = gate().answered(text, letter, "nonce")

    assert opened(ET.fromstring(answer), SAFE).decode() == text


def test_two_answers_are_never_sealed_alike() -> None:
    envelope = Envelope(SAFE.aes_key, SAFE.owner)

    assert envelope.seal(b"same") != envelope.seal(b"same")


def test_there_is_no_gate_without_a_lock() -> None:
    with pytest.raises(ValueError, match="lock"):
        Gate("", None, clock=lambda: NOW)
    with pytest.raises(ValueError, match="lock"):
        Gate(SAFE.token, None, clock=lambda: NOW, always_sealed=True)
    assert not holds(sign("", "1", "2"), "", "1", "2")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=4))
def test_signatures_are_tencents(parts: list[str]) -> None:
    ascii_only = [part.encode("ascii", "ignore").decode() for part in parts]

    assert sign("token", *ascii_only) == tencent_callback.sign("token", *ascii_only)
    assert holds(sign("token", *parts), "token", *parts)


def test_a_plain_document_in_an_envelope_is_what_counts() -> None:
    call = posting(Profile(mode=Mode.COMPAT), FIELDS, at=NOW, nonce="1")
    forged = call.body.replace("今日".encode(), "退订".encode())

    letter = gate().opened(Query.of(call.query), forged)

    assert letter.report.text("Content") == "今日"
    assert written(FIELDS) != forged
