"""Followed words: how one is read, and which stories of an issue hold which of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from digest.errors import UserError
from digest.issue import Issue
from digest.plaintext import visible
from digest.query import Query, Term, parse_query
from digest.tokens import spaced, version

MOST = 50
# A button carries a word in 64 bytes: twenty characters of Chinese, sixty letters.
LONGEST_BYTES = 60
CHARACTERS, LETTERS = 20, 60

_BETWEEN = "\n"
_REFUSED = {
    "search.too_long": "follow.too_long",
    "search.too_many": "follow.too_long",
    "search.too_common": "follow.too_common",
    "search.empty": "follow.empty",
    "search.bad_filter": "follow.no_filters",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """A word that a reader follows, as typed; `key` is the same for all ways to write it."""

    key: str
    word: str


def read_followed(typed: str) -> Followed:
    """The word that was typed: one, several that must all be there, or a phrase in quotes.

    UserError: follow.empty, follow.too_long, follow.too_common, follow.no_filters.
    """
    word = " ".join(visible(typed).replace("|", " ").split())
    return Followed(_key(query_of(word).wanted), word)


def query_of(word: str) -> Query:
    """The look-up that a followed word is; UserError as in `read_followed`."""
    if len(word.encode(errors="surrogatepass")) > LONGEST_BYTES:
        raise _too_long()
    try:
        query = parse_query(word, _no_day)
    except UserError as refused:
        code = _REFUSED[refused.code]
        raise _too_long() if code == "follow.too_long" else UserError(code, word=word) from refused
    if query.unwanted or query.section or not query.wanted:
        raise UserError("follow.no_filters", word=word)
    return query


def renewed(followed: Followed) -> Followed:
    """A kept word with the key that it has by the rules of today; its own where these cannot read it."""
    if followed.key.startswith(_prefix()):
        return followed
    try:
        return read_followed(followed.word)
    except UserError:
        return followed


def _too_long() -> UserError:
    return UserError("follow.too_long", characters=str(CHARACTERS), letters=str(LETTERS))


def _no_day(value: str) -> tuple[dt.date, dt.date] | None:
    return None


def _prefix() -> str:
    return f"{version()}{_BETWEEN}"


def _key(terms: tuple[Term, ...]) -> str:
    """The version of the rules, then the patterns of all terms, in whatever order they were typed."""
    return _prefix() + _BETWEEN.join(sorted(term.pattern for term in terms))


@lru_cache(maxsize=4)
def texts_of(issue: Issue) -> StoryTexts:
    """The stories of an issue, made ready; those of the issues asked for last are kept."""
    return StoryTexts(issue)


class StoryTexts:
    """The stories of an issue, made ready once to be asked for any number of followed words."""

    def __init__(self, issue: Issue) -> None:
        self._prefix = _prefix()
        self._forms = {
            item.number: f"{spaced(item.title)}{_BETWEEN}{spaced(item.summary)}" for item in issue.items
        }
        whole = self._whole = _BETWEEN.join(self._forms.values())
        self._pairs = frozenset(map("".join, pairwise(whole))) | frozenset(whole)

    def with_word(self, followed: Followed) -> frozenset[int]:
        """The numbers of the stories that hold the word: all its terms, in title and summary together."""
        return self.with_key(renewed(followed).key)

    def with_key(self, key: str) -> frozenset[int]:
        """The same for a word's key; none for one that was made by other rules."""
        terms = key.removeprefix(self._prefix).split(_BETWEEN)
        # Nearly every word of a large audience is in no story: that is found out first, and cheaply.
        for term in terms:
            if term[:2] not in self._pairs or term[-2:] not in self._pairs or term not in self._whole:
                return _NONE
        return frozenset(
            number for number, form in self._forms.items() if all(term in form for term in terms)
        )

    def is_ours(self, key: str) -> bool:
        """Whether a key was made by the rules of today."""
        return key.startswith(self._prefix)


_NONE: frozenset[int] = frozenset()
