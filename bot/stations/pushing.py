"""The pushes of an official account beside single messages: the mass send, the text to send by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.assembly import house_of
from bot.papers import wechat_paper
from bot.settings import Settings
from bot.stations.station import Around, Tick
from bot.wechat.by_hand import ByHand
from bot.wechat.client import WechatClient
from bot.wechat.cover import plain_cover
from bot.wechat.mass import MassPush
from bot.wechat.messages import WechatText
from bot.wechat.render import Cards, render
from bot.wechat.sending import WechatSending
from bot.wechat.standing import Standing
from bot.wechat.tagging import TagKeeper
from bot.worker import utc_now
from digest.accounts import AccountKind
from digest.article import Article, day_article
from digest.frames import Frame
from digest.issue import Issue
from digest.ports import Phrases
from digest.screens import issue_screen
from digest.subscriber import Subscription

BY_HAND_SECONDS = 15.0


def mass_push(around: Around, client: WechatClient, sending: WechatSending) -> MassPush:
    """The day's mass send of an account."""
    settings, house = around.settings, house_of(around.settings)
    say = around.catalogs.speak(house.locale)
    tags = TagKeeper(client, sending.standing, around.store, say("wechat.tag"))

    def article_of(issue: Issue) -> Article:
        shorten = settings.issues.shorten_links
        return day_article(issue, say, shorten=shorten, footer_line=house.footer_line)

    return MassPush(
        client,
        sending.standing,
        around.store,
        house,
        sending.pictures,
        tags,
        article_of,
        plain_cover(),
        utc_now,
    )


def by_hand_tick(around: Around) -> Tick:
    """What gives the admins the day's text where the account may not push."""
    settings, house = around.settings, house_of(around.settings)
    kind = AccountKind(settings.wechat.account) if _has_secret(settings) else AccountKind.PERSONAL
    text_of = partial(_text, settings, around.catalogs.speak(house.locale))
    hand = ByHand(Standing(kind), around.store, house, around.catalogs, text_of, around.mail.tell, utc_now)
    return Tick(BY_HAND_SECONDS, hand.tick)


def _has_secret(settings: Settings) -> bool:
    return bool(settings.wechat.app_secret.get_secret_value())


def _text(settings: Settings, say: Phrases, issue: Issue) -> str:
    """An issue as one would send it: whole, without links that only a talk with us understands."""
    frame = Frame(phrases=say, today=issue.date, subscription=Subscription())
    reply = replace(issue_screen(issue, frame, pushed=True), words=None)
    paper = replace(wechat_paper(settings), taps=False, cards=Cards.NONE)
    messages = render(reply, paper)
    return "\n\n".join(one.text for one in messages if isinstance(one, WechatText))
