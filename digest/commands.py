"""The one table of commands: names, words in every language, and the intent each makes of what follows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from digest import (
    asking,
    editions,
    follow_words,
    leaving,
    ordering,
    pairing,
    preferences,
    publishing,
    vocabulary,
)
from digest.editing import ComposeBroadcast, ShowCampaigns
from digest.editorial import ShowRobots
from digest.intents import (
    Cancel,
    CatchUp,
    Greet,
    Intent,
    Known,
    Resume,
    Share,
    ShowHelp,
    ShowIssue,
    ShowStatus,
    Turn,
)
from digest.wording import Words

Maker = Callable[[Words, Known], Intent]


@dataclass(frozen=True, slots=True)
class Command:
    """A request with a name.

    `words` are what people type without a slash, per language, the first of each being the one to show;
    `slashes` are further names behind a slash; `leads` are words that may be followed by what is asked for.
    A command without a `menu` place is not listed by the platform, one without `help` is in no help text.
    The words and the help of an `admin` command are for admins; behind a slash it is understood from all.
    An `editor` command is understood from all, too, and helps those who may send broadcasts.
    """

    name: str
    make: Maker
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slashes: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    menu: bool = True
    help: bool = True
    admin: bool = False
    editor: bool = False

    @property
    def help_id(self) -> str:
        """The message with one line of help."""
        return f"help.{self.name}"

    @property
    def menu_id(self) -> str:
        """The message with the description in a platform's command menu."""
        return f"menu.{self.name}"

    def word(self, language: str) -> str:
        """The word to show in a language (BCP 47), else the English one, else the slashed name."""
        words = self.words.get(language.partition("-")[0]) or self.words.get("en") or ()
        return words[0] if words else f"/{self.name}"


def commands() -> tuple[Command, ...]:
    """Every command, in the order of menus and help."""
    return (*_reading(), *_ordering(), *_asking(), *_publishing(), *_editing(), *_paging())


@lru_cache(maxsize=1)
def slashed() -> Mapping[str, Command]:
    """The commands by what may follow a slash, words included."""
    table = {
        word.replace(" ", "").lower(): c for c in commands() for words in c.words.values() for word in words
    }
    return table | {name: command for command in commands() for name in (command.name, *command.slashes)}


@lru_cache(maxsize=1)
def spoken() -> Mapping[str, Command]:
    """The commands by their words without spaces, folded. Leaving is not among them: it is read strictly."""
    return {
        word.replace(" ", "").lower(): command
        for command in commands()
        if command.name != "unsubscribe"
        for words in command.words.values()
        for word in words
    }


@lru_cache(maxsize=1)
def led() -> re.Pattern[str]:
    """The words that open a command with something after them; the group `lead` is the word."""
    leads = sorted((lead for command in commands() for lead in command.leads), key=len, reverse=True)
    return re.compile(rf"(?P<lead>{'|'.join(map(re.escape, leads))})(?:(?<![a-z])|(?![a-z]))[ :,]*(?=\S)")


@lru_cache(maxsize=1)
def by_lead() -> Mapping[str, Command]:
    """The commands by the words that open them."""
    return {lead: command for command in commands() for lead in command.leads}


def _reading() -> tuple[Command, ...]:
    section_leads = ("栏目", "版块", "板块", "分类", "目录", "section")
    return (
        Command("today", editions.today, vocabulary.TODAY, slashes=("latest", "now", "news")),
        Command("sections", editions.sections, vocabulary.SECTIONS, slashes=("toc",)),
        Command("section", editions.section, slashes=("sec",), leads=section_leads),
        Command("date", editions.date, vocabulary.DATE, slashes=("day",), leads=("日期", "date")),
        Command(
            "archive",
            editions.archive,
            vocabulary.ARCHIVE,
            slashes=("history", "calendar"),
            leads=("往期", "历史", "日历", "archive"),
        ),
        Command("search", asking.search, vocabulary.SEARCH, slashes=("find", "s")),
        Command("catchup", _catch_up, vocabulary.CATCH_UP, slashes=("missed",), leads=("补看", "补课")),
        Command("follow", follow_words.follow, vocabulary.FOLLOW, slashes=("follows", "watch")),
        Command("unfollow", follow_words.unfollow, slashes=("unwatch",), menu=False, help=False),
        Command("whole", editions.whole, vocabulary.WHOLE, menu=False, help=False),
    )


