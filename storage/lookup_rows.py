"""Rows of the look-up index: a story's texts in their spaced forms, and how each database writes tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain
from typing import Any

from digest.issue import Issue, Item
from digest.query import Query, Term
from digest.tokens import index_tokens, is_word, spaced
from storage.tables import PUBLICATION

# An id is a day and a sequence in it, so that newest first is the order of ids, and days are a range of them.
A_DAY = 1_000_000
A_PUBLICATION = 100_000
EPOCH = dt.date(1970, 1, 1).toordinal()
# PostgreSQL counts a text's tokens to 16,383: what is beyond these many characters is not indexed.
LONGEST_TITLE = 4_000
LONGEST_BODY = 12_000
SHORTEST_WORD = 3
# For PostgreSQL: the lengths, in days, of the spans that a look-up goes through until it has found enough.
SPANS = (32, 256, 2048)

Values = dict[str, Any]


def row_id(date: dt.date, number: int) -> int:
    """The id of a story: days since 1970 times a million, and its place among the stories of the day."""
    return _day(date) + PUBLICATION * A_PUBLICATION + number


def ids_between(first: dt.date | None, last: dt.date | None) -> Mapping[str, int]:
    """The smallest and the largest id of these days, both included."""
    return {"first": _day(first or dt.date.min), "last": _day(last or dt.date.max) + A_DAY - 1}


def text_rows(issue: Issue) -> list[Values]:
    """An issue's stories as the index keeps them."""
    return [
        _text_row(issue.date, item, section.key)
        for section in issue.sections
        for item in section.items
        if item.number < A_PUBLICATION
    ]


def words_of(rows: Iterable[Mapping[str, str]]) -> set[str]:
    """The words of letters that these stories have."""
    found = set(chain.from_iterable(f"{row['title']}{row['body']}".split() for row in rows))
    return {run for run in found if len(run) >= SHORTEST_WORD and is_word(run)}


def token_row(row: Mapping[str, Any]) -> Values:
    """A story's tokens, for FTS5 with the `ascii` tokenizer."""
    return {**row, "title": " ".join(index_tokens(row["title"])), "body": " ".join(index_tokens(row["body"]))}


