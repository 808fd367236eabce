"""The screens of a draft: what shall it say, to whom, is it right?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from digest.audience import Reach
from digest.broadcast import Broadcast, needs_typing
from digest.durations import said_duration
from digest.editing import Act, Draft, Steer, Step, TakeBroadcast
from digest.incoming import Awaits
from digest.ports import Phrases
from digest.replies import Choice, Passage, Reply, Text
from digest.screens import step
from digest.subscriber import Kind
from digest.taps import remember

_KINDS = (Kind.PERSON, Kind.CHANNEL, Kind.GROUP)


@dataclass(frozen=True, slots=True)
class Option:
    """An audience that is offered: its expression, how it is called, how many it reaches."""

    audience: str
    label: str
    count: int


def content_asked(say: Phrases, campaign: int = 0, code: str = "broadcast.ask") -> Reply:
    """The question for what shall be sent."""
    return _asking(Reply((Text(say(code)),)), Awaits.CONTENT, campaign)


def copy_shown(broadcast: Broadcast) -> Reply:
    """What a reader will see, exactly."""
    return Reply((Passage(broadcast.content),))


def audience_asked(say: Phrases, broadcast: Broadcast, options: tuple[Option, ...]) -> Reply:
    """The question for whom it is."""
    lines = [say("broadcast.to_whom")]
    lines += [
        say("broadcast.option", number=str(number), label=option.label, count=option.count)
        for number, option in enumerate(options, start=1)
    ]
    row = tuple(
        step(str(number), Draft(broadcast.id, Step.AUDIENCE, str(number)))
        for number in range(1, len(options) + 1)
    )
    return _asking(Reply((Text("\n".join(lines)),), (row,)), Awaits.AUDIENCE, broadcast.id)


def start_asked(say: Phrases, broadcast: Broadcast) -> Reply:
    """The question for the hour at which it begins."""
    return _asking(Reply((Text(say("broadcast.when")),)), Awaits.START, broadcast.id)


def check_asked(say: Phrases, broadcast: Broadcast, reach: Reach, *, rate: float, starts: str) -> Reply:
    """All that is to be checked before it is sent; `starts` is its hour in words, '' for at once."""
    took = said_duration(reach.duration(rate), say)
    left = tuple(say(f"left_out.{reason}", count=count) for reason, count in reach.left_out.items())
    lines = [
        say("broadcast.check"),
        say("broadcast.heads", heads=_heads(say, reach)),
        say("broadcast.lasts_from" if starts else "broadcast.lasts", starts=starts, took=took),
    ]
    lines += [say("broadcast.left_out", left=say("broadcast.comma").join(left))] if left else []
    lines.append(say("broadcast.canary"))
    typed = needs_typing(reach.total)
    how = say("broadcast.type_number", number=str(reach.total)) if typed else say("broadcast.tap_to_send")
    rows: tuple[tuple[Choice, ...], ...] = (_changes(say, broadcast.id),)
    if not typed and reach.total:
        rows = ((step(say("choice.send_now"), Draft(broadcast.id, Step.CONFIRM)),), *rows)
    if not reach.total:
        how = say("broadcast.nobody")
    text = Text("\n".join(lines) + "\n\n" + how)
    return _asking(Reply((text,), rows), Awaits.COUNT, broadcast.id)


def begun_told(say: Phrases, broadcast: Broadcast, *, again: bool, edits: bool) -> Reply:
    """That it is on its way; `again` when it was before this was asked."""
    text = say("broadcast.begun_before" if again else "broadcast.begun")
    # The same number typed once more finds the same question; any other number is a story's again.
    told = Reply((Text(text),), edits=edits, toast=text if again else "", asks=Awaits.COUNT)
    return replace(told, screen=remember(Draft(broadcast.id, Step.CONFIRM, str(broadcast.head_count))))


def stop_offered(say: Phrases, broadcast: Broadcast) -> Reply:
    """That it is on its way, and a button that stops it: a word alone does not."""
    row = (step(say("choice.stop"), Steer(broadcast.id, Act.STOP)),)
    return Reply((Text(say("broadcast.stop_offered")),), (row,))


def scheduled_told(say: Phrases, broadcast: Broadcast, at: str, *, edits: bool) -> Reply:
    """When it will begin, and how to stop it."""
    row = (step(say("choice.drop"), Steer(broadcast.id, Act.STOP)),)
    return Reply((Text(say("broadcast.scheduled", at=at)),), (row,), edits=edits)


def _heads(say: Phrases, reach: Reach) -> str:
    said = [
        say(f"broadcast.head_{kind.value}", channel=say(f"channel.{channel}"), count=count)
        for kind in _KINDS
        for (channel, of), count in reach.heads.items()
        if of is kind
    ]
    return say("broadcast.comma").join(said) or say("broadcast.head_nobody")


def _changes(say: Phrases, campaign: int) -> tuple[Choice, ...]:
    return (
        step(say("choice.schedule"), Draft(campaign, Step.WHEN)),
        step(say("choice.rewrite"), Draft(campaign, Step.REWRITE)),
        step(say("choice.readdress"), Draft(campaign, Step.READDRESS)),
        step(say("choice.drop"), Draft(campaign, Step.DROP)),
    )


def _asking(reply: Reply, awaits: Awaits, campaign: int) -> Reply:
    return replace(reply, asks=awaits, screen=remember(TakeBroadcast(campaign)))
