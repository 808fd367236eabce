"""One request as the methods of the stand-in see it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standins.tencent_faults import Refusal

if TYPE_CHECKING:
    from tests.standins.tencent_world import World

Json = dict[str, object]
_ESCAPE = re.compile(rb"\\u(?=[0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Call:
    """The query, the body as it came, and the files of a form by field."""

    path: str
    query: Mapping[str, str]
    raw: bytes = b""
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def json(self) -> Json:
        """The body; an escaped character stays visible as it was written, as with the real one."""
        if not self.raw:
            raise Refusal(44002, "empty post data")
        try:
            found = json.loads(_ESCAPE.sub(rb"\\\\u", self.raw).decode())
        except ValueError:
            raise Refusal(47001, "data format error") from None
        if not isinstance(found, dict):
            raise Refusal(47001, "data format error")
        return found


Method = Callable[["World", Call], Json]


def text_of(body: Json, *keys: str) -> str:
    """The text under these keys, '' where there is none."""
    found: object = body
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def size(text: str) -> int:
    """The length in bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def fine(**more: object) -> Json:
    """The answer to what went well."""
    return {"errcode": 0, "errmsg": "ok", **more}
