"""Mainland working days: what the published calendar says, and what is a guess."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from digest.schedule import ScheduleError, Weekdays
from digest.workdays import is_known, is_workday

# From the State Council's notices for 2025 and 2026, written down by hand.
WORKED_WEEKENDS = (
    "2025-01-26",
    "2025-02-08",
    "2025-04-27",
    "2025-09-28",
    "2025-10-11",
    "2026-01-04",
    "2026-10-10",
)
FREE_WEEKDAYS = (
    "2025-01-01",
    "2025-01-28",
    "2025-05-05",
    "2025-10-08",
    "2026-01-01",
    "2026-02-17",
    "2026-10-01",
)


@pytest.mark.parametrize("day", WORKED_WEEKENDS)
def test_a_weekend_day_worked_for_a_holiday_is_a_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert is_workday(date.fromisoformat(day))


@pytest.mark.parametrize("day", FREE_WEEKDAYS)
def test_a_holiday_in_the_week_is_no_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not is_workday(date.fromisoformat(day))


def test_in_an_unknown_year_monday_to_friday_are_guessed() -> None:
    week = [date(2099, 10, 5 + step) for step in range(7)]

    assert [is_workday(day) for day in week] == [True] * 5 + [False] * 2
    assert not any(is_known(day) for day in week)


def test_the_last_days_of_the_last_known_year_belong_to_the_next_years_plan() -> None:
    last = max(year for year in range(2020, 2100) if is_known(date(year, 6, 1)))

    assert is_known(date(last, 12, 28))
    assert not is_known(date(last, 12, 29))
    assert is_known(date(last - 1, 12, 31))


def test_the_verdict_says_whether_it_is_a_guess() -> None:
    workdays, mondays = Weekdays.working_days(), Weekdays.of(0)

    assert (workdays.holds(date(2026, 10, 10)).holds, workdays.known(date(2026, 10, 10))) == (True, True)
    assert (workdays.holds(date(2099, 10, 5)).holds, workdays.holds(date(2099, 10, 5)).known) == (True, False)
    assert (mondays.holds(date(2099, 10, 5)).holds, mondays.known(date(2099, 10, 5))) == (True, True)


def test_the_calendar_is_loaded_only_by_those_who_ask_for_working_days() -> None:
    program = (
        "import sys, datetime; from digest.schedule import Weekdays;"
        "Weekdays.every_day().holds(datetime.date(2026, 1, 1)); print('chinese_calendar' in sys.modules)"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout == "False\n"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("mon-sun", "mon-sun"),
        ("mon-fri", "mon-fri"),
        ("mon,wed,fri", "mon,wed,fri"),
        ("sat-sun", "sat-sun"),
        ("sun,sat", "sat-sun"),
        ("fri-mon", "mon,fri-sun"),
        ("Mon, Tue ,WED", "mon-wed"),
        ("monday-friday", "mon-fri"),
        ("Workdays", "workdays"),
        ("thu", "thu"),
    ],
)
def test_weekdays_have_one_canonical_spelling(written: str, canonical: str) -> None:
    weekdays = Weekdays.parse(written)

    assert str(weekdays) == canonical
    assert Weekdays.parse(canonical) == weekdays


@pytest.mark.parametrize("number", range(1, 128))
def test_every_choice_of_days_is_read_back_from_its_spelling(number: int) -> None:
    weekdays = Weekdays(frozenset(day for day in range(7) if number >> day & 1))

    assert Weekdays.parse(str(weekdays)) == weekdays


@pytest.mark.parametrize(
    "written", ["mo", "mon-", "-fri", "mon,,tue", "mon;tue", "1-5", "mon-fri-sun", "周一"]
)
def test_weekdays_that_cannot_be_read_are_refused_with_their_words(written: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        Weekdays.parse(written)

    assert (caught.value.code, caught.value.values) == ("schedule.weekdays", {"text": written})


@pytest.mark.parametrize("written", ["", "  "])
def test_no_weekdays_at_all_are_refused(written: str) -> None:
    with pytest.raises(ScheduleError, match=r"schedule\.no_weekdays"):
        Weekdays.parse(written)
