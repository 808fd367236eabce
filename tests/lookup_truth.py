"""What look-ups have to find, told without anything of the product: by characters and their names alone.

A term's Chinese, Japanese and Korean parts are looked for as substrings, its words and numbers as whole ones;
a word's border is any change between letters, digits and the rest, and between its parts there may be nothing
but the rest. Case, width, accents on Latin letters, invisible characters and traditional characters make no
difference. `++` after a c, `#` after a c or f, and the point before net are read as words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_DICTIONARY = Path(__file__).parents[1] / "vendor" / "opencc" / "TSCharacters.txt"
_ADDED = {"瞭": "了", "藉": "借", "妳": "你"}
_WIDE_NAMES = (
    "CJK UNIFIED",
    "CJK COMPATIBILITY IDEOGRAPH",
    "CJK RADICAL",
    "CJK STROKE",
    "KANGXI",
    "IDEOGRAPHIC ITERATION",
    "IDEOGRAPHIC CLOSING",
    "IDEOGRAPHIC NUMBER ZERO",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "BOPOMOFO",
    "COMBINING KATAKANA",
    "MASU MARK",
    "VERTICAL KANA",
    "VERTICAL IDEOGRAPHIC ITERATION",
)
_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u00ad", "\u2060", "\ufeff", "\u20e3"}
_INVISIBLE |= {chr(code) for code in range(0xFE00, 0xFE10)}

WIDE, LETTER, DIGIT, REST = "wide", "letter", "digit", "rest"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text in which no border is."""

    kind: str
    text: str


@lru_cache
def simplified() -> dict[str, str]:
    """The simplified character of each traditional one, as the dictionary has it."""
    found = dict(_ADDED)
    for line in _DICTIONARY.read_text(encoding="utf-8").splitlines():
        traditional, _, choices = line.partition("\t")
        if choices and traditional not in found:
            found[traditional] = choices.split()[0]
    return found


def folded(text: str) -> str:
    """The text as it is compared."""
    seen = "".join(character for character in text if character not in _INVISIBLE)
    lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    bare: list[str] = []
    for character in unicodedata.normalize("NFD", lower):
        accent = 0x300 <= ord(character) <= 0x36F
        if not (accent and bare and _is_latin(bare[-1])):
            bare.append(character)
    table = simplified()
    return "".join(_end(character, table) for character in unicodedata.normalize("NFC", "".join(bare)))


@lru_cache(maxsize=100_000)
def pieces(text: str) -> tuple[Piece, ...]:
    """The words, numbers and wide runs of a text, in order."""
    found: list[Piece] = []
    before = REST
    whole = folded(text)
    for place, character in enumerate(whole):
        kind = _kind(character, before)
        if kind != REST and kind == before:
            found[-1] = Piece(kind, found[-1].text + character)
        elif kind != REST:
            found.append(Piece(kind, character))
        elif sign := _sign(whole, place, found, before):
            found.append(Piece("sign", sign))
        before = kind
    return tuple(found)


def holds(text: str, term: str) -> bool:
    """Whether a text has a term."""
    sought, there = pieces(term), pieces(text)
    if not sought:
        return False
    starts = range(len(there) - len(sought) + 1)
    return any(_fits(sought, there[start : start + len(sought)]) for start in starts)


def _fits(sought: tuple[Piece, ...], there: tuple[Piece, ...]) -> bool:
    last = len(sought) - 1
    for place, (mine, theirs) in enumerate(zip(sought, there, strict=True)):
        if mine.kind != theirs.kind:
            return False
        if mine.kind != WIDE or 0 < place < last:
            fits = theirs.text == mine.text
        elif last == 0:
            fits = mine.text in theirs.text
        else:
            fits = theirs.text.endswith(mine.text) if place == 0 else theirs.text.startswith(mine.text)
        if not fits:
            return False
    return True


def _kind(character: str, before: str) -> str:
    category = unicodedata.category(character)
    if unicodedata.name(character, "").startswith(_WIDE_NAMES):
        return WIDE if category[0] in "LNM" or category == "So" else REST
    if category == "Nd":
        return DIGIT
    return LETTER if category[0] in "LM" else REST


def _sign(whole: str, place: int, found: list[Piece], before: str) -> str:
    word = found[-1].text if found and before == LETTER else ""
    if word == "c" and whole.startswith("++", place):
        return "++"
    if word in ("c", "f") and whole[place] == "#":
        return "#"
    after = whole[place + 1 : place + 5]
    is_net = after[:3] == "net" and (len(after) == 3 or _kind(after[3], REST) != LETTER)
    return "." if whole[place] == "." and is_net else ""


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


def _end(character: str, table: dict[str, str]) -> str:
    simple = table.get(character, character)
    return table.get(simple, simple)
