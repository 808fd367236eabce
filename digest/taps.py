"""Button data: an intent as at most 64 bytes, and back. Keys and marks, never titles."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

from digest import editing, editorial, intents, pairing
from digest.editing import Act, Step
from digest.intents import Intent, Known, Pleasantry, Setting, Unreadable
from digest.replies import Form

LIMIT = 64
EXPIRED = "tap.expired"

_VERSION = "1"
_MARKED = "~"

_KINDS: Mapping[str, type[Intent]] = {
    "g": intents.Greet,
    "t": intents.ShowToday,
    "i": intents.ShowIssue,
    "s": intents.ShowSection,
    "S": intents.ShowSections,
    "n": intents.ShowStory,
    "a": intents.ShowArchive,
    "R": intents.ShowRange,
    "B": intents.BadDate,
    "p": intents.Turn,
    "q": intents.LookUp,
    "F": intents.Follow,
    "G": intents.Unfollow,
    "W": intents.ShowFollows,
    "m": intents.CatchUp,
    "b": intents.Subscribe,
    "u": intents.Unsubscribe,
    "U": intents.AskUnsubscribe,
    "e": intents.ExplainUnsubscribe,
    "z": intents.Pause,
    "r": intents.Resume,
    "c": intents.ShowSettings,
    "=": intents.Set,
    "A": intents.AskSetting,
    "w": intents.ShowStatus,
    "h": intents.ShowHelp,
    "k": intents.SmallTalk,
    "C": intents.Custom,
    "x": intents.Cancel,
    "f": intents.Share,
    "0": intents.Silence,
    "!": intents.Unreadable,
    "P": editing.ComposeBroadcast,
    "T": editing.TakeBroadcast,
    "D": editing.Draft,
    "Y": editing.Steer,
    "L": editing.ShowCampaigns,
    "1": editorial.SubmitIssue,
    "2": editorial.Preview,
    "3": editorial.Publish,
    "4": editorial.Retract,
    "5": editorial.ShowReport,
    "6": editorial.Resend,
    "7": editorial.Correct,
    "o": editorial.ShowRobots,
    "+": pairing.Pair,
    "-": pairing.Unpair,
    "9": pairing.Prefer,
}


def tap(intent: Intent) -> str:
    """The button data of an intent: at most 64 bytes of UTF-8.

    Words too long for a button are marked, and read back from the screen they stand under (`remember`).
    """
    return remember(intent) if fits(intent) else _write(intent, _mark_words)


def fits(intent: Intent) -> bool:
    """Whether a button carries the intent whole, with no need of the screen it stands under."""
    return len(remember(intent).encode(errors="surrogatepass")) <= LIMIT


def untap(pressed: str, known: Known) -> Intent:
    """The intent of button data; Unreadable('tap.expired') when garbled, its section or screen gone."""
    intent = _read(pressed, known, recall(known.conversation.screen, known))
    return Unreadable(EXPIRED) if intent is None else intent


def remember(intent: Intent) -> str:
    """An intent as text of any length, for `Conversation.screen`."""
    return _write(intent, _escape)


def recall(screen: str, known: Known) -> Intent | None:
    """The intent that `remember` wrote; None when there is none to be read."""
    return _read(screen, known, None)


def mark(text: str) -> str:
    """Eight hexadecimal digits that stand for a text."""
    return hashlib.blake2s(text.encode(errors="surrogatepass"), digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a written field is read with."""

    known: Known
    field: str
    screen: Intent | None


def _write(intent: Intent, words: Callable[[str], str]) -> str:
    letter = next(letter for letter, kind in _KINDS.items() if kind is type(intent))
    written = [_write_field(intent, field, words) for field in fields(intent)]
    while written and not written[-1]:
        written.pop()
    return _VERSION + letter + ";".join(written)


def _write_field(intent: Intent, field: Field[Any], words: Callable[[str], str]) -> str:
    value: object = getattr(intent, field.name)
    if value == field.default:
        return ""
    if _names_section(intent, field.name):
        sign, name = _parted(intent, str(value))
        return sign + (mark(name) if name else "")
    return _write_value(value, words)


def _write_value(value: object, words: Callable[[str], str]) -> str:
    match value:
        case bool():
            return "1" if value else "0"
        case dt.date():
            return value.isoformat().replace("-", "")
        case dt.time():
            return f"{value:%H%M}"
        case tuple():
            return words(_listed(value))
        case _:
            return words(str(value))


