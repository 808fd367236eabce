"""Another clock's moments on ours."""

from __future__ import annotations

import random

import pytest

from bot.delivery.clocks import ForeignClock


def test_after_answers_of_unequal_delay_the_difference_is_known_as_well_as_by_the_quickest_one() -> None:
    chance, clock = random.Random(7), ForeignClock()
    for second in range(100):
        there, back = chance.random() ** 3 * 0.05, chance.random() ** 3 * 0.05
        clock.heard(1000.0 + second + there, asked=float(second), answered=second + there + back)

    assert clock.ours(1050.0) == pytest.approx(50.0, abs=0.003)


def test_a_clock_that_was_set_is_believed_at_once() -> None:
    clock = ForeignClock()
    clock.heard(1000.0005, asked=0.0, answered=0.001)
    clock.heard(4601.0005, asked=1.0, answered=1.001)

    assert clock.ours(4602.0) == pytest.approx(2.0, abs=0.001)


def test_clocks_that_part_slowly_are_followed() -> None:
    clock = ForeignClock()
    for second in range(1000):
        clock.heard(second * 1.00005 + 0.0005, asked=float(second), answered=second + 0.001)

    assert clock.ours(999 * 1.00005) == pytest.approx(999.0, abs=0.001)
