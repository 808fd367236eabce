"""Sentences of a summary."""

from __future__ import annotations

import re

LONGEST_CRY = 5
MOST_CRIES = 3
TITLE_END = "。；.;：: \u3000"

_WIDE_END = "。！？；"
_CLOSERS = "”’」』）)》】\"'"
_END = re.compile(rf"[{_WIDE_END}]|(?<![.!?])[.!?]++(?=[{re.escape(_CLOSERS)}]*\s)|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(（“\"'])(?:[A-Za-z]|[A-Za-z]\.[A-Za-z]|inc|corp|co|ltd|mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|no|fig|al|approx)\.$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[，：—]|, | - ")


def first_sentence(summary: str) -> str:
    """The summary up to its first 。！？； (kept, with a closing quote), or up to a full stop of English."""
    for end in _END.finditer(summary):
        if end[0] == "\n":
            return summary[: end.start()].rstrip()
        if end[0] == "." and _ABBREVIATION.search(summary[max(0, end.start() - 12) : end.end()]):
            continue
        return _with_closers(summary, end.end())
    return summary


def _with_closers(text: str, end: int) -> str:
    while end < len(text) and text[end] in _WIDE_END + _CLOSERS:
        end += 1
    return text[:end]


def headline(text: str, limit: int) -> str:
    """A title for a text that has none: its first sentence, or as many whole clauses of it as fit `limit`."""
    sentence = _telling_sentence(text).rstrip(TITLE_END)
    if len(sentence) <= limit:
        return sentence
    ends = [end.start() for end in _CLAUSE_END.finditer(sentence) if end.start() >= limit // 5]
    fitting = [end for end in ends if end <= limit] or ends[:1]
    return sentence[: fitting[-1]].rstrip() if fitting else sentence


def _telling_sentence(text: str) -> str:
    """The first sentence that is more than a cry: `哇哦！` tells nobody what the story is about."""
    rest = text
    for _ in range(MOST_CRIES):
        sentence = first_sentence(rest)
        rest = rest[len(sentence) :].strip()
        if len(sentence) > LONGEST_CRY or not sentence.endswith(("！", "!")) or not rest:
            return sentence
    return first_sentence(text)
