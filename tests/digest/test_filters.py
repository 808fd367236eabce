"""The filters of a look-up, in both languages."""

from __future__ import annotations

import datetime as dt

import pytest

from digest.errors import UserError
from digest.filters import named_sections, read_filters, read_query
from digest.intents import ShowIssue, ShowRange, ShowSection
from digest.query import Query
from digest.wording import heard
from tests.digest.talk import SECTIONS, TODAY, known

DECEMBER = dt.date(2025, 12, 1)


def read(words: str) -> Query:
    return read_query(words, known())


def days(words: str) -> tuple[dt.date | None, dt.date | None]:
    query = read(f"推理 {words}")
    assert [term.text for term in query.wanted] == ["推理"]
    return query.first, query.last


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("from:2025-12-01", DECEMBER, None),
        ("从:12月1日", DECEMBER, None),
        ("从：12月", DECEMBER, None),
        ("到:昨天", None, dt.date(2025, 12, 22)),
        ("to:yesterday", None, dt.date(2025, 12, 22)),
        ("to:12月", None, dt.date(2025, 12, 31)),
        ("from:last week", dt.date(2025, 12, 15), None),
        ("from:Dec 1 to:Dec 20", DECEMBER, dt.date(2025, 12, 20)),
        ("from:Dec 1, 2025 to:today", DECEMBER, TODAY),
        ("from:3 days ago", dt.date(2025, 12, 20), None),
        ("from:22 Dec 2024", dt.date(2024, 12, 22), None),
        ("from:Mon, Dec 1, 2025", DECEMBER, None),
        ("from:the day before yesterday", dt.date(2025, 12, 21), None),
        ("from:22 to:3 days ago", dt.date(2025, 12, 20), dt.date(2025, 12, 22)),
        ("from:2025-12-20 to:2025-12-01", DECEMBER, dt.date(2025, 12, 20)),
    ],
)
def test_days_are_read_as_everywhere_else(typed: str, first: dt.date | None, last: dt.date | None) -> None:
    assert days(typed) == (first, last)


def test_a_word_after_a_day_is_a_word() -> None:
    query = read("from:yesterday agents to:Dec 24 memory")

    assert [term.text for term in query.wanted] == ["agents", "memory"]


@pytest.mark.parametrize("typed", ["from:昨日吗", "到:胡说", "from:x -y", "from:", "从: "])
def test_what_is_no_day_is_refused_by_name(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        read(f"推理 {typed}")

    assert refused.value.code in ("search.bad_filter", "search.bad_section")


def test_a_filter_for_a_section_without_its_name_gets_an_example() -> None:
    with pytest.raises(UserError) as refused:
        read("推理 版块:")

    assert refused.value.code == "search.bad_section"
    assert refused.value.values == {"filter": "版块", "example": "新闻资讯"}


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("开源", ["开源动态"]),
        ("开源动态", ["开源动态"]),
        ("開源栏目", ["开源动态"]),
        ("文", ["推荐文章", "算法论文"]),
        ("kaiyuan", ["开源动态"]),
        ("财经", []),
        ("？", []),
    ],
)
def test_a_part_of_a_name_names_every_section_it_fits(typed: str, titles: list[str]) -> None:
    assert [section.title for section in named_sections(typed, SECTIONS)] == titles


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("section:开源", ShowSection("开源动态")),
        ("section:足球", ShowSection("足球")),
        ("from:昨天 to:昨天", ShowIssue(dt.date(2025, 12, 22))),
        ("版块:开源 从:昨天 到:昨天", ShowSection("开源动态", dt.date(2025, 12, 22))),
        ("从:12月1日", ShowRange(DECEMBER, TODAY)),
        ("版块:论文 从:12月1日 到:昨天", ShowRange(DECEMBER, dt.date(2025, 12, 22), "算法论文")),
        ("到:12月31日", ShowRange(DECEMBER, dt.date(2025, 12, 31))),
        ("section:开源 推理", None),
        ("section:开源 -推理", None),
        ("from:胡说", None),
        ("推理", None),
        ("12:30", None),
    ],
)
def test_filters_alone_show_what_they_name(
    typed: str, intent: ShowSection | ShowIssue | ShowRange | None
) -> None:
    assert read_filters(heard(typed), known()) == intent


def test_the_days_before_the_calendar_begins_are_not_counted() -> None:
    first = dt.date(1, 1, 4)

    assert read_filters(heard("to:yesterday"), known(today=first + dt.timedelta(1))) == ShowIssue(first)
