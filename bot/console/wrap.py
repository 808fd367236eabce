"""Lines of a terminal: columns counted, Chinese broken anywhere but before closing punctuation."""

from __future__ import annotations

import re

from wcwidth import wcswidth

_UNITS = re.compile(r"[!-~]+|\s+|.", re.DOTALL)
CLOSING = frozenset("。，、；：！？）】》」』〉”’…—～·%")


def columns(text: str) -> int:
    """How many columns a terminal gives the text; control characters count as none."""
    return max(0, wcswidth("".join(c for c in text if c.isprintable())))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns; a word longer than that is cut."""
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width)]


def _paragraph(text: str, width: int) -> list[str]:
    lines: list[list[str]] = [[]]
    room = width
    for unit in _units(text, width):
        if columns(unit) > room and lines[-1]:
            carried = _carried(lines[-1], unit)
            lines.append(carried)
            room = width - columns("".join(carried))
        lines[-1].append(unit)
        room -= columns(unit)
    return ["".join(line).strip() for line in lines]


def _units(text: str, width: int) -> list[str]:
    units: list[str] = []
    for unit in _UNITS.findall(text):
        units += [unit] if len(unit) <= width else [unit[i : i + width] for i in range(0, len(unit), width)]
    return units


def _carried(line: list[str], following: str) -> list[str]:
    """What has to move to the next line with a unit that may not begin one."""
    carried: list[str] = []
    first = following
    while first[0] in CLOSING and len(line) > 1:
        first = line.pop()
        carried.insert(0, first)
    return carried
