"""Look-ups: what is found, where, and in which order, on both databases."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest

from digest.errors import UserError
from digest.issue import Issue, IssueState, Item, Section
from digest.query import Query, parse_query
from storage.lookups import Match, Matches
from storage.store import Store, Transaction
from tests.storage.makers import DAY, HOUR, NOW, TODAY, make_issue, put

YESTERDAY = TODAY - DAY


def asked(words: str) -> Query:
    return parse_query(words, lambda _: None)


async def find(
    tx: Transaction,
    query: str | Query,
    *,
    keys: frozenset[str] | None = None,
    now: dt.datetime = NOW,
    limit: int = 10,
    offset: int = 0,
) -> Matches:
    return await tx.lookups.find(
        asked(query) if isinstance(query, str) else query,
        section_keys=keys,
        now=now,
        today=TODAY,
        limit=limit,
        offset=offset,
    )


async def numbers(tx: Transaction, words: str) -> list[int]:
    """The numbers of today's stories that are found, in the order of the issue."""
    return sorted(match.number for match in (await find(tx, words)).page)


def found(*places: tuple[dt.date, int]) -> Matches:
    return Matches(len(places), tuple(Match(*place) for place in places))


@pytest.mark.parametrize(
    ("words", "stories"),
    [
        ("世界模型", [1, 2]),
        ("世界", [1, 2, 3]),
        ("界", [1, 2, 3]),
        ("模型", [1, 2]),
        ("界模", [1, 2]),
        ("世界 模型", [1, 2]),
        ("wan", [1]),
        ("WAN2.2", [1]),
        ("2", [1]),
        ("世界 -wan", [2, 3]),
        ("世界 -模型", [3]),
        ('"世界 杯"', []),
        ("wand", [4]),
        ("c++", [5]),
        ("c", [5, 6]),
        ("学c++", [5]),
        ("計劃", [7]),
        ("没有", []),
        ("OR", []),
        ("题乙", []),
    ],
)
async def test_stories_are_found_by_parts_of_wide_words_and_by_whole_others(
    store: Store, words: str, stories: list[int]
) -> None:
    titles = ("世界模型 Ｗａｎ2.2", "又一个世界模型", "世界杯", "Wand 题", "学C++", "C 题", "计划")
    async with store.transaction() as tx:
        await put(tx, make_issue(*titles, summary="乙"))

        assert await numbers(tx, words) == stories


SYNTAX = (
    '"',
    "'",
    "a OR b",
    "a NOT b",
    "NEAR(a b)",
    "a*",
    "^a",
    "{title}: a",
    "a & !b | (c",
    "a <-> b",
    "\\",
    "%",
    "a:*",
)


@pytest.mark.parametrize("words", SYNTAX)
async def test_the_syntax_of_no_database_means_anything(store: Store, words: str) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("别的"))

        for query in (f"别的 {words}", f"别的 -{words}", f"别的 -“{words}”"):
            assert (await find(tx, query)).total <= 1
        with contextlib.suppress(UserError):
            assert await find(tx, words) == found()


