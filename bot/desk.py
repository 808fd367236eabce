"""The editor's desk of this program: its way of reading issues, and its channels' ways of showing them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from digest.desk import Desk, Look, Proving
from digest.ports import Phrases
from digest.replies import Reply
from digest.robots import CHANNEL as ROBOTS
from digest.rules import Rules

BETWEEN_PAGES = "\n\n────────\n\n"


def desk_of(rules: Rules, *, robots: bool = False, wechat: bool = False, shorten: bool = True) -> Desk:
    """The desk, with a proof for every channel that there is; `robots`, `wechat` where we have them."""
    proofs: dict[str, Proving] = {"telegram": _on_telegram, "console": _at_a_terminal}
    if robots:
        proofs[ROBOTS] = partial(_in_a_group, shorten)
    if wechat:
        proofs["wechat"] = partial(_on_wechat, shorten)
    return Desk(rules, proofs)


def _on_wechat(shorten: bool, reply: Reply, phrases: Phrases) -> Look:
    """The answer to the word for today: one text, its other pages below it."""
    from bot.wechat.markup import octets
    from bot.wechat.render import Paper, lay
    from digest.footing import page_words

    texts = lay(replace(reply, words=page_words(phrases)), Paper(shorten=shorten))
    return Look((BETWEEN_PAGES.join(texts),), sum(map(len, texts)), octets(texts[0]))


def _in_a_group(shorten: bool, reply: Reply, phrases: Phrases) -> Look:
    from bot.wecom.markdown import render

    texts = tuple(message.markdown for message in render(reply, shorten=shorten))
    return Look(texts, sum(map(len, texts)), sum(len(text.encode("utf-8", "replace")) for text in texts))


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
