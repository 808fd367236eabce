"""Look-ups against the truth, which shares nothing with them, over texts that nobody thought of."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.issue import Issue, Item, Section
from digest.query import Query, Term, term_of
from storage.store import Store
from tests import lookup_truth as truth
from tests.postgres import PostgresServer
from tests.storage.makers import NOW, TODAY, put

Texts = list[tuple[str, str]]

CHARACTERS = st.sampled_from(
    [*"世界模型畫画计がカ한국abCÉé019５·，  -_/+#.\u200b🚀", "か\u3099", "e\u0301", "c++"]
)
TEXT = st.lists(CHARACTERS, max_size=16).map("".join)
STORIES = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def stores(
    runner: asyncio.Runner,
    quick_postgres: PostgresServer,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Store]]:
    """One store of each kind for all examples: an issue replaces the one before it."""
    path, name = (
        tmp_path_factory.mktemp("truth") / "digestbot.db",
        quick_postgres.new_database(postgres_template),
    )
    urls = (f"sqlite:///{path}", quick_postgres.url(name))
    opened = [runner.run(Store.open(url)) for url in urls]
    yield opened
    for store in opened:
        runner.run(store.close())
    quick_postgres.drop_database(name)


def issue_of(stories: Texts) -> Issue:
    items = tuple(Item(n, f"key-{n}", title, body, None) for n, (title, body) in enumerate(stories, 1))
    return Issue(TODAY, "", (), (Section("新闻", "新闻", items),), (1,))


def holders(stories: Texts, wanted: list[str], unwanted: list[str]) -> list[int]:
    """The numbers of the stories that have every wanted term and no unwanted one, by the truth."""

    def has(story: tuple[str, str], term: str) -> bool:
        return any(truth.holds(text, term) for text in story)

    return [
        number
        for number, story in enumerate(stories, 1)
        if all(has(story, term) for term in wanted) and not any(has(story, term) for term in unwanted)
    ]


async def found(store: Store, stories: Texts, queries: list[Query]) -> list[list[int]]:
    """What each query finds where the issue has these stories: in the order of ranking."""
    async with store.transaction() as tx:
        await put(tx, issue_of(stories))
        answers = [
            await tx.lookups.find(query, section_keys=None, now=NOW, today=TODAY, limit=10)
            for query in queries
        ]
    return [[match.number for match in answer.page] for answer in answers]


def pieces(stories: Texts, cuts: list[tuple[int, int]]) -> list[str]:
    """Parts of the texts."""
    whole = " ".join(text for story in stories for text in story)
    return [whole[start : start + size] for start, size in cuts]


def terms(texts: list[str]) -> tuple[Term, ...]:
    return tuple(term for text in texts if (term := term_of(text)) is not None)


@settings(max_examples=120)
@given(
    STORIES,
    st.lists(TEXT, max_size=2),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 6)), min_size=2, max_size=8),
)
def test_what_is_found_is_the_truth_and_the_same_on_both_databases(
    runner: asyncio.Runner,
    stores: list[Store],
    stories: Texts,
    others: list[str],
    cuts: list[tuple[int, int]],
) -> None:
    sought = [text for text in (*others, *pieces(stories, cuts)) if term_of(text) is not None]
    asked: list[tuple[list[str], list[str]]] = [([text], []) for text in sought]
    asked += [([one, two], []) for one, two in pairwise(sought)]
    asked += [([one], [two]) for one, two in zip(sought, reversed(sought), strict=True)]
    queries = [Query(terms(wanted), terms(unwanted)) for wanted, unwanted in asked]

    sqlite, postgres = (runner.run(found(store, stories, queries)) for store in stores)

    assert [sorted(numbers) for numbers in sqlite] == [holders(stories, *one) for one in asked]
    assert postgres == sqlite
