"""The words a story's text begins with: bold ones or a link that serve as its title."""

from __future__ import annotations

import re

from digest.blocks import Line, text_of

_STOPS = "。！？!?：:.…"
_SEPARATOR = re.compile(r"\s*(?:[：:—–|｜]+|-+(?=\s))\s*")
_LABEL = re.compile(r"\s*(?:\[[^\[\]]*\]|【[^【】]*】)\s*")


def is_bold_line(line: Line) -> bool:
    """Whether a line is bold from end to end and links to nothing."""
    words = [span for span in line if span.text.strip()]
    return bool(words) and all(span.bold and not span.address for span in words)


def label_length(line: Line) -> int:
    """How many spans at its beginning are a bold label in brackets (`**[产品]**`) before other words."""
    if len(line) > 1 and line[0].bold and not line[0].address and _LABEL.fullmatch(line[0].text):
        return 1
    return 0


def bold_lead(line: Line) -> int:
    """How many spans at its beginning are bold words that title what follows; 0 when they only stress a name.

    They do when they fill the line, end a sentence, stand before a colon or dash, or are a label in brackets.
    """
    count = 0
    while count < len(line) and (line[count].bold or (count and not line[count].text.strip())):
        count += 1
    if count == 0:
        return 0
    lead, rest = text_of(line[:count]), text_of(line[count:])
    if not lead:
        return 0
    titles = not rest or lead[-1] in _STOPS or _SEPARATOR.match(rest) or label_length(line)
    return count if titles else 0


def link_lead(line: Line) -> int:
    """How many spans at its beginning are a link that titles what follows, or 0."""
    count = 0
    while count < len(line) and not line[count].text.strip():
        count += 1
    if count < len(line) and line[count].address:
        rest = text_of(line[count + 1 :])
        return count + 1 if not rest or _SEPARATOR.match(rest) else 0
    return 0


def after_separator(text: str) -> str:
    """The text without a colon or dash at its beginning."""
    found = _SEPARATOR.match(text)
    return text[found.end() :] if found else text