def _names_section(intent: Intent, field: str) -> bool:
    if isinstance(intent, intents.Set):
        return field == "value" and intent.setting is Setting.SECTION
    return field == "section" or (field == "name" and isinstance(intent, intents.ShowSection))


def _parted(intent: Intent, written: str) -> tuple[str, str]:
    # `+key`, `-key` and `*` of a choice of sections: the sign is no part of the key.
    signs = 1 if isinstance(intent, intents.Set) and written[:1] in ("+", "-", "*") else 0
    return written[:signs], written[signs:]


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace(";", "%3b").replace(_MARKED, "%7e")


def _unescape(text: str) -> str:
    return text.replace("%7e", _MARKED).replace("%3b", ";").replace("%25", "%")


def _mark_words(text: str) -> str:
    whole = _escape(text)
    return whole if len(whole.encode(errors="surrogatepass")) <= len(_MARKED) + 8 else _MARKED + mark(text)


def _read(text: str, known: Known, screen: Intent | None) -> Intent | None:
    kind = _KINDS.get(text[1:2])
    if kind is None or not text.startswith(_VERSION):
        return None
    written = text[2:].split(";")
    places = fields(kind)
    if len(written) > max(len(places), 1) or (written[0] and not places):
        return None
    written += [""] * (len(places) - len(written))
    try:
        # The fields of a closed list of values, checked by their readers: types are made here.
        values: dict[str, Any] = {
            field.name: _read_field(field, part, _Reading(known, field.name, screen))
            for field, part in zip(places, written, strict=False)
        }
        return _resolve(kind(**values), known)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _read_field(field: Field[Any], part: str, reading: _Reading) -> object:
    if not part and field.default is not MISSING:
        return field.default
    return _READERS.get(field.name, _read_words)(part, reading)


def _read_words(part: str, reading: _Reading) -> str:
    if not part.startswith(_MARKED):
        return _unescape(part)
    return _words_on_screen(part, reading)


def _words_on_screen(part: str, reading: _Reading) -> str:
    field = reading.field
    if field == "word" and isinstance(reading.screen, intents.LookUp):
        # What was looked up is what shall be followed.
        field = "words"
    value = getattr(reading.screen, field, None)
    words = _listed(value) if isinstance(value, tuple) else value
    if not isinstance(words, str) or _MARKED + mark(words) != part:
        raise ValueError(part)
    return words


def _listed(values: tuple[object, ...]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _read_values(part: str, reading: _Reading) -> tuple[tuple[str, str | int], ...]:
    return tuple((str(name), value) for name, value in json.loads(_read_words(part, reading)))


def _read_date(part: str, reading: _Reading) -> dt.date:
    return dt.date.fromisoformat(part)


def _read_time(part: str, reading: _Reading) -> dt.time:
    return dt.time.fromisoformat(part)


def _read_int(part: str, reading: _Reading) -> int:
    return int(part)


def _read_flag(part: str, reading: _Reading) -> bool:
    return bool(int(part))


def _read_page(part: str, reading: _Reading) -> str | int:
    # The page of an issue or a look-up is a number, that of the settings a name.
    return int(part) if part.isascii() and part.isdigit() else _read_words(part, reading)


_READERS: Mapping[str, Callable[[str, _Reading], object]] = {
    "date": _read_date,
    "first": _read_date,
    "last": _read_date,
    "until": _read_date,
    "since": _read_date,
    "push_at": _read_time,
    "page": _read_page,
    "step": _read_int,
    "number": _read_int,
    "index": _read_int,
    "campaign": _read_int,
    "stage": lambda part, reading: Step(part),
    "act": lambda part, reading: Act(part),
    "guessed": _read_flag,
    "whole": _read_flag,
    "sure": _read_flag,
    "done": _read_flag,
    "form": lambda part, reading: Form(part),
    "kind": lambda part, reading: Pleasantry(part),
    "setting": lambda part, reading: Setting(part),
    "values": _read_values,
}


def _resolve(intent: Intent, known: Known) -> Intent:
    for name in ("section", "name", "value"):
        if hasattr(intent, name) and _names_section(intent, name):
            return _with_section(intent, name, known)
    return intent


def _with_section(intent: Intent, field: str, known: Known) -> Intent:
    sign, marked = _parted(intent, str(getattr(intent, field)))
    values: dict[str, Any] = {place.name: getattr(intent, place.name) for place in fields(intent)}
    values[field] = sign + (_section(marked, known) if marked else "")
    return type(intent)(**values)


def _section(marked: str, known: Known) -> str:
    for section in known.sections:
        for name in (section.key, section.title):
            if mark(name) == marked:
                return name
    raise ValueError(marked)
