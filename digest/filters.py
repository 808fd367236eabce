"""The filters of a look-up: which sections `section:开源` means, and what filters alone ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from digest.days import days_back
from digest.errors import UserError
from digest.intents import Intent, Known, SectionName, ShowIssue, ShowRange, ShowSection
from digest.naming import fitting, key_of, plain, without_kind
from digest.query import Query, parse_query
from digest.ranges import read_span
from digest.wording import Words, heard

# What `to:` alone shows: so many days before that one.
BEFORE = 30


def read_query(words: str, known: Known) -> Query:
    """What is asked for; UserError as `parse_query`, or search.bad_section."""
    try:
        query = parse_query(words, partial(read_span, known=known))
    except UserError as refused:
        if refused.code != "search.bad_filter" or refused.values["value"]:
            raise
        # A filter for days says itself what it wants; one for a section wants a name.
        example = known.sections[0].title if known.sections else "…"
        raise UserError("search.bad_section", filter=refused.values["filter"], example=example) from refused
    if query.first and query.last and query.first > query.last:
        return replace(query, first=query.last, last=query.first)
    return query


def read_filters(words: Words, known: Known) -> Intent | None:
    """What filters without a word to look for ask for: a section, some days; None when they are not alone."""
    if ":" not in words.said:
        return None
    try:
        query = read_query(words.said, known)
    except UserError:
        return None
    return None if query.wanted or query.unwanted else _filtered(query, known)


def named_sections(typed: str, sections: Sequence[SectionName]) -> tuple[SectionName, ...]:
    """The sections that a part of a name fits, one character too; all of them count."""
    words = heard(typed)
    found = fitting(words, sections) or fitting(without_kind(words), sections)
    if found or len(words.bare) > 1:
        return found
    return tuple(section for section in sections if words.bare and words.bare in plain(section.title))


def _filtered(query: Query, known: Known) -> Intent:
    key = key_of(heard(query.section), known.sections) if query.section else ""
    if query.first is None and query.last is None:
        return ShowSection(key)
    last = query.last or known.today
    first = query.first or days_back(last, BEFORE) or last
    if first != last:
        return ShowRange(first, last, key)
    return ShowSection(key, first) if key else ShowIssue(first)
