"""Names that two stories of an issue share: perhaps the same news twice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.issue import Issue, Item

# Names with a capital inside: MiniMax, NotebookLM. Others are words like any.
_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][a-z]+[A-Z][A-Za-z]*")
_HEADING = re.compile(r"^\s*(?:#+|[-*]|\d+[.、])\s*")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A name, the numbers of the two stories whose titles have it, and their lines (from 1; 0: not found)."""

    name: str
    numbers: tuple[int, int]
    lines: tuple[int, int]


def repeats(issue: Issue, text: str) -> tuple[Repeat, ...]:
    """The names that just two titles have; one that three have is the subject of the day."""
    named: dict[str, list[Item]] = {}
    for item in issue.items:
        for name in dict.fromkeys(_NAME.findall(item.title)):
            named.setdefault(name, []).append(item)
    lines = {_HEADING.sub("", line).strip(): place for place, line in enumerate(text.splitlines(), start=1)}
    return tuple(
        Repeat(name, (first.number, second.number), (lines.get(first.title, 0), lines.get(second.title, 0)))
        for name, items in named.items()
        if len(items) == 2
        for first, second in [items]
    )
