"""The conventions that a dialect chooses between: where things stand in a file, and what they begin with."""

from __future__ import annotations

from enum import StrEnum


class Layout(StrEnum):
    """What one file holds: an issue, several issues, or one story of an issue."""

    ISSUE = "issue"
    ISSUES = "issues"
    ITEM = "item"


class DateSource(StrEnum):
    """A place that may tell an issue's date."""

    FRONT_MATTER = "front_matter"
    FILE_NAME = "file_name"
    PATH = "path"
    HEADING = "heading"


class Strip(StrEnum):
    """What is taken off a title."""

    NUMBERING = "numbering"
    EMOJI = "emoji"


class ItemStart(StrEnum):
    """What a story begins with: a heading, a list entry (or `1、`), bold words, a table row."""

    HEADING = "heading"
    LIST = "list"
    BOLD = "bold"
    TABLE = "table"


class ItemHeading(StrEnum):
    """Which headings of the story level begin a story; the others may be sections."""

    ANY = "any"
    NUMBERED = "numbered"
    LINKED = "linked"


class TitleSource(StrEnum):
    """Where a story's title comes from."""

    HEADING = "heading"
    BOLD = "bold"
    LINK = "link"
    SENTENCE = "sentence"


class LinkSource(StrEnum):
    """Which of a story's links is its own."""

    ANCHOR = "anchor"
    HEADING = "heading"
    LABEL = "label"
    FIRST = "first"
    LAST = "last"
    BARE = "bare"
