"""Signs that a file was cut short, as far as a reader of its text can know."""

from __future__ import annotations

from collections.abc import Iterator

from digest.issue import Problem, Section
from digest.outline import Outline
from digest.problems import error

_ENDS = "。！？；.!?…”’」』）)》】~～"
_REACH = 5000


def find_cuts(source: str, sections: tuple[Section, ...], outline: Outline) -> Iterator[Problem]:
    """An error when the file ends inside a link, or inside its last story while all others are whole."""
    line = source.rstrip().count("\n") + 1
    if _ends_in_link(source):
        yield error(line, "cut_link")
    elif not source.endswith("\n") and _ends_in_story(sections, outline):
        yield error(line, "cut_story", title=sections[-1].items[-1].title)


def _ends_in_link(source: str) -> bool:
    last = source.rstrip()[-_REACH:].rpartition("\n")[2]
    target = last.rpartition("](")[2] if "](" in last else ")"
    if ")" not in target:
        return True
    words = last.rpartition("[")[2] if "[" in last else "]"
    return "]" not in words and not source.endswith("\n")


def _ends_in_story(sections: tuple[Section, ...], outline: Outline) -> bool:
    items = [item for section in sections for item in section.items]
    if len(items) < 3 or outline.tail or not all(item.links for item in items[:-1]):
        return False
    last = items[-1]
    return not last.links and not last.summary.endswith(tuple(_ENDS))
