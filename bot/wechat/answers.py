"""What an account answers: what was said, tapped or done becomes a reply, and the reply one message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.throttle import Throttle, Verdict
from bot.wechat.inbound import (
    Clicked,
    Followed,
    MassFinished,
    MenuViewed,
    Other,
    Received,
    Said,
    Scanned,
    SentNothingReadable,
    SubscriptionAnswered,
    Unfollowed,
)
from bot.wechat.messages import HandOver, WechatImage, WechatMessage, WechatText
from bot.wechat.render import WECHAT, Paper, Sheets
from digest.accounts import Account, Capability
from digest.errors import Invalid, OperatorError, SendFailure
from digest.intents import Incoming
from digest.manner import Manner
from digest.replies import SILENCE, Notice, Reply
from digest.subscriber import Place, read_place
from handlers.depart import depart
from handlers.router import Router

log = structlog.get_logger()

_UNREADABLE = frozenset({"picture", "sticker", "voice", "video", "document"})

# The media id of a picture file, uploaded where it has to be.
MediaId = Callable[[Path], Awaitable[str]]
# Sends a message of its own to a reader whose window is open.
Later = Callable[[Place, WechatMessage], Awaitable[None]]
# Says something to somebody on whatever channel.
Tell = Callable[[Place, Reply], Awaitable[None]]
# Is told of what came in once it is answered, and of the answer.
Heard = Callable[[Received, Reply], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ways:
    """What an account's answers may use beside the one message; None where there is no such way."""

    media_id: MediaId | None = None
    later: Later | None = None
    tell: Tell | None = None
    heard: Heard | None = None


NO_WAYS = Ways()


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one account; `account` says what it may do now, `elsewhere` names our Telegram bot."""

    router: Router
    throttle: Throttle
    now: Callable[[], dt.datetime]
    account: Callable[[], Account]
    paper: Paper = WECHAT
    elsewhere: str = ""
    ways: Ways = NO_WAYS

    async def __call__(self, received: Received) -> WechatMessage | None:
        """The passive reply; None for what is not answered."""
        match received:
            case Said(place=place, text=text) | Clicked(place=place, event_key=text):
                return await self._answer(received, place, Incoming(text, sender=place.recipient))
            case Followed(place=place, scene=scene) | Scanned(place=place, scene=scene):
                start = Incoming(f"/start {scene}".strip(), sender=place.recipient)
                return await self._answer(received, place, start)
            case SentNothingReadable(place=place, what=what):
                kind = what if what in _UNREADABLE else "other"
                incoming = Incoming(code=f"unreadable.{kind}", sender=place.recipient)
                return await self._answer(received, place, incoming)
            case Unfollowed(place=place):
                await depart(place, self.router.store)
                return None
            case MenuViewed() | SubscriptionAnswered() | MassFinished() | Other():
                await self._note(received, SILENCE)
                return None

    async def _answer(self, received: Received, place: Place, incoming: Incoming) -> WechatMessage | None:
        verdict = self.throttle.judge(str(place))
        if verdict is Verdict.IGNORE:
            return None
        if verdict is Verdict.TELL:
            return WechatText(self.router.languages.speak(incoming.language)("error.too_fast"))
        account, sheets = self.account(), Sheets(self.paper)
        manner = Manner(
            account.reach,
            sheets.count,
            transfers=account.may(Capability.TRANSFER),
            elsewhere=self.elsewhere,
        )
        reply = await self.router.answer(incoming, place, now=self.now(), manner=manner)
        message = await self._message(reply, place, sheets)
        for notice in reply.notices:
            await self._tell(notice, place)
        await self._note(received, reply)
        return message

    async def _message(self, reply: Reply, place: Place, sheets: Sheets) -> WechatMessage | None:
        words = sheets.message(reply)
        if reply.hand_over:
            # An answer is one message: the people who take over say the rest.
            return HandOver()
        picture = await self._picture(reply.picture) if reply.picture else None
        if picture is None:
            return words
        if words is not None:
            await self._later(place, words)
        return picture

    async def _picture(self, path: str) -> WechatImage | None:
        """The publisher's picture; None when it cannot be shown, so that the words still are."""
        if self.ways.media_id is None:
            return None
        try:
            return WechatImage(await self.ways.media_id(Path(path)))
        except (SendFailure, OperatorError, OSError) as failure:
            log.warning("picture_not_sent", reason=type(failure).__name__)
            return None

    async def _later(self, place: Place, message: WechatMessage) -> None:
        if self.ways.later is None:
            return
        try:
            await self.ways.later(place, message)
        except SendFailure as failure:
            log.info("words_not_sent", reason=type(failure).__name__)

    async def _tell(self, notice: Notice, place: Place) -> None:
        to = _whom(notice.recipient, place)
        if self.ways.tell is None or to is None:
            log.warning("notice_not_sent", reason="no_way")
            return
        try:
            await self.ways.tell(to, notice.reply)
        except SendFailure as failure:
            log.warning("notice_not_sent", reason=type(failure).__name__)

    async def _note(self, received: Received, reply: Reply) -> None:
        if self.ways.heard is not None:
            await self.ways.heard(received, reply)


def _whom(recipient: str, place: Place) -> Place | None:
    """Who is meant: a recipient of this account, or a whole address."""
    if ":" not in recipient:
        return Place(place.channel, recipient, account=place.account)
    try:
        return read_place(recipient)
    except Invalid:
        return None
