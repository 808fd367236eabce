"""The table of what people really type."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from digest.grammar import understand
from tests.digest.talk import describe, known, typed

TABLE = Path(__file__).with_name("phrases.tsv")


def rows() -> list[tuple[str, str, str]]:
    """The rows of the table: typed, intent, note."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines if line and not line.startswith("# "))
    return [(text, intent, note) for text, intent, note in parts]


@pytest.mark.parametrize(("text", "intent", "note"), rows())
def test_what_people_type_is_understood(text: str, intent: str, note: str) -> None:
    assert describe(understand(typed(text), known())) == intent, note


def test_the_table_is_large_and_has_no_row_twice() -> None:
    texts = Counter(text for text, _, _ in rows())

    assert len(texts) >= 330
    assert [text for text, times in texts.items() if times > 1] == []
