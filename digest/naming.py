"""Which section is meant: by its title, a part of it, or its sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from digest.intents import SectionName
from digest.pinyin import sounds_like
from digest.wording import Words, heard

_DRESS = re.compile(r"[\W_]+")
_KIND = re.compile(r"(?:的)?(?:栏目|版块|板块|分类|频道|专栏|部分|那栏|一栏|栏| ?section| \d{1,3})$")
_SHORTEST = 2


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A title or what was typed without case, width, dress and spaces, simplified."""
    return _undressed(heard(text).folded)


def titled(words: Words, sections: Sequence[SectionName]) -> SectionName | None:
    """The section whose whole title (or key) was typed."""
    typed = _undressed(words.folded)
    if not typed:
        return None
    return next((s for s in sections if typed in (plain(s.title), plain(s.key))), None)


def fitting(words: Words, sections: Sequence[SectionName]) -> tuple[SectionName, ...]:
    """The sections that the words fit: one by its whole title, or all that hold them as a part or a sound."""
    whole = titled(words, sections)
    if whole is not None:
        return (whole,)
    typed = _undressed(words.folded)
    if len(typed) < _SHORTEST:
        return ()
    parts = tuple(s for s in sections if typed in plain(s.title))
    if parts or not (typed.isascii() and typed.isalpha()):
        return parts
    return tuple(s for s in sections if sounds_like(typed, plain(s.title)))


def only(words: Words, sections: Sequence[SectionName]) -> SectionName | None:
    """The one section that the words fit; None when none or several do."""
    found = fitting(words, sections)
    return found[0] if len(found) == 1 else None


def without_kind(words: Words) -> Words:
    """`开源栏目`, and `开源 7` as a button has it, as `开源`."""
    kind = _KIND.search(words.folded)
    return words.cut(0, kind.start()) if kind and kind.start() else words


def key_of(words: Words, sections: Sequence[SectionName]) -> str:
    """The key of the one section meant, or the words themselves for the answer to say what is near."""
    section = only(words, sections) or only(without_kind(words), sections)
    return section.key if section else words.said


def _undressed(folded: str) -> str:
    return _DRESS.sub("", folded)
