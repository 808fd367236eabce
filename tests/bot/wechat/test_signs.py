"""What an account knows of its troubles, and what an admin reads of them."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.phrases import load_catalogs
from bot.wechat.login import Login
from bot.wechat.signs import trouble_of
from digest.errors import Gone, MaybeSent, NotAllowed, NotSent, SendFailure, Unauthorized
from digest.house import House
from digest.replies import Text
from digest.troubles import KnownTrouble, Trouble, TroubleKind
from handlers.alert import WHY, alert

NOW = dt.datetime(2025, 12, 22, 0, 30, tzinfo=dt.UTC)
LISTED = Unauthorized("ip_list").saying(
    "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1"
)


def told(trouble: Trouble, language: str, *, over: bool = False) -> str:
    """What an admin reads."""
    known = KnownTrouble(1, trouble, NOW, NOW if over else None)
    (block,) = alert(known, House(), load_catalogs().speak(language), now=NOW).blocks
    assert isinstance(block, Text)
    return block.text


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (LISTED, TroubleKind.ADDRESS),
        (Unauthorized("bad_secret"), TroubleKind.ACCOUNT),
        (NotSent("connect"), TroubleKind.UNREACHABLE),
        (MaybeSent("timeout"), TroubleKind.UNREACHABLE),
        (Gone("left"), None),
        (None, None),
    ],
)
def test_only_what_concerns_the_whole_account_is_its_trouble(
    failure: SendFailure | None, kind: TroubleKind | None
) -> None:
    found = trouble_of("wechat", failure)

    assert (None if found is None else found.kind) == kind


def test_the_address_to_add_is_told_as_the_publisher_needs_it() -> None:
    found = trouble_of("wechat", LISTED)

    assert found is not None
    assert told(found, "zh-Hans").splitlines()[0] == (
        "公众号拒绝了我们的服务器（40164）：把 203.0.113.7 加到 "
        "公众平台→设置与开发→基本配置→IP白名单，5分钟内生效，之后我会自动补上。"
    )


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("channel", ["wechat", "wecom"])
@pytest.mark.parametrize(
    ("kind", "details"),
    [
        (TroubleKind.ADDRESS, {"address": "203.0.113.7"}),
        (TroubleKind.ACCOUNT, {"reason": "bad_secret"}),
        (TroubleKind.ACCOUNT, {"reason": "something_new"}),
        (TroubleKind.UNREACHABLE, {}),
        (TroubleKind.LIMITED, {"seconds": 180}),
    ],
)
def test_every_trouble_of_an_account_has_words_and_so_has_its_end(
    language: str, channel: str, kind: TroubleKind, details: dict[str, str | int]
) -> None:
    trouble = Trouble(kind, channel, details)

    begun, over = told(trouble, language), told(trouble, language, over=True)
    assert begun != over
    assert "Telegram" not in begun.splitlines()[0]


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("reason", sorted(WHY))
def test_every_reason_that_we_know_has_words(language: str, reason: str) -> None:
    text = told(Trouble(TroubleKind.ACCOUNT, "wechat", {"reason": reason}), language)

    assert load_catalogs().speak(language)(f"tencent.{reason}") in text


def test_a_refused_mass_send_says_why_and_how_many_have_nothing() -> None:
    details: dict[str, str | int] = {"reason": "err(10001)", "readers": 50213}
    text = told(Trouble(TroubleKind.MASS, "digest-2025-12-22", details), "zh-Hans")

    assert text == (
        "公众号群发没成：8:30 提交后微信审核未通过（内容涉及推广）。\n"
        "50,213 位粉丝还没收到。稿子改好后会自动再提交一次（失败的不占今天的次数）。"
    )


async def test_a_login_is_ill_until_an_answer_is_well() -> None:
    answers: list[SendFailure | None] = [
        NotSent("connect"),
        Unauthorized("bad_secret"),
        NotAllowed("x"),
        None,
    ]

    async def ask() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    login = Login("wechat", ask)
    states = [login.state]
    for _ in range(4):
        await login.look()
        states.append(login.state)

    assert states == ["ok", "unreachable", "refused", "ok", "ok"]
