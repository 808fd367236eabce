"""Tokens: the pieces of texts that look-ups are made of.

A folded text is cut into runs: of wide characters (Han, kana, hangul), of letters, of digits, and the signs
of `c++`, `c#`, `f#` and `.net`. A run of letters or digits is a token. A wide run c1…cn gives c1c2, c2c3, …
and cn, so that any piece of it is a phrase of its pairs.

A text's spaced form is its runs with a space between them and at both ends; what a term looks for is its
pattern, and a story has the term where the pattern is in its spaced form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from operator import add

from digest.foldedtext import FOLD_VERSION, fold_text

# A change of what is a token, or of how a run is written, gets another number: the index is built anew.
TOKEN_VERSION = 1
LONGEST_RUN = 40

WIDE = (
    "\u1100-\u11ff\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u3099\u309a"
    "\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003fffd"
)
_NARROWEST = "\u1100"
# Letters and digits are never in one run: nothing that is written becomes one of these.
_SIGNS = {"++": "x0plus", "#": "x0sharp", ".": "x0dot"}
_MADE = "x0"


@cache
def _run() -> re.Pattern[str]:
    letter = rf"[^ +#.\d{WIDE}]"
    return re.compile(
        rf"[{WIDE}]+|\d+|{letter}+"
        rf"|(?<=c)(?<!{letter}c)\+\+|(?<=[cf])(?<!{letter}[cf])#|\.(?=net(?!{letter}))"
    )


@cache
def _wide() -> re.Pattern[str]:
    return re.compile(f"[{WIDE}]")


def version() -> str:
    """Of what the tokens of a text depend on: an index made under another one has to be made anew."""
    return f"{FOLD_VERSION}.{TOKEN_VERSION}/{unicodedata.unidata_version}"


def runs(text: str) -> tuple[str, ...]:
    """The runs of a text, folded, in order."""
    return tuple(written(run) for run in _run().findall(fold_text(text)))


def folded_runs(folded: str) -> Iterator[tuple[str, int, int]]:
    """The runs of a folded text, with where in it each begins and ends."""
    return ((written(match[0]), *match.span()) for match in _run().finditer(folded))


def written(run: str) -> str:
    """A run as the index has it: a sign by its name, a run of endless letters or digits by a short one."""
    if run in _SIGNS:
        return _SIGNS[run]
    if len(run) > LONGEST_RUN and not is_wide(run):
        return f"{_MADE}{sha256(run.encode()).hexdigest()[:24]}"
    return run


def is_wide(run: str) -> bool:
    """Whether a run is one of Han, kana or hangul."""
    first = run[0]
    return "\u4e00" <= first <= "\u9fff" or (first >= _NARROWEST and _wide().match(first) is not None)


def is_word(run: str) -> bool:
    """Whether a run is a word of letters, as somebody wrote it."""
    return not run.startswith(_MADE) and not run[0].isdigit() and not is_wide(run)


def spaced(text: str) -> str:
    """The spaced form of a text, '' when it has no runs."""
    return respaced(runs(text))


def respaced(found: Sequence[str]) -> str:
    """The spaced form of a text that has these runs."""
    return f" {' '.join(found)} " if found else ""


def index_tokens(form: str) -> list[str]:
    """The tokens of a text by its spaced form, in order."""
    found: list[str] = []
    for run in form.split():
        if is_wide(run):
            found.extend(pairs(run))
            found.append(run[-1])
        else:
            found.append(run)
    return found


def pairs(run: str) -> Iterable[str]:
    """Each two neighbours of a wide run."""
    return map(add, run, run[1:])


def phrase(found: Sequence[str]) -> tuple[str, ...]:
    """The tokens that stand one after the other wherever these runs do.

    The last run, when it is wide, may go on: of a single character the token is the beginning of one.
    """
    *before, last = found
    inner = index_tokens(" ".join(before))
    if not is_wide(last) or len(last) == 1:
        return (*inner, last)
    return (*inner, *pairs(last))


def pattern(found: Sequence[str]) -> str:
    """What is in the spaced form of a text if, and only if, it has these runs one after the other.

    A wide run at either end may be part of a longer one; letters and digits stand for themselves.
    """
    first, last = found[0], found[-1]
    return f"{'' if is_wide(first) else ' '}{' '.join(found)}{'' if is_wide(last) else ' '}"
