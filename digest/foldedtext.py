"""The fold of look-ups: what a reader may type otherwise than a story has it becomes the same string.

Compatible forms, case, width, accents on Latin letters, invisible characters, traditional and simplified
characters make no difference. Whatever is no letter, digit or mark becomes a space, save for `+ # .`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from digest.hans import simplified
from digest.plaintext import SIMPLE, Table, is_simple

# A change of what is folded, or of the table, gets another number: the index is then built anew.
FOLD_VERSION = 1

KEPT_SIGNS = "+#."
_IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)
_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_LATIN = "a-zªºß-öø-ɏɐ-ʯᴀ-ᵿḀ-ỿ"
_ACCENTED = re.compile(f"(?<=[{_LATIN}])[{_ACCENTS}]+")
# A numeral by its kind, but written among Chinese characters: 二〇二五.
_ZERO = "〇"
_STRETCH = re.compile(f"(?:[{SIMPLE}](?![^{SIMPLE}]))+|.", re.DOTALL)
_MAY_JOIN = re.compile("[\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\ud7b0-\ud7ff\uff9e-\uffdc]")


@cache
def _table() -> Table:
    table = Table(_folded)
    table.update(simplified())
    table[ord(_ZERO)] = _ZERO
    return table


@cache
def _simple_folds() -> Table:
    return Table(_folded_text)


def fold_text(text: str) -> str:
    """The text to look up in, or to look for; spaces stand where a run of letters or digits ends."""
    return text.translate(_simple_folds()) if is_simple(text) else _folded_text(text)


def fold_places(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The folded text, and for each of its characters where in `text` that begins and ends."""
    whole = fold_text(text) if is_simple(text) else ""
    if len(whole) == len(text):
        return whole, range(len(text)), range(1, len(text) + 1)
    folded: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for start, end, joined in _clusters(text):
        part = fold_text(text[start:end])
        folded.append(part)
        if not joined and end - start == len(part):
            begins.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            begins.extend([start] * len(part))
            ends.extend([end] * len(part))
    return "".join(folded), begins, ends


def clings(character: str) -> bool:
    """Whether a character is seen as part of the one before it: an accent, or an invisible one."""
    return unicodedata.category(character)[0] == "M" or _IGNORED.match(character) is not None


def _clusters(text: str) -> list[tuple[int, int, bool]]:
    """The parts of a text that can be folded each for itself, and whether one is a joined character."""
    found: list[tuple[int, int, bool]] = []
    for match in _STRETCH.finditer(text):
        start, end = match.span()
        if found and end - start == 1 and (clings(match[0]) or _MAY_JOIN.match(match[0])):
            found[-1] = (found[-1][0], end, True)
        else:
            found.append((start, end, False))
    return found


def _folded_text(text: str) -> str:
    text = _IGNORED.sub("", text)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _ACCENTED.sub("", text.translate(_table()))


def _folded(character: str) -> str:
    """One character that was made compatible and lower case."""
    kind = unicodedata.category(character)
    if kind in ("No", "Nl"):
        return _number(character)
    if kind[0] == "L":
        bare = unicodedata.normalize("NFD", character)
        return re.sub(f"[{_ACCENTS}]", "", bare) if re.match(f"[{_LATIN}]", bare) else character
    return character if kind[0] == "M" or kind == "Nd" or character in KEPT_SIGNS else " "


def _number(character: str) -> str:
    """A numeral in a shape of its own (❶) as digits."""
    value = unicodedata.numeric(character, -1.0)
    return str(int(value)) if value >= 0 and value.is_integer() else " "
