"""Names that two stories share, with their lines."""

from __future__ import annotations

import datetime as dt

from digest.issue import Issue, Item, Section
from digest.repeats import Repeat, repeats

TITLES = (
    "MiniMax：冲刺IPO",
    "OpenAI一",
    "MiniMax：带队",
    "OpenAI二",
    "xAI与OpenAI",
    "AGI来了",
    "AGI没来",
    "MiniMaxi",
)


def test_a_name_of_just_two_titles_is_told_with_the_lines_of_both() -> None:
    items = tuple(Item(n, str(n), title, "MiniMax", None) for n, title in enumerate(TITLES, start=1))
    issue = Issue(dt.date(2025, 12, 22), "日报", (), (Section("s", "新闻", items),), ())
    text = "---\n---\n\n" + "".join(f"### {title}\n\nMiniMax\n\n" for title in TITLES)

    assert repeats(issue, text) == (Repeat("MiniMax", (1, 3), (4, 12)),)


def test_a_line_that_is_not_found_is_none() -> None:
    items = tuple(Item(n, str(n), f"NotebookLM {n}", "", None) for n in (1, 2))
    issue = Issue(dt.date(2025, 12, 22), "日报", (), (Section("s", "新闻", items),), ())

    assert repeats(issue, "") == (Repeat("NotebookLM", (1, 2), (0, 0)),)
