"""How Tencent calls an account's address: fields as XML or JSON, sealed or not, signed. No product in it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Fields = Mapping[str, Any]


class Mode(StrEnum):
    """How an official account has its messages: 明文, 兼容, 安全."""

    PLAIN = "plain"
    COMPAT = "compat"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as its console knows it. `owner`: its appid or a company's id; an `agent` makes it WeCom."""

    owner: str = "wx0123456789abcdef"
    original: str = "gh_0123456789ab"
    token: str = "Tok3nOfTheAccount"
    aes_key: str = "Zm9yVGVzdHNPbmx5Tm90QVNlY3JldEFueXdoZXJlMDE"
    mode: Mode = Mode.SAFE
    agent: str = ""
    json: bool = False

    @property
    def wecom(self) -> bool:
        """Whether it is an app of a company."""
        return bool(self.agent)

    @property
    def sealed(self) -> bool:
        """Whether its messages come in an envelope."""
        return self.wecom or self.mode is not Mode.PLAIN


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its query and its body; a GET without one."""

    query: Mapping[str, str]
    body: bytes = b""
    content_type: str = "text/xml"


def greeting(profile: Profile, echo: str, *, at: int, nonce: str) -> Call:
    """The verification of an address; what has to come back is `echo`."""
    if not profile.wecom:
        signature = sign(profile.token, str(at), nonce)
        return Call({"signature": signature, "timestamp": str(at), "nonce": nonce, "echostr": echo})
    encrypted = seal(echo.encode(), profile)
    signature = sign(profile.token, str(at), nonce, encrypted)
    return Call({"msg_signature": signature, "timestamp": str(at), "nonce": nonce, "echostr": encrypted})


def posting(profile: Profile, fields: Fields, *, at: int, nonce: str) -> Call:
    """A message or an event, as this account has it."""
    document = written(fields, as_json=profile.json)
    query = {"timestamp": str(at), "nonce": nonce}
    if not profile.wecom:
        query |= {"signature": sign(profile.token, str(at), nonce), "openid": str(fields["FromUserName"])}
    if profile.sealed:
        encrypted = seal(document, profile)
        query["msg_signature"] = sign(profile.token, str(at), nonce, encrypted)
        if not profile.wecom:
            query["encrypt_type"] = "aes"
        document = written(_outer(profile, fields) | {"Encrypt": encrypted}, as_json=profile.json)
    return Call(query, document, "application/json" if profile.json else "text/xml")


def _outer(profile: Profile, fields: Fields) -> dict[str, Any]:
    if profile.wecom:
        return {"ToUserName": profile.owner, "AgentID": profile.agent}
    if profile.mode is Mode.COMPAT:
        return dict(fields)
    return {"ToUserName": fields["ToUserName"]}


def written(fields: Fields, *, as_json: bool = False) -> bytes:
    """The fields as a document: texts in CDATA, numbers bare, structure as elements."""
    if as_json:
        return json.dumps(fields, ensure_ascii=False).encode()
    return f"<xml>{_elements(fields)}</xml>".encode()


def _elements(fields: Fields) -> str:
    return "\n".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_elements(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    content = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{content}]]></{name}>"


def sign(*parts: str) -> str:
    """Tencent's signature."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def seal(
    text: bytes, profile: Profile, *, owner: str | None = None, length: int | None = None, fill: int = 0
) -> str:
    """The text in an envelope; `owner`, the `length` field and the byte that fills it up can be wrong."""
    key = base64.b64decode(profile.aes_key + "=")
    size = len(text) if length is None else length
    content = os.urandom(16) + struct.pack(">I", size) + text + (owner or profile.owner).encode()
    missing = 32 - len(content) % 32
    content += bytes([fill or missing]) * missing
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(content) + encryptor.finalize()).decode()
