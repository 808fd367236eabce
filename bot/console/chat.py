"""The chat in a terminal: a line in, messages out, and whatever arrives in between."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.patch_stdout import patch_stdout

QUIT = frozenset({"/quit", "/exit", "q", "quit", "exit"})
PROMPT = "› "


def at_a_terminal() -> bool:
    """Whether a person types here: otherwise lines come from a pipe."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def quiet_prompt() -> AbstractContextManager[None]:
    """While it holds, what is printed goes above the line that is being typed."""
    return patch_stdout(raw=True) if at_a_terminal() else nullcontext()


async def typed_lines(words: Callable[[], Sequence[str]]) -> AsyncIterator[str]:
    """What is typed, line by line, until /quit or the end of the input; `words` complete at a terminal."""
    lines = _prompted(words) if at_a_terminal() else _piped()
    async for line in lines:
        if line.strip().casefold() in QUIT:
            return
        if line.strip():
            yield line.strip()


async def _prompted(words: Callable[[], Sequence[str]]) -> AsyncIterator[str]:
    session: PromptSession[str] = PromptSession(
        completer=WordCompleter(lambda: list(words()), sentence=True), complete_while_typing=False
    )
    while True:
        try:
            yield await session.prompt_async(PROMPT)
        except (EOFError, KeyboardInterrupt):
            return


async def _piped() -> AsyncIterator[str]:
    """The lines of a pipe, read beside the loop: a push may arrive while nobody types."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        for raw in sys.stdin.buffer:
            loop.call_soon_threadsafe(lines.put_nowait, raw.decode("utf-8", "replace").rstrip("\r\n"))
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True, name="stdin").start()
    while (line := await lines.get()) is not None:
        yield line
