"""`digestbot say` on WeChat and WeCom."""

from __future__ import annotations

from functools import partial
from typing import Any, assert_never

from bot.papers import wechat_paper, wecom_paper
from bot.settings import Settings
from bot.wechat.messages import HandOver, WechatCard, WechatImage, WechatMessage, WechatText
from bot.wechat.render import Paper, count_pages, render
from digest.accounts import ACCOUNTS, Account, AccountKind, Capability
from digest.manner import Manner
from digest.replies import Reply


def manner_of(channel: str, settings: Settings) -> Manner:
    """What an answer has to know of the configured account; only a running program knows its Telegram bot."""
    account = _account(channel, settings)
    return Manner(
        account.reach,
        partial(count_pages, paper=_paper(channel, settings)),
        transfers=account.may(Capability.TRANSFER),
    )


def messages_of(reply: Reply, channel: str, settings: Settings) -> list[dict[str, Any]]:
    """What the channel would send, as data."""
    if reply.hand_over:
        return [_data(HandOver())]
    messages = render(reply, _paper(channel, settings))
    # A picture is uploaded by the running program: its file stands for it.
    picture = (WechatImage(reply.picture),) if reply.picture else ()
    return [_data(message) for message in (*picture, *messages)]


def _account(channel: str, settings: Settings) -> Account:
    return ACCOUNTS[AccountKind(settings.wechat.account) if channel == "wechat" else AccountKind.WECOM]


def _paper(channel: str, settings: Settings) -> Paper:
    return wechat_paper(settings) if channel == "wechat" else wecom_paper(settings)


def _data(message: WechatMessage) -> dict[str, Any]:
    match message:
        case WechatText(text=text):
            return {"text": text}
        case WechatCard(title=title, description=description, url=url, picture=picture, button=button):
            card = {"title": title, "description": description, "url": url, "picture": picture}
            return {"article": card | ({"button": button} if button else {})}
        case WechatImage(media_id=media_id):
            return {"image": media_id}
        case HandOver():
            return {"hand_over": True}
        case _:
            assert_never(message)
