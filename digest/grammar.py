"""What a message asks for. Pure and total: every text means something, and no text raises."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping

from digest import commands
from digest.asking import keyword, read_lone, read_question, read_search
from digest.chat import read_chat
from digest.dialogue import answer
from digest.drafting import read_draft
from digest.editions import read_edition, read_section
from digest.editorial import SubmitIssue
from digest.filters import read_filters
from digest.follow_words import read_follow
from digest.intents import (
    AskSetting,
    Custom,
    Incoming,
    Intent,
    Known,
    LookUp,
    ShowHelp,
    ShowIssue,
    ShowRange,
    ShowSection,
    ShowStory,
    ShowToday,
    Silence,
    SmallTalk,
    Turn,
    Unreadable,
    Unsubscribe,
)
from digest.leaving import read_leaving
from digest.missing import read_missing
from digest.naming import only, titled, without_kind
from digest.ordering import read_order
from digest.pairing import read_pairing
from digest.places import read_page, read_story
from digest.preferences import read_preference
from digest.publishing import is_issue
from digest.taps import recall, untap
from digest.wording import SHORT, Words, heard, peelings

LIST_LASTS = dt.timedelta(minutes=10)

_SLASHED = re.compile(r"/ ?(?P<name>[^\s@/:,]+)(?:@(?P<bot>\S+))?[ :,]*(?P<rest>.*)")
_WORD_SEARCH = re.compile(r"搜|search")
_STEPS: Mapping[str, int] = {
    **dict.fromkeys(("下一条", "下条", "后一条", "下一篇", "下篇", "下一则", "nextstory", "nextone"), 1),
    **dict.fromkeys(
        ("上一条", "上条", "前一条", "上一篇", "上篇", "上一则", "previousstory", "previousone"), -1
    ),
}
_Reader = Callable[[Words, Known], Intent | None]


def understand(incoming: Incoming, known: Known) -> Intent:
    """The intent of a message or tap.

    In this order: an open dialogue, the publisher's replies, commands, the number of a story, a day,
    a section, small talk; all else is looked up.
    """
    if incoming.tap:
        return untap(incoming.tap, known)
    private = incoming.private and known.private
    if private and incoming.document is not None:
        return SubmitIssue()
    # An editor who was asked for a broadcast may answer with what looks like an issue.
    drafted = read_draft(incoming, known) if private else None
    if drafted is not None:
        return drafted
    if private and known.admin and is_issue(incoming.text):
        return SubmitIssue()
    if incoming.code and not incoming.text.strip():
        return Unreadable(incoming.code)
    words = heard(incoming.text)
    if private:
        return _meaning(_unnamed(words, known, anybody=True), known)
    return _in_group(words, known, addressed=incoming.addressed and known.addressed)


def _in_group(words: Words, known: Known, *, addressed: bool) -> Intent:
    slashed = _SLASHED.fullmatch(words.folded)
    if slashed and slashed["bot"] and not _is_ours(slashed["bot"], known):
        return Silence()
    if slashed and slashed["name"] in commands.slashed():
        return _meaning(words, known)
    named = _unnamed(words, known, anybody=False)
    if not (addressed or named.said != words.said):
        return Silence()
    if not named:
        return ShowHelp()
    intent = _meaning(named, known)
    return Silence() if isinstance(intent, SmallTalk) else intent


def _unnamed(words: Words, known: Known, *, anybody: bool) -> Words:
    """The words without the bot's name before or after them."""
    names = "|".join(re.escape(name) for name in sorted(_names(known), key=len, reverse=True))
    name = rf"@(?:{names})" if names else r"@(?!)"
    opening = re.match(rf"{name}(?![\w])[ :,]*" + (r"|@[\w]+ +" if anybody else ""), words.folded)
    closing = re.search(rf"(?:^| |(?<=[^\x00-\x7f])){name}$", words.folded)
    if opening:
        return words.cut(opening.end())
    return words.cut(0, closing.start()) if closing else words


def _names(known: Known) -> set[str]:
    return {heard(name.removeprefix("@")).folded for name in known.bot_names if name.strip("@ ")}


def _is_ours(name: str, known: Known) -> bool:
    return name in _names(known)


def _meaning(words: Words, known: Known) -> Intent:
    if not words:
        return Silence()
    return answer(words, known, _without_dialogue)


def _without_dialogue(words: Words, known: Known) -> Intent:
    for reader in (_custom, _slash, _directed, _short, _searched):
        intent = reader(words, known)
        if intent is not None:
            return intent
    return keyword(words)


def _custom(words: Words, known: Known) -> Intent | None:
    """The publisher's own reply. Words inside a sentence never take the place of a command or of leaving."""
    said = {peeled.bare for peeled in (words, words.strip())} if len(words.said) <= SHORT else {words.bare}
    for index, custom in enumerate(known.custom):
        if any(heard(word).bare in said for word in custom.words if word.strip()):
            return Custom(index)
    if words.folded.startswith("/") or isinstance(read_leaving(words, known), Unsubscribe):
        return None
    for index, custom in enumerate(known.custom):
        if custom.contains and any(heard(word).bare in words.bare for word in custom.words if word.strip()):
            return Custom(index)
    return None


