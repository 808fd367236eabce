"""A window of a text around what was found in it, and a place where each find stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from digest.foldedtext import clings, fold_places
from digest.query import Term
from digest.tokens import folded_runs, is_wide, respaced

WINDOW = 58
BEFORE = 14
AFTER = 40
NARROW_BEFORE = 8
NARROW_AFTER = 30
_JOINER = "\u200d"
_LETTERS = re.compile("[0-9A-Za-z\u00c0-\u024f]")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_FLAGS_AT_END = re.compile("[\U0001f1e6-\U0001f1ff]+\\Z")
# Nobody piles up so many accents but to annoy.
_FARTHEST = 16

Span = tuple[int, int]


def snippet(text: str, terms: tuple[Term, ...]) -> tuple[str, tuple[Span, ...]]:
    """About 60 characters of `text` around the first find of the terms, and the spans of all found in it.

    Twice as many where they are half as wide. Neither the window nor a span cuts through what is seen as one
    character, nor the window through a word of letters.
    """
    spans = find_spans(text, terms)
    width = 2 if _is_narrow(text) else 1
    begin, found = spans[0] if spans else (0, 0)
    start = border(text, max(0, begin - width * BEFORE))
    end = max(found, border(text, min(len(text), found + width * (AFTER if spans else WINDOW))))
    while start < begin and text[start].isspace():
        start += 1
    while end > max(found, start) and text[end - 1].isspace():
        end -= 1
    head, tail = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(head) - start
    inside = tuple((first + shift, min(last, end) + shift) for first, last in spans if start <= first < end)
    return head + text[start:end] + tail, inside


def narrowed(text: str, spans: tuple[Span, ...]) -> str:
    """Of a snippet about 40 characters around the first find; a word of letters is finished."""
    width = 2 if _is_narrow(text) else 1
    begin, found = spans[0] if spans else (0, 0)
    start = border(text, max(0, begin - width * NARROW_BEFORE))
    last = min(len(text), begin + width * (NARROW_AFTER if spans else NARROW_BEFORE + NARROW_AFTER))
    end = max(found, _word_end(text, last))
    head = "…" if start and text[start] != "…" else ""
    tail = "…" if end < len(text) and text[end - 1] != "…" else ""
    return f"{head}{text[start:end].strip()}{tail}"


def _word_end(text: str, place: int) -> int:
    """This place, or the nearest after at which nothing is cut; before, where that is too far."""
    for end in range(place, min(len(text), place + _FARTHEST) + 1):
        if not _holds_together(text, end):
            return end
    return border(text, place)


def find_spans(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Where the terms stand in a text, in order; finds that touch are one."""
    folded, begins, ends = fold_places(text)
    form = _PlacedForm(folded)
    spans = [form.place(*found) for term in terms for found in _finds(form.text, term)]
    return tuple(_merged(sorted((begins[first], ends[last - 1]) for first, last in spans)))


class _PlacedForm:
    """The spaced form of a folded text, of which each part is found again in the folded text."""

    def __init__(self, folded: str) -> None:
        self._runs = tuple(folded_runs(folded))
        self.text = respaced([run for run, _, _ in self._runs])
        self._starts = list(accumulate((len(run) + 1 for run, _, _ in self._runs), initial=1))

    def place(self, first: int, last: int) -> Span:
        """Where in the folded text a part of the form begins and ends that is no space at its ends."""
        return self._at(first)[0], self._at(last - 1)[1]

    def _at(self, place: int) -> Span:
        number = bisect_right(self._starts, place) - 1
        run, begin, end = self._runs[number]
        # A sign or an endless word goes by another name in the index: it is found as a whole.
        if len(run) != end - begin:
            return begin, end
        inside = begin + place - self._starts[number]
        return inside, inside + 1


def _finds(form: str, term: Term) -> Iterator[Span]:
    """Where a term's pattern stands in a spaced form, without the spaces at its ends."""
    sought = term.pattern
    lead, trail = len(sought) - len(sought.lstrip(" ")), len(sought) - len(sought.rstrip(" "))
    at = form.find(sought)
    while at >= 0:
        yield at + lead, at + len(sought) - trail
        at = form.find(sought, at + 1)


def _is_narrow(text: str) -> bool:
    """Whether nearly all of a text is as narrow as Latin letters are."""
    return sum(map(is_wide, text)) * 8 < len(text)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for first, last in spans:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def border(text: str, place: int) -> int:
    """This place, or the nearest before at which no word and nothing seen as one character is cut."""
    for back in range(min(place, _FARTHEST)):
        if not _holds_together(text, place - back):
            return place - back
    return place


def _holds_together(text: str, place: int) -> bool:
    if place in (0, len(text)):
        return False
    before, after = text[place - 1], text[place]
    if _LETTERS.match(before) and _LETTERS.match(after):
        return True
    if _FLAG.match(before) and _FLAG.match(after):
        flags = _FLAGS_AT_END.search(text, 0, place)
        return flags is not None and len(flags[0]) % 2 == 1
    return before == _JOINER or clings(after) or _SKIN.match(after) is not None
