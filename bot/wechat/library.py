"""The one door to wechatpy: a blocking call to Tencent whose outcome is a value, never an exception.

Exceptions of wechatpy and requests hold the address called, and with it the token or the secret. None leaves
this module, not even as the context of another.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false
# wechatpy and requests have no types: this module is the edge.

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
import requests
import urllib3
from requests.adapters import HTTPAdapter
from wechatpy.client.base import BaseWeChatClient
from wechatpy.exceptions import WeChatClientException

from digest.errors import MaybeSent, NotSent, SendFailure

Json = Mapping[str, Any]
Files = Mapping[str, tuple[str, bytes]]
# Both write whole addresses into the log at DEBUG, and these hold tokens and secrets.
_TALKATIVE = ("urllib3", "requests", "wechatpy")
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Code:
    """An error code of the platform, with its words."""

    code: int
    words: str


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, of silence, for a whole call with all its tries, and until a call's turn comes."""

    connect: float = 5.0
    read: float = 10.0
    whole: float = 40.0
    turn: float = 30.0


@dataclass(frozen=True, slots=True)
class Wire:
    """Where the API is and how to get there; the proxy may hold a password."""

    base_url: str
    proxy: str = ""
    patience: Patience = Patience()

    def __repr__(self) -> str:
        return f"Wire({self.base_url!r})"


Outcome = Json | Code | SendFailure


class Library(BaseWeChatClient):  # type: ignore[misc]
    """Calls one API. It is used from several threads; tokens are given to it with each call."""

    def __init__(self, wire: Wire, *, connections: int) -> None:
        super().__init__("", timeout=(wire.patience.connect, wire.patience.read), auto_retry=False)
        self.API_BASE_URL = f"{wire.base_url}/cgi-bin/"
        self._http = _session(wire.proxy, connections)
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def call(
        self, path: str, params: Mapping[str, str], body: Json | None = None, files: Files | None = None
    ) -> Outcome:
        """POST where there is a body or a file, GET otherwise; never raises."""
        # As pairs: to a mapping without a token the library would add one that it asks for itself.
        options: dict[str, Any] = {"params": tuple(params.items()), "allow_redirects": False}
        if body is not None:
            options |= {"data": orjson.dumps(body), "headers": _HEADERS}
        if files is not None:
            options["files"] = dict(files)
        method = "get" if body is None and files is None else "post"
        try:
            answer = self._request(method, path, **options)
        except WeChatClientException as caught:
            return _refused(caught)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as caught:
            return _lost(caught)
        # What is no JSON comes back as the response itself: it says nothing about what was done.
        return answer if isinstance(answer, dict) else MaybeSent("not_json")


def _session(proxy: str, connections: int) -> requests.Session:
    session = requests.Session()
    # Neither proxies nor passwords from the environment: the configuration names them.
    session.trust_env = False
    if proxy:
        # The proxy looks the host's name up: inside China it may be known to it alone.
        address = proxy.replace("socks5://", "socks5h://", 1)
        session.proxies = {"http": address, "https": address}
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0))
    return session


def _refused(caught: WeChatClientException) -> Code | SendFailure:
    if caught.errcode is not None:
        return Code(int(caught.errcode), str(caught.errmsg))
    status = getattr(caught.response, "status_code", 0)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return MaybeSent(f"http_{status}")
    return NotSent(f"http_{status}")


def _lost(caught: Exception) -> SendFailure:
    """Whether the request can have arrived, as far as the error tells."""
    match caught:
        case requests.exceptions.ConnectTimeout():
            return NotSent("connect_timeout")
        case requests.exceptions.ProxyError():
            return NotSent("proxy")
        case requests.exceptions.SSLError():
            return NotSent("tls")
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema():
            return NotSent("address")
        case requests.exceptions.Timeout():
            return MaybeSent("timeout")
        case requests.exceptions.ConnectionError():
            return NotSent("connect") if _never_connected(caught) else MaybeSent("broken_off")
        case _:
            return MaybeSent("broken_answer")


def _never_connected(caught: requests.exceptions.ConnectionError) -> bool:
    cause = caught.args[0] if caught.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)
