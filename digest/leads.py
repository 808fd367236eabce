"""The leads: the stories that an issue's own title names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.fold import fold
from digest.issue import Item

FIRST_STORIES = 3
MOST_PARTS = 30
LONGEST_TITLE = 2000

_SEPARATOR = re.compile(r"[;；]")
_PREFIX_END = re.compile(r"[：:｜|]")


def find_leads(title: str, items: Sequence[Item]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The numbers of the stories named in the title, in its order, and the parts that name none.

    Where it names none at all, the first three stories lead and nothing is missing.
    """
    numbers: dict[str, int] = {}
    for item in items:
        numbers.setdefault(fold(item.title), item.number)
    cuts = [0, *(found.end() for found in list(_SEPARATOR.finditer(title))[:MOST_PARTS]), len(title) + 1]
    found, missing = _walk(title, cuts, numbers) if len(title) <= LONGEST_TITLE else ([], [])
    leads = tuple(dict.fromkeys(found))
    if not leads:
        return tuple(item.number for item in items[:FIRST_STORIES]), ()
    return leads, tuple(missing)


def _walk(title: str, cuts: list[int], numbers: dict[str, int]) -> tuple[list[int], list[str]]:
    found: list[int] = []
    missing: list[str] = []
    place = 0
    while place < len(cuts) - 1:
        # A title may hold a `;` of its own: the longest run of parts that is one counts.
        runs = ((end, title[cuts[place] : cuts[end] - 1]) for end in range(len(cuts) - 1, place, -1))
        named = ((end, _number(part, numbers, is_first=place == 0)) for end, part in runs)
        end, number = next(((end, number) for end, number in named if number is not None), (place + 1, None))
        if number is not None:
            found.append(number)
        elif part := title[cuts[place] : cuts[end] - 1].strip():
            missing.append(part)
        place = end
    return found, missing


def _number(part: str, numbers: dict[str, int], *, is_first: bool) -> int | None:
    number = numbers.get(fold(part))
    if number is not None or not is_first:
        return number
    for end in list(_PREFIX_END.finditer(part))[:5]:
        number = numbers.get(fold(part[end.end() :]))
        if number is not None:
            return number
    return None
