"""Lines onto a terminal: colours and links where it is one, plain characters where it is a pipe."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.console.render import ConsoleMessage, Line

STYLES = {
    "title": Style(bold=True),
    "head": Style(bold=True, color="cyan"),
    "dim": Style(dim=True),
    "marked": Style(bold=True),
    "": Style(),
}


def paint(message: ConsoleMessage, stream: TextIO) -> None:
    """Write one message and a blank line after it."""
    if not stream.isatty():
        print(message.piped, file=stream, flush=True)
        return
    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in message.lines:
        console.print(_styled(line))


def paint_text(text: str) -> None:
    """Write a line of plain words, at once."""
    print(text, flush=True)


def _styled(line: Line) -> Text:
    style = STYLES[line.manner]
    words = Text(line.text, style=style + Style(link=line.url) if line.url else style)
    if line.marked:
        words.highlight_words(line.marked, STYLES["marked"])
    return Text.assemble((line.before, Style(dim=True)), words)
