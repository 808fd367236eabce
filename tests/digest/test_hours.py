"""Hours, days and pauses in people's own words."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.faults import Fault
from digest.hours import Ambiguous, read_days, read_hour, read_weekdays
from digest.numerals import number

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("7:30", "07:30"),
        ("07:30", "07:30"),
        ("7：30", "07:30"),
        ("7;30", "07:30"),
        ("7:30:00", "07:30"),
        ("0:05", "00:05"),
        ("24:00", "00:00"),
        ("3:00", "03:00"),
        ("7点半", "07:30"),
        ("7點半", "07:30"),
        ("7点", "07:00"),
        ("7点整", "07:00"),
        ("八点钟", "08:00"),
        ("8点20", "08:20"),
        ("8点20分", "08:20"),
        ("八点四十", "08:40"),
        ("七点零五", "07:05"),
        ("7点三刻", "07:45"),
        ("十点一刻", "10:15"),
        ("二十点", "20:00"),
        ("十九点三十", "19:30"),
        ("20点", "20:00"),
        ("20时", "20:00"),
        ("零点", "00:00"),
        ("24点", "00:00"),
        ("12点", "12:00"),
        ("差一刻八点", "07:45"),
        ("差5分8点", "07:55"),
        ("早上差10分八点", "07:50"),
        ("早上七点", "07:00"),
        ("早上8:15", "08:15"),
        ("每天早上8点", "08:00"),
        ("早8", "08:00"),
        ("早上730", "07:30"),
        ("清晨5点", "05:00"),
        ("上午十点", "10:00"),
        ("上午12点", "12:00"),
        ("凌晨两点", "02:00"),
        ("凌晨12点", "00:00"),
        ("中午", "12:00"),
        ("中午11点半", "11:30"),
        ("中午12点", "12:00"),
        ("中午1点", "13:00"),
        ("下午三点一刻", "15:15"),
        ("下午兩點", "14:00"),
        ("下午20点", "20:00"),
        ("傍晚六点", "18:00"),
        ("晚上8点", "20:00"),
        ("晚8点", "20:00"),
        ("晚八", "20:00"),
        ("晚上九点半", "21:30"),
        ("晚上9:30", "21:30"),
        ("晚上12点", "00:00"),
        ("晚上1点", "01:00"),
        ("深夜11点", "23:00"),
        ("半夜两点", "02:00"),
        ("午夜", "00:00"),
        ("晚上 8 点 半", "20:30"),
        ("8点左右", "08:00"),
        ("7am", "07:00"),
        ("7 AM", "07:00"),
        ("7:30 pm", "19:30"),
        ("7.30pm", "19:30"),
        ("8 p.m.", "20:00"),
        ("12am", "00:00"),
        ("12 pm", "12:00"),
        ("13pm", "13:00"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
        ("at 8", "08:00"),
        ("at 7:30", "07:30"),
        ("every day at 7:30", "07:30"),
        ("8 o'clock", "08:00"),
        ("half past seven", "07:30"),
        ("quarter to 8 am", "07:45"),
        ("a quarter past eight", "08:15"),
        ("7 in the morning", "07:00"),
        ("8 in the evening", "20:00"),
        ("three in the afternoon", "15:00"),
        ("10 at night", "22:00"),
    ],
)
def test_an_hour_is_read(typed: str, hour: str) -> None:
    assert read_hour(typed) == time.fromisoformat(hour)


@pytest.mark.parametrize("typed", ["3点", "三点", "3 o'clock", "at 3"])
def test_three_alone_may_be_at_night_or_in_the_afternoon(typed: str) -> None:
    assert read_hour(typed) == Ambiguous((time(3), time(15)))


def test_a_minute_is_kept_when_the_hour_is_ambiguous() -> None:
    assert read_hour("五点半") == Ambiguous((time(5, 30), time(17, 30)))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("25:00", Fault("hour.no_such_hour", (("hour", 25),))),
        ("24:30", Fault("hour.no_such_hour", (("hour", 24),))),
        ("三十点", Fault("hour.no_such_hour", (("hour", 30),))),
        ("7:75", Fault("hour.no_such_minute", (("minute", 75),))),
        ("八点七十分", Fault("hour.no_such_minute", (("minute", 70),))),
        ("早上20点", Fault("hour.contradiction", (("text", "早上20点"),))),
        ("中午8点", Fault("hour.contradiction", (("text", "中午8点"),))),
    ],
)
def test_an_hour_that_cannot_be_is_a_fault(typed: str, fault: Fault) -> None:
    assert read_hour(typed) == fault


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("8", "08:00"),
        ("20", "20:00"),
        ("730", "07:30"),
        ("0730", "07:30"),
        ("7.30", "07:30"),
        ("七", "07:00"),
    ],
)
def test_bare_digits_are_an_hour_only_in_answer_to_a_question(typed: str, hour: str) -> None:
    assert read_hour(typed) is None
    assert read_hour(typed, asked=True) == time.fromisoformat(hour)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "点", "半", "早上", "晚一点", "早一点", "一点", "7点7点", "seven", "7 days", "早报", "开源"),
        *("29号", "第29条", "12.22", "12月22日", "GPT-4", "4.5", "a" * 5000),
    ],
)
def test_what_says_no_hour_is_none(typed: str) -> None:
    assert read_hour(typed) is None


@given(st.times(), st.sampled_from(["{:%H:%M}", "{0.hour}点{0.minute}分", "{0.hour}:{0.minute:02}"]))
def test_every_minute_of_the_day_can_be_said(hour: time, form: str) -> None:
    expected = hour.replace(second=0, microsecond=0)
    read = read_hour(form.format(hour))

    assert expected in (read.options if isinstance(read, Ambiguous) else (read,))


@pytest.mark.parametrize(
    ("typed", "weekdays"),
    [
        ("只要工作日", "workdays"),
        ("工作日", "workdays"),
        ("每个工作日", "workdays"),
        ("工作日发就行", "workdays"),
        ("working days", "workdays"),
        ("周末不要", "mon-fri"),
        ("周末别发", "mon-fri"),
        ("週末不要", "mon-fri"),
        ("周末休息", "mon-fri"),
        ("双休日不要", "mon-fri"),
        ("不要周末", "mon-fri"),
        ("周一到周五", "mon-fri"),
        ("周一至五", "mon-fri"),
        ("星期一到星期五", "mon-fri"),
        ("周1-5", "mon-fri"),
        ("每天", "mon-sun"),
        ("天天", "mon-sun"),
        ("周一三五", "mon,wed,fri"),
        ("週一三五", "mon,wed,fri"),
        ("每周一三五", "mon,wed,fri"),
        ("周一、三、五", "mon,wed,fri"),
        ("周一和周三", "mon,wed"),
        ("周五到周一", "mon,fri-sun"),
        ("周六日", "sat-sun"),
        ("周末", "sat-sun"),
        ("每周末", "sat-sun"),
        ("只要周一", "mon"),
        ("只要周一一期", "mon"),
        ("每周日", "sun"),
        ("礼拜三和礼拜天", "wed,sun"),
        ("除了周三", "mon-tue,thu-sun"),
        ("除周三外", "mon-tue,thu-sun"),
        ("每天除了周日", "mon-sat"),
        ("周三不要", "mon-tue,thu-sun"),
        ("工作日不要", "sat-sun"),
        ("weekdays", "mon-fri"),
        ("weekdays only", "mon-fri"),
        ("weekends", "sat-sun"),
        ("mon-fri", "mon-fri"),
        ("monday to friday", "mon-fri"),
        ("Mon, Wed and Fri", "mon,wed,fri"),
        ("every day", "mon-sun"),
        ("daily", "mon-sun"),
        ("fridays", "fri"),
        ("every friday", "fri"),
        ("only on mondays", "mon"),
        ("no weekends", "mon-fri"),
        ("not on weekends", "mon-fri"),
        ("every day except sunday", "mon-sat"),
    ],
)
def test_days_are_read(typed: str, weekdays: str) -> None:
    assert str(read_weekdays(typed)) == weekdays


@pytest.mark.parametrize(("typed", "weekdays"), [("周五", "fri"), ("礼拜天", "sun"), ("friday", "fri")])
def test_one_bare_day_is_a_date_unless_days_were_asked_for(typed: str, weekdays: str) -> None:
    assert read_weekdays(typed) is None
    assert str(read_weekdays(typed, asked=True)) == weekdays


@pytest.mark.parametrize(
    "typed",
    ["", "一三五", "135", "上周五", "周二十五", "周日报", "开源", "每天不要", "to do", "周", "x" * 5000],
)
def test_what_says_no_days_is_none(typed: str) -> None:
    assert read_weekdays(typed, asked=True) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("7", "2026-12-01"),
        ("7天", "2026-12-01"),
        ("七天", "2026-12-01"),
        ("7日", "2026-12-01"),
        ("7天后恢复", "2026-12-01"),
        ("三天", "2026-11-27"),
        ("一周", "2026-12-01"),
        ("停一周", "2026-12-01"),
        ("一个星期", "2026-12-01"),
        ("两周", "2026-12-08"),
        ("兩週", "2026-12-08"),
        ("半个月", "2026-12-09"),
        ("一个月", "2026-12-24"),
        ("三个月", "2027-02-24"),
        ("一百天", "2027-03-04"),
        ("一年", "2027-11-24"),
        ("明天", "2026-11-25"),
        ("停到后天", "2026-11-26"),
        ("停到周一", "2026-11-30"),
        ("到周二", "2026-12-01"),
        ("停到礼拜天", "2026-11-29"),
        ("暂停到周五再发", "2026-11-27"),
        ("下周一", "2026-11-30"),
        ("下周五", "2026-12-04"),
        ("下下周三", "2026-12-09"),
        ("下周", "2026-11-30"),
        ("到月底", "2026-12-01"),
        ("下个月3号", "2026-12-03"),
        ("到10月8日", "2027-10-08"),
        ("10月8日", "2027-10-08"),
        ("十二月八号", "2026-12-08"),
        ("12.8", "2026-12-08"),
        ("12/8", "2026-12-08"),
        ("2026-12-08", "2026-12-08"),
        ("2026年12月8日", "2026-12-08"),
        ("到7日", "2026-12-07"),
        ("8号", "2026-12-08"),
        ("30号", "2026-11-30"),
        ("31号", "2026-12-31"),
        ("3 days", "2026-11-27"),
        ("for three days", "2026-11-27"),
        ("a week", "2026-12-01"),
        ("a fortnight", "2026-12-08"),
        ("fortnight", "2026-12-08"),
        ("2 months", "2027-01-24"),
        ("until tomorrow", "2026-11-25"),
        ("until Monday", "2026-11-30"),
        ("next wednesday", "2026-12-02"),
        ("until Dec 8", "2026-12-08"),
        ("until December 8th", "2026-12-08"),
        ("8 dec", "2026-12-08"),
        ("8th of December", "2026-12-08"),
        ("until dec 8, 2026", "2026-12-08"),
        ("until the 8th", "2026-12-08"),
    ],
)
def test_the_end_of_a_pause_is_read(typed: str, day: str) -> None:
    assert read_days(typed, today=TUESDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2027-01-31", "2027-02-28"), ("2028-01-31", "2028-02-29"), ("2026-12-31", "2027-01-31")],
)
def test_a_month_ends_no_later_than_the_next_months_last_day(today: str, expected: str) -> None:
    assert read_days("一个月", today=date.fromisoformat(today)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("0", Fault("pause.too_short")),
        ("0天", Fault("pause.too_short")),
        ("今天", Fault("pause.too_short")),
        ("366", Fault("pause.too_long", (("days", 365),))),
        ("400天", Fault("pause.too_long", (("days", 365),))),
        ("999999999天", Fault("pause.too_long", (("days", 365),))),
        ("13个月", Fault("pause.too_long", (("days", 365),))),
        ("两年", Fault("pause.too_long", (("days", 365),))),
        ("2030-01-01", Fault("pause.too_long", (("days", 365),))),
        ("2025-12-25", Fault("pause.past", (("date", "2025-12-25"),))),
        ("2月30日", Fault("date.impossible", (("month", 2), ("day", 30)))),
        ("13月1日", Fault("date.impossible", (("month", 13), ("day", 1)))),
        ("32号", Fault("date.impossible", (("month", 11), ("day", 32)))),
    ],
)
def test_a_pause_that_cannot_be_is_a_fault(typed: str, fault: Fault) -> None:
    assert read_days(typed, today=TUESDAY) == fault


@pytest.mark.parametrize(
    "typed", ["", "停", "到", "国庆", "开源", "天", "周", "an", "week", "一会儿", "d" * 5000]
)
def test_what_says_no_end_is_none(typed: str) -> None:
    assert read_days(typed, today=TUESDAY) is None


@given(st.integers(1, 365), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_each_length_from_a_day_to_a_year_and_each_date_in_it_can_be_said(days: int, today: date) -> None:
    end = today + timedelta(days=days)

    assert read_days(f"{days}天", today=today) == end
    assert read_days(f"到{end.isoformat()}", today=today) == end


@given(st.text(max_size=70), st.booleans())
def test_any_words_at_all_can_be_asked(typed: str, asked: bool) -> None:
    hour = read_hour(typed, asked=asked)
    end = read_days(typed, today=TUESDAY)

    assert hour is None or isinstance(hour, time | Ambiguous | Fault)
    assert not isinstance(end, date) or TUESDAY < end <= TUESDAY + timedelta(days=365)
    assert read_weekdays(typed, asked=asked) is None or read_weekdays(typed, asked=True) is not None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("30", 30),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿三", 23),
        ("三十一", 31),
        ("两", 2),
        ("零五", 5),
        ("〇", 0),
        ("二〇", 20),
        ("一百", 100),
        ("一百零五", 105),
        ("一百二十", 120),
        ("三百六十五", 365),
        ("百", None),
        ("十十", None),
        ("十零", None),
        ("x", None),
        ("", None),
        ("²", None),
    ],
)
def test_numbers_are_read_as_written_in_both_scripts(written: str, value: int | None) -> None:
    assert number(written) == value
