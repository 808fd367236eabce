"""Front matter: the keys above an issue, read as text because YAML reads more into them than people write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import yaml

from digest.issue import Problem
from digest.problems import error, warning

MOST_LINES = 200
MOST_CHARACTERS = 64_000
MOST_BRACKETS = 100

_KEY = re.compile(r" ?([\w.-]{1,40})[ \t]*([:：])(?:[ \t]+|$|(?<=：)|(?=[^\s/]))(.*)")
_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_SIGNS = "@`%*&!|>"


class FrontMatterForm(StrEnum):
    """How the keys above an issue are written; AUTO looks at the first line."""

    AUTO = "auto"
    YAML = "yaml"
    LINES = "lines"
    JSON = "json"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Field:
    """A key's value as text and its line in the file."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields by their keys (case folded), the number of lines they take, and what was wrong with them."""

    fields: Mapping[str, Field]
    lines: int = 0
    problems: tuple[Problem, ...] = ()

    def first(self, keys: tuple[str, ...]) -> Field | None:
        """The field of the first of these keys that has a value."""
        for key in keys:
            found = self.fields.get(key.casefold())
            if found is not None and found.text:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: the form, the keys of the date and of the title."""

    form: FrontMatterForm
    date_keys: tuple[str, ...]
    title_keys: tuple[str, ...]


NOTHING = FrontMatter({})


def read_front_matter(lines: list[str], wanted: Wanted) -> FrontMatter:
    """The front matter of a file, given as its lines; a `---` that is only a ruler opens none."""
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None or wanted.form is FrontMatterForm.NONE:
        return NOTHING
    opening = lines[start]
    if wanted.form in (FrontMatterForm.AUTO, FrontMatterForm.YAML) and _FENCE.fullmatch(opening):
        return _read_fenced(lines, start, wanted)
    if wanted.form in (FrontMatterForm.AUTO, FrontMatterForm.JSON) and opening.startswith("{"):
        return _read_json(lines, start)
    if _has_open_lines(opening, wanted):
        return _read_open(lines, start)
    return NOTHING


def _has_open_lines(opening: str, wanted: Wanted) -> bool:
    found = _KEY.fullmatch(opening)
    if not found:
        return False
    known = {key.casefold() for key in wanted.date_keys + wanted.title_keys}
    return wanted.form is FrontMatterForm.LINES or (
        wanted.form is FrontMatterForm.AUTO and found[1].casefold() in known
    )


def _read_open(lines: list[str], start: int) -> FrontMatter:
    end = start
    while end < len(lines) and _KEY.fullmatch(lines[end]):
        end += 1
    return FrontMatter(_line_fields(lines, start, end), end)


def _read_fenced(lines: list[str], start: int, wanted: Wanted) -> FrontMatter:
    first = start + 1
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first >= len(lines) or not _opens_fields(lines[first]):
        return NOTHING
    last = min(len(lines), start + MOST_LINES)
    end = next((number for number in range(start + 1, last) if _END.fullmatch(lines[number])), None)
    if end is None:
        unclosed = _read_open(lines, first)
        problem = warning(start + 1, "front_matter_open")
        return FrontMatter(unclosed.fields, unclosed.lines, (problem,))
    fields, problems = _yaml_fields(lines, start + 1, end, wanted)
    return FrontMatter(fields, end + 1, tuple(problems))


def _opens_fields(line: str) -> bool:
    return bool(_KEY.fullmatch(line) or _END.fullmatch(line) or line.startswith(("#", "'", '"')))


def _line_fields(lines: list[str], start: int, end: int) -> dict[str, Field]:
    fields = {}
    for number in range(start, end):
        if found := _KEY.fullmatch(lines[number]):
            fields[found[1].casefold()] = Field(_unquoted(found[3].strip()), number + 1)
    return fields


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].strip()
    return text


def _yaml_fields(
    lines: list[str], start: int, end: int, wanted: Wanted
) -> tuple[dict[str, Field], list[Problem]]:
    by_line = _line_fields(lines, start, end)
    try:
        loaded = _load("\n".join(lines[start:end]))
    except yaml.MarkedYAMLError as caught:
        mark = caught.problem_mark or caught.context_mark
        broken = start + (mark.line if mark else 0)
        return by_line, [_broken(lines, min(broken, end - 1), by_line, wanted)]
    except (yaml.YAMLError, RecursionError):
        return by_line, [_broken(lines, start, by_line, wanted)]
    if not isinstance(loaded, dict):
        return by_line, [] if loaded in (None, "") else [_broken(lines, start, by_line, wanted)]
    return _checked(loaded, by_line, lines, wanted)


def _load(text: str) -> object:
    # The text is read without resolvers: a YAML `yes`, `1e3` or date stays what was typed.
    if len(text) > MOST_CHARACTERS or text.count("[") + text.count("{") > MOST_BRACKETS:
        raise yaml.YAMLError
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def _broken(lines: list[str], number: int, by_line: dict[str, Field], wanted: Wanted) -> Problem:
    needed = any(by_line[key].text for key in (k.casefold() for k in wanted.date_keys) if key in by_line)
    found = _KEY.fullmatch(lines[number])
    key, value = (found[1], found[3].strip()) if found else (lines[number].strip(), "")
    make = warning if needed else error
    if found and found[2] == "：":
        return make(number + 1, "yaml_wide_colon", key=key)
    if value[:1] in ('"', "'"):
        return make(number + 1, "yaml_quotes", key=key)
    if re.search(r":\s", value):
        return make(number + 1, "yaml_colon", key=key)
    if value[:1] and value[0] in _SIGNS + "[]{}":
        return make(number + 1, "yaml_sign", key=key, sign=value[0])
    return make(number + 1, "yaml_broken", text=key)


def _checked(
    loaded: dict[object, object], by_line: dict[str, Field], lines: list[str], wanted: Wanted
) -> tuple[dict[str, Field], list[Problem]]:
    fields: dict[str, Field] = {}
    problems: list[Problem] = []
    titles = {key.casefold() for key in wanted.title_keys}
    for name, value in loaded.items():
        key = str(name).casefold()
        typed = by_line.get(key)
        line = typed.line if typed else 1
        text = value.strip() if isinstance(value, str) else (typed.text if typed else "")
        if key in titles and typed and isinstance(value, str) and _is_cut(lines[line - 1], typed.text, text):
            problems.append(warning(line, "yaml_comment", key=key))
            text = typed.text
        fields[key] = Field(text, line)
    return fields, problems


def _is_cut(line: str, typed: str, read: str) -> bool:
    return " #" in line and typed != read and typed.startswith(read) and not typed.startswith(("'", '"'))


def _read_json(lines: list[str], start: int) -> FrontMatter:
    text = "\n".join(lines[start : start + MOST_LINES])
    try:
        loaded, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return FrontMatter({}, 0, (error(start + 1, "json_broken"),))
    if not isinstance(loaded, dict):
        return NOTHING
    fields = {}
    for name, value in loaded.items():
        place = text.find(json.dumps(name, ensure_ascii=False))
        line = start + 1 + text.count("\n", 0, max(place, 0))
        fields[str(name).casefold()] = Field(_json_text(value), line)
    return FrontMatter(fields, start + 1 + text.count("\n", 0, end))


def _json_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, (int, float)) else ""
