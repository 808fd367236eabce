"""The editor's desk of this program: its way of reading issues, and its channels' ways of showing them."""

from __future__ import annotations

from digest.desk import Desk, Look
from digest.ports import Phrases
from digest.replies import Reply
from digest.rules import Rules


def desk_of(rules: Rules) -> Desk:
    """The desk, with a proof for every channel that there is."""
    return Desk(rules, {"telegram": _on_telegram, "console": _at_a_terminal})


def _on_telegram(reply: Reply, phrases: Phrases) -> Look:
    from bot.telegram.markup import measure
    from bot.telegram.render import render

    messages = render(reply)
    return Look(
        tuple(message.plain for message in messages),
        sum(measure(message.html).units for message in messages),
        sum(len(message.html.encode("utf-8", "replace")) for message in messages),
    )


def _at_a_terminal(reply: Reply, phrases: Phrases) -> Look:
    from bot.console.render import render

    texts = tuple(message.text for message in render(reply, phrases))
    return Look(texts, sum(map(len, texts)), sum(len(text.encode("utf-8", "replace")) for text in texts))
