"""The API of one app of a company: its messages, its menu, and who it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.wechat.caller import Around, Caller, Dialect, Request
from bot.wechat.failures import WECOM, WECOM_TOKEN
from bot.wechat.library import Json, Library, Outcome, Wire
from digest.errors import MaybeSent

API = "https://qyapi.weixin.qq.com"
EVERYBODY = "@all"
# More at once are refused (45033).
PARALLEL = 5
# The same message within four hours is one message: the longest that the platform keeps in mind.
DUPLICATE_SECONDS = 4 * 3600
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Login:
    """Who the app is to the API."""

    corp_id: str
    secret: str
    agent_id: int

    def __repr__(self) -> str:
        return f"Login({self.corp_id!r}, {self.agent_id})"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that was taken: its name, and who of those listed is no member that sees the app."""

    message_id: str
    strangers: tuple[str, ...] = ()


class WecomClient:
    """Raises SendFailures only. Nothing is asked before the first call."""

    def __init__(self, login: Login, wire: Wire, *, around: Around | None = None) -> None:
        def ask_token(library: Library, force: bool) -> Outcome:
            # There is no force here: the platform gives the same token until it ends, or another one.
            return library.call("gettoken", {"corpid": login.corp_id, "corpsecret": login.secret})

        self._agent_id = login.agent_id
        self.account = f"{login.corp_id}:{login.agent_id}"
        dialect = Dialect(ask_token, WECOM, WECOM_TOKEN)
        self._caller = Caller(wire, dialect, parallel=PARALLEL, around=around)

    async def close(self) -> None:
        """Let go of threads and connections."""
        await self._caller.close()

    async def send(self, userids: Sequence[str], message: Json) -> Arrived:
        """A message (`msgtype` and what belongs to it) to these members; the same one twice arrives once.

        Gone when none of them can see the app.
        """
        body = {
            "touser": "|".join(userids),
            "agentid": self._agent_id,
            **message,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_SECONDS,
        }
        answer = await self._caller.call(Request("message/send", body, again=True))
        strangers = str(answer.get("invaliduser") or "")
        return Arrived(str(answer.get("msgid", "")), tuple(one for one in strangers.split("|") if one))

    async def upload_image(self, name: str, content: bytes) -> str:
        """Keep a picture for three days; its media id."""
        request = Request(
            "media/upload", params={"type": "image"}, files={"media": (name, content)}, again=True
        )
        found = (await self._caller.call(request)).get("media_id")
        if not isinstance(found, str) or not found:
            raise MaybeSent("broken_answer")
        return found

    async def set_menu(self, menu: Json) -> None:
        """Put the menu in the place of the one before."""
        params = {"agentid": str(self._agent_id)}
        await self._caller.call(Request("menu/create", menu, params=params, again=True))

    async def agent(self) -> Json:
        """The app as its company sees it."""
        params = {"agentid": str(self._agent_id)}
        return await self._caller.call(Request("agent/get", params=params, again=True))
