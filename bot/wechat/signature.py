"""Tencent's signatures: SHA-1 over the sorted parts, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac


def sign(token: str, *parts: str) -> str:
    """The signature of these parts by whoever knows the token."""
    together = b"".join(sorted(_bytes(part) for part in (token, *parts)))
    return hashlib.sha1(together, usedforsecurity=False).hexdigest()


def holds(signature: str, token: str, *parts: str) -> bool:
    """Whether the signature is the one of these parts; an empty token signs nothing."""
    return bool(token) and hmac.compare_digest(_bytes(signature), _bytes(sign(token, *parts)))


def _bytes(text: str) -> bytes:
    # On text, compare_digest wants ASCII; half a surrogate pair is nobody's signature either.
    return text.encode("utf-8", "replace")
