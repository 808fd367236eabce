"""The stand-in driven over HTTP: POST /control/<verb> with the arguments of that method as JSON."""

from __future__ import annotations

import inspect

import orjson
from aiohttp import web

VERBS = frozenset(
    {
        "know",
        "say",
        "say_in_group",
        "send_file",
        "tap",
        "tap_label",
        "query_answer",
        "block",
        "unblock",
        "join_group",
        "kick",
        "migrate",
        "messages",
        "last",
        "wait_for",
        "wait_for_sends",
        "wait_for_answer",
        "wait_for_calls",
        "fault",
        "heal",
        "push",
        "revoke",
        "allow_token",
        "reset",
        "report",
    }
)


async def answer(server: object, verb: str, request: web.BaseRequest) -> web.Response:
    """200 {"result": …}; 400 for a wrong argument, 404 for what is not there, 408 when a wait has run out."""
    if verb not in VERBS:
        return _reply(404, {"error": f"no verb {verb!r}; there are {sorted(VERBS)}"})
    body = await request.read()
    try:
        result = getattr(server, verb)(**(orjson.loads(body) if body else {}))
        return _reply(200, {"result": await result if inspect.isawaitable(result) else result})
    except TimeoutError as error:
        return _reply(408, {"error": str(error)})
    except LookupError as error:
        return _reply(404, {"error": str(error)})
    except (TypeError, ValueError) as error:
        return _reply(400, {"error": str(error)})


def _reply(status: int, content: object) -> web.Response:
    body = orjson.dumps(content, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return web.Response(status=status, body=body, content_type="application/json")


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
