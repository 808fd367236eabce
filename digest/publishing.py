"""The words of admins: an issue pasted into the chat, and the commands about issues."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from digest.correcting import Part
from digest.dates import take_date
from digest.editorial import (
    AnswerReader,
    Correct,
    Preview,
    Publish,
    Resend,
    Retract,
    ShowReport,
    SubmitIssue,
    When,
)
from digest.intents import BadDate, Cancel, Intent, Known
from digest.numerals import NUMBER, number
from digest.taps import recall
from digest.wording import Words, heard

# As long as a part of a pasted text is when the client had to cut it.
LONG_PART = 3_500
DONE_WORDS = frozenset(
    ("好了", "完了", "没了", "结束", "发完了", "就这些", "done", "end", "that'sall", "finished")
)

YES_WORDS = frozenset(("确认", "确定", "是", "是的", "对", "好", "好的", "ok", "yes", "y", "confirm", "sure"))
_PAGES = {
    **dict.fromkeys(("不确定", "不确定的", "unknown"), "unknown"),
    **dict.fromkeys(("失败", "失败原因", "原因", "failed", "reasons"), "failed"),
}

_HEADINGS = re.compile(r"^#{1,3}[ \t]+\S", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?:.*\n)*?(?:date|title)\s*:", re.IGNORECASE)
_WHENS = {
    **dict.fromkeys(("现在", "马上", "立刻", "立即", "now"), When.NOW),
    **dict.fromkeys(("准点", "整点", "到点", "按时", "later", "hour"), When.HOUR),
}
_PARTS = {
    **dict.fromkeys(("标题", "题目", "title"), Part.TITLE),
    **dict.fromkeys(("摘要", "内容", "正文", "summary", "text"), Part.SUMMARY),
    **dict.fromkeys(("链接", "网址", "地址", "link", "url"), Part.LINK),
}
_STORY = re.compile(rf"(?:第 ?)?(?P<number>{NUMBER}) ?[条.、]?(?:的|'s)?[ :,]*")
_PART = re.compile(rf"(?P<part>{'|'.join(_PARTS)})(?:为|成|改成|改为|应为)?[ :,]*")
_QUESTION = re.compile(r"(?P<number>[0-9]{1,9})[ .、:：,，]*(?P<text>.*)", re.DOTALL)
# How far into a message the words of a correction begin at most.
MOST_BEFORE = 60


def is_issue(text: str) -> bool:
    """Whether a message is the Markdown of an issue, or its beginning."""
    return text.count("\n") > 1 and (
        _FRONT_MATTER.match(text) is not None or len(_HEADINGS.findall(text)) > 1
    )


def is_cut(text: str) -> bool:
    """Whether a pasted text is so long that its client may have sent the rest as another message."""
    return len(text) >= LONG_PART


def ask_part(words: Words) -> Intent:
    """What is said while the rest of a pasted issue is waited for."""
    return SubmitIssue(done=words.strip().bare in DONE_WORDS)


def preview(words: Words, known: Known) -> Intent:
    """What the command for the proof means with these words after it."""
    return _dated(words, known, Preview)


def publish(words: Words, known: Known) -> Intent:
    """What the command for publishing means: a day, and now or at the hour."""
    when, rest = _when(words)
    return _dated(rest, known, lambda date: Publish(date, when.value))


def retract(words: Words, known: Known) -> Intent:
    """What the command for taking an issue back means with these words after it."""
    return _dated(words, known, Retract)


def _when(words: Words) -> tuple[When, Words]:
    """Whether the words begin or end with a moment, and what is left of them."""
    first, last = words.folded.find(" "), words.folded.rfind(" ")
    if first < 0:
        when = _WHENS.get(words.folded, When.ASK)
        return when, words if when is When.ASK else words.cut(len(words.folded))
    if (when := _WHENS.get(words.folded[:first], When.ASK)) is not When.ASK:
        return when, words.cut(first)
    if (when := _WHENS.get(words.folded[last + 1 :], When.ASK)) is not When.ASK:
        return when, words.cut(0, last)
    return When.ASK, words


def _dated(words: Words, known: Known, make: Callable[[dt.date | None], Intent]) -> Intent:
    dated = take_date(words, known, asked=True) if words else None
    day = dated.day if dated is not None else None
    return day if isinstance(day, BadDate) else make(day)


def correct(words: Words, known: Known) -> Intent:
    """What the command for correcting means: a day, a story, which part of it, its new words."""
    dated = take_date(words, known) if words else None
    day, rest = (dated.day, dated.rest) if dated is not None else (None, words)
    if isinstance(day, BadDate):
        return day
    story = _STORY.match(rest.folded)
    value = number(story["number"]) if story else None
    if story is None or not value:
        return Correct(date=day)
    rest = Words(rest.said[story.end() :], rest.folded[story.end() :])
    part = _PART.match(rest.folded)
    if part is None:
        return Correct(value, day)
    return Correct(value, day, _PARTS[part["part"]].value, rest.said[part.end() :].strip())


def read_wording(words: Words, known: Known) -> Intent:
    """What is said while the new words of a correction are waited for."""
    asked = recall(known.conversation.screen, known)
    return replace(asked, text=words.said) if isinstance(asked, Correct) else Cancel()


def read_confirmation(words: Words, known: Known) -> Intent | None:
    """What was asked about, where the words say that it shall be done."""
    asked = recall(known.conversation.screen, known)
    if words.strip().bare not in YES_WORDS:
        return None
    if isinstance(asked, Correct | Retract):
        return replace(asked, sure=True)
    return asked if isinstance(asked, Resend) else None


def report(words: Words, known: Known) -> Intent:
    """What the command for the report means with these words after it."""
    return ShowReport(page=_PAGES.get(words.bare, ""))


def answer_reader(words: Words, known: Known) -> Intent:
    """What the command for answering a reader means: the number of the question, then the words."""
    found = _QUESTION.match(words.said)
    return AnswerReader(int(found["number"]), found["text"]) if found else AnswerReader()


def as_written(message: str, said: str) -> str:
    """The end of a message that was understood as `said`, with its own punctuation, widths and lines."""
    for start in range(min(len(message), MOST_BEFORE)):
        if heard(message[start:]).said == said:
            return message[start:].strip()
    return said
