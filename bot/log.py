"""The log: stable event names with ids, on stderr; secrets are masked in the very last step."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from typing import TextIO
from urllib.parse import quote, unquote

import structlog

from bot.settings import LogSettings

MASK = "***"
QUIET = (
    "telegram",
    "aiohttp",
    "httpx",
    "httpcore",
    "apscheduler",
    "uvicorn",
    "watchfiles",
    "markdown_it",
    "asyncio",
    "aiosqlite",
)
SHORTEST_SECRET = 4
SHORTEST_PART = 8


class MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats a record, then takes out every secret, whoever wrote the record."""

    secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        """The line to be written."""
        line = super().format(record)
        for secret in self.secrets:
            line = line.replace(secret, MASK)
        return line


def configure_log(settings: LogSettings, secrets: Sequence[str], stream: TextIO | None = None) -> None:
    """Send every record to `stream` (stderr), as text for a person or as JSON for a collector."""
    target = stream or sys.stderr
    as_json = settings.format == "json" or (settings.format == "auto" and not target.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _attach(_formatter(shared, as_json, secrets), target, settings.level)


def keep_quiet() -> None:
    """Keep no log: a command of the command line speaks for itself."""
    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.getLogger().handlers = [logging.NullHandler()]


def _formatter(
    shared: list[structlog.typing.Processor], as_json: bool, secrets: Sequence[str]
) -> MaskingFormatter:
    plain = structlog.dev.plain_traceback
    endings: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    )
    formatter = MaskingFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *endings],
    )
    formatter.secrets = _spellings(secrets)
    return formatter


def _spellings(secrets: Sequence[str]) -> tuple[str, ...]:
    """Every way in which a line may spell a secret or the secret part of one, the longest first."""
    whole = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
    parts = [part for secret in whole for part in _parts(secret) if len(part) >= SHORTEST_PART]
    spelled = {spelling for secret in (*whole, *parts) for spelling in _spelled(secret)}
    return tuple(sorted(spelled, key=len, reverse=True))


def _parts(secret: str) -> tuple[str, ...]:
    """The password of an address, what follows the number in a bot's token: errors quote these alone."""
    _, scheme, rest = secret.partition("://")
    if not scheme:
        number, _, key = secret.partition(":")
        return (key,) if number.isdigit() else ()
    user, _, _ = rest.rpartition("@")
    password = user.partition(":")[2]
    return (password, unquote(password))


def _spelled(secret: str) -> tuple[str, ...]:
    plain = (secret, repr(secret)[1:-1], quote(secret, safe=""))
    return (*plain, *(json.dumps(one, ensure_ascii=False)[1:-1] for one in plain))


def _attach(formatter: MaskingFormatter, target: TextIO, level: str) -> None:
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
