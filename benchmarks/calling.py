"""The servers that are called, each a process of its own: `python -m benchmarks.calling WAY DATABASE`.

`bare` opens the envelope and nothing else, `callback` is ours with an answer that costs nothing, `answers` is
ours with those of the program. Prints its port when it is ready.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import logging
import sys
import time
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from benchmarks import archive
from benchmarks.load import LAST, NOW, RULES
from bot.phrases import load_catalogs
from bot.throttle import Throttle
from bot.webserver import serve
from bot.wechat.answers import Answers
from bot.wechat.callback import Callback
from bot.wechat.envelope import Envelope
from bot.wechat.gate import Gate
from bot.wechat.inbound import CHANNEL, Received
from bot.wechat.messages import WechatMessage, WechatText
from bot.wechat.reception import Answer, reception_of
from bot.wechat.reports import understand
from bot.wechat.xml import Report
from digest.accounts import ACCOUNTS, AccountKind
from digest.house import House
from handlers.ingest import SourceFile, ingest
from handlers.router import Router
from storage.store import Store
from tests.standins.tencent_callback import Profile
from web.health import make_site

PROFILE = Profile()
HOST, ISSUES = "127.0.0.1", 30
WAYS = ("bare", "callback", "answers")


async def main(words: Sequence[str]) -> None:
    """Serve until killed."""
    way, database = words
    logging.disable(logging.CRITICAL)
    store = await Store.open(f"sqlite:///{database}")
    route = _bare() if way == "bare" else _callback(store, await _answer(way, store))
    await serve(make_site(_states, [route]), HOST, 0, failed=_failed, bound=_bound)


async def _states() -> dict[str, str]:
    return {}


def _failed(error: OSError) -> None:
    raise error


def _bound(port: int) -> None:
    print(port, flush=True)


def _bare() -> Route:
    key = base64.b64decode(PROFILE.aes_key + "=")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    async def called(request: Request) -> PlainTextResponse:
        encrypted = ET.fromstring(await request.body()).findtext("Encrypt") or ""
        decryptor = cipher.decryptor()
        opened = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        return PlainTextResponse("success" if opened else "")

    return Route("/wechat", called, methods=["POST"])


def _callback(store: Store, answer: Answer) -> Route:
    appid = PROFILE.owner

    def understood(report: Report) -> Received:
        return understand(report, CHANNEL, appid)

    gate = Gate(PROFILE.token, Envelope(PROFILE.aes_key, appid), clock=time.time)
    reception = reception_of(answer, store, channel=CHANNEL, account=appid, shared=False)
    return Callback(CHANNEL, gate, understood, reception, time.time).route("/wechat")


async def _answer(way: str, store: Store) -> Answer:
    if way == "callback":
        return _at_once
    files = archive.generate(archive.SEED, ISSUES, last=LAST)
    await ingest([SourceFile(one.name, one.name, one.source) for one in files], store, RULES, now=NOW)
    router = Router(store, load_catalogs("zh_CN"), House())
    account = ACCOUNTS[AccountKind.SUBSCRIPTION]
    return Answers(router, Throttle(time.monotonic), _now, lambda: account)


def _now() -> dt.datetime:
    return NOW


async def _at_once(received: Received) -> WechatMessage:
    return WechatText("早上好。\n" * 60)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
