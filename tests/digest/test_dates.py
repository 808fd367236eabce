"""Days and ranges as people type them, by a table with fixed moments; and that no text raises."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.phrases import load_catalogs
from digest.calendars import says_day
from digest.compose import day_title
from digest.dates import possible_day, read_date, take_date
from digest.grammar import understand
from digest.incoming import Known
from digest.intents import BadDate, Intent, ShowIssue, ShowRange, ShowSection, ShowToday
from digest.listings import says_range
from digest.ranges import read_span, take_between, take_span
from digest.wording import heard
from tests.digest.talk import SECTIONS, TODAY, known, typed

TABLE = Path(__file__).with_name("dates.tsv")
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31))
NOT_LEAP_DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2098, 12, 31)).filter(
    lambda day: (day.month, day.day) != (2, 29)
)
PAST = st.dates(dt.date(2000, 1, 1), TODAY)
LAST_YEAR = st.dates(TODAY - dt.timedelta(330), TODAY)
ENGLISH = (
    *(
        "last",
        "this",
        "next",
        "past",
        "week",
        "month",
        "year",
        "days",
        "ago",
        "since",
        "to",
        "from",
        "of",
        "the",
    ),
    *("dec", "may", "sun", "friday", "yesterday", "22", "22nd", "3", "2025", "in", "-", ","),
)
CHINESE = "〇一二三四五六七八九"
Row = tuple[str, str, str, str, str, str]


def rows() -> list[Row]:
    """The rows of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines if not line.startswith("# "))
    return [
        (now, zone, language, archive, text, meant) for now, zone, language, archive, text, meant in parts
    ]


def reader(now: str, zone: str, language: str, archive: str) -> Known:
    """What is known of a reader in this zone at this moment (local where it names no offset)."""
    moment = dt.datetime.fromisoformat(now)
    local = moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return Known(
        now=local.astimezone(dt.UTC),
        today=local.date(),
        sections=SECTIONS,
        archive_dates=_archive(archive, local.date()),
        stories=41,
        language=language,
    )


def _archive(archive: str, today: dt.date) -> frozenset[dt.date]:
    if archive == "none":
        return frozenset()
    if archive == "daily":
        days = (today - dt.timedelta(back) for back in range(1, 31))
        return frozenset(day for day in days if day.weekday() != 6)
    return frozenset(map(dt.date.fromisoformat, archive.split()))


def meaning(intent: Intent) -> str:
    """A day, days, a section of them, a question with its days, `today`, or `-` for what is no date."""
    match intent:
        case ShowToday():
            return "today"
        case ShowIssue(date=dt.date() as day):
            return day.isoformat()
        case ShowSection(date=dt.date() as day, name=name):
            return f"{day} {name}"
        case ShowRange(first=first, last=last, section=section):
            return f"{first}..{last} {section}".rstrip()
        case BadDate(code=code, values=values):
            ways = [str(value) for name, value in values if name in ("earlier", "later")]
            return " ".join((code, *ways))
        case _:
            return "-"


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[4]} ({row[0]})")
def test_a_day_is_read_as_people_mean_it(row: Row) -> None:
    *scene, text, meant = row

    intent = understand(typed(text), reader(*scene))

    assert meaning(intent) == meant


def test_the_table_is_large_and_has_no_row_twice() -> None:
    table = Counter(row[:5] for row in rows())

    assert len(table) >= 200
    assert [row for row, times in table.items() if times > 1] == []


def read(text: str, today: dt.date = TODAY) -> dt.date | BadDate | None:
    """The day that a text is."""
    return read_date(heard(text), known(today=today))


def chinese(value: int) -> str:
    """A number of two figures in Chinese numerals."""
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else CHINESE[tens]) + ("十" if tens else "") + (CHINESE[ones] if ones else "")


