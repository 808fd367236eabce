"""Tencent's envelope around messages: AES-256-CBC over noise, length, text and the account's own id."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.wechat.rejected import FORBIDDEN, Rejected

NOISE = 16
BLOCK = 16
# Tencent pads to 32 bytes, twice the cipher's own block.
PADDED = 32
HEAD = NOISE + 4


class Envelope:
    """Opens and seals the messages of one account (`owner`: its appid or the company's id)."""

    def __init__(
        self, aes_key: str, owner: str, *, noise: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(AES(key), CBC(key[:BLOCK]))
        self._owner = owner.encode()
        self._noise = noise

    def open(self, sealed: str) -> bytes:
        """The text inside; Rejected when it was not sealed for this account."""
        padded = self._decrypted(_decoded(sealed))
        content = padded[: -_padding(padded)]
        if len(content) < HEAD:
            raise Rejected(FORBIDDEN, "sealed_short")
        (length,) = struct.unpack(">I", content[NOISE:HEAD])
        if length > len(content) - HEAD:
            raise Rejected(FORBIDDEN, "sealed_length")
        if not hmac.compare_digest(content[HEAD + length :], self._owner):
            raise Rejected(FORBIDDEN, "sealed_for_another")
        return content[HEAD : HEAD + length]

    def seal(self, text: bytes) -> str:
        """The text in an envelope."""
        content = self._noise(NOISE) + struct.pack(">I", len(text)) + text + self._owner
        fill = PADDED - len(content) % PADDED
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(content + bytes([fill]) * fill) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def _decrypted(self, sealed: bytes) -> bytes:
        if not sealed or len(sealed) % BLOCK:
            raise Rejected(FORBIDDEN, "sealed_blocks")
        decryptor = self._cipher.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()


def _decoded(sealed: str) -> bytes:
    try:
        return base64.b64decode(sealed.encode("ascii", "replace"), validate=True)
    except binascii.Error:
        raise Rejected(FORBIDDEN, "sealed_base64") from None


def _padding(padded: bytes) -> int:
    """How many bytes were filled in, 1 to 32, each of them saying so."""
    fill = padded[-1]
    if not 1 <= fill <= PADDED or padded[-fill:] != bytes([fill]) * fill:
        raise Rejected(FORBIDDEN, "sealed_padding")
    return fill
