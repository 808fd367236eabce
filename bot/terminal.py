"""What a command is given to speak with: a language, two streams, and whether data is wanted."""

from __future__ import annotations

import json as json_format
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from bot.config import ConfigProblem
from bot.phrases import Catalogs, load_catalogs, match_language
from digest.errors import OperatorError
from digest.ports import Phrases

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Terminal:
    """The operator's terminal."""

    phrases: Phrases
    out: TextIO
    err: TextIO

    def say(self, text: str) -> None:
        """A line of output."""
        print(text, file=self.out)

    def data(self, value: object) -> None:
        """One JSON object as output."""
        print(json_format.dumps(value, ensure_ascii=False, indent=2), file=self.out)

    def complain(self, text: str) -> None:
        """A line on stderr."""
        print(text, file=self.err)

    def refuse(self, error: OperatorError) -> int:
        """Say an operator's error in a sentence or two; its exit code."""
        self.complain(self.phrases(error.code, **error.values))
        return error.exit_code

    def list_problems(self, problems: tuple[ConfigProblem, ...], *, json: bool = False) -> int:
        """Every problem of the configuration, a line each or as data; exit code 2."""
        if json:
            found = [
                {"where": one.where, "key": one.key, "message": self.phrases(one.code, **one.values)}
                for one in problems
            ]
            self.data({"problems": found, "channels": []})
            return 2
        for problem in problems:
            self.complain(problem.say(self.phrases))
        self.complain(self.phrases.count("config.summary", len(problems)))
        return 2


def terminal_language(environ: Mapping[str, str], *, wish: str = "", configured: str = "") -> str:
    """The language of `--locale`, of the configuration, or of LANG; else English."""
    spoken = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    for tag in (wish, configured, spoken):
        language = match_language(tag)
        if language:
            return language
    return ENGLISH


def open_terminal(*, wish: str = "", configured: str = "", catalogs: Catalogs | None = None) -> Terminal:
    """The terminal of this process."""
    language = terminal_language(os.environ, wish=wish, configured=configured)
    return Terminal((catalogs or load_catalogs()).speak(language), sys.stdout, sys.stderr)
