"""What a WeChat account can be given to send: one text, one card, one image, or a talk to hand over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WechatText:
    """A text as the reader sees it, sound and inside its budget of bytes; may hold `<a href>` links."""

    text: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class WechatCard:
    """One article (图文); `picture` is the address of its image, '' for none.

    `button` is the word on it where the channel has one (WeCom's textcard).
    """

    title: str
    description: str
    url: str
    picture: str = ""
    button: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class WechatImage:
    """An image that was uploaded, by its media id."""

    media_id: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """The talk goes on with people (`transfer_customer_service`)."""

    silent: bool = False


WechatMessage = WechatText | WechatCard | WechatImage | HandOver
