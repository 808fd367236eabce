"""Whatever is looked up, there is an answer, soon: any characters, FTS5's syntax, tsquery's syntax.

`RANDOM_QUERIES=200000` asks as many on each database.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from digest.errors import UserError
from digest.query import LONGEST, Query, parse_query
from storage.store import Store
from tests.storage.makers import DAY, NOW, TODAY, make_issue, put

QUERIES = int(os.environ.get("RANDOM_QUERIES", "1500"))
SLOWEST_SECONDS = 2.0
TITLES = (
    "世界模型与具身智能的推理", "GPT-5.2 发布，C++ 与 .NET 也可用", "開源權重一併放出",
    "Ｗａｎ２．２ 视频生成", "naïve café 测试 αβγ", "한국어 모델 공개", "カタカナのモデル",
    "emoji 👩‍👩‍👧 也算", "50 ms 延迟", "的了是在",
)  # fmt: skip
SYNTAX = (
    '"', "'", "*", "^", "(", ")", "{", "}", ":", "-", "+", "NEAR", "NEAR(a b, 2)", "AND", "OR", "NOT",
    "&", "|", "!", "<->", "<2>", ":*", ":A", "\\", "%", "_", ";", "--", "/*", "tokens:", "section:",
    "版块：", "from:", "到:", "from:昨天", "section:开源", "“", "”", "「", "」", "\0", "\u200d", "\ufeff",
    "\ud800", "\U0010ffff", "\t", "\n",
)  # fmt: skip


def queries(seed: int) -> Iterator[str]:
    """Random words without end: of every script, of the syntax of both indexes, of the archive itself."""
    chance = random.Random(seed)
    kinds: tuple[Callable[[], str], ...] = (
        lambda: chr(chance.randrange(sys.maxunicode + 1)),
        lambda: chr(chance.randrange(0x20, 0x7F)),
        lambda: chr(chance.randrange(0x4E00, 0x9FFF)),
        lambda: chance.choice(SYNTAX),
        lambda: chance.choice(TITLES)[: chance.randrange(1, 9)],
        lambda: " ",
    )
    while True:
        mix = chance.choices(kinds, k=chance.randrange(1, 4))
        yield "".join(
            chance.choice(mix)() for _ in range(chance.randrange(1, 2 + chance.choice((3, 12, 80, 240))))
        )


def read_day(text: str) -> tuple[dt.date, dt.date] | None:
    """The only day there is."""
    return (TODAY, TODAY) if text == "昨天" else None


def parsed(words: str) -> Query | str:
    """The query, or the code of a kind refusal."""
    try:
        return parse_query(words, read_day)
    except UserError as refused:
        return refused.code


@pytest.mark.drill
@pytest.mark.timeout(7200)
async def test_any_query_is_answered_or_refused_kindly_and_soon(store: Store) -> None:
    async with store.transaction() as tx:
        for age in range(30):
            await put(tx, make_issue(*TITLES, date=TODAY - age * DAY), f"{age}")
    refused: Counter[str] = Counter()
    slowest = 0.0

    for words, _ in zip(queries(seed=20251222), range(QUERIES), strict=False):
        begun = time.perf_counter()
        query = parsed(words)
        if isinstance(query, str):
            refused[query] += 1
            continue
        assert len(words) <= LONGEST
        async with store.reading() as tx:
            every = await tx.lookups.find(query, section_keys=None, now=NOW, today=TODAY, limit=10)
            if not every.total:
                await tx.lookups.any_of(query, section_keys=None, now=NOW, today=TODAY, limit=10)
        slowest = max(slowest, time.perf_counter() - begun)

    assert slowest < SLOWEST_SECONDS
    assert refused["search.too_long"] > 0
    assert all(code.startswith("search.") for code in refused)
    assert refused.total() < 2 * QUERIES / 3
