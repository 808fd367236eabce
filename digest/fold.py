"""Folding: texts that a reader would call the same become the same string."""

from __future__ import annotations

import re
import unicodedata

from digest.plaintext import Table, is_simple, visible

_IGNORED = dict.fromkeys(map(ord, "\u200c\u200d\ufe0e\ufe0f"))
_DRESS = re.compile(r"[\W_]+")


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


# Nearly all texts are simple: looking their characters up is a third of the work.
_SIMPLE_FOLDS = Table(_compatible)


def fold(text: str) -> str:
    """The text for keys and comparisons: compatible forms, case, width and spaces do not matter."""
    if is_simple(text):
        return "".join(text.translate(_SIMPLE_FOLDS).split())
    folded = _compatible(visible(text))
    return unicodedata.normalize("NFC", "".join(folded.translate(_IGNORED).split()))


def fold_words(text: str) -> str:
    """The folded text without punctuation and symbols: `>阅读原文` and `阅读原文 →` are the same."""
    return _DRESS.sub("", fold(text))


def pattern_parts(pattern: str) -> tuple[str, ...]:
    """A pattern for `matches`: its folded texts between the `*`."""
    return tuple(fold(part) for part in pattern.split("*"))


def matches(parts: tuple[str, ...], folded: str) -> bool:
    """Whether a folded text is the pattern's; between its parts there may be anything."""
    first, *rest = parts
    if not rest:
        return folded == first
    if not folded.startswith(first):
        return False
    place = len(first)
    for part in rest[:-1]:
        found = folded.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return folded.endswith(rest[-1]) and len(folded) - len(rest[-1]) >= place