def vector_row(row: Mapping[str, Any]) -> Values:
    """A story's tokens, as the text of a tsvector."""
    title, body = index_tokens(row["title"]), index_tokens(row["body"])
    vector: dict[str, str] = {}
    # No phrase goes from the title on into the summary: a place between them stays empty.
    for token, place in zip(chain(title, ("",), body), _places(), strict=False):
        before = vector.get(token)
        vector[token] = f"'{token}':{place}" if before is None else f"{before},{place}"
    vector.pop("", None)
    marks = (*row["marks"].split(), *(_span_mark(row["id"] // A_DAY, days) for days in SPANS))
    return {"id": row["id"], "tokens": " ".join((*vector.values(), *(f"'{mark}'" for mark in marks)))}


@cache
def _places() -> tuple[str, ...]:
    return tuple(map(str, range(1, LONGEST_TITLE + LONGEST_BODY + 2)))


Span = tuple[int, int, tuple[str, ...] | None]


def spans_of(first: int, last: int, today: int) -> list[Span]:
    """The ids from `first` to `last` cut into spans, newest first, that reach ever farther back from a day.

    With each the marks that all its stories have one of; () for the rest, None for what is to come, where
    there are too few to look any up.
    """
    top = ((today // SPANS[0]) + 2) * SPANS[0] * A_DAY
    found: list[Span] = [(top, last, None)]
    for days in SPANS:
        block = today // days
        bottom = (block - 1) * days * A_DAY
        marks = tuple(_span_mark(number * days, days) for number in range(block - 1, block + 2))
        found.append((bottom, top - 1, marks))
        top = bottom
    found.append((first, top - 1, ()))
    cut = [(max(first, low), min(last, high), marks) for low, high, marks in found]
    return [span for span in cut if span[0] <= span[1]]


def fts_all(query: Query, keys: Iterable[str] | None) -> str:
    """What FTS5 has to match: all wanted terms, no unwanted one, one of the sections."""
    return _fts_narrowed(" AND ".join(map(_fts, query.wanted)), query, keys)


def fts_some(query: Query, keys: Iterable[str] | None, count: int) -> str:
    """The same with so many of the wanted terms: all but one, or one."""
    groups = (" AND ".join(map(_fts, group)) for group in _groups(query.wanted, count))
    return _fts_narrowed(" OR ".join(f"({group})" for group in groups), query, keys)


def vector_all(query: Query, keys: Iterable[str] | None) -> str:
    """What a tsvector has to match: all wanted terms, no unwanted one, one of the sections."""
    return _vector_narrowed(" & ".join(map(_vector, query.wanted)), query, keys)


def vector_some(query: Query, keys: Iterable[str] | None, count: int) -> str:
    """The same with so many of the wanted terms: all but one, or one."""
    groups = (" & ".join(map(_vector, group)) for group in _groups(query.wanted, count))
    return _vector_narrowed(" | ".join(f"({group})" for group in groups), query, keys)


def _day(date: dt.date) -> int:
    return (date.toordinal() - EPOCH) * A_DAY


def _text_row(date: dt.date, item: Item, section: str) -> Values:
    return {
        "id": row_id(date, item.number),
        "title": _form(item.title, LONGEST_TITLE),
        "body": _form(item.summary, LONGEST_BODY),
        "marks": f"{_mark('p', str(PUBLICATION))} {_mark('s', section)}",
    }


def _form(text: str, longest: int) -> str:
    form = spaced(text)
    return form if len(form) <= longest else f"{form[:longest].rpartition(' ')[0]} "


def _mark(kind: str, name: str) -> str:
    """A token that no text has: letters and digits in one."""
    written = name.replace("\0", "").encode("utf-8", "replace")
    return f"x0{kind}{sha256(written).hexdigest()[:12]}"


def _span_mark(day: int, days: int) -> str:
    """The mark of the span of so many days that a day is in."""
    return f"x0d{days}x{day // days}".replace("-", "n")


def _groups(terms: Sequence[Term], count: int) -> list[tuple[Term, ...]]:
    if count == 1:
        return [(term,) for term in terms]
    return [(*terms[:place], *terms[place + 1 :]) for place in range(len(terms))]


def _fts(term: Term) -> str:
    # Tokens hold letters, digits and marks only: nothing in them has to be escaped.
    return f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}'


def _fts_narrowed(wanted: str, query: Query, keys: Iterable[str] | None) -> str:
    parts = [f"({wanted})"]
    if keys is not None:
        parts.append(f"({' OR '.join(_section_marks(keys))})")
    found = " AND ".join(parts)
    unwanted = " OR ".join(map(_fts, query.unwanted))
    return f"({found}) NOT ({unwanted})" if unwanted else found


def _vector(term: Term) -> str:
    phrase = " <-> ".join(f"'{token}'" for token in term.tokens)
    return f"({phrase}{':*' if term.prefix else ''})"


def _vector_narrowed(wanted: str, query: Query, keys: Iterable[str] | None) -> str:
    parts = [f"({wanted})"]
    if keys is not None:
        parts.append(f"({_quoted(_section_marks(keys))})")
    parts.extend(f"!{_vector(term)}" for term in query.unwanted)
    return " & ".join(parts)


def within(match: str, marks: Sequence[str] | None) -> str:
    """What a tsvector has to match in a span of days."""
    return f"({match}) & ({_quoted(marks)})" if marks else match


def _section_marks(keys: Iterable[str]) -> list[str]:
    return [_mark("s", key) for key in sorted(keys)]


def _quoted(marks: Iterable[str]) -> str:
    return " | ".join(f"'{mark}'" for mark in marks)
