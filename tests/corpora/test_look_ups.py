"""Look-ups over a real archive: recall and precision against the truth, and one order on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.dialect import Dialect
from digest.issue import Issue
from digest.parsing import parse
from digest.query import Query, parse_query
from storage.lookups import Matches
from storage.store import Store
from tests import lookup_truth as truth
from tests.postgres import PostgresServer
from tests.shared_folder import SHARED
from tests.storage.makers import put

TABLE = Path(__file__).parent / "archive-dialect.toml"
NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
TODAY = NOW.date()
CHOSEN = 60

Place = tuple[dt.date, int]

# What people ask for, and what is easily found wrongly.
ASKED = (
    """
世界模型|模型|推理|具身智能|开源|開源|機器人|的模型|融资|芯片|视频生成|自动驾驶|强化学习|模|界
GPT|gpt-5|GPT5|GPT-4o|AI|ai agent|Agent|openai|OpenAI 开源|DeepSeek-R1|Claude 4|C++|.NET|A|ＡＩ|MCP|RAG
Wan2.2|2.5|4|Qwen3|100%|$20|Gemini -Google|模型 -开源|"Claude Code"|“开源 模型”|谷歌 视频|苹果 Siri
世界模型 具身|量子纠缠|zzzz|的 了 一|人工智能 法案|🚀 模型
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def issues() -> list[Issue]:
    assert SHARED, "collected only where the shared folder stands"
    dialect = Dialect.from_mapping(tomllib.loads(TABLE.read_text(encoding="utf-8"))["issues"]["dialect"])
    archive, zone = SHARED / "corpora" / "ai-insight-daily", ZoneInfo("Asia/Shanghai")
    paths = [(path, path.relative_to(archive).as_posix()) for path in sorted(archive.rglob("*"))]
    return [
        issue
        for path, name in paths
        if dialect.takes(name)
        for issue in parse(path.read_bytes(), file_name=name, dialect=dialect, zone=zone).issues
    ]


@pytest.fixture(scope="module")
def stories(issues: list[Issue]) -> dict[Place, tuple[str, str]]:
    """The title and the summary of each story."""
    return {(issue.date, item.number): (item.title, item.summary) for issue in issues for item in issue.items}


@pytest.fixture(scope="module")
def stores(
    runner: asyncio.Runner,
    issues: list[Issue],
    quick_postgres: PostgresServer,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Store]]:
    """The archive in a database of each kind."""
    path, name = (
        tmp_path_factory.mktemp("archive") / "digestbot.db",
        quick_postgres.new_database(postgres_template),
    )
    urls = (f"sqlite:///{path}", quick_postgres.url(name))
    opened = [runner.run(_filled(url, issues)) for url in urls]
    yield opened
    for store in opened:
        runner.run(store.close())
    quick_postgres.drop_database(name)


async def _filled(url: str, issues: list[Issue]) -> Store:
    store = await Store.open(url)
    async with store.transaction() as tx:
        for issue in issues:
            await put(tx, issue, now=NOW)
    return store


@pytest.fixture(scope="module")
def queries(stories: dict[Place, tuple[str, str]]) -> list[str]:
    """What people ask for, and as much again that chance has picked from the archive."""
    chance = random.Random(20251222)
    texts = [text for story in stories.values() for text in story if len(text) > 8]
    picked: list[str] = []
    while len(picked) < CHOSEN:
        text = chance.choice(texts)
        start = chance.randrange(len(text) - 6)
        part = "".join(text[start : start + chance.randint(2, 6)].split()).strip('-－"“”「」『』＂')
        if len(part) > 1 and truth.pieces(part) and ":" not in part and "：" not in part:
            picked.append(part)
    pairs = [f"{one} {other}" for one, other in zip(picked[::3], picked[1::3], strict=False)]
    return [*ASKED, *picked, *pairs]


def asked(words: str) -> Query:
    return parse_query(words, lambda _: None)


def holders(stories: dict[Place, tuple[str, str]], query: Query) -> set[Place]:
    """The stories that have each wanted term and no unwanted one, by the truth."""

    def has(story: tuple[str, str], term: str) -> bool:
        return any(truth.holds(text, term) for text in story)

    return {
        place
        for place, story in stories.items()
        if all(has(story, term.text) for term in query.wanted)
        and not any(has(story, term.text) for term in query.unwanted)
    }


async def _answer(store: Store, query: Query, limit: int) -> Matches:
    async with store.reading() as tx:
        return await tx.lookups.find(query, section_keys=None, now=NOW, today=TODAY, limit=limit)


def test_recall_and_precision_are_one(
    runner: asyncio.Runner, stores: list[Store], stories: dict[Place, tuple[str, str]], queries: list[str]
) -> None:
    wrong = []
    for words in queries:
        true = holders(stories, asked(words))
        # Of more than a thousand the newest are listed; within a day, those that come last in it.
        listed = set(sorted(true, reverse=True)[:1001])
        for store in stores:
            answer = runner.run(_answer(store, asked(words), 1001))
            if {(match.date, match.number) for match in answer.page} != listed:
                wrong.append(words)
            assert answer.total == min(len(true), 1001)

    assert wrong == []
    assert sum(1 for words in queries if holders(stories, asked(words))) > len(queries) / 2


def test_both_databases_answer_in_the_same_order(
    runner: asyncio.Runner, stores: list[Store], queries: list[str]
) -> None:
    for words in queries:
        sqlite, postgres = (runner.run(_answer(store, asked(words), 10)) for store in stores)

        assert sqlite == postgres, words
