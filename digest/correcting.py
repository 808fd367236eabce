"""A story is corrected: one part of it, in any text of its issue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from digest.errors import UserError
from digest.issue import Issue, Item, Link
from digest.links import clean_link

# The channel whose delivered messages can be changed.
EDITABLE = "telegram"
LONGEST = {"title": 200, "summary": 3_000, "link": 2_000}


class Part(StrEnum):
    """What of a story is corrected."""

    TITLE = "title"
    SUMMARY = "summary"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Correction:
    """One part of one story of an issue, as it was and as it is; `revision` is the first text with it."""

    id: int
    date: dt.date
    key: str
    number: int
    part: Part
    old: str
    new: str
    revision: int
    created_at: dt.datetime


def part_of(item: Item, part: Part) -> str:
    """A part of a story as it is."""
    match part:
        case Part.TITLE:
            return item.title
        case Part.SUMMARY:
            return item.summary
        case Part.LINK:
            return item.url or ""


def acceptable(part: Part, text: str) -> str:
    """The text that a part may have; UserError when there is none, or too much of it, or no address in it."""
    said = "\n".join(line.strip() for line in text.strip().splitlines())
    if part is not Part.SUMMARY:
        said = " ".join(said.split())
    if not said:
        raise UserError("correct.empty")
    if len(said) > LONGEST[part.value]:
        raise UserError("correct.too_long", most=LONGEST[part.value])
    if part is Part.LINK:
        address = clean_link(said) if said.startswith(("http://", "https://")) else None
        if address is None:
            raise UserError("correct.no_link")
        return address
    return said


def corrected(issue: Issue, corrections: Iterable[Correction]) -> Issue:
    """The issue with these corrections, one after the other; a story that is not in it is left out."""
    for one in corrections:
        if any(item.key == one.key for item in issue.items):
            issue = _corrected(issue, one)
    return issue


def _corrected(issue: Issue, one: Correction) -> Issue:
    sections = tuple(
        replace(
            section,
            items=tuple(_item(item, one) if item.key == one.key else item for item in section.items),
        )
        for section in issue.sections
    )
    # The leads' titles stand in the issue's own.
    title = issue.title.replace(one.old, one.new) if one.part is Part.TITLE and one.old else issue.title
    return replace(issue, sections=sections, title=title)


def _item(item: Item, one: Correction) -> Item:
    match one.part:
        case Part.TITLE:
            return replace(item, title=one.new)
        case Part.SUMMARY:
            return replace(item, summary=one.new)
        case Part.LINK:
            links = tuple(Link(link.text, one.new) if link.url == item.url else link for link in item.links)
            return replace(item, url=one.new, links=links)
