"""The welcome where nobody is sent a digest at an hour of their own, by what the account may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.accounts import Reach
from digest.compose import minutes_of
from digest.issue import Issue
from digest.ports import Phrases
from digest.replies import Choice, Foot, Reply, Text

# So many stories and more are told in tens.
ROUNDED_FROM = 20
_EXAMPLE_DAYS = dt.timedelta(days=2)
_PARTS = ((dt.time(11), "morning"), (dt.time(14), "noon"), (dt.time(18), "afternoon"))

_MASS = ("welcome.pushed", "welcome.pushed_bare")
_OWN = ("welcome.comes", "welcome.comes_bare")


@dataclass(frozen=True, slots=True)
class Publication:
    """What a newcomer is told of the publication: its name, its days in words, its hour, the newest issue."""

    name: str
    days: str
    push_at: dt.time
    today: dt.date
    newest: Issue | None = None


def welcome(reach: Reach, paper: Publication, say: Phrases) -> Reply:
    """What somebody reads who follows the account."""
    today = Choice(say("foot.see_today"), says=say("says.today"))
    sections = Choice(say("foot.by_section"), says=say("choice.contents"))
    foot = Foot(
        ((today,), (sections,)),
        under=say("welcome.ask", day=say.short_day(paper.today - _EXAMPLE_DAYS)),
        after=say("welcome.never") if reach is Reach.NEVER else "",
    )
    if reach is Reach.WINDOW:
        subscribe = Choice(say("foot.send_at", hour=_hour(paper.push_at, say)), says=say("says.subscribe"))
        first = Choice(say("choice.see_today"), says=say("says.today"))
        foot = Foot(((subscribe,), (first,)), foot.under, say("welcome.window"))
    opening = _opening(reach, paper, say)
    steps = foot.steps
    return Reply((Text(opening),), steps, typed=tuple(row[0].says for row in steps), foot=foot)


def _opening(reach: Reach, paper: Publication, say: Phrases) -> str:
    counted, bare = _MASS if reach is Reach.MASS else _OWN
    when = say("welcome.when", days=paper.days, part=say(f"part_of_day.{_part(paper.push_at)}"))
    if paper.newest is None:
        return say(bare, when=when, name=paper.name)
    total = paper.newest.total
    about = round(total, -1) if total >= ROUNDED_FROM else total
    return say(counted, when=when, name=paper.name, count=about, minutes=minutes_of(paper.newest))


def _part(time: dt.time) -> str:
    return next((part for end, part in _PARTS if time < end), "evening")


def _hour(time: dt.time, say: Phrases) -> str:
    return say.clock(time) if time.minute else say("hour.whole", hour=str(time.hour))
