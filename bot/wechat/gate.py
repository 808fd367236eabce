"""The gate of a callback address: who may come in, and what they bring. It decides; it waits for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from bot.wechat.envelope import Envelope
from bot.wechat.rejected import FORBIDDEN, MALFORMED, Rejected
from bot.wechat.signature import holds, sign
from bot.wechat.xml import Report, read, sealed

WINDOW_SECONDS = 300
LONGEST_ECHO = 1024
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """The part of an address that Tencent signs, or signs with; never to be logged."""

    signature: str
    msg_signature: str
    timestamp: str
    nonce: str
    encrypt_type: str
    echostr: str

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Self:
        """The query of these parameters, '' for those that are not there."""
        return cls(*(parameters.get(name, "") for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Letter:
    """A report that was let in, and the signature by which its request is known again."""

    report: Report
    signature: str
    was_sealed: bool


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a verification is answered with, and the signature that it came with."""

    echo: str
    signature: str


class Gate:
    """The gate of one account. With an envelope nothing comes in without one.

    `always_sealed`: WeCom, which signs nothing in the plain manner and seals its first greeting, too.
    """

    def __init__(
        self,
        token: str,
        envelope: Envelope | None,
        *,
        clock: Callable[[], float],
        always_sealed: bool = False,
    ) -> None:
        if not token or (always_sealed and envelope is None):
            raise ValueError("a gate without a lock")
        self._token, self._envelope, self._clock = token, envelope, clock
        self._always_sealed = always_sealed

    def greeted(self, query: Query) -> Greeting:
        """The answer to the verification of the address."""
        self._check_time(query)
        if len(query.echostr) > LONGEST_ECHO:
            raise Rejected(MALFORMED, "echo_long")
        if not self._always_sealed or self._envelope is None:
            self._check_plain(query)
            return Greeting(_speakable(query.echostr), query.signature)
        self._check_sealed(query, query.echostr)
        return Greeting(_speakable(_text(self._envelope.open(query.echostr))), query.msg_signature)

    def opened(self, query: Query, body: bytes) -> Letter:
        """The report in a request; Rejected for whatever is not Tencent's, not in time, or not readable."""
        self._check_time(query)
        if self._envelope is None:
            return self._plain(query, body)
        return self._unsealed(query, body, self._envelope)

    def answered(self, document: str, letter: Letter, nonce: str) -> bytes:
        """A passive reply as it leaves: in an envelope where the question came in one."""
        if self._envelope is None or not letter.was_sealed:
            return document.encode()
        encrypted, at = self._envelope.seal(document.encode()), str(int(self._clock()))
        signature = sign(self._token, at, nonce, encrypted)
        return sealed(encrypted, signature, at=at, nonce=nonce).encode()

    def _plain(self, query: Query, body: bytes) -> Letter:
        self._check_plain(query)
        report = _read(body)
        if report.text("Encrypt") and not report.text("FromUserName"):
            raise Rejected(MALFORMED, "sealed_and_no_key")
        return Letter(report, query.signature, was_sealed=False)

    def _unsealed(self, query: Query, body: bytes, envelope: Envelope) -> Letter:
        if not self._always_sealed:
            if query.encrypt_type != "aes":
                # Its signature covers the address alone: whoever read one log line could forge it.
                raise Rejected(FORBIDDEN, "downgraded")
            self._check_plain(query)
        encrypted = _read(body).text("Encrypt")
        self._check_sealed(query, encrypted)
        # What else stood in the outer document was signed by nobody.
        report = _read(envelope.open(encrypted))
        return Letter(report, query.msg_signature, was_sealed=True)

    def _check_time(self, query: Query) -> None:
        if not _SECONDS.fullmatch(query.timestamp):
            raise Rejected(FORBIDDEN, "no_time")
        if abs(self._clock() - int(query.timestamp)) > WINDOW_SECONDS:
            raise Rejected(FORBIDDEN, "out_of_time")

    def _check_plain(self, query: Query) -> None:
        if not holds(query.signature, self._token, query.timestamp, query.nonce):
            raise Rejected(FORBIDDEN, "signature")

    def _check_sealed(self, query: Query, encrypted: str) -> None:
        if not encrypted or not holds(
            query.msg_signature, self._token, query.timestamp, query.nonce, encrypted
        ):
            raise Rejected(FORBIDDEN, "signature")


def _read(body: bytes) -> Report:
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        raise Rejected(MALFORMED, "json")
    return read(body)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Rejected(FORBIDDEN, "echo_bytes") from None


def _speakable(echo: str) -> str:
    if not echo or not echo.isprintable():
        raise Rejected(MALFORMED, "echo_empty")
    return echo
