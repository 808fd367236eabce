"""What a screen knows around its issue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.compose import NO_MARKS, Marks
from digest.ports import Phrases
from digest.subscriber import Subscription


@dataclass(frozen=True, slots=True)
class Frame:
    """What a screen knows around its issue: the reader's day and wishes, the issues beside it.

    `marks` are the stories with a word that the reader follows; `back`: a pause ends with this digest;
    `errata` are lines about what was wrong before; `base_url` is our site, '' without one.
    """

    phrases: Phrases
    today: dt.date
    subscription: Subscription
    before: dt.date | None = None
    after: dt.date | None = None
    newest: bool = True
    note: str = ""
    footer_line: str = ""
    name: str = ""
    marks: Marks = NO_MARKS
    back: bool = False
    errata: tuple[str, ...] = ()
    base_url: str = ""
