"""What failed how: one test a row of the table."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from digest.campaign import DeliveryState, OnUnknown
from digest.errors import (
    Conflict,
    Gone,
    MaybeSent,
    Moved,
    NotAllowed,
    NotSent,
    Refused,
    SendFailure,
    Unauthorized,
    Wait,
    WindowShut,
)
from digest.retry import (
    Again,
    Attempt,
    Final,
    Halt,
    Move,
    Plain,
    after,
    after_poison,
    crashed_too_often,
    suspect,
)

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
FIRST = Attempt(attempts=1, planned_at=NOW, now=NOW, on_unknown=OnUnknown.RESEND, random=0.5)


def seconds(count: float) -> dt.timedelta:
    return dt.timedelta(seconds=count)


def test_what_never_left_is_tried_again_soon_and_counts_for_nothing() -> None:
    assert after(NotSent("dns"), FIRST) == Again(NOW + seconds(2), "dns", counted=False)


@pytest.mark.parametrize(
    ("waited", "random", "pause"),
    [(0, 0.0, 1), (0, 1.0, 3), (100, 0.5, 10), (600, 0.5, 60), (80_000, 0.5, 60), (80_000, 1.0, 90)],
)
def test_the_longer_it_has_waited_the_rarer_it_is_tried(waited: float, random: float, pause: float) -> None:
    attempt = replace(FIRST, planned_at=NOW - seconds(waited), random=random)

    assert after(NotSent("connect"), attempt) == Again(NOW + seconds(pause), "connect", counted=False)


def test_what_never_left_is_never_dead_before_a_day_is_over() -> None:
    almost = replace(FIRST, attempts=90, planned_at=NOW - dt.timedelta(hours=24) + seconds(1))

    assert isinstance(after(NotSent("connect"), almost), Again)


def test_what_never_left_is_dead_after_a_day() -> None:
    attempt = replace(FIRST, planned_at=NOW - dt.timedelta(hours=24))

    assert after(NotSent("connect"), attempt) == Final(DeliveryState.DEAD, "connect")


def test_what_may_have_arrived_is_sent_once_more_when_doubt_is_resent() -> None:
    assert after(MaybeSent("read_timeout"), FIRST) == Again(NOW + seconds(45), "read_timeout", counted=True)


def test_what_may_have_arrived_twice_is_left_unknown() -> None:
    second = replace(FIRST, attempts=2)

    assert after(MaybeSent("read_timeout"), second) == Final(DeliveryState.UNKNOWN, "read_timeout")


def test_what_may_have_arrived_is_left_unknown_at_once_when_doubt_is_held() -> None:
    held = replace(FIRST, on_unknown=OnUnknown.HOLD)

    assert after(MaybeSent("http_502"), held) == Final(DeliveryState.UNKNOWN, "http_502")


def test_a_failure_of_no_known_kind_is_doubt() -> None:
    held = replace(FIRST, on_unknown=OnUnknown.HOLD)

    assert after(SendFailure("odd"), held) == Final(DeliveryState.UNKNOWN, "odd")


@pytest.mark.parametrize("wait", [1.0, 59.5, 3600.0, 43_838.0])
@pytest.mark.parametrize("attempts", [1, 7])
def test_a_wait_is_exactly_as_long_as_it_was_asked_and_is_no_attempt(wait: float, attempts: int) -> None:
    attempt = replace(FIRST, attempts=attempts, random=1.0)

    assert after(Wait(wait, whole=True), attempt) == Again(NOW + seconds(wait), "wait", counted=False)


@pytest.mark.parametrize("reason", ["blocked", "deactivated", "not_found", "kicked", "no_rights"])
def test_who_is_gone_is_written_to_no_more(reason: str) -> None:
    assert after(Gone(reason), FIRST) == Final(DeliveryState.SKIPPED, reason, inactive=True)


def test_who_moved_is_followed() -> None:
    assert after(Moved("-1007"), FIRST) == Move("-1007")


def test_who_moves_again_and_again_is_followed_later() -> None:
    verdict = after(Moved("-1008"), replace(FIRST, moved=True))

    assert verdict == Again(NOW + seconds(2), "moved", counted=True)


def test_refused_markup_goes_plain_once() -> None:
    assert after(Refused("cannot_parse", markup=True), FIRST) == Plain()


def test_refused_plain_text_is_dead() -> None:
    verdict = after(Refused("cannot_parse", markup=True), replace(FIRST, plain=True))

    assert verdict == Final(DeliveryState.DEAD, "cannot_parse")


def test_what_plain_text_cannot_mend_is_dead_at_once() -> None:
    assert after(Refused("too_long"), FIRST) == Final(DeliveryState.DEAD, "too_long")


@pytest.mark.parametrize("failure", [Unauthorized("unauthorized"), Conflict("unauthorized")])
def test_refused_credentials_halt_the_account(failure: SendFailure) -> None:
    assert after(failure, FIRST) == Halt(NOW + seconds(30), "unauthorized")


@pytest.mark.parametrize("attempts", [1, 2])
def test_what_cannot_be_written_is_tried_again(attempts: int) -> None:
    verdict = after_poison(replace(FIRST, attempts=attempts))

    assert verdict == Again(NOW + seconds(2), "poison", counted=True)


def test_what_could_not_be_written_three_times_is_dead() -> None:
    assert after_poison(replace(FIRST, attempts=3)) == Final(DeliveryState.DEAD, "poison")


def test_a_delivery_is_sent_alone_after_the_program_died_of_it_twice_and_given_up_after_five() -> None:
    assert [suspect(attempts) for attempts in (1, 2, 3, 5)] == [False, False, True, True]
    assert [crashed_too_often(attempts) for attempts in (3, 5, 6)] == [False, False, True]


def test_what_waits_for_a_readers_word_waits_a_day_and_spends_no_attempt() -> None:
    day = dt.timedelta(days=1)

    assert after(WindowShut("window"), FIRST) == Again(NOW + day, "window", counted=False)
    assert after(WindowShut("window"), replace(FIRST, now=NOW + day)) == Final(
        DeliveryState.SKIPPED, "window"
    )


def test_what_an_account_may_not_do_is_left_out_and_its_reader_is_kept() -> None:
    assert after(NotAllowed("no_push"), FIRST) == Final(DeliveryState.SKIPPED, "no_push")
