"""Which days of the week a digest comes, as a value and in its canonical spelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from digest import workdays
from digest.errors import Invalid

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = frozenset(range(7))
_MONDAY_TO_FRIDAY = frozenset(range(5))
_WORKDAYS = "workdays"


class ScheduleError(Invalid, ValueError):
    """A schedule that cannot be; `code` names the message."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a date is wanted; `known` is False when that was guessed from the weekday."""

    holds: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week (0 = Monday), or mainland working days, of which `days` are then the fallback."""

    days: frozenset[int]
    workdays: bool = False

    def __post_init__(self) -> None:
        if not self.days:
            raise ScheduleError("schedule.no_weekdays")
        if not self.days <= _WEEK or (self.workdays and self.days != _MONDAY_TO_FRIDAY):
            raise ScheduleError("schedule.weekdays", text=str(sorted(self.days)))

    @classmethod
    def of(cls, *days: int) -> Weekdays:
        """The named days of the week, 0 = Monday."""
        return cls(frozenset(days))

    @classmethod
    def every_day(cls) -> Weekdays:
        """Monday to Sunday."""
        return cls(_WEEK)

    @classmethod
    def working_days(cls) -> Weekdays:
        """The legal working days of mainland China, 调休 included."""
        return cls(_MONDAY_TO_FRIDAY, workdays=True)

    @classmethod
    def parse(cls, text: str) -> Weekdays:
        """`mon-sun`, `mon,wed,fri`, `sat-sun`, `workdays` as a value; ScheduleError when it is not one."""
        folded = "".join(text.split()).casefold()
        if folded == _WORKDAYS:
            return cls.working_days()
        if not folded:
            raise ScheduleError("schedule.no_weekdays")
        return cls(frozenset(day for part in folded.split(",") for day in _span(part, text)))

    def __str__(self) -> str:
        """The canonical spelling, which `parse` reads back to the same value."""
        return _WORKDAYS if self.workdays else ",".join(_spell(self.days))

    def known(self, on: date) -> bool:
        """Whether `holds` is certain on `on`: False where the holiday calendar does not reach."""
        return not self.workdays or workdays.is_known(on)

    def holds(self, on: date) -> Verdict:
        """Whether a digest is wanted on `on`."""
        if self.workdays:
            return Verdict(workdays.is_workday(on), workdays.is_known(on))
        return Verdict(on.weekday() in self.days, known=True)


def days_between(first: int, last: int) -> tuple[int, ...]:
    """The days of the week from `first` to `last`, over Sunday when it must be."""
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def _span(part: str, text: str) -> tuple[int, ...]:
    first, dash, last = part.partition("-")
    return days_between(_day(first, text), _day(last if dash else first, text))


def _day(name: str, text: str) -> int:
    for names in (_NAMES, _LONG_NAMES):
        if name in names:
            return names.index(name)
    raise ScheduleError("schedule.weekdays", text=text)


def _spell(days: frozenset[int]) -> list[str]:
    # Days that follow each other differ from their rank by the same number.
    runs = groupby(enumerate(sorted(days)), key=lambda pair: pair[1] - pair[0])
    names = [[_NAMES[day] for _, day in run] for _, run in runs]
    return [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in names]
