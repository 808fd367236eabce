"""Several files of one day as one issue: where a publisher writes a file for each story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digest.issue import Issue, Item, Section

FIRST_LEADS = 3


def merge(parts: Sequence[Issue]) -> Issue:
    """One issue of all the stories, numbered anew; sections with the same key become one."""
    first = parts[0]
    sections = _numbered(_sections(parts))
    numbers = tuple(item.number for section in sections for item in section.items)
    introductions = (part.introduction for part in parts if part.introduction)
    return replace(
        first,
        introduction=next(introductions, ()),
        sections=sections,
        leads=numbers[:FIRST_LEADS],
        draft=all(part.draft for part in parts),
        publish_at=max((part.publish_at for part in parts if part.publish_at), default=None),
    )


def _sections(parts: Sequence[Issue]) -> list[Section]:
    merged: dict[str, Section] = {}
    for section in (section for part in parts for section in part.sections):
        before = merged.get(section.key)
        merged[section.key] = replace(before, items=before.items + section.items) if before else section
    return list(merged.values())


def _numbered(sections: Sequence[Section]) -> tuple[Section, ...]:
    numbered: list[Section] = []
    keys: dict[str, int] = {}
    number = 0
    for section in sections:
        items: list[Item] = []
        for item in section.items:
            number += 1
            keys[item.key] = keys.get(item.key, 0) + 1
            key = item.key if keys[item.key] == 1 else f"{item.key}-{keys[item.key]}"
            items.append(replace(item, number=number, key=key))
        numbered.append(replace(section, items=tuple(items)))
    return tuple(numbered)
