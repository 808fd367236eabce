"""What Telegram's errors mean: first the narrow ones, then the wide ones they are subclasses of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.telegram.request import CANNOT_ENCODE
from digest import errors
from digest.errors import Gone, MaybeSent, Moved, NotSent, Refused, SendFailure, Unauthorized, Wait

# Parts of the platform's own words, in small letters, and the reason they stand for.
FORBIDDEN = (
    ("blocked by the user", "blocked"),
    ("deactivated", "deactivated"),
    ("deleted", "deactivated"),
    ("kicked", "kicked"),
    ("not a member", "not_member"),
    ("can't initiate", "not_started"),
    ("have no rights", "no_rights"),
    ("not enough rights", "no_rights"),
)
GONE = (
    ("chat not found", "not_found"),
    ("user not found", "not_found"),
    ("peer_id_invalid", "not_found"),
    ("group chat was deactivated", "deactivated"),
    ("chat was deleted", "deactivated"),
    ("user_is_blocked", "blocked"),
    ("not enough rights", "no_rights"),
    ("have no rights", "no_rights"),
    ("need administrator rights", "no_rights"),
    ("chat_write_forbidden", "no_rights"),
    ("chat_restricted", "no_rights"),
    ("topic_closed", "topic_closed"),
    ("topic closed", "topic_closed"),
    ("topic is closed", "topic_closed"),
    ("topic_deleted", "topic_missing"),
    ("thread not found", "topic_missing"),
)
# The reason, and whether the plain words without buttons may pass.
REFUSED = (
    ("message is not modified", "not_modified", False),
    ("can't parse", "cannot_parse", True),
    ("button_data_invalid", "bad_button", True),
    ("button_url_invalid", "bad_button", True),
    ("inline keyboard", "bad_button", True),
    ("reply markup", "bad_button", True),
    ("entity", "cannot_parse", True),
    ("is too long", "too_long", False),
    ("message_too_long", "too_long", False),
    ("text is empty", "empty", False),
    ("text must be non-empty", "empty", False),
    (CANNOT_ENCODE, "cannot_encode", False),
    ("message to edit not found", "not_editable", False),
    ("message can't be edited", "not_editable", False),
    ("message_id_invalid", "not_editable", False),
    ("query is too old", "tap_expired", False),
    ("query id is invalid", "tap_expired", False),
)


def translate(error: TelegramError) -> SendFailure:
    """The library's error in our words, with the platform's own where it has answered."""
    failure = _ours(error)
    return failure if failure is error.__cause__ else failure.saying(error.message)


def _ours(error: TelegramError) -> SendFailure:
    match error:
        case RetryAfter():
            return Wait(_seconds(error.retry_after), whole=False)
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case InvalidToken():
            return Unauthorized("unauthorized")
        case Conflict():
            return _conflict(error.message)
        case Forbidden():
            return Gone(_named(FORBIDDEN, error.message) or "forbidden")
        case BadRequest():
            return _bad_request(error.message)
    cause = error.__cause__
    if isinstance(cause, NotSent | MaybeSent):
        return cause
    return Refused("refused")


def explain(status: int, answer: Mapping[str, Any]) -> SendFailure:
    """A refusal as it stands in Telegram's answer, in our words and with its own."""
    words = str(answer.get("description", ""))
    return _explained(status, words, answer.get("parameters") or {}).saying(words)


def _explained(status: int, words: str, parameters: Mapping[str, Any]) -> SendFailure:
    if parameters.get("migrate_to_chat_id"):
        return Moved(str(parameters["migrate_to_chat_id"]))
    if parameters.get("retry_after"):
        return Wait(float(parameters["retry_after"]), whole=False)
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return Unauthorized("unauthorized")
        case HTTPStatus.CONFLICT:
            return _conflict(words)
        case HTTPStatus.FORBIDDEN:
            return Gone(_named(FORBIDDEN, words) or "forbidden")
        case HTTPStatus.BAD_REQUEST:
            return _bad_request(words)
        case _:
            return Refused("refused")


def _conflict(words: str) -> SendFailure:
    return errors.Conflict("webhook" if "webhook" in words.lower() else "other_poller")


def _seconds(retry_after: int | dt.timedelta) -> float:
    return retry_after.total_seconds() if isinstance(retry_after, dt.timedelta) else float(retry_after)


def _bad_request(words: str) -> SendFailure:
    gone = _named(GONE, words)
    if gone:
        return Gone(gone)
    said = words.lower()
    for part, reason, markup in REFUSED:
        if part in said:
            return Refused(reason, markup=markup)
    return Refused("bad_request", markup=True)


def _named(table: tuple[tuple[str, str], ...], words: str) -> str:
    said = words.lower()
    return next((reason for part, reason in table if part in said), "")
