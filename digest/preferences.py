"""Settings by words: an hour, days, a zone, a language, the form, sections, a pause."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from digest.faults import Fault
from digest.hours import Ambiguous, read_days, read_hour, read_weekdays
from digest.intents import (
    AskSetting,
    BadDate,
    Intent,
    Known,
    Pause,
    Set,
    Setting,
    ShowSettings,
    Subscribe,
)
from digest.naming import only, without_kind
from digest.values import page_of, value_of
from digest.wording import Words
from digest.zones import find_zone

NO_HOUR = "hour.unreadable"
TWO_HOURS = "hour.ambiguous"
NO_ZONE = "zone.unknown"
SOME_ZONES = "zone.ambiguous"

_CHANGE = re.compile(
    r"(?:^|.{0,12}[, ])把?(?:(?:每[天日])?(?:推送|发送|接收)?的?(?:时间|时区|语言|日子|版式)?(?:给我)?"
    r"(?:改成|改到|改为|换成|换到|换为|调到|调成|调为|设成|设为|设置为|设置成|设到|切换到|"
    r"切换成|切换为|调整到|调整为|切到|改))[ :,]*"
    r"|^(?:set|change|switch|move)(?: it| the)?(?: time| hour| language| time ?zone| days)?(?: to)? "
)
_SURELY_CHANGE = re.compile(
    r"把?(?:每[天日])?(?:(?:推送|发送|接收)?的?(?:时间|时区|语言)(?:给我)?改|改[成到为]|"
    r"[设调换][成到为])|[a-z]"
)
_CHOSEN = re.compile(r"^(?:只要|换|开启|打开|要)|(?:的|版)$")
_HOW = re.compile(r"^(?:怎么|如何|怎样|在哪里?|哪里)(?:设置|修改|改|换)?(?!设置)(?=.)")
_HOUR_FOR = re.compile(
    r"(?:推送时间|发送时间|时间|每[天日]|时刻|time|hour|(?:push|send|deliver)(?: it| me)?(?: at)?)[ :]*"
)
_HOUR_END = re.compile(r"(?:发|推送|推|发送|收|就行|吧|提醒我?| instead)$")
_COUNTED = re.compile(r"[\d零一二两三四五六七八九十]|o'?clock|half|quarter")
_ZONE = re.compile(
    r"(?:我?的?时区(?:是|在|为)?|(?:time ?)?zone|我?人?(?:现在)?(?:住在|搬到了?|在|到了)|i(?:'m| am) in|"
    r"i live in)[ :]*(?=\S)"
)
_ZONE_SAID = re.compile(r"时区|zone")
_ZONE_END = re.compile(r"(?:时间|时区| time|time ?zone)$")
_ONLY = re.compile(r"(?:只要|只看|只订阅?|只发|只想看|only)[ :]*(?=\S)")
_LESS = re.compile(r"(?:不要|不看|不想看|去掉|减去|屏蔽|少发|without|no)[ :]*(?=\S)")
_MORE = re.compile(r"(?:再?加上|再加|增加|添加|再?加|还要|也要|also|add)[ :]*(?=\S)")
_REMOVED = re.compile(r"把?(?P<name>.{2,12}?)(?:都|给)?(?:去掉|删掉|关掉|屏蔽掉?|不要了?|不看了?)")
_PAUSE = re.compile(r"(?:先)?(?:暂停推送|暂停发送|暂停|停发|停更|停|pause|snooze)(?P<rest>.*)")
_LATER = re.compile(r"再(?:发|推|来)(?:送|我|给我)?$")
_HOLIDAY = re.compile(
    r"(?:国庆|春节|过年|放假|假期|节假日|五一|元旦|端午|中秋|清明|这几天|这两天|最近|这周|"
    r"这段时间|出差|休假|今天|明天|暂时|先)"
    r"(?:期间|节|的时候|里|长假)?(?:先|都|就)?(?:别|不要|不用|暂停|停)再?(?:给我)?(?:发送?|推送?|收)?了?"
)


def read_preference(words: Words, known: Known) -> Intent | None:
    """A setting with its value, a question where the value is unclear, None where no setting is named."""
    change = _CHANGE.match(words.folded)
    if change and change.end() < len(words.folded):
        changed = _changed(words.cut(change.end()), known)
        # In the middle of a sentence, or as 改革, the words are only taken where they hold a value.
        if isinstance(changed, Set) or _SURELY_CHANGE.match(words.folded):
            return changed
    for reader in (_worded, _paged, _paused, _hour, _days, _zone, _sections, _removed):
        intent = reader(words, known)
        if intent is not None:
            return intent
    return None


def ask_hour(words: Words, *, asked: bool) -> Intent | None:
    """The hour that the words say as a setting, or a question about it; None when they say none."""
    hour = read_hour(words.folded, asked=asked)
    if isinstance(hour, dt.time):
        return Set(Setting.HOUR, f"{hour:%H:%M}")
    if isinstance(hour, Ambiguous):
        return AskSetting(Setting.HOUR, words.said, TWO_HOURS)
    return AskSetting(Setting.HOUR, words.said, hour.code, hour.values) if hour else None


def ask_zone(words: Words) -> Intent:
    """The zone that the words name exactly as a setting, else a question."""
    choices = find_zone(words.folded)
    if len(choices) == 1 and choices[0].exact:
        return Set(Setting.ZONE, choices[0].key)
    return AskSetting(Setting.ZONE, words.said, SOME_ZONES if choices else NO_ZONE)


def ask_pause(words: Words, known: Known) -> Intent | None:
    """The pause that the words say; None when they say none."""
    until = read_days(words.folded, today=known.today)
    if isinstance(until, Fault):
        return BadDate(until.code, until.values)
    return Pause(until) if until else None


def settings(words: Words, known: Known) -> Intent:
    """What the command for settings means with these words after it."""
    page = page_of(words.bare)
    return ShowSettings(page) if page or not words else read_preference(words, known) or ShowSettings()


def pause(words: Words, known: Known) -> Intent:
    """What the command for a pause means with these words after it."""
    return ask_pause(words, known) or Pause() if words else Pause()


def _changed(words: Words, known: Known) -> Intent | None:
    hour = ask_hour(words, asked=True)
    days = None if hour else read_weekdays(words.folded, asked=True)
    if hour or days:
        return hour or Set(Setting.DAYS, str(days))
    other = _worded(words, known) or _zone(words, known) or _paged(words, known)
    if other:
        return other
    exact = tuple(choice for choice in find_zone(words.folded) if choice.exact)
    return ask_zone(words) if exact else AskSetting(Setting.HOUR, words.said, NO_HOUR)


def _worded(words: Words, known: Known) -> Intent | None:
    bare = _CHOSEN.sub("", words.bare)
    value = value_of(words.bare) or value_of(bare)
    return Set(*value) if value else None


def _paged(words: Words, known: Known) -> Intent | None:
    page = page_of(_HOW.sub("", words.bare))
    return ShowSettings(page) if page else None


def _hour(words: Words, known: Known) -> Intent | None:
    opening = _HOUR_FOR.match(words.folded)
    rest = words.cut(opening.end()) if opening else words
    ending = _HOUR_END.search(rest.folded)
    rest = rest.cut(0, ending.start()) if ending else rest
    # `中午` alone is no order: an hour has a number.
    return ask_hour(rest, asked=False) if rest and _COUNTED.search(rest.folded) else None


def _days(words: Words, known: Known) -> Intent | None:
    days = read_weekdays(words.folded)
    return Set(Setting.DAYS, str(days)) if days else None


def _zone(words: Words, known: Known) -> Intent | None:
    named = _ZONE.match(words.folded)
    if named:
        intent = ask_zone(words.cut(named.end()))
        # 我在 opens many sentences, 时区 only one.
        return intent if isinstance(intent, Set) or _ZONE_SAID.search(named[0]) else None
    if not _ZONE_END.search(words.folded):
        return None
    intent = ask_zone(words)
    exact = any(choice.exact for choice in find_zone(words.folded))
    return intent if exact else None


def _removed(words: Words, known: Known) -> Intent | None:
    found = _REMOVED.fullmatch(words.folded)
    if found is None:
        return None
    named = without_kind(words.cut(found.start("name"), found.end("name")))
    section = only(named, known.sections)
    return Set(Setting.SECTION, f"-{section.key}") if section else None


def _sections(words: Words, known: Known) -> Intent | None:
    makers: tuple[tuple[re.Pattern[str], Callable[[str], Intent]], ...] = (
        (_ONLY, Subscribe),
        (_LESS, lambda key: Set(Setting.SECTION, f"-{key}")),
        (_MORE, lambda key: Set(Setting.SECTION, f"+{key}")),
    )
    for pattern, make in makers:
        opening = pattern.match(words.folded)
        if opening is None:
            continue
        rest = words.cut(opening.end())
        section = only(rest, known.sections) or only(without_kind(rest), known.sections)
        if section:
            return make(section.key)
    return None


def _paused(words: Words, known: Known) -> Intent | None:
    if _HOLIDAY.fullmatch(words.bare):
        return Pause()
    if _LATER.search(words.bare):
        return ask_pause(words, known)
    opening = _PAUSE.match(words.folded)
    if opening is None:
        return None
    rest = words.cut(opening.start("rest"))
    if not rest:
        return Pause() if opening[0] not in ("停", "停更") else None
    until = ask_pause(words, known) or ask_pause(rest, known)
    parted = words.folded[opening.start("rest")] == " "
    return until or (Pause() if parted and opening[0].startswith(("暂停", "pause")) else None)
