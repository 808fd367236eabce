"""From settings to the manner in which an account's texts are written."""

from __future__ import annotations

from dataclasses import replace

from bot.settings import Settings
from bot.wechat.render import WECHAT, Cards, Paper
from bot.wecom.render import WECOM


def wechat_paper(settings: Settings) -> Paper:
    """How the official account writes: issues as cards where that is wished and a page can be opened."""
    card = settings.wechat.today_reply == "card" and settings.web.base_url
    cards = Cards.ARTICLE if card else Cards.NONE
    return replace(WECHAT, shorten=settings.issues.shorten_links, cards=cards)


def wecom_paper(settings: Settings) -> Paper:
    """How the WeCom app writes."""
    return replace(WECOM, shorten=settings.issues.shorten_links)
