"""Reach: the way of each kind of account, what a push reaches, and what is left of a quota."""

from __future__ import annotations

import datetime as dt

import pytest

from digest.accounts import ACCOUNTS, AccountKind, Capability
from digest.reach import (
    Crowd,
    Forecast,
    Mass,
    MassState,
    Way,
    forecast,
    mass_key,
    mass_left,
    next_attempt,
    way_of,
    well_sent,
)

DATE = dt.date(2025, 12, 22)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
SUBSCRIPTION, SERVICE = ACCOUNTS[AccountKind.SUBSCRIPTION], ACCOUNTS[AccountKind.SERVICE]


def mass(
    state: MassState = MassState.SENT, *, day: int = 22, hour: int = 8, attempt: int = 1, revision: int = 1
) -> Mass:
    """A mass send of December."""
    begun = dt.datetime(2025, 12, day, hour, tzinfo=SHANGHAI)
    date = dt.date(2025, 12, day)
    return Mass(mass_key(date, attempt), date, revision, attempt, state, begun)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (AccountKind.PERSONAL, Way.HAND),
        (AccountKind.SUBSCRIPTION, Way.MASS),
        (AccountKind.SERVICE, Way.WINDOW),
        (AccountKind.TEST, Way.WINDOW),
        (AccountKind.WECOM, Way.APP),
        (AccountKind.ROBOT, Way.WEBHOOK),
    ],
)
def test_each_kind_of_account_has_its_way(kind: AccountKind, way: Way) -> None:
    assert way_of(ACCOUNTS[kind]) is way


def test_an_account_that_is_denied_its_way_takes_the_next() -> None:
    assert way_of(SUBSCRIPTION.without(Capability.MASS)) is Way.WINDOW
    assert way_of(SUBSCRIPTION.without(Capability.MASS, Capability.CUSTOM)) is Way.HAND


def test_a_push_reaches_whom_the_way_reaches() -> None:
    crowd = Crowd(readers=100, subscribed=60, opened=20, last=5)

    assert forecast(ACCOUNTS[AccountKind.PERSONAL], crowd) == Forecast(Way.HAND, 100, 0)
    assert forecast(SERVICE, crowd, 4) == Forecast(Way.WINDOW, 100, 20, 40, 4)
    assert forecast(SUBSCRIPTION, crowd, 1) == Forecast(Way.MASS, 100, 100, mass_left=1)
    assert forecast(SUBSCRIPTION, crowd, 0) == Forecast(Way.MASS, 100, 0, mass_left=0)
    assert forecast(ACCOUNTS[AccountKind.WECOM], crowd) == Forecast(Way.APP, 100, 60)


def test_one_mass_send_a_day_and_a_refused_one_does_not_count() -> None:
    assert mass_left(SUBSCRIPTION, [], DATE, SHANGHAI) == 1
    assert mass_left(SUBSCRIPTION, [mass(MassState.SENDING)], DATE, SHANGHAI) == 0
    assert mass_left(SUBSCRIPTION, [mass(MassState.REFUSED)], DATE, SHANGHAI) == 1
    assert mass_left(SUBSCRIPTION, [mass(day=21)], DATE, SHANGHAI) == 1


def test_the_platforms_day_ends_at_midnight_in_shanghai() -> None:
    late = dt.datetime(2025, 12, 21, 17, tzinfo=dt.UTC)
    begun_today = Mass("k", DATE, 1, 1, MassState.SENT, late)

    assert mass_left(SUBSCRIPTION, [begun_today], DATE, SHANGHAI) == 0


def test_four_mass_sends_a_month_where_the_month_counts() -> None:
    four = [mass(day=day) for day in (1, 8, 15, 22)]

    assert mass_left(SERVICE, four, DATE, SHANGHAI) == 0
    assert mass_left(SERVICE, four[:3], DATE, SHANGHAI) == 1
    assert mass_left(SERVICE, four, dt.date(2026, 1, 1), SHANGHAI) == 4
    assert mass_left(ACCOUNTS[AccountKind.PERSONAL], [], DATE, SHANGHAI) is None


@pytest.mark.parametrize(
    ("masses", "revision", "attempt"),
    [
        ([], 1, 1),
        ([mass(MassState.SENDING)], 1, 1),
        ([mass(MassState.SENDING)], 2, 1),
        ([mass(MassState.SUBMITTED)], 1, None),
        ([mass(MassState.SENT)], 2, None),
        ([mass(MassState.REFUSED)], 1, None),
        ([mass(MassState.REFUSED)], 2, 2),
        ([mass(MassState.REFUSED), mass(MassState.REFUSED, attempt=2, revision=2)], 3, 3),
        ([mass(day=21)], 1, 1),
    ],
)
def test_an_issue_is_sent_once_and_again_only_when_it_was_refused_and_changed(
    masses: list[Mass], revision: int, attempt: int | None
) -> None:
    assert next_attempt(masses, DATE, revision) == attempt


def test_every_attempt_has_a_name_that_the_platform_takes() -> None:
    assert mass_key(DATE, 1) == "digest-2025-12-22"
    assert mass_key(DATE, 2) == "digest-2025-12-22-2"


@pytest.mark.parametrize(
    ("status", "well"),
    [("send success", True), ("sendsuccess", True), ("send fail", False), ("err(10001)", False), ("", False)],
)
def test_only_one_word_of_the_platform_means_that_it_was_sent(status: str, well: bool) -> None:
    assert well_sent(status) is well
