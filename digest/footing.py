"""What stands round and under a reply on channels without buttons: pages, steps, the web page, cards."""

from __future__ import annotations

import datetime as dt
import re

from digest.cards import article_card, notice_card, page_of
from digest.compose import chosen_sections, day_title, short_name
from digest.frames import Frame
from digest.issue import Issue, Item, Section
from digest.ports import Phrases
from digest.replies import Choice, Foot, PageWords

_SIGNS = re.compile(r"^[◀←★⚙✕]\ufe0f? *| *▶$")

ROW = 3
# With the whole issue and the way to another page no more than eight.
MOST_SECTIONS = 6


def page_words(say: Phrases, *, following: str = "") -> PageWords:
    """The words round a page; `following` asks for the next one where 下一页 would not tell which."""
    return PageWords(
        page=say("page.number", page="{page}"),
        before=Choice(say("says.page_before"), says=say("says.page_before")),
        after=Choice(say("says.page_after"), says=following or say("says.page_after")),
        named=say("page.named", names="{names}", count="{count}"),
        linked=say("page.linked", number="{number}"),
        titled=say("page.titled", number="{number}"),
        typed=say("page.typed", words="{words}"),
        quoted=say("search.quoted", word="{word}"),
    )


def _step(label: str, says: str = "") -> Choice:
    return Choice(label, says=says or label)


def _is_yesterday(before: dt.date, frame: Frame) -> bool:
    return frame.newest and (frame.today - before).days == 1


def _day_step(date: dt.date, frame: Frame) -> Choice:
    say = frame.phrases
    if _is_yesterday(date, frame):
        return _step(say("typed.yesterday"))
    return _step(say.short_day(date), date.isoformat())


def issue_foot(issue: Issue, frame: Frame) -> Foot:
    """Under an issue: the days beside it, help or the calendar; its page of ours; itself as a card."""
    say, steps = frame.phrases, []
    if frame.before is not None:
        steps.append(_day_step(frame.before, frame))
    if frame.after is not None:
        steps.append(_day_step(frame.after, frame))
    if frame.back:
        steps.append(_step(say("says.catch_up")))
    steps.append(_step(say("says.help" if frame.newest else "says.calendar")))
    url = page_of(frame.base_url, issue)
    sections = chosen_sections(issue, frame.subscription.sections)
    if not url or not sections:
        return Foot((tuple(steps),))
    day = say.day(issue.date) if frame.newest else day_title(issue.date, frame.today, say)
    return Foot(
        (tuple(steps),),
        web=Choice(say("foot.web"), url=url),
        article=article_card(issue, sections, day, url, say),
        notice=notice_card(issue, sections, day, url, say),
    )


def section_foot(issue: Issue, section: Section, frame: Frame) -> Foot:
    """Under a section: the same section of the day before, and the way to the others."""
    say, steps = frame.phrases, []
    if frame.before is not None:
        steps.append(_section_before(issue, section, frame.before, frame))
    if frame.after is not None:
        label = say("foot.section_of", day=say.short_day(frame.after), section=section.title)
        steps.append(_step(label, f"{frame.after.isoformat()} {section.title}"))
    return Foot(((*steps, _contents(issue, frame)),))


def _section_before(issue: Issue, section: Section, before: dt.date, frame: Frame) -> Choice:
    say = frame.phrases
    near = _is_yesterday(before, frame)
    label = say(
        "foot.section_of",
        day=say("typed.yesterday") if near else say.short_day(before),
        section=section.title,
    )
    if near:
        return _step(label, f"{say('typed.yesterday')} {short_name(issue, section.title)}")
    return _step(label, f"{before.isoformat()} {section.title}")


def _contents(issue: Issue, frame: Frame) -> Choice:
    words = frame.phrases("choice.contents")
    return _step(words, words if frame.newest else f"{issue.date.isoformat()} {words}")


def story_foot(issue: Issue, item: Item, frame: Frame) -> Foot:
    """Under a story: the ones before and after it, and the issue."""
    say, steps = frame.phrases, []
    for number, label in ((item.number - 1, "foot.story_before"), (item.number + 1, "foot.story_after")):
        if issue.item(number) is not None:
            steps.append(_step(say(label), _says_story(number, issue, frame)))
    today = say("says.today") if frame.newest else issue.date.isoformat()
    return Foot(((*steps, _step(say("choice.contents"), today)),))


def _says_story(number: int, issue: Issue, frame: Frame) -> str:
    # A bare number is that of the list last shown: of an older issue it is soon another's.
    if frame.newest:
        return str(number)
    return f"{issue.date.isoformat()} {frame.phrases('foot.story', number=str(number))}"


def sections_foot(issue: Issue, frame: Frame) -> Foot:
    """Under the list of sections: a link to each, and to the whole issue."""
    say = frame.phrases
    filled = [section for section in issue.sections if section.items]
    each = [
        _step(
            f"{short_name(issue, section.title)} {len(section.items)}",
            section.title if frame.newest else f"{issue.date.isoformat()} {section.title}",
        )
        for section in filled[:MOST_SECTIONS]
    ]
    whole = _step(say("foot.whole"), say("says.today") if frame.newest else issue.date.isoformat())
    return Foot((*(tuple(each[at : at + ROW]) for at in range(0, len(each), ROW)), (whole,)))


def results_foot(turns: tuple[Choice, ...], follow: tuple[Choice, ...]) -> Foot:
    """Under what a look-up found: other pages of it, and the word to be remembered."""
    steps = tuple(Choice(bare(choice.label), says=choice.says) for choice in (*turns, *follow))
    return Foot((steps,))


def bare(label: str) -> str:
    """A button's words without the arrows, stars and gears beside them."""
    return _SIGNS.sub("", label)
