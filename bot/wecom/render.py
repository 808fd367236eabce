"""A reply as the message of a WeCom app: a card where a page of ours can be opened, else one text.

Never Markdown: who reads in WeChat's plug-in would see nothing of it.
"""

from __future__ import annotations

from bot.wechat.messages import WechatMessage
from bot.wechat.render import Cards, Paper
from bot.wechat.render import count_pages as count
from bot.wechat.render import render as render_on
from digest.replies import Reply

WECOM = Paper(taps=False, cards=Cards.NOTICE)


def render(reply: Reply, paper: Paper = WECOM) -> tuple[WechatMessage, ...]:
    """As `bot.wechat.render.render`, with words to type in place of links to tap."""
    return render_on(reply, paper)


def count_pages(reply: Reply, paper: Paper = WECOM) -> int:
    """How many pages a reply has; 1 for a card."""
    return count(reply, paper)
