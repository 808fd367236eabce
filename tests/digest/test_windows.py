"""Windows: what a reader's word and tap allow, for how long, and how often."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from digest.accounts import ACCOUNTS, AccountKind
from digest.windows import Act, Window

NOW = dt.datetime(2025, 12, 22, tzinfo=dt.UTC)
SERVICE = ACCOUNTS[AccountKind.SERVICE]
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def spoken(at: dt.datetime = NOW) -> Window:
    """The window of a reader who wrote at a moment."""
    return Window().after(Act.SAID, SERVICE, at)


def test_nothing_is_allowed_before_the_first_word() -> None:
    assert Window().left(NOW) == 0


def test_a_word_allows_five_within_two_days_but_for_the_last_minute() -> None:
    assert spoken().left(NOW) == 5
    assert spoken().left(NOW + 48 * HOUR - 2 * MINUTE) == 5
    assert spoken().left(NOW + 48 * HOUR - MINUTE) == 0


def test_a_tap_allows_three_for_less_than_a_minute() -> None:
    tapped = Window().after(Act.TAPPED, SERVICE, NOW)

    assert tapped.left(NOW) == 3
    assert tapped.left(NOW + MINUTE) == 0


def test_what_is_sent_counts_against_whatever_is_open() -> None:
    both = spoken().after(Act.TAPPED, SERVICE, NOW)
    for _ in range(3):
        both = both.used(NOW)

    assert both.left(NOW) == 2
    assert both.after(Act.TAPPED, SERVICE, NOW).left(NOW) == 3


def test_the_next_word_refreshes_and_does_not_add_up() -> None:
    assert spoken().used(NOW).after(Act.SAID, SERVICE, NOW).left(NOW) == 5


def test_what_has_not_left_is_given_back_up_to_the_whole() -> None:
    assert spoken().used(NOW).given_back(NOW, SERVICE).left(NOW) == 5
    assert spoken().given_back(NOW, SERVICE).left(NOW) == 5


def test_whoever_leaves_takes_the_window_along_and_a_shut_one_allows_nothing() -> None:
    assert spoken().after(Act.LEFT, SERVICE, NOW).left(NOW) == 0
    assert spoken().shut.left(NOW) == 0


ACTS = st.lists(
    st.tuples(st.sampled_from(["said", "tapped", "sent"]), st.integers(0, 30 * 3600)), max_size=60
)


@given(ACTS)
def test_no_order_of_words_taps_and_messages_allows_more_than_the_platform_does(
    acts: list[tuple[str, int]],
) -> None:
    window, now = Window(), NOW
    said_at = tapped_at = NOW - 1000 * HOUR
    since_said = since_tapped = 0
    for act, seconds in acts:
        now += dt.timedelta(seconds=seconds)
        if act == "said":
            window, said_at, since_said = window.after(Act.SAID, SERVICE, now), now, 0
        elif act == "tapped":
            window, tapped_at, since_tapped = window.after(Act.TAPPED, SERVICE, now), now, 0
        elif window.left(now):
            window = window.used(now)
            by_word = now - said_at < 48 * HOUR and since_said < 5
            by_tap = now - tapped_at < MINUTE and since_tapped < 3
            assert by_word or by_tap
            since_said, since_tapped = since_said + 1, since_tapped + 1
