"""Plain text: characters nobody sees taken out, white space made even."""

from __future__ import annotations

import re
from collections.abc import Callable

# Controls, zero-width and direction marks. U+200C/U+200D (joiners) stay: emoji and some scripts need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# ASCII, Han, kana and their punctuation: each becomes what it becomes, whatever of these stands beside it.
SIMPLE = " -~·–—‘’“”\u3000-\u3029\u3041-\u3096\u309d-\u30fe\u4e00-\u9fff！-～"
_SIMPLE_TEXT = re.compile(f"[{SIMPLE}]*")
_SPACES = re.compile("[ \t\r\n\xa0\u2000-\u200a\u202f\u205f]+")


class Table(dict[int, str]):
    """For `str.translate`: what becomes of a character is found out when it is first met."""

    def __init__(self, become: Callable[[str], str]) -> None:
        super().__init__()
        self._become = become

    def __missing__(self, code: int) -> str:
        became = self._become(chr(code))
        # The rarer planes are not worth the room.
        if code <= 0xFFFF:
            self[code] = became
        return became


def is_simple(text: str) -> bool:
    """Whether the text is of `SIMPLE` characters only: it folds character by character."""
    return _SIMPLE_TEXT.fullmatch(text) is not None


def visible(text: str) -> str:
    """The text without characters that nobody sees; its lines stay where they were."""
    # Most texts hold nothing to take out; asking is much cheaper than looking.
    plain = text.isprintable() or text.replace("\n", "").replace("\u3000", "").isprintable()
    return text if plain else _INVISIBLE.sub("", _BREAKS.sub(" ", text))


def tidy(text: str) -> str:
    """The text on one line: visible characters only, single spaces, nothing at the ends."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACES.sub(" ", visible(text)).strip()


def is_wide(character: str) -> bool:
    """Whether a character is written without spaces round it: Han, kana, hangul and their punctuation."""
    return (
        "\u2e80" <= character <= "\ud7ff" or "\uf900" <= character <= "\uffef" or character in "“”‘’…—·《》"
    )


def join_lines(lines: list[str]) -> str:
    """Lines of one paragraph as one line: a space between them only where the script wants one."""
    joined = ""
    for line in lines:
        if joined and line and not (is_wide(joined[-1]) or is_wide(line[0])):
            joined += " "
        joined += line
    return joined
