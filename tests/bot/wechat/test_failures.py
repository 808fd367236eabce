"""The table of codes: each has a meaning of its kind, for official accounts and for WeCom."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.wechat.failures import (
    OFFICIAL,
    OFFICIAL_TOKEN,
    STALE_TOKEN,
    WECOM,
    WECOM_TOKEN,
    Act,
    address_in,
    failure_of,
    until_tomorrow,
)
from digest.errors import SendFailure, Unauthorized, Wait

EVENING = dt.datetime(2025, 12, 22, 15, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("meanings", [OFFICIAL, OFFICIAL_TOKEN, WECOM, WECOM_TOKEN])
def test_every_code_is_a_failure_or_says_that_all_is_done(meanings: dict[int, object]) -> None:
    found = {code: failure_of(code, "words", meanings, now=EVENING) for code in meanings}  # type: ignore[arg-type]

    assert [code for code, failure in found.items() if failure is None] == [
        code for code, meaning in OFFICIAL.items() if meaning.act is Act.DONE and code in meanings
    ]
    assert all(failure.words == "words" for failure in found.values() if isinstance(failure, SendFailure))


def test_a_new_token_helps_with_three_codes_but_not_where_the_token_comes_from() -> None:
    assert {40001, 40014, 42001} == STALE_TOKEN
    refused = failure_of(40001, "", OFFICIAL_TOKEN, now=EVENING)
    assert isinstance(refused, Unauthorized)
    assert refused.reason == "bad_secret"


def test_a_days_quota_lasts_until_midnight_in_shanghai() -> None:
    assert until_tomorrow(EVENING) == 30 * 60
    wait = failure_of(45009, "", OFFICIAL, now=EVENING)
    assert isinstance(wait, Wait)
    assert (wait.seconds, wait.whole) == (1800, True)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3", "203.0.113.7"),
        ("not allow to access from your ip, hint: [1], from ip: 198.51.100.23, more", "198.51.100.23"),
        ("version 1.2.3", ""),
        ("", ""),
    ],
)
def test_our_address_is_found_in_the_platforms_words(words: str, address: str) -> None:
    assert address_in(words) == address
