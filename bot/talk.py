"""`digestbot say`: one message answered, printed as its channel would send it."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.assembly import catalogs_of, opened_store, router_of
from bot.console.render import render as render_console
from bot.settings import Settings
from bot.terminal import Terminal
from digest.errors import Invalid, OperatorError
from digest.intents import Incoming
from digest.manner import PLAIN, Manner
from digest.ports import Phrases
from digest.replies import Choice, Reply
from digest.subscriber import Kind, Place, read_place

FIXED = {"console": "me", "telegram": "1", "wechat": "oReader", "wecom": "reader"}

TENCENT = frozenset({"wechat", "wecom"})


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said, where, as whom, in which language, when; or the button that is tapped."""

    text: str
    channel: str
    recipient: str
    locale: str
    now: str
    press: str


async def say_once(saying: Saying, settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Answer one message. Its effects are real."""
    if not saying.text.strip() and not saying.press:
        raise OperatorError("say.nothing", exit_code=2)
    place = _place(saying)
    catalogs = catalogs_of(settings)
    zone = ZoneInfo(settings.bot.timezone)
    now = parse_moment(saying.now, zone) if saying.now else dt.datetime.now(dt.UTC)
    async with opened_store(settings) as store:
        router = router_of(store, settings, catalogs)
        reply = await router.answer(
            _incoming(saying, place),
            place,
            kind=_kind(place),
            now=now.astimezone(dt.UTC),
            manner=_manner(saying.channel, settings),
        )
        async with store.reading() as tx:
            reader = await tx.subscribers.at(place)
    # What the channel itself adds is said in the reader's language, too.
    phrases = catalogs.speak(reader.locale if reader else "", saying.locale)
    messages = _messages(reply, saying, phrases, settings)
    if json:
        terminal.data({"messages": messages})
    else:
        _show(reply, messages, saying, terminal, phrases)
    return 0


def _place(saying: Saying) -> Place:
    recipient = saying.recipient or FIXED[saying.channel]
    written = recipient if ":" in recipient else f"{saying.channel}:{recipient}"
    try:
        place = read_place(written)
    except Invalid as caught:
        raise OperatorError("address.malformed", exit_code=2, address=written) from caught
    if place.channel != saying.channel:
        raise OperatorError("say.other_channel", exit_code=2, address=written, channel=saying.channel)
    return place


def _kind(place: Place) -> Kind:
    grouped = place.channel == "telegram" and place.recipient.startswith("-")
    return Kind.GROUP if grouped else Kind.PERSON


def _incoming(saying: Saying, place: Place) -> Incoming:
    return Incoming(
        text=saying.text,
        tap=saying.press,
        private=_kind(place) is Kind.PERSON,
        sender=place.recipient,
        language=saying.locale,
    )


def _manner(channel: str, settings: Settings) -> Manner:
    """What the answer has to know of its channel."""
    if channel not in TENCENT:
        return PLAIN
    from bot.tencent_talk import manner_of

    return manner_of(channel, settings)


def _messages(reply: Reply, saying: Saying, phrases: Phrases, settings: Settings) -> list[dict[str, Any]]:
    if saying.channel in TENCENT:
        from bot.tencent_talk import messages_of

        return messages_of(reply, saying.channel, settings)
    if saying.channel == "telegram":
        from bot.telegram.render import render as render_telegram

        return [
            {
                "html": message.html,
                "buttons": [[_button(b.text, b.data, b.url) for b in row] for row in message.buttons],
            }
            for message in render_telegram(reply)
        ]
    drawn = [message.text for message in render_console(reply, phrases)]
    rows = [_rows(one) for one in (reply, *reply.after) if one.blocks]
    return [{"text": text, "buttons": row} for text, row in zip(drawn, rows, strict=True)]


def _rows(reply: Reply) -> list[list[dict[str, str]]]:
    return [[_choice(choice) for choice in row] for row in reply.choices]


def _choice(choice: Choice) -> dict[str, str]:
    return _button(choice.label, choice.tap or choice.says, choice.url)


def _button(label: str, tap: str, url: str) -> dict[str, str]:
    return {"label": label, "url": url} if url else {"label": label, "data": tap}


def _show(
    reply: Reply, messages: list[dict[str, Any]], saying: Saying, terminal: Terminal, phrases: Phrases
) -> None:
    if saying.channel == "console":
        from bot.console.paint import paint

        for drawn in render_console(reply, phrases):
            paint(drawn, sys.stdout)
        return
    for number, message in enumerate(messages):
        if number:
            terminal.say("")
        terminal.say(message.get("html") or message.get("text") or _written(message))
        for row in message.get("buttons", ()):
            terminal.say("  ".join(f"[{button['label']}]" for button in row))


def _written(message: dict[str, Any]) -> str:
    """What is no text, a line for each of its parts."""
    parts = message.get("article") or message
    return "\n".join(f"{name}: {value}" for name, value in parts.items() if value)


def parse_moment(written: str, zone: dt.tzinfo) -> dt.datetime:
    """A moment in ISO 8601, in `zone` when it names none; OperatorError when it is none."""
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError as caught:
        raise OperatorError("cli.bad_moment", exit_code=2, value=written) from caught
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