def _slash(words: Words, known: Known) -> Intent | None:
    slashed = _SLASHED.fullmatch(words.folded)
    command = commands.slashed().get(slashed["name"].rstrip("!?.。,~")) if slashed else None
    if slashed is None:
        return None
    if command is None:
        return _without_dialogue(words.cut(1), known) if words.cut(1) else ShowHelp()
    asks = Words("?", "?") if "?" in slashed["name"] and not slashed["rest"] else None
    return command.make(asks or words.cut(slashed.start("rest")), known)


def _short(words: Words, known: Known) -> Intent | None:
    if len(words.folded) > SHORT:
        return None
    for reader in _SHORT_READERS:
        intent = reader(words, known)
        if intent is not None:
            return intent
    return None


def _peeled(reader: _Reader) -> _Reader:
    """The reader, tried with less and less politeness around the words."""

    def read(words: Words, known: Known) -> Intent | None:
        found = (reader(peeled, known) for peeled in peelings(words))
        return next((intent for intent in found if intent is not None), None)

    return read


def _spoken(words: Words, known: Known) -> Intent | None:
    command = commands.spoken().get(words.bare)
    return command.make(Words("", ""), known) if command and _may_say(command, known) else None


def _may_say(command: commands.Command, known: Known) -> bool:
    # To a reader 发布 is a word to look up.
    return known.admin or not command.admin


def _directed(words: Words, known: Known) -> Intent | None:
    """What an admin wants done: there `now` and `please` are not the same."""
    lead = commands.led().match(words.folded) if known.admin else None
    return _led(words, known) if lead and commands.by_lead()[lead["lead"]].admin else None


def _led(words: Words, known: Known) -> Intent | None:
    lead = commands.led().match(words.folded)
    if lead is None or not _may_say(commands.by_lead()[lead["lead"]], known):
        return None
    rest, parted = words.cut(lead.end()), lead.end() > lead.end("lead")
    # 板块轮动 is a word, 板块 轮动 a section that is not there.
    if not parted and only(rest, known.sections) is None and read_edition(rest, known) is None:
        return None
    return commands.by_lead()[lead["lead"]].make(rest, known)


def _story(words: Words, known: Known) -> Intent | None:
    number = read_story(words, known)
    if number is None:
        return None
    shown_at = known.conversation.list_at
    fresh = shown_at is not None and known.now - shown_at <= LIST_LASTS
    return ShowStory(number, known.conversation.list_date if fresh else None)


def _page(words: Words, known: Known) -> Intent | None:
    page = read_page(words)
    if page is None:
        return None
    if known.conversation.page:
        return Turn(page - known.conversation.page)
    screen = recall(known.conversation.screen, known)
    if isinstance(screen, ShowToday | LookUp | ShowRange):
        return dataclasses.replace(screen, page=page)
    return ShowToday(page=page)


def _beside(words: Words, known: Known) -> Intent | None:
    """The story after or before the one on the screen."""
    step = _STEPS.get(words.bare)
    if step is None:
        return None
    screen = recall(known.conversation.screen, known)
    if isinstance(screen, ShowStory) and screen.number + step > 0:
        return dataclasses.replace(screen, number=screen.number + step)
    return Turn(step)


def _preference(words: Words, known: Known) -> Intent | None:
    """A setting: one with a value, however politely it is wrapped, comes before a question about one."""
    found = [intent for peeled in peelings(words) if (intent := read_preference(peeled, known))]
    return next(
        (intent for intent in found if not isinstance(intent, AskSetting)), found[0] if found else None
    )


def _titled(words: Words, known: Known) -> Intent | None:
    section = titled(words, known.sections) or titled(without_kind(words), known.sections)
    return ShowSection(section.key) if section else None


def _chat(words: Words, known: Known) -> Intent | None:
    return read_chat(words)


def _searched(words: Words, known: Known) -> Intent | None:
    asked = read_search(words)
    filters = read_filters(heard(asked.words) if asked else words, known)
    if filters or asked is None or _WORD_SEARCH.search(words.folded):
        return filters or asked
    # 找一下12月18号那期 wants the issue, 搜 12月18号 the words.
    edition = read_edition(heard(asked.words), known)
    return edition if isinstance(edition, ShowIssue) else asked


def _lone(words: Words, known: Known) -> Intent | None:
    return read_lone(words)


def _questioned(words: Words, known: Known) -> Intent | None:
    asked = read_question(words)
    # 上周有什么大事 wants the issues, not the words.
    edition = read_edition(heard(asked.words), known) if asked else None
    return edition if isinstance(edition, ShowIssue | ShowRange | ShowToday) else asked


_SHORT_READERS: tuple[_Reader, ...] = (
    read_leaving,
    _lone,
    _peeled(_spoken),
    _peeled(read_pairing),
    read_follow,
    _led,
    _peeled(read_order),
    _peeled(_story),
    _page,
    _peeled(_beside),
    _peeled(read_edition),
    _preference,
    _peeled(_titled),
    read_missing,
    _searched,
    _peeled(_chat),
    _peeled(read_section),
    _questioned,
)
