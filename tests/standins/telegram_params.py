"""The parameters of one call, from a query string, a form, a JSON body or a multipart body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from tests.standins.telegram_faults import Refusal

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file: its name, its type, its length in bytes."""

    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters by name; values may be JSON values or their text, as the server takes both."""

    values: Mapping[str, object] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter as text, "" when absent."""
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        return "" if value is None else str(value)

    def integer(self, name: str) -> int | None:
        """The parameter as a whole number, None when absent; raises Refusal when it is something else."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lstrip("-").isdigit():
            return int(value)
        raise Refusal(400, f"Bad Request: {name} must be an Integer")

    def flag(self, name: str) -> bool:
        """Whether the parameter is true, in any spelling the server takes."""
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> object:
        """The parameter as a JSON value, decoded when it is text; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            decoded: object = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise Refusal(400, f"Bad Request: can't parse {name} JSON object") from None
        return decoded

    def record(self, name: str) -> Json:
        """The parameter as a JSON object, {} when absent; raises Refusal when it is something else."""
        value = self.json(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Refusal(400, f"Bad Request: object expected as {name}")
        return value

    def list(self, name: str) -> list[object] | None:
        """The parameter as a JSON list, None when absent; raises Refusal when it is something else."""
        value = self.json(name)
        if value is None or isinstance(value, list):
            return value
        raise Refusal(400, f"Bad Request: {name} must be an Array")


async def read_params(request: web.BaseRequest) -> Params:
    """The parameters of an HTTP request; raises Refusal on a body that is no JSON object."""
    kind = request.content_type
    if kind == "application/json":
        return Params(_object(await request.read()))
    values: Json = (
        dict(parse_qsl(request.query_string, keep_blank_values=True)) if request.query_string else {}
    )
    if kind == "multipart/form-data":
        return await _multipart(request, values)
    if kind == "application/x-www-form-urlencoded":
        values |= parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True)
    return Params(values)


def _object(body: bytes) -> Json:
    try:
        values: object = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        values = None
    if not isinstance(values, dict):
        raise Refusal(400, "Bad Request: can't parse the request body as a JSON object")
    return values


async def _multipart(request: web.BaseRequest, values: Json) -> Params:
    uploads: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.content_type, len(value.file.read()))
            value.file.close()
        else:
            values[name] = value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")
    return Params(values, uploads)
