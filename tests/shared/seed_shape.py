"""The drafts' issue, read by a few regular expressions: no parser of the product takes part."""

from __future__ import annotations

import re
from pathlib import Path

from digest.issue import Item, Section

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_STORY = re.compile(r"^### (.+?)\n+(.+?)\s*\[>阅读原文\]\((\S+)\)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```html\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def read_sections(path: Path) -> tuple[Section, ...]:
    """The sections of an issue file in the seed's dialect, stories numbered through."""
    pieces = _SECTION.split(path.read_text("utf-8"))[1:]
    sections, number = [], 0
    for title, body in zip(pieces[::2], pieces[1::2], strict=True):
        items = []
        for story in _STORY.finditer(body):
            number += 1
            items.append(Item(number, str(number), story[1].strip(), story[2].strip(), story[3]))
        sections.append(Section(title.strip(), title.strip(), tuple(items)))
    return tuple(sections)


def drafted_html(path: Path) -> tuple[str, ...]:
    """The HTML blocks of the drafts, in order: brief, section, full 1, full 2, WeChat's article, look-up."""
    return tuple(_BLOCK.findall(path.read_text("utf-8")))
