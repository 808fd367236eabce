"""Who is due: one digest for each local date, whatever clocks, zones and settings do."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.schedule import (
    Due,
    Missed,
    MissedReason,
    Schedule,
    ScheduleError,
    Send,
    Wait,
    Weekdays,
    decide,
    due_on,
    eligible,
    first_instant,
    last_date,
    local_date,
    next_due,
    roll,
)

SOAK = bool(os.environ.get("SOAK"))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CATCH_UP = timedelta(hours=12)
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
SAMPLE = (
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
HALF_HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))
AROUND_CHANGES = (*islice(HALF_HOURS, 8), time(2, 15), time(8), time(23), time(23, 30), time(23, 59))


def schedule(
    push_at: str = "08:00",
    zone: str = "Asia/Shanghai",
    weekdays: str = "mon-sun",
    late_until: str = "20:00",
    catch_up: timedelta = CATCH_UP,
) -> Schedule:
    return Schedule(
        push_at=time.fromisoformat(push_at),
        zone=zone,
        weekdays=Weekdays.parse(weekdays),
        late_until=time.fromisoformat(late_until),
        catch_up=catch_up,
    )


def at(written: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def on(written: str) -> date:
    return date.fromisoformat(written)


def decide_house(due: Due, now: str, issue: str | None = None, available: str | None = None) -> object:
    return decide(
        due,
        now=at(now),
        issue_date=on(issue) if issue else None,
        available_at=at(available) if available else None,
        catch_up=CATCH_UP,
    )


# The truth about a wall clock, without a rule for gaps and folds: look at the clock once a minute.


def change_days(zone: str, first: date, days: int) -> Iterator[date]:
    """The days of a year on which the clocks of a zone are moved."""
    key = ZoneInfo(zone)
    noons = (
        datetime(first.year, first.month, first.day, tzinfo=UTC) + step * DAY for step in range(days + 1)
    )
    for before, after in pairwise(noons):
        if before.astimezone(key).utcoffset() != after.astimezone(key).utcoffset():
            yield after.astimezone(key).date()
            yield before.astimezone(key).date()


class WatchedClock:
    """What the clocks of a zone showed, minute by minute, from a day before a date to two days after it."""

    def __init__(self, zone: str, day: date) -> None:
        key = ZoneInfo(zone)
        self.start = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * DAY
        walls = (
            (self.start + step * MINUTE).astimezone(key).replace(tzinfo=None) for step in range(5 * 1440)
        )
        self.highest = list(accumulate(walls, max))

    def first_shows(self, wall: datetime) -> datetime:
        """The first minute at which the clock had come to `wall`."""
        return self.start + bisect_left(self.highest, wall) * MINUTE


def test_in_every_zone_a_digest_is_due_when_the_clock_first_comes_to_its_hour() -> None:
    watched: dict[tuple[object, ...], WatchedClock] = {}
    checked = 0
    for zone in ZONES:
        for day in sorted(set(change_days(zone, date(2026, 1, 1), 366))):
            key = ZoneInfo(zone)
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            alike = (day, *((noon + step * HOUR).astimezone(key).utcoffset() for step in range(-48, 49)))
            if alike not in watched:
                watched[alike] = WatchedClock(zone, day)
            for push_at in HALF_HOURS if SOAK else AROUND_CHANGES:
                expected = watched[alike].first_shows(datetime.combine(day, push_at))
                assert first_instant(day, push_at, zone) == expected, (zone, day, push_at)
                checked += 1

    assert checked > 1_000


@pytest.mark.parametrize("push_at", ["00:00", "00:30", "02:15", "08:00", "23:30"])
def test_over_a_year_each_local_date_comes_once_and_in_order(push_at: str) -> None:
    for zone in ZONES if SOAK else SAMPLE:
        order = schedule(push_at, zone)
        due = next_due(order, now=at("2026-01-01 00:00", zone), after=None)
        dates, moments = [due.on], [due.at]
        for _ in range(365):
            due = next_due(order, now=due.at + timedelta(seconds=1), after=due.on)
            dates.append(due.on)
            moments.append(due.at)

        assert dates == [date(2026, 1, 1) + step * DAY for step in range(366)], zone
        assert moments == sorted(set(moments)), zone


@pytest.mark.parametrize("zone", SAMPLE)
def test_one_who_forgets_what_was_sent_is_still_never_due_twice_for_a_date(zone: str) -> None:
    order, now, dates = schedule("00:30", zone), at("2026-01-01 00:00", zone), []
    for _ in range(366):
        due = next_due(order, now=now, after=None)
        dates.append(due.on)
        now = due.at + MINUTE

    assert len(set(dates)) == 366


@pytest.mark.parametrize(
    ("day", "push_at", "zone", "expected"),
    [
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00+00:00"),
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30+00:00"),
        ("2026-03-08", "02:00", "America/New_York", "2026-03-08T07:00+00:00"),
        ("2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30+00:00"),
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:30+00:00"),
        ("2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04T14:45+00:00"),
        ("2026-04-24", "00:00", "Africa/Cairo", "2026-04-23T22:00+00:00"),
        ("2026-09-06", "00:15", "America/Santiago", "2026-09-06T04:00+00:00"),
        ("2009-06-19", "23:30", "Asia/Dhaka", "2009-06-19T17:00+00:00"),
        ("1993-08-20", "08:00", "Pacific/Kwajalein", "1993-08-20T20:00+00:00"),
    ],
)
def test_a_skipped_hour_is_the_end_of_the_gap_and_a_repeated_one_the_first(
    day: str, push_at: str, zone: str, expected: str
) -> None:
    assert first_instant(on(day), time.fromisoformat(push_at), zone) == datetime.fromisoformat(expected)


def test_a_date_that_samoa_left_out_has_no_digest() -> None:
    order = schedule("08:00", "Pacific/Apia")
    due = next_due(order, now=at("2011-12-29 09:00", "Pacific/Apia"), after=on("2011-12-29"))

    assert due.on == on("2011-12-31")
    assert due.at == at("2011-12-31 08:00", "Pacific/Apia")


def test_a_weekly_digest_skips_a_friday_that_was_left_out() -> None:
    order = schedule("08:00", "Pacific/Apia", "fri")
    due = next_due(order, now=at("2011-12-29 09:00", "Pacific/Apia"), after=on("2011-12-23"))

    assert due.on == on("2012-01-06")


def test_the_minute_of_the_hour_still_counts() -> None:
    order = schedule("08:00")

    assert next_due(order, now=at("2026-11-24 08:00:59"), after=None).on == on("2026-11-24")
    assert next_due(order, now=at("2026-11-24 08:01:00"), after=None).on == on("2026-11-25")


def test_only_wanted_days_are_due() -> None:
    order = schedule(weekdays="mon,wed")

    assert next_due(order, now=at("2026-11-24 09:00"), after=None).on == on("2026-11-25")
    assert next_due(order, now=at("2026-11-25 09:00"), after=on("2026-11-25")).on == on("2026-11-30")


def test_working_days_include_the_saturday_worked_instead_of_a_holiday() -> None:
    order = schedule(weekdays="workdays")
    due = next_due(order, now=at("2026-09-30 09:00"), after=on("2026-09-30"))

    assert due.on == on("2026-10-08")
    assert next_due(order, now=due.at + MINUTE, after=due.on + DAY).on == on("2026-10-10")


@pytest.mark.parametrize(
    ("push_at", "late_until"),
    [
        ("08:00", "2026-11-24 20:00"),
        ("19:59", "2026-11-24 20:00"),
        ("20:00", "2026-11-24 21:00"),
        ("23:30", "2026-11-25 00:30"),
    ],
)
def test_a_late_issue_is_waited_for_until_the_houses_hour_or_one_hour(push_at: str, late_until: str) -> None:
    assert due_on(schedule(push_at), on("2026-11-24")).late_until == at(late_until)


def test_late_until_is_in_the_readers_zone() -> None:
    due = due_on(schedule("08:00", "America/New_York"), on("2026-11-24"))

    assert due.late_until == at("2026-11-24 20:00", "America/New_York")


@given(
    order=st.builds(
        Schedule,
        push_at=st.sampled_from(HALF_HOURS),
        zone=st.sampled_from(SAMPLE),
        weekdays=st.sampled_from(["mon-sun", "mon", "workdays", "sat-sun"]).map(Weekdays.parse),
        late_until=st.sampled_from(HALF_HOURS),
        catch_up=st.integers(0, 100).map(lambda hours: hours * HOUR),
    ),
    day=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
)
@settings(deadline=None, max_examples=200)
def test_the_windows_of_two_dates_never_overlap(order: Schedule, day: date) -> None:
    first = next_due(order, now=first_instant(day, time(0), order.zone), after=None)
    second = next_due(order, now=first.at + MINUTE, after=first.on)

    assert first.at < first.late_until
    assert first.at <= first.until < second.at


def test_the_digest_of_a_date_carries_an_issue_of_that_day_or_the_day_before() -> None:
    assert eligible(on("2026-03-01")) == (on("2026-02-28"), on("2026-03-01"))


TODAY = due_on(schedule(), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("now", "available", "expected"),
    [
        ("2026-11-24 07:59:59", "2026-11-24 06:00", Wait()),
        ("2026-11-24 08:00", "2026-11-24 06:00", Send(date(2026, 11, 24))),
        ("2026-11-24 08:00", "2026-11-24 08:30", Wait()),
        ("2026-11-24 08:30", "2026-11-24 08:30", Send(date(2026, 11, 24))),
        ("2026-11-24 20:00", "2026-11-24 06:00", Send(date(2026, 11, 24))),
        ("2026-11-24 20:00:01", "2026-11-24 06:00", Missed(MissedReason.CATCH_UP_OVER)),
        ("2026-11-25 06:59", "2026-11-24 19:00", Send(date(2026, 11, 24))),
        ("2026-11-25 07:00:01", "2026-11-24 19:00", Missed(MissedReason.CATCH_UP_OVER)),
        ("2026-11-24 20:00", "2026-11-24 20:00", Send(date(2026, 11, 24))),
        ("2026-11-24 20:00:01", "2026-11-24 20:00:01", Missed(MissedReason.ISSUE_TOO_LATE)),
        ("2026-11-25 08:00", "2026-11-24 20:00", Missed(MissedReason.CATCH_UP_OVER)),
        ("2026-11-29 09:00", "2026-11-24 06:00", Missed(MissedReason.CATCH_UP_OVER)),
    ],
)
def test_an_issue_is_sent_from_its_hour_while_it_is_neither_too_late_nor_too_old(
    now: str, available: str, expected: object
) -> None:
    assert decide_house(TODAY, now, "2026-11-24", available) == expected


def test_without_an_issue_a_date_waits_and_then_is_given_up() -> None:
    assert decide_house(TODAY, "2026-11-24 20:00") == Wait()
    assert decide_house(TODAY, "2026-11-24 20:00:01") == Missed(MissedReason.NO_ISSUE)


def test_an_issue_that_came_too_late_is_not_given_up_before_the_catch_up_is_over() -> None:
    noon = due_on(schedule("08:00", late_until="10:00"), on("2026-11-24"))

    assert decide_house(noon, "2026-11-24 12:00", "2026-11-24", "2026-11-24 11:00") == Wait()
    assert decide_house(noon, "2026-11-24 20:01", "2026-11-24", "2026-11-24 11:00") == Missed(
        MissedReason.ISSUE_TOO_LATE
    )


@pytest.mark.parametrize(("up_at", "sent"), [("08:35", True), ("11:30", True), ("20:31", False)])
def test_down_over_the_hour_it_is_caught_up_inside_the_window(up_at: str, sent: bool) -> None:
    due = due_on(schedule("08:30"), on("2026-11-24"))
    decision = decide_house(due, f"2026-11-24 {up_at}", "2026-11-24", "2026-11-24 07:00")

    assert decision == (Send(on("2026-11-24")) if sent else Missed(MissedReason.CATCH_UP_OVER))


@pytest.mark.parametrize("hours", [12, 24, 72])
def test_after_five_days_down_only_the_newest_date_is_open(hours: int) -> None:
    order, now = schedule("08:30", catch_up=timedelta(hours=hours)), at("2026-11-24 09:00")
    old = due_on(order, on("2026-11-19"))

    newest = roll(order, now=now, after=old.on)

    assert decide(old, now=now, issue_date=old.on, available_at=old.at, catch_up=order.catch_up) == Missed(
        MissedReason.CATCH_UP_OVER
    )
    assert newest == due_on(order, on("2026-11-24"))
    assert roll(order, now=now, after=newest.on).on == on("2026-11-25")


def test_after_a_date_is_sent_the_next_wanted_one_is_due() -> None:
    assert roll(schedule(weekdays="mon,wed"), now=at("2026-11-23 08:00"), after=on("2026-11-23")).on == on(
        "2026-11-25"
    )


def test_a_changed_hour_keeps_todays_digest_open() -> None:
    waiting, now = due_on(schedule("08:00"), on("2026-11-24")), at("2026-11-24 09:00")

    earlier = next_due(schedule("07:30"), now=now, after=on("2026-11-23"), open_due=waiting)
    later = next_due(schedule("12:00"), now=now, after=on("2026-11-23"), open_due=waiting)

    assert (earlier.on, earlier.at <= now) == (on("2026-11-24"), True)
    assert (later.on, later.at) == (on("2026-11-24"), at("2026-11-24 12:00"))


def test_a_changed_hour_never_shortens_the_time_an_open_digest_has_left() -> None:
    waiting, now = due_on(schedule("21:30"), on("2026-11-24")), at("2026-11-24 22:00")

    kept = next_due(schedule("06:00"), now=now, after=on("2026-11-23"), open_due=waiting)

    assert decide_house(kept, "2026-11-24 22:10", "2026-11-24", "2026-11-24 22:10") == Send(on("2026-11-24"))


def test_a_changed_hour_does_not_make_an_issue_late_that_was_in_time() -> None:
    waiting, now = due_on(schedule("08:00", late_until="10:00"), on("2026-11-24")), at("2026-11-24 11:00")

    kept = next_due(schedule("07:00", late_until="10:00"), now=now, after=None, open_due=waiting)

    assert decide_house(kept, "2026-11-24 11:00", "2026-11-24", "2026-11-24 06:00") == Send(on("2026-11-24"))


def test_a_later_hour_has_its_whole_window() -> None:
    waiting, evening = due_on(schedule("08:00"), on("2026-11-24")), schedule("23:00")

    assert next_due(evening, now=at("2026-11-24 09:00"), after=None, open_due=waiting) == due_on(
        evening, on("2026-11-24")
    )


def test_a_weekly_digest_is_caught_up_days_later_when_the_house_allows_it() -> None:
    order = schedule(weekdays="mon", catch_up=timedelta(hours=72))

    assert roll(order, now=at("2026-11-25 12:00"), after=on("2026-11-16")).on == on("2026-11-23")
    assert roll(order, now=at("2026-11-27 12:00"), after=on("2026-11-16")).on == on("2026-11-30")


def test_an_hour_moved_before_now_brings_a_digest_that_was_still_to_come() -> None:
    evening, now = due_on(schedule("20:00"), on("2026-11-24")), at("2026-11-24 09:00:30")

    kept = next_due(schedule("07:00"), now=now, after=on("2026-11-23"), open_due=evening)

    assert (kept.on, kept.at) == (on("2026-11-24"), at("2026-11-24 09:00"))


@pytest.mark.parametrize(
    ("now", "after", "weekdays"),
    [
        ("2026-11-24 09:00", "2026-11-24", "mon-sun"),
        ("2026-11-24 09:00", "2026-11-23", "wed"),
        ("2026-11-25 08:00", "2026-11-23", "mon-sun"),
    ],
)
def test_a_date_sent_unwanted_or_over_is_not_kept_open(now: str, after: str, weekdays: str) -> None:
    waiting = due_on(schedule("08:00"), on("2026-11-24"))

    due = next_due(schedule("07:30", weekdays=weekdays), now=at(now), after=on(after), open_due=waiting)

    assert due.on > on("2026-11-24")


def test_one_who_flies_east_is_not_skipped_and_one_who_flies_west_not_sent_twice() -> None:
    new_york, shanghai = schedule(zone="America/New_York"), schedule()
    pending, now = due_on(new_york, on("2026-11-24")), at("2026-11-24 09:00")

    east = next_due(shanghai, now=now, after=on("2026-11-23"), open_due=pending)
    west = next_due(new_york, now=now, after=on("2026-11-24"), open_due=due_on(shanghai, on("2026-11-25")))

    assert (east.on, east.at) == (on("2026-11-24"), now)
    assert (west.on, west.at) == (on("2026-11-25"), at("2026-11-25 08:00", "America/New_York"))


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (-DAY, "2026-11-24"),
        (HOUR, "2026-11-24"),
        (DAY - 40 * MINUTE, "2026-11-23"),
        (3 * DAY - HOUR, "2026-11-21"),
    ],
)
def test_dates_sent_by_a_clock_that_was_days_fast_are_owed_again(ahead: timedelta, expected: str) -> None:
    now = at("2026-11-23 08:20")

    assert last_date(on("2026-11-24"), sent_at=now + ahead, now=now) == on(expected)


def test_a_schedule_with_an_unknown_zone_or_a_negative_window_cannot_be_made() -> None:
    with pytest.raises(ScheduleError, match=r"schedule\.zone"):
        schedule(zone="Asia/Atlantis")
    with pytest.raises(ScheduleError, match=r"schedule\.catch_up"):
        schedule(catch_up=-HOUR)


# A reader's life: ticks, changed settings, downtime and a clock that jumps.


@dataclass
class Life:
    """One reader under a ticker, which keeps what a store keeps: the due, the last date, when it was sent."""

    order: Schedule
    out_at: time | None = None
    real: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    jump: timedelta = timedelta()
    sent: list[tuple[date, date]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.due = next_due(self.order, now=self.now, after=None)
        self.first = self.due.on
        self.last, self.sent_at, self.seen = self.first - DAY, self.now, self.now

    @property
    def now(self) -> datetime:
        return self.real + self.jump

    def change(self, order: Schedule) -> None:
        self.order = order
        self.due = next_due(order, now=self.now, after=self.last, open_due=self.due)

    def tick(self) -> None:
        if self.now < self.seen:
            self.last = last_date(self.last, sent_at=self.sent_at, now=self.now)
            self.sent_at = min(self.sent_at, self.now)
            self.due = roll(self.order, now=self.now, after=self.last)
        self.seen = self.now
        while not isinstance(decision := self.decide(), Wait):
            if isinstance(decision, Send):
                self.sent.append((self.due.on, decision.issue_date))
                self.last, self.sent_at = self.due.on, self.now
            self.due = roll(self.order, now=self.now, after=self.due.on)

    def decide(self) -> Wait | Send | Missed:
        issue = self.newest_unsent()
        return decide(
            self.due,
            now=self.now,
            issue_date=issue,
            available_at=self.published(issue) if issue else None,
            catch_up=self.order.catch_up,
        )

    def newest_unsent(self) -> date | None:
        shown = max((issue for _, issue in self.sent), default=date.min)
        out = [day for day in eligible(self.due.on) if day > shown and self.published(day) <= self.real]
        return max(out, default=None)

    def published(self, issue: date) -> datetime:
        """When an issue is out: at `out_at` on its day, or before that day begins anywhere."""
        if self.out_at is not None:
            return first_instant(issue, self.out_at, self.order.zone)
        return datetime(issue.year, issue.month, issue.day, tzinfo=UTC) - 15 * HOUR

    def watch(self, span: timedelta) -> None:
        """Time goes by, a tick every twenty minutes."""
        end = self.real + span
        while self.real < end:
            self.tick()
            self.real += timedelta(minutes=20)


def assert_each_date_once(life: Life) -> None:
    """Every date from the first to the last had one digest, each with another issue."""
    dates = [day for day, _ in life.sent]
    assert dates == [life.first + step * DAY for step in range(len(dates))]
    assert len({issue for _, issue in life.sent}) == len(life.sent)
    assert dates[-1] >= local_date(life.real, life.order.zone) - DAY


hours = st.sampled_from([hour.isoformat("minutes") for hour in HALF_HOURS])
orders = st.builds(
    schedule,
    push_at=hours,
    zone=st.sampled_from(SAMPLE),
    late_until=st.sampled_from(["00:30", "12:00", "20:00", "23:59"]),
)
spans = st.integers(1, 60).map(lambda hours: hours * HOUR)


@given(
    order=orders,
    changes=st.lists(
        st.tuples(
            spans,
            st.fixed_dictionaries({"zone": st.sampled_from(SAMPLE)})
            | st.fixed_dictionaries({"push_at": st.sampled_from(HALF_HOURS)}),
        ),
        max_size=8,
    ),
)
@settings(deadline=None, max_examples=500 if SOAK else 50)
def test_whatever_is_changed_no_date_is_lost_and_none_comes_twice(
    order: Schedule, changes: list[tuple[timedelta, dict[str, Any]]]
) -> None:
    life = Life(order)
    for span, changed in changes:
        life.watch(span)
        life.change(replace(life.order, **changed))
    life.watch(3 * DAY)

    assert_each_date_once(life)


@given(
    order=orders,
    jumps=st.lists(
        st.tuples(spans, st.sampled_from([HOUR, -HOUR, DAY, -DAY, 3 * DAY]), st.integers(1, 40)), max_size=5
    ),
)
@settings(deadline=None, max_examples=500 if SOAK else 50)
def test_a_clock_that_jumps_and_is_set_right_loses_nothing_and_repeats_nothing(
    order: Schedule, jumps: list[tuple[timedelta, timedelta, int]]
) -> None:
    life = Life(order, out_at=time(6))
    for span, jump, minutes in jumps:
        life.watch(span)
        life.jump = jump
        life.watch(minutes * MINUTE)
        life.jump = timedelta()
    life.watch(3 * DAY)

    issues = [issue for _, issue in life.sent]
    assert issues == [issues[0] + step * DAY for step in range(len(issues))]
    assert issues[-1] >= local_date(life.real, life.order.zone) - 2 * DAY


@given(order=orders, outages=st.lists(st.tuples(spans, st.integers(1, 10 * 24)), min_size=1, max_size=4))
@settings(deadline=None, max_examples=500 if SOAK else 50)
def test_after_any_downtime_at_most_one_date_is_made_up_for(
    order: Schedule, outages: list[tuple[timedelta, int]]
) -> None:
    life = Life(order)
    for span, hours in outages:
        life.watch(span)
        life.real += hours * HOUR
        before = len(life.sent)
        life.tick()

        assert len(life.sent) - before <= 1
    life.watch(3 * DAY)

    dates = [day for day, _ in life.sent]
    assert dates == sorted(set(dates))
    assert dates[-1] >= local_date(life.real, life.order.zone) - DAY