@pytest.mark.hypothesis
class TestEveryForm:
    """A day in any supported form is read back."""

    @given(
        DAYS, st.sampled_from(("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y年%m月%d号"))
    )
    def test_with_its_year_in_figures(self, day: dt.date, form: str) -> None:
        assert read(day.strftime(form)) == day

    @given(DAYS)
    def test_in_chinese_numerals(self, day: dt.date) -> None:
        year = "".join(CHINESE[int(figure)] for figure in str(day.year))

        assert read(f"{year}年{chinese(day.month)}月{chinese(day.day)}日") == day

    @given(
        DAYS,
        st.sampled_from(("MMM d, y", "MMMM d y", "d MMM y", "d MMMM, y", "EEE, MMM d, y", "EEEE d MMMM y")),
    )
    def test_with_english_names(self, day: dt.date, form: str) -> None:
        assert read(format_date(day, form, locale="en")) == day

    @given(LAST_YEAR, st.sampled_from(("M月d日", "M月d号", "M 月 d 日", "M月d日 EEE")))
    def test_without_its_year_where_it_is_past(self, day: dt.date, form: str) -> None:
        assert read(format_date(day, form, locale="zh_Hans")) == day

    @given(st.dates(TODAY - dt.timedelta(22), TODAY))
    def test_by_its_number_alone(self, day: dt.date) -> None:
        assert read(f"{day.day}日") == day

    @given(st.integers(0, 999))
    def test_by_how_long_ago_it_was(self, days: int) -> None:
        day = TODAY - dt.timedelta(days)

        assert read(f"{days}天前") == read(f"{days} days ago") == day

    @given(st.integers(0, 4), st.integers(0, 6), DAYS)
    def test_by_its_weekday_and_week(self, weeks: int, weekday: int, today: dt.date) -> None:
        said = ("本", "上", "上上", "上上上", "上上上个")[weeks]
        back = min(weeks, 3)
        monday = today - dt.timedelta(today.weekday())

        day = read(f"{said}周{'一二三四五六日'[weekday]}", today)

        assert day == monday + dt.timedelta(weekday - 7 * back)

    @given(PAST, st.sampled_from(("zh-Hans", "en")))
    def test_as_we_write_it_ourselves(self, day: dt.date, language: str) -> None:
        say = load_catalogs().speak(language)

        assert read(day_title(day, TODAY, say)) == day or day.year == TODAY.year
        assert read(says_day(day, TODAY, say)) == day
        assert read(say.year_day(day)) == day

    @given(LAST_YEAR, st.sampled_from(("zh-Hans", "en")))
    def test_as_we_write_it_this_year(self, day: dt.date, language: str) -> None:
        assert read(day_title(day, TODAY, load_catalogs().speak(language))) == day

    @given(DAYS, st.integers(0, 200))
    def test_as_a_range(self, first: dt.date, days: int) -> None:
        last = first + dt.timedelta(days)
        intent = ShowRange(first, last)

        assert read_span(says_range(intent), known()) == (first, last)
        assert read_span(f"{first}到{last}", known()) == (first, last)
        assert read_span(f"{first} to {last}", known()) == (first, last)

    @given(NOT_LEAP_DAYS, st.integers(0, 300))
    def test_as_a_range_with_a_year_at_one_end(self, first: dt.date, days: int) -> None:
        last = first + dt.timedelta(days)
        assume((last.month, last.day) != (2, 29))
        for whole, part, to in (("y年M月d日", "M月d日", "到"), ("MMM d, y", "MMM d", " - ")):
            locale = "zh_Hans" if to == "到" else "en"
            yearly = [format_date(day, whole, locale=locale) for day in (first, last)]
            bare = [format_date(day, part, locale=locale) for day in (first, last)]

            assert read_span(f"{yearly[0]}{to}{bare[1]}", known()) == (first, last)
            assert read_span(f"{bare[0]}{to}{yearly[1]}", known()) == (first, last)


@pytest.mark.hypothesis
class TestAnyText:
    """No text raises, and dress changes nothing."""

    @given(
        st.text(max_size=40)
        | st.text(
            alphabet="0123456789一二三十廿〇年月日号周星期上下本这前后天个半初底末近最到至-/.~ 开源:，",
            max_size=16,
        )
        | st.lists(st.sampled_from(ENGLISH), max_size=6).map(" ".join),
        st.dates(),
        st.booleans(),
    )
    def test_no_text_and_no_day_raises(self, text: str, today: dt.date, asked: bool) -> None:
        words, here = heard(text), known(today=today)

        take_date(words, here, asked=asked)
        take_span(words, here, asked=asked)
        take_between(words, here, asked=asked)
        read_span(text, here)
        possible_day(text, here)
        for opening in ("", "搜 to:", "搜 from:"):
            understand(typed(f"{opening}{text}"), here)

    @given(st.sampled_from([row for row in rows() if row[3] == "daily" and row[0].startswith("2025-12-23")]))
    def test_width_and_what_is_not_seen_change_nothing(self, row: Row) -> None:
        *scene, text, meant = row
        wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
        joined = "\u200d".join(text) + "\ufe0f"

        for dressed in (wide, joined, f"  {text}\u3000"):
            assert meaning(understand(typed(dressed), reader(*scene))) == meant


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4.5", dt.date(2025, 4, 5)),
        ("4-5", dt.date(2025, 4, 5)),
        ("４／５", dt.date(2025, 4, 5)),
        ("12.30", dt.date(2025, 12, 30)),
        ("22.12", dt.date(2025, 12, 22)),
        ("13.32", None),
        ("3.5.1", None),
        ("v4.5", None),
        ("45", None),
        ("", None),
    ],
)
def test_a_version_may_be_a_day(text: str, day: dt.date | None) -> None:
    assert possible_day(text, known()) == day


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("昨天", ("2025-12-22", "2025-12-22")),
        ("今天", ("2025-12-23", "2025-12-23")),
        ("12.21", ("2025-12-21", "2025-12-21")),
        ("2025-12", ("2025-12-01", "2025-12-31")),
        ("2024", ("2024-01-01", "2024-12-31")),
        ("上周", ("2025-12-15", "2025-12-21")),
        ("last_week", ("2025-12-15", "2025-12-21")),
        ("dec", ("2025-12-01", "2025-12-31")),
        ("11月", ("2025-11-01", "2025-11-30")),
    ],
)
def test_the_value_of_a_filter_is_days(value: str, days: tuple[str, str]) -> None:
    first, last = map(dt.date.fromisoformat, days)

    assert read_span(value, known()) == (first, last)


@pytest.mark.parametrize("value", ["", "世界模型", "2月30日", "昨天的事", "周二"])
def test_what_is_no_day_filters_nothing(value: str) -> None:
    assert read_span(value, known()) is None
