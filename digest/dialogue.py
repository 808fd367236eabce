"""An open dialogue: what was asked for is heard first, anything clear ends it, a guess asks again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from digest.incoming import EDITORS
from digest.intents import (
    AskSetting,
    Awaits,
    Cancel,
    Intent,
    Known,
    LookUp,
    Pause,
    Set,
    Setting,
    ShowStory,
    SmallTalk,
)
from digest.preferences import NO_HOUR, NO_ZONE, ask_hour, ask_pause, ask_zone
from digest.wording import SHORT, Words, peelings

DIALOGUE_LASTS = dt.timedelta(minutes=10)

_ENDING_WORDS = (
    "取消 算了 不改了 不用了 不用 不设了 退出 不了 没事 没事了 放弃 不 "
    "cancel /cancel quit exit stop nevermind no"
)
_ENDINGS = frozenset(_ENDING_WORDS.split())


def answer(words: Words, known: Known, otherwise: Callable[[Words, Known], Intent]) -> Intent:
    """What the words mean while a dialogue is open; `otherwise` reads them where none is."""
    awaits = open_question(known)
    if awaits is Awaits.NOTHING:
        return otherwise(words, known)
    if ends(words):
        return Cancel()
    if awaits in EDITORS:
        # What is an answer to an editor's question was heard before; this is something else.
        return otherwise(words, known)
    short = len(words.said) <= SHORT
    heard = _value(words, known, awaits) if short else None
    if heard is not None:
        return heard
    intent = otherwise(words, known)
    return _again(words, known, awaits) if _is_guess(intent) else intent


def ends(words: Words) -> bool:
    """Whether the words end a dialogue."""
    return words.strip().bare in _ENDINGS


def open_question(known: Known) -> Awaits:
    """What the talk waits for; NOTHING once that was asked too long ago."""
    talk = known.conversation
    stale = talk.asked_at is not None and known.now - talk.asked_at > DIALOGUE_LASTS
    return Awaits.NOTHING if stale else talk.awaits


def _value(words: Words, known: Known, awaits: Awaits) -> Intent | None:
    for peeled in peelings(words):
        intent = _read(peeled, known, awaits)
        if intent is not None:
            return intent
    return None


def _read(words: Words, known: Known, awaits: Awaits) -> Intent | None:
    match awaits:
        case Awaits.HOUR:
            return ask_hour(words, asked=True)
        case Awaits.PAUSE:
            return ask_pause(words, known)
        case Awaits.ZONE:
            named = ask_zone(words)
            return named if isinstance(named, Set) else None
        case _:
            return None


def _is_guess(intent: Intent) -> bool:
    return isinstance(intent, ShowStory | SmallTalk) or (isinstance(intent, LookUp) and intent.guessed)


def _again(words: Words, known: Known, awaits: Awaits) -> Intent:
    match awaits:
        case Awaits.HOUR:
            return AskSetting(Setting.HOUR, words.said, NO_HOUR)
        case Awaits.ZONE:
            return ask_zone(words) if len(words.said) <= SHORT else AskSetting(Setting.ZONE, "", NO_ZONE)
        case _:
            return Pause()