async def test_the_title_counts_most_and_the_newest_comes_first(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲", "模型", "乙", summary="模型"))
        await put(tx, make_issue("模型", date=YESTERDAY, summary="模型"))

        best = await find(tx, "模型")

    assert best == found((TODAY, 2), (YESTERDAY, 1), (TODAY, 1), (TODAY, 3))


async def test_results_come_in_pages(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue(*(f"模型{n}号" for n in range(25))))

        pages = [await find(tx, "模型", offset=start) for start in (0, 10, 20, 30)]

    assert [match.number for page in pages for match in page.page] == list(range(1, 26))
    assert {page.total for page in pages} == {25}


async def test_sections_and_days_narrow_a_look_up(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("模型", section="论文"))
        await put(tx, make_issue("模型", section="新闻", date=YESTERDAY))
        await put(tx, make_issue("模型", section="工具", date=YESTERDAY - DAY))
        model = asked("模型")
        between = Query(model.wanted, first=YESTERDAY - DAY, last=YESTERDAY)

        assert await find(tx, model, keys=frozenset({"论文"})) == found((TODAY, 1))
        assert await find(tx, model, keys=frozenset({"论文", "新闻"})) == found((TODAY, 1), (YESTERDAY, 1))
        assert await find(tx, model, keys=frozenset({"别的"})) == found()
        assert await find(tx, model, keys=frozenset()) == found()
        assert await find(tx, between) == found((YESTERDAY, 1), (YESTERDAY - DAY, 1))
        assert await find(tx, between, keys=frozenset({"新闻"})) == found((YESTERDAY, 1))
        assert await find(tx, Query(model.wanted, first=TODAY)) == found((TODAY, 1))
        assert await find(tx, Query(model.wanted, last=YESTERDAY - DAY)) == found((YESTERDAY - DAY, 1))
        assert await find(tx, Query(model.wanted, first=TODAY, last=YESTERDAY)) == found()


async def test_what_nobody_can_read_is_not_found(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("模型", date=YESTERDAY), available_at=NOW + HOUR)
        await put(tx, make_issue("模型", draft=True))
        await put(tx, make_issue("模型", date=TODAY - 2 * DAY))
        await tx.issues.set_state(TODAY - 2 * DAY, IssueState.RETRACTED, NOW)

        assert await find(tx, "模型") == found()
        assert await find(tx, "模型", now=NOW + HOUR) == found((YESTERDAY, 1))

        await tx.issues.set_state(TODAY, IssueState.PUBLISHED, NOW)
        await tx.issues.set_state(TODAY - 2 * DAY, IssueState.PUBLISHED, NOW)
        assert await find(tx, "模型") == found((TODAY, 1), (TODAY - 2 * DAY, 1))


async def test_hidden_issues_take_no_place_among_those_that_are_ranked(store: Store) -> None:
    many = [f"模型{n}" for n in range(1001)]
    async with store.transaction() as tx:
        await put(tx, make_issue(*many, draft=True))
        await put(tx, make_issue("模型", date=YESTERDAY))

        assert await find(tx, "模型") == found((YESTERDAY, 1))


async def test_filters_apply_before_only_the_newest_are_ranked(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue(*(f"模型{n}" for n in range(1001))))
        await put(tx, make_issue("模型", date=YESTERDAY, section="论文"))
        model = asked("模型")

        assert await find(tx, model, keys=frozenset({"论文"})) == found((YESTERDAY, 1))
        assert await find(tx, Query(model.wanted, last=YESTERDAY)) == found((YESTERDAY, 1))


async def test_more_than_a_thousand_are_said_to_be_more(store: Store) -> None:
    old = dt.date(2024, 1, 1)
    async with store.transaction() as tx:
        await put(tx, make_issue("模型", "模型模型模型", date=old))
        await put(tx, make_issue(*(f"甲{n}" for n in range(1000)), summary="模型"))

        matches = await find(tx, "模型", limit=2000)

    assert matches.total == len(matches.page) == 1001
    assert Match(old, 1) not in matches.page
    assert matches.page[0] == Match(old, 2)


async def test_a_story_of_the_far_past_and_of_tomorrow_is_found(store: Store) -> None:
    dates = [TODAY + DAY, TODAY, dt.date(2015, 3, 1), dt.date(1985, 1, 1), dt.date(1960, 1, 1)]
    async with store.transaction() as tx:
        for date in dates:
            await put(tx, make_issue("模型", date=date))

        assert await find(tx, "模型") == found(*((date, 1) for date in dates))
        await tx.issues.set_state(dates[-1], IssueState.RETRACTED, NOW)
        assert (await find(tx, "模型")).total == len(dates) - 1


async def test_a_new_text_replaces_the_old_one(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("旧词", "GPT旧", "第三"))
    async with store.transaction() as tx:
        await put(tx, make_issue("新词"), now=NOW + HOUR)

    async with store.reading() as tx:
        assert [await numbers(tx, words) for words in ("旧", "旧词", "gpt", "第三")] == [[], [], [], []]
        assert await numbers(tx, "新词") == [1]


async def test_titles_and_summaries_are_texts_of_their_own(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("世界", summary="模型 gpt"))

        assert await numbers(tx, "世界 模型") == [1]
        assert await numbers(tx, "界模") == []
        assert await numbers(tx, '"世界 模型"') == []


async def test_a_story_of_any_length_is_kept_and_its_beginning_found(store: Store) -> None:
    async with store.transaction() as tx:
        await put(
            tx, make_issue("头" * 9_000, "x" * 9_000, summary="开头 " + "字词" * 60_000 + " é" * 40_000)
        )

        assert await numbers(tx, "开头") == [1, 2]
        assert await numbers(tx, "x" * 200) == []


async def test_stories_with_some_of_the_words_come_with_most_of_them_first(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("世界模型", "融资", "别的", "融资 苹果"))
        await put(tx, make_issue("世界模型 融资", date=YESTERDAY))
        three = asked("世界模型 融资 芯片 -苹果")

        some = await tx.lookups.any_of(three, section_keys=None, now=NOW, today=TODAY, limit=10)

    assert some == found((YESTERDAY, 1), (TODAY, 1), (TODAY, 2))


async def test_a_story_with_most_of_the_words_is_found_among_thousands_with_one(store: Store) -> None:
    old = dt.date(2024, 1, 1)
    async with store.transaction() as tx:
        await put(tx, make_issue("模型 融资", date=old))
        await put(tx, make_issue(*(f"模型{n}" for n in range(1001))))
        three = asked("模型 融资 芯片")

        some = await tx.lookups.any_of(three, section_keys=None, now=NOW, today=TODAY, limit=1)

    assert some == Matches(1001, (Match(old, 1),))


async def test_stories_are_counted_as_far_as_is_asked(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue(*(f"模型{n}" for n in range(9))))

        counts = [
            await tx.lookups.count(asked("模型"), section_keys=None, now=NOW, most=most) for most in (5, 50)
        ]

    assert counts == [5, 9]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("具身只能", ("具身智能",)),
        ("具身能智", ("具身智能",)),
        ("deepseak", ("deepseek",)),
        ("DeepSeak-R1", ("deepseek-R1",)),
        ("openia", ("openai",)),
        ("deepseek", ()),
        ("量子纠缠", ()),
        ("🚀", ()),
        ("retracted", ()),
    ],
)
async def test_what_may_have_been_meant_is_in_the_archive(
    store: Store, typed: str, meant: tuple[str, ...]
) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("具身智能与DeepSeek-R1", "OpenAI 具身智能", "量子计算"))
        await put(tx, make_issue("retractee", date=YESTERDAY))
        await tx.issues.set_state(YESTERDAY, IssueState.RETRACTED, NOW)

        assert await tx.lookups.like_words(typed, now=NOW) == meant


async def test_a_section_key_with_a_nul_is_a_key_like_any_other(store: Store) -> None:
    items = (Item(1, "key", "模型", "", None),)
    async with store.transaction() as tx:
        await put(tx, Issue(TODAY, "", (), (Section("论\0文", "论文", items),), (1,)))

        assert await find(tx, "模型", keys=frozenset({"论文"})) == found((TODAY, 1))
