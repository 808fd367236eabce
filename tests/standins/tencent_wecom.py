"""The company's app as Tencent serves it: its token, its messages, its members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.standins.tencent_call import Call, Json, fine, size, text_of
from tests.standins.tencent_faults import Refusal
from tests.standins.tencent_tokens import Tokens

PARALLEL = 5
A_MINUTE = 30
TEXT_BYTES = 2048
INTERVAL = 1800
LONGEST_INTERVAL = 4 * 3600


@dataclass(frozen=True, slots=True)
class Received:
    """One message that a member has."""

    userid: str
    kind: str
    text: str
    at: float
    body: Json


@dataclass(slots=True)
class Company:
    """The members of one company and what its app sent them. `in_flight` is kept by the server."""

    corp_id: str
    secret: str
    agent_id: int
    clock: Callable[[], float]
    members: set[str] = field(default_factory=set)
    received: list[Received] = field(default_factory=list)
    dropped: list[Received] = field(default_factory=list)
    menu: Json | None = None
    media: dict[str, bytes] = field(default_factory=dict)
    in_flight: int = 0
    most_in_flight: int = 0
    _minutes: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _before: dict[str, float] = field(default_factory=dict)
    tokens: Tokens = field(init=False)
    _number: int = 0

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.clock)

    def answer(self, call: Call) -> Json:
        """What the API answers to this call."""
        if call.path == "gettoken":
            return self._token(call)
        self.tokens.check(call.query.get("access_token"))
        methods: dict[str, Callable[[Call], Json]] = {
            "message/send": self._send,
            "agent/get": self._agent,
            "menu/create": self._create_menu,
            "media/upload": self._upload,
            "getcallbackip": self._addresses,
        }
        if call.path not in methods:
            raise Refusal(40066, "invalid url")
        return methods[call.path](call)

    def of(self, userid: str) -> tuple[Received, ...]:
        """What a member was sent, in order."""
        return tuple(one for one in self.received if one.userid == userid)

    def _token(self, call: Call) -> Json:
        if call.query.get("corpid") != self.corp_id:
            raise Refusal(40013, "invalid corpid")
        if call.query.get("corpsecret") != self.secret:
            raise Refusal(40001, "invalid credential")
        return fine(**self.tokens.stable(force=False))

    def _send(self, call: Call) -> Json:
        if self.in_flight > PARALLEL:
            raise Refusal(45033, "api concurrent out of limit")
        body = call.json()
        if body.get("agentid") != self.agent_id:
            raise Refusal(40056, "invalid agentid")
        listed = [one for one in text_of(body, "touser").split("|") if one]
        wanted = sorted(self.members) if listed == ["@all"] else listed
        known = [one for one in wanted if one in self.members]
        strangers = "|".join(one for one in wanted if one not in self.members)
        if not known:
            raise Refusal(81013, "user & party & tag all invalid")
        _check(body)
        self._number += 1
        if not self._twice(body):
            for userid in known:
                self._deliver(userid, body)
        return fine(invaliduser=strangers, invalidparty="", invalidtag="", msgid=f"m{self._number}")

    def _twice(self, body: Json) -> bool:
        if body.get("enable_duplicate_check") != 1:
            return False
        given = body.get("duplicate_check_interval", INTERVAL)
        interval = min(given, LONGEST_INTERVAL) if isinstance(given, int) else INTERVAL
        key = repr(sorted((name, repr(value)) for name, value in body.items()))
        before, self._before[key] = self._before.get(key), self.clock()
        return before is not None and self.clock() - before < interval

    def _deliver(self, userid: str, body: Json) -> None:
        now, kind = self.clock(), text_of(body, "msgtype")
        text = text_of(body, kind, "content") or text_of(body, kind, "description")
        message = Received(userid, kind, text, now, body)
        minute = self._minutes[userid] = [at for at in self._minutes[userid] if now - at < 60]
        if len(minute) >= A_MINUTE:
            # Without a word: who sends does not learn of it.
            self.dropped.append(message)
            return
        minute.append(now)
        self.received.append(message)

    def _addresses(self, _: Call) -> Json:
        return fine(ip_list=["101.226.103.0/25"])

    def _agent(self, call: Call) -> Json:
        if call.query.get("agentid") != str(self.agent_id):
            raise Refusal(40056, "invalid agentid")
        return fine(agentid=self.agent_id, name="日报")

    def _create_menu(self, call: Call) -> Json:
        self.menu = call.json()
        return fine()

    def _upload(self, call: Call) -> Json:
        if "media" not in call.files:
            raise Refusal(40058, "missing file")
        self._number += 1
        media_id = f"wmedia_{self._number}"
        self.media[media_id] = call.files["media"][1]
        return fine(type="image", media_id=media_id, created_at=str(int(self.clock())))


def _check_words(kind: str, content: str) -> None:
    if not content:
        raise Refusal(44004, "text content is empty")
    if kind == "markdown" and size(content) > TEXT_BYTES:
        raise Refusal(40058, f"markdown.content exceed max length {TEXT_BYTES}")


def _check(body: Json) -> None:
    kind = text_of(body, "msgtype")
    if kind == "textcard":
        for name, most in (("title", 128), ("description", 512)):
            if not 0 < size(text_of(body, "textcard", name)) <= most:
                raise Refusal(40058, f"textcard.{name} exceed max length {most}")
        if not text_of(body, "textcard", "url"):
            raise Refusal(40058, "textcard.url missing")
    elif kind in ("text", "markdown"):
        _check_words(kind, text_of(body, kind, "content"))
    elif kind != "image":
        raise Refusal(40008, "invalid message type")
