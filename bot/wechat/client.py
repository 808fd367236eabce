"""The API of one official account: what it can send, keep and tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.wechat.caller import Around, Caller, Dialect, Request
from bot.wechat.failures import OFFICIAL, OFFICIAL_TOKEN
from bot.wechat.library import Json, Library, Outcome, Wire
from digest.errors import MaybeSent

API = "https://api.weixin.qq.com"
TAGGED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Login:
    """Who the account is to the API."""

    app_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Login({self.app_id!r})"


class WechatClient:
    """Raises SendFailures only. Nothing is asked before the first call."""

    def __init__(self, login: Login, wire: Wire, *, around: Around | None = None) -> None:
        def ask_token(library: Library, force: bool) -> Outcome:
            body = {"grant_type": "client_credential", "appid": login.app_id, "secret": login.secret}
            return library.call("stable_token", {}, {**body, "force_refresh": force})

        self.app_id = login.app_id
        self._caller = Caller(wire, Dialect(ask_token, OFFICIAL, OFFICIAL_TOKEN), around=around)

    async def close(self) -> None:
        """Let go of threads and connections."""
        await self._caller.close()

    async def send(self, openid: str, message: Json) -> None:
        """A customer message (`msgtype` and what belongs to it); it has no name and is never made twice."""
        await self._caller.call(Request("message/custom/send", {"touser": openid, **message}))

    async def mass_send(self, media_id: str, key: str, *, tag: int | None = None) -> str:
        """A draft to all followers, or to a tag; the platform's number of it, '' where the key was used.

        The same key is never sent twice. It has not arrived yet: an event tells.
        """
        to = {"is_to_all": True} if tag is None else {"is_to_all": False, "tag_id": tag}
        body = {
            "filter": to,
            "mpnews": {"media_id": media_id},
            "msgtype": "mpnews",
            "send_ignore_reprint": 0,
            "clientmsgid": key,
        }
        return str(
            (await self._caller.call(Request("message/mass/sendall", body, again=True))).get("msg_id", "")
        )

    async def preview(self, openid: str, media_id: str) -> None:
        """Show a draft to one follower."""
        body = {"touser": openid, "mpnews": {"media_id": media_id}, "msgtype": "mpnews"}
        await self._caller.call(Request("message/mass/preview", body))

    async def notice(self, openid: str, template: str, fields: Mapping[str, str], url: str = "") -> None:
        """One notice for one agreement of the reader."""
        data = {name: {"value": value} for name, value in fields.items()}
        body = {"touser": openid, "template_id": template, "page": url, "data": data}
        await self._caller.call(Request("message/subscribe/bizsend", body))

    async def add_draft(self, articles: Sequence[Json]) -> str:
        """Keep articles as a draft; its media id."""
        answer = await self._caller.call(Request("draft/add", {"articles": list(articles)}))
        return _named(answer, "media_id")

    async def count_drafts(self) -> int:
        """How many drafts there are; also a question whether the account may keep any."""
        answer = await self._caller.call(Request("draft/count", again=True))
        return int(answer.get("total_count", 0))

    async def upload_image(self, name: str, content: bytes) -> str:
        """Keep a picture for three days; its media id."""
        request = Request(
            "media/upload", params={"type": "image"}, files={"media": (name, content)}, again=True
        )
        return _named(await self._caller.call(request), "media_id")

    async def keep_image(self, name: str, content: bytes) -> str:
        """Keep a picture for good, as a cover; its media id."""
        request = Request("material/add_material", params={"type": "image"}, files={"media": (name, content)})
        return _named(await self._caller.call(request), "media_id")

    async def set_menu(self, menu: Json) -> None:
        """Put the menu in the place of the one before."""
        await self._caller.call(Request("menu/create", menu, again=True))

    async def menu(self) -> Json:
        """The menu as it is; raises Refused where there is none."""
        return await self._caller.call(Request("menu/get", again=True))

    async def templates(self) -> Json:
        """The account's notices; also a question whether it is a service account."""
        return await self._caller.call(Request("template/get_all_private_template", again=True))

    async def followers(self, after: str = "") -> tuple[tuple[str, ...], int]:
        """Up to 10,000 openids after this one, and how many followers there are."""
        answer = await self._caller.call(Request("user/get", params={"next_openid": after}, again=True))
        listed = (answer.get("data") or {}).get("openid") or ()
        return tuple(str(one) for one in listed), int(answer.get("total", 0))

    async def tags(self) -> Mapping[str, int]:
        """The account's tags by name."""
        answer = await self._caller.call(Request("tags/get", again=True))
        return {str(one["name"]): int(one["id"]) for one in answer.get("tags") or ()}

    async def make_tag(self, name: str) -> int:
        """A new tag; its number."""
        answer = await self._caller.call(Request("tags/create", {"tag": {"name": name}}))
        found: Any = answer.get("tag") or {}
        return int(found.get("id", 0))

    async def tagged(self, tag: int, after: str = "") -> tuple[str, ...]:
        """Up to 10,000 openids with a tag, those after this one."""
        body = {"tagid": tag, "next_openid": after}
        answer = await self._caller.call(Request("user/tag/get", body, again=True))
        return tuple(str(one) for one in (answer.get("data") or {}).get("openid") or ())

    async def set_tag(self, tag: int, openids: Sequence[str], *, on: bool) -> None:
        """Give these followers a tag, or take it from them."""
        path = f"tags/members/batch{'' if on else 'un'}tagging"
        for begin in range(0, len(openids), TAGGED_AT_ONCE):
            some = list(openids[begin : begin + TAGGED_AT_ONCE])
            await self._caller.call(Request(path, {"openid_list": some, "tagid": tag}, again=True))

    async def callback_addresses(self) -> tuple[str, ...]:
        """From where Tencent calls us; also the plainest question whether the login is good."""
        answer = await self._caller.call(Request("getcallbackip", again=True))
        return tuple(str(one) for one in answer.get("ip_list") or ())


def _named(answer: Json, key: str) -> str:
    """What the answer calls the thing made; MaybeSent where it calls it nothing."""
    found = answer.get(key)
    if not isinstance(found, str) or not found:
        raise MaybeSent("broken_answer")
    return found
