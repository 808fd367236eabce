"""On which line each key of a TOML file stands: tomllib reads the values and tells no lines."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress

KeyPath = tuple[str | int, ...]

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_KEY = re.compile(r'[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'')
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE = re.compile(r"[^,\]}\n#]*")
_NEWLINE = re.compile("\n")


def locate(source: str) -> dict[KeyPath, int]:
    """The line (from 1) of every table, key and list element of valid TOML, list elements counted from 0.

    Of a text that is no TOML: what was found up to the first surprise.
    """
    scanner = _Scanner(source.replace("\r\n", "\n"))
    with suppress(_Surprise, tomllib.TOMLDecodeError):
        scanner.document()
    return scanner.lines


class _Surprise(Exception):
    """A text that TOML does not have here."""


class _Scanner:
    """A reader that looks for keys and steps over values."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._ends = [found.start() for found in _NEWLINE.finditer(source)]
        self._elements: dict[KeyPath, int] = {}

    def document(self) -> None:
        """Every line of the file, table by table."""
        table: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.source):
            if self._next("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> KeyPath:
        line = self._line()
        self._expect("[")
        many = self._next("[")
        if many:
            self._expect("[")
        path = self._resolved(self._keys(), many=many)
        self._expect("]]" if many else "]")
        self._record(path, line)
        return path

    def _resolved(self, keys: KeyPath, *, many: bool) -> KeyPath:
        """The path that a header means: inside an array of tables, its last element."""
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._inside((*path, key))
        last = (*path, keys[-1])
        if not many:
            return last
        self.lines.setdefault(last, self._line())
        self._elements[last] = self._elements.get(last, -1) + 1
        return self._inside(last)

    def _inside(self, path: KeyPath) -> KeyPath:
        return (*path, self._elements[path]) if path in self._elements else path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = (*table, *self._keys())
        self._expect("=")
        for length in range(len(table) + 1, len(path) + 1):
            self._record(path[:length], line)
        self._value(path)

    def _keys(self) -> KeyPath:
        keys = [self._key()]
        while self._next("."):
            self._expect(".")
            keys.append(self._key())
        return tuple(keys)

    def _key(self) -> str:
        self._skip(_BLANK)
        written = self._take(_KEY)
        return tomllib.loads(f"key = {written}")["key"] if written[0] in "\"'" else written

    def _value(self, path: KeyPath) -> None:
        self._skip(_BLANK)
        if self._next("["):
            self._list(path)
        elif self._next("{"):
            self._inline_table(path)
        elif self._next('"') or self._next("'"):
            self._take(_STRING)
        else:
            self._take(_BARE)

    def _list(self, path: KeyPath) -> None:
        self._expect("[")
        index = 0
        while not self._closed("]"):
            self._record((*path, index), self._line())
            self._value((*path, index))
            index += 1
            self._comma()

    def _inline_table(self, path: KeyPath) -> None:
        self._expect("{")
        while not self._closed("}"):
            self._pair(path)
            self._comma()

    def _closed(self, bracket: str) -> bool:
        self._skip(_BLANK)
        if self._next(bracket):
            self._expect(bracket)
            return True
        return False

    def _comma(self) -> None:
        self._skip(_BLANK)
        if self._next(","):
            self._expect(",")

    def _next(self, text: str) -> bool:
        self._skip(_BLANK)
        return self.source.startswith(text, self.at)

    def _expect(self, text: str) -> None:
        if not self._next(text):
            raise _Surprise
        self.at += len(text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        if not found or not found[0]:
            raise _Surprise
        self.at = found.end()
        return found[0]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.source, self.at)
        if found:
            self.at = found.end()

    def _line(self) -> int:
        return bisect_right(self._ends, self.at - 1) + 1

    def _record(self, path: KeyPath, line: int) -> None:
        self.lines.setdefault(path, line)
