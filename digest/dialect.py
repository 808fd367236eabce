"""How an archive's files say date, section, story and link. The default reads the sample issue's form."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from digest.conventions import (
    DateSource,
    ItemHeading,
    ItemStart,
    Layout,
    LinkSource,
    Strip,
    TitleSource,
)
from digest.errors import DigestbotError
from digest.fold import fold, fold_words, matches, pattern_parts
from digest.frontmatter import FrontMatterForm, Wanted


@dataclass(frozen=True, slots=True)
class DialectFault:
    """One value of `[issues.dialect]` that cannot be used: its key, the message id, the message's values."""

    key: str
    problem: str
    values: tuple[tuple[str, str], ...] = ()


class DialectError(DigestbotError):
    """`[issues.dialect]` cannot be used; `faults` holds every reason."""

    def __init__(self, faults: tuple[DialectFault, ...]) -> None:
        super().__init__(", ".join(fault.key for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Dialect:
    """How files are read: names, date, layout, front matter, section, story, title, link, what is dropped.

    A pattern (`section_skip`, `drop`, `footer`, an alias) is text in which `*` stands for anything; width,
    case and spaces do not matter.
    """

    files: tuple[str, ...] = ("*.md", "*.markdown")
    ignore: tuple[str, ...] = (".*", "_*", "README*")
    encoding: str = "utf-8"
    date_from: tuple[DateSource, ...] = (DateSource.FRONT_MATTER, DateSource.FILE_NAME, DateSource.HEADING)
    date_keys: tuple[str, ...] = ("date", "日期")
    layout: Layout = Layout.ISSUE
    issue_level: int = 1
    front_matter: FrontMatterForm = FrontMatterForm.AUTO
    title_keys: tuple[str, ...] = ("title", "标题")
    section_levels: tuple[int, ...] = (2,)
    section_strip: tuple[Strip, ...] = (Strip.NUMBERING, Strip.EMOJI)
    section_aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    section_skip: tuple[str, ...] = ()
    section_keys: tuple[str, ...] = ("section", "category", "栏目")
    section_default: str = "资讯"
    rule_ends_section: bool = False
    item_start: tuple[ItemStart, ...] = (ItemStart.HEADING, ItemStart.LIST)
    item_level: int = 3
    item_heading: tuple[ItemHeading, ...] = (ItemHeading.ANY,)
    title_from: tuple[TitleSource, ...] = tuple(TitleSource)
    title_strip: tuple[Strip, ...] = (Strip.NUMBERING,)
    title_length: int = 40
    link_from: tuple[LinkSource, ...] = (
        LinkSource.ANCHOR,
        LinkSource.HEADING,
        LinkSource.LABEL,
        LinkSource.LAST,
        LinkSource.BARE,
    )
    link_texts: tuple[str, ...] = (
        "阅读原文", "阅读全文", "查看原文", "查看全文", "原文链接", "原文", "消息来源", "来源", "链接",
        "Read More", "Read the original", "Source", "Link",
    )  # fmt: skip
    link_labels: tuple[str, ...] = (
        "链接", "原文", "原文链接", "阅读原文", "来源", "消息来源", "参考", "Link", "Source", "URL",
    )  # fmt: skip
    drop: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    footer: tuple[str, ...] = ("官网*", "关注公众号*", "欢迎关注*", "扫码*", "版权*", "©*")
    _words: _Words = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", _Words(self))

    @staticmethod
    def from_mapping(table: Mapping[str, object]) -> Dialect:
        """The default dialect with a `[issues.dialect]` table over it; DialectError with every fault."""
        values: dict[str, Any] = {}  # each is checked against its field by `_read`
        faults: list[DialectFault] = []
        for key, value in table.items():
            try:
                values[key] = _read(key, value)
            except DialectError as caught:
                faults.extend(caught.faults)
        if faults:
            raise DialectError(tuple(faults))
        return replace(Dialect(), **values)

    def takes(self, path: str) -> bool:
        """Whether a file (its path inside the folder, with `/`) is an issue file by its name."""
        return _any_glob(self.files, path) and not _any_glob(self.ignore, path)

    @property
    def wanted(self) -> Wanted:
        """What its front matter is searched for."""
        return Wanted(self.front_matter, self.date_keys, self.title_keys)

    def section_name(self, title: str) -> str:
        """The name that a section's title is an alias of, or the title."""
        folded = fold(title)
        return next((name for name, parts in self._words.aliases if matches(parts, folded)), title)

    def knows(self, title: str) -> bool:
        """Whether a section is named in `section_aliases`: such a one counts even under a skipped heading."""
        return fold(self.section_name(title)) in self._words.names

    def skips(self, title: str) -> bool:
        """Whether a section is none of the issue's (a summary, a FAQ, an advertisement)."""
        return _any_match(self._words.skip, title)

    def drops(self, text: str) -> bool:
        """Whether a paragraph is left out everywhere."""
        return _any_match(self._words.drop, text)

    def ends(self, text: str) -> bool:
        """Whether a paragraph begins the footer."""
        return _any_match(self._words.footer, text)

    def is_anchor(self, text: str) -> bool:
        """Whether a link's words only say that it is the link."""
        words = self._words
        return text in words.plain_anchors or (
            len(text) <= words.longest and fold_words(text) in words.anchors
        )

    def is_label(self, text: str) -> bool:
        """Whether words introduce a link: `链接：`."""
        return text.endswith((":", "：")) and fold(text[:-1]) in self._words.labels


class _Words:
    """A dialect's words, folded once."""

    __slots__ = (
        "aliases",
        "anchors",
        "drop",
        "footer",
        "labels",
        "longest",
        "names",
        "plain_anchors",
        "skip",
    )

    def __init__(self, dialect: Dialect) -> None:
        self.anchors = frozenset(filter(None, map(fold_words, dialect.link_texts)))
        # The two commonest ways to write one need no folding.
        self.plain_anchors = frozenset(
            {*dialect.link_texts, *(f">{words}" for words in dialect.link_texts)} - {">"}
        )
        # An anchor may stand between arrows and brackets, but not in a sentence.
        self.longest = max(map(len, dialect.link_texts), default=0) + 10
        self.labels = frozenset(map(fold, dialect.link_labels))
        self.skip, self.drop, self.footer = (
            tuple(map(pattern_parts, patterns))
            for patterns in (dialect.section_skip, dialect.drop, dialect.footer)
        )
        self.names = frozenset(fold(name) for name, _ in dialect.section_aliases)
        self.aliases = tuple(
            (name, pattern_parts(alias)) for name, aliases in dialect.section_aliases for alias in aliases
        )


SEED_DIALECT = Dialect()

# A pattern looks at the beginning of a text and no further: texts may be long.
_PATTERN_REACH = 200


def _any_match(patterns: tuple[tuple[str, ...], ...], text: str) -> bool:
    if not patterns:
        return False
    folded = fold(text[:_PATTERN_REACH])
    return any(matches(parts, folded) for parts in patterns)


def _any_glob(globs: tuple[str, ...], path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatchcase(path if "/" in glob else name, glob) for glob in globs)


_Choice = TypeVar("_Choice", bound=StrEnum)

_CHOICES: Mapping[str, type[StrEnum]] = {
    "layout": Layout,
    "front_matter": FrontMatterForm,
    "date_from": DateSource,
    "section_strip": Strip,
    "item_start": ItemStart,
    "item_heading": ItemHeading,
    "title_from": TitleSource,
    "title_strip": Strip,
    "link_from": LinkSource,
}
_MAY_BE_EMPTY = frozenset(
    {"ignore", "section_levels", "section_aliases", "section_strip", "section_skip", "title_strip"}
) | frozenset(
    {"section_keys", "link_texts", "link_labels", "drop", "remove", "footer", "title_keys", "date_keys"}
)
_RANGES: Mapping[str, tuple[int, int]] = {
    "issue_level": (1, 6),
    "item_level": (1, 6),
    "section_levels": (1, 6),
    "title_length": (10, 200),
}


def _read(key: str, value: object) -> object:
    if key not in {field.name for field in fields(Dialect) if field.init}:
        raise _fault(key, "unknown_key")
    if key == "section_aliases":
        return _aliases(key, value)
    if isinstance(getattr(SEED_DIALECT, key), tuple):
        return _list(key, value)
    return _single(key, value)


def _list(key: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, (list, tuple)):
        raise _fault(key, "not_a_list")
    if not value and key not in _MAY_BE_EMPTY:
        raise _fault(key, "empty_list")
    return tuple(_single(key, entry) for entry in value)


def _single(key: str, value: object) -> object:
    if isinstance(getattr(SEED_DIALECT, key), bool):
        if isinstance(value, bool):
            return value
        raise _fault(key, "not_a_switch", value=str(value))
    if key in _RANGES:
        return _number(key, value)
    if not isinstance(value, str):
        raise _fault(key, "not_text", value=str(value))
    if key in _CHOICES:
        return _choice(key, value, _CHOICES[key])
    if key == "encoding":
        return _encoding(key, value)
    if not value.strip():
        raise _fault(key, "empty_text")
    return value


def _number(key: str, value: object) -> int:
    lowest, highest = _RANGES[key]
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise _fault(key, "not_in_range", value=str(value), lowest=str(lowest), highest=str(highest))
    return value


def _choice(key: str, value: str, choices: type[_Choice]) -> _Choice:
    if value not in list(choices):
        raise _fault(key, "not_a_choice", value=value, choices=", ".join(choices))
    return choices(value)


def _encoding(key: str, value: str) -> str:
    try:
        name = codecs.lookup(value).name
        "中".encode(name).decode(name, "surrogateescape")
    except (LookupError, ValueError):
        pass
    else:
        return name
    raise _fault(key, "unknown_encoding", value=value)


def _aliases(key: str, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise _fault(key, "not_a_table")
    return tuple(
        (str(name), tuple(str(alias) for alias in _list(key, names))) for name, names in value.items()
    )


def _fault(key: str, problem: str, **values: str) -> DialectError:
    fault = DialectFault(f"issues.dialect.{key}", f"dialect.{problem}", tuple(values.items()))
    return DialectError((fault,))