def _catch_up(words: Words, known: Known) -> Intent:
    # 补看昨天的 is the issue of that day.
    return (editions.read_edition(words, known) if words else None) or CatchUp()


def _ordering() -> tuple[Command, ...]:
    return (
        Command("subscribe", ordering.order, vocabulary.SUBSCRIBE, slashes=("sub",)),
        Command("unsubscribe", leaving.leave, leaving.CLEAR, slashes=("stop", "unsub", "td")),
        Command("pause", preferences.pause, vocabulary.PAUSE),
        Command("resume", lambda words, known: Resume(), vocabulary.RESUME),
        Command(
            "settings",
            preferences.settings,
            vocabulary.SETTINGS,
            slashes=("set", "preferences"),
            leads=("设置", "settings"),
        ),
        Command("status", lambda words, known: ShowStatus(), vocabulary.STATUS, slashes=("why",)),
        Command("link", pairing.pair, vocabulary.PAIR, slashes=("pair",), menu=False, help=False),
        Command(
            "unlink",
            lambda words, known: pairing.Unpair(),
            vocabulary.UNPAIR,
            slashes=("unpair",),
            menu=False,
            help=False,
        ),
        Command(
            "here",
            lambda words, known: pairing.Prefer(),
            vocabulary.PREFER,
            menu=False,
            help=False,
        ),
    )


def _asking() -> tuple[Command, ...]:
    return (
        Command("help", lambda words, known: ShowHelp(), vocabulary.HELP, slashes=("menu", "commands", "h")),
        Command("share", lambda words, known: Share(), vocabulary.SHARE, slashes=("invite",)),
        Command("start", lambda words, known: Greet(words.said), menu=False, help=False),
        Command("cancel", lambda words, known: Cancel(), vocabulary.CANCEL, help=False),
    )


def _publishing() -> tuple[Command, ...]:
    robots = Command(
        "robots", lambda words, known: ShowRobots(), vocabulary.ROBOTS, menu=False, help=False, admin=True
    )
    return robots, *(
        Command(name, make, words, slashes=slashes, leads=(*words["zh"], name), menu=False, admin=True)
        for name, make, words, slashes in (
            ("preview", publishing.preview, vocabulary.PREVIEW, ("proof",)),
            ("publish", publishing.publish, vocabulary.PUBLISH, ()),
            ("retract", publishing.retract, vocabulary.RETRACT, ("withdraw",)),
            ("correct", publishing.correct, vocabulary.CORRECT, ("fix",)),
            ("report", publishing.report, vocabulary.REPORT, ()),
            ("reply", publishing.answer_reader, vocabulary.ANSWER, ("answer",)),
        )
    )


def _editing() -> tuple[Command, ...]:
    return tuple(
        Command(name, make, words, slashes=slashes, menu=False, help=False, editor=True)
        for name, make, words, slashes in (
            ("broadcast", lambda words, known: ComposeBroadcast(), vocabulary.BROADCAST, ("announce",)),
            ("campaigns", lambda words, known: ShowCampaigns(), vocabulary.CAMPAIGNS, ("broadcasts",)),
        )
    )


def _paging() -> tuple[Command, ...]:
    return tuple(
        Command(name, make, words, slashes=slashes, menu=False, help=False)
        for name, make, words, slashes in (
            ("next", lambda words, known: Turn(1), vocabulary.NEXT, ("more",)),
            ("previous", lambda words, known: Turn(-1), vocabulary.PREVIOUS, ("back", "prev")),
            ("earlier", lambda words, known: ShowIssue(step=-1), vocabulary.EARLIER, ()),
            ("later", lambda words, known: ShowIssue(step=1), vocabulary.LATER, ()),
        )
    )
