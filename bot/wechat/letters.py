"""What a WeChat channel was given, as the API takes it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import assert_never

from bot.wechat.library import Json
from bot.wechat.messages import HandOver, WechatCard, WechatImage, WechatMessage, WechatText
from digest.errors import NotAllowed

TEXT_BYTES = 2048
_LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)


def customer_message(message: WechatMessage) -> Json:
    """The body of a customer message without its reader."""
    match message:
        case WechatText(text=text):
            return {"msgtype": "text", "text": {"content": text}}
        case WechatCard(title=title, description=description, url=url, picture=picture):
            article = {"title": title, "description": description, "url": url, "picurl": picture}
            return {"msgtype": "news", "news": {"articles": [article]}}
        case WechatImage(media_id=media_id):
            return {"msgtype": "image", "image": {"media_id": media_id}}
        case HandOver():
            # It is an answer to a callback and nothing else.
            raise NotAllowed("hand_over")
        case _:
            assert_never(message)


def app_message(message: WechatMessage) -> Json:
    """The body of a WeCom app's message without its readers."""
    match message:
        case WechatCard(title=title, description=description, url=url, button=button):
            card = {"title": title, "description": description, "url": url}
            return {"msgtype": "textcard", "textcard": {**card, "btntxt": button} if button else card}
        case _:
            return customer_message(message)


def with_line(message: WechatMessage, line: str) -> WechatMessage:
    """A text with one more line under it, where there is room; everything else as it is."""
    if not isinstance(message, WechatText) or not line:
        return message
    longer = f"{message.text}\n\n{line}"
    return replace(message, text=longer) if len(longer.encode()) < TEXT_BYTES else message


def without_links(message: WechatMessage) -> WechatMessage:
    """The same text with the words of its links only."""
    return (
        replace(message, text=_LINK.sub(r"\1", message.text)) if isinstance(message, WechatText) else message
    )
