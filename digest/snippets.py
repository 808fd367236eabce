"""A window of a text around the words that were found in it."""

from __future__ import annotations

from collections.abc import Iterator

from digest.fold import fold

WINDOW = 60
BEFORE = 16


def snippet(text: str, words: tuple[str, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """About 60 characters of `text` around the first of the folded words, and the spans of all found."""
    spans = sorted(_spans(text, words))
    start = max(0, spans[0][0] - BEFORE) if spans else 0
    end = min(len(text), start + WINDOW)
    head, tail = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(head) - start
    inside = tuple(
        (first + shift, min(last, end) + shift) for first, last in _merged(spans) if start <= first < end
    )
    return head + text[start:end] + tail, inside


def _spans(text: str, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    folded, origins = _folded(text)
    for word in words:
        at = folded.find(word)
        while at >= 0:
            yield origins[at], origins[at + len(word) - 1] + 1
            at = folded.find(word, at + len(word))


def _folded(text: str) -> tuple[str, list[int]]:
    # Folding changes lengths, so each folded character remembers where it came from.
    parts = [(fold(character), place) for place, character in enumerate(text)]
    return "".join(part for part, _ in parts), [place for part, place in parts for _ in part]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in spans:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
