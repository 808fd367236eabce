"""What a WeCom app answers: as an official account does, with words to type in place of links to tap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bot.throttle import Throttle
from bot.wechat.answers import NO_WAYS, Answers, Ways
from bot.wechat.render import Paper
from bot.wecom.render import WECOM
from digest.accounts import ACCOUNTS, AccountKind
from handlers.router import Router


def wecom_answers(
    router: Router,
    throttle: Throttle,
    now: Callable[[], dt.datetime],
    *,
    paper: Paper = WECOM,
    ways: Ways = NO_WAYS,
) -> Answers:
    """The answers of the app in the company's directory, which may write to everybody at any time."""
    app = ACCOUNTS[AccountKind.WECOM]
    return Answers(router, throttle, now, lambda: app, paper, ways=ways)
