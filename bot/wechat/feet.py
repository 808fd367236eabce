"""What a page ends with: the ways on, the next steps, a word on numbers, the publisher's last line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.wechat.markup import escape, link, tap
from bot.wechat.parts import Part
from digest.compose import telling_name
from digest.footing import bare
from digest.replies import Choice, Foot, PageWords, Reply

MOST_STEPS = 8
MOST_NAMES = 4
BETWEEN = "  "
_NO_LABEL = "✕"

NO_FOOT = Foot()

Row = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Foothold:
    """All that a page's foot is made of.

    `rows` are the next steps; the last `droppable` of them are left out where there is no room. `taps` says
    that steps can be tapped; else they are typed.
    """

    rows: tuple[Row, ...] = ()
    droppable: int = 0
    words: PageWords | None = None
    foot: Foot = NO_FOOT
    last_line: str = ""
    taps: bool = True
    shorten: bool = True
    names: tuple[str, ...] = ()

    def page_name(self, number: int) -> str:
        """What a page is called; '' for the first."""
        return self.words.page.format(page=number) if self.words and number > 1 else ""


def foothold(reply: Reply, last_line: str, names: tuple[str, ...], *, taps: bool, shorten: bool) -> Foothold:
    """What the pages of a reply end with: its own foot, else what can be made of its choices."""
    if reply.foot is not None:
        rows, droppable = reply.foot.steps, 0
    else:
        rows = _of_choices(reply.choices)
        droppable = sum(map(len, rows))
    return Foothold(rows, droppable, reply.words, reply.foot or NO_FOOT, last_line, taps, shorten, names)


def _of_choices(choices: tuple[Row, ...]) -> tuple[Row, ...]:
    """The choices that can be said or opened, eight at most."""
    rows, left = [], MOST_STEPS
    for row in choices:
        kept = tuple(filter(None, map(_step, row)))[:left]
        left -= len(kept)
        if kept:
            rows.append(kept)
    return tuple(rows)


def _step(choice: Choice) -> Choice | None:
    if choice.url:
        return Choice(bare(choice.label), url=choice.url) if choice.url.startswith("http") else None
    if not choice.says or "\n" in choice.says:
        return None
    label = choice.says if choice.label.startswith(_NO_LABEL) else bare(choice.label)
    return Choice(label, says=choice.says)


def foot_text(hold: Foothold, number: int, shown: Sequence[Part], rest: Sequence[Part], optional: int) -> str:
    """The foot of one page as text."""
    steps = _paging(hold, number, rest) if rest else _last_steps(hold, number, optional)
    lines = [_row(row, hold) for row in steps]
    foot = hold.foot
    if number == 1 and foot.web is not None:
        lines.append(link(foot.web.label, foot.web.url, shorten=False))
    if not rest:
        lines.append(escape(foot.under))
    lines += [_hint(hold, shown), escape(hold.last_line)]
    text = "\n".join(filter(None, lines))
    return "\n\n".join(filter(None, (text, "" if rest else escape(foot.after))))


def _paging(hold: Foothold, number: int, rest: Sequence[Part]) -> tuple[Row, ...]:
    words = hold.words
    if words is None or words.before is None or words.after is None:
        return ()
    before = (words.before,) if number > 1 else ()
    return ((*before, _following(hold, words, words.after, rest)),)


def _following(hold: Foothold, words: PageWords, plain: Choice, rest: Sequence[Part]) -> Choice:
    """The way on, saying what comes: `下一页：产品·推荐 9条`."""
    named = [part for part in rest if part.name and part.numbers]
    if not named:
        return plain
    names = [telling_name(part.name, hold.names) for part in named]
    shown = "·".join(names[:MOST_NAMES]) + ("…" if len(names) > MOST_NAMES else "")
    count = sum(len(part.numbers) for part in named)
    return Choice(words.named.format(names=shown, count=count), says=plain.says)


def _last_steps(hold: Foothold, number: int, optional: int) -> tuple[Row, ...]:
    rows, left = hold.rows, sum(map(len, hold.rows)) - hold.droppable + optional
    kept = []
    for row in rows:
        kept.append(row[: max(0, left)])
        left -= len(row)
    if hold.words is not None and hold.words.before is not None and number > 1:
        kept = [(hold.words.before, *(kept[0] if kept else ())), *kept[1:]]
    return tuple(row for row in kept if row)


def _row(row: Row, hold: Foothold) -> str:
    if hold.taps:
        return BETWEEN.join(_tapped(choice) for choice in row)
    opened = [link(choice.label, choice.url, shorten=False) for choice in row if choice.url]
    return BETWEEN.join(filter(None, (*opened, _typed([c for c in row if not c.url], hold.words))))


def _tapped(choice: Choice) -> str:
    return link(choice.label, choice.url, shorten=False) if choice.url else tap(choice.label, choice.says)


def _typed(row: list[Choice], words: PageWords | None) -> str:
    """The same where nothing can be tapped: what is to be typed for it."""
    if not row or words is None:
        return ""
    told: list[str] = []
    for choice in row:
        said = words.quoted.format(word=choice.says)
        if choice.label == choice.says:
            told.append(said)
        elif choice.label.startswith(choice.says):
            told.append(said + choice.label[len(choice.says) :])
        else:
            told.append(f"{said}{choice.label}")
    return escape(words.typed.format(words="".join(told) if _alike(row) else BETWEEN.join(told)))


def _alike(row: list[Choice]) -> bool:
    return all(choice.label == choice.says for choice in row)


def _hint(hold: Foothold, shown: Sequence[Part]) -> str:
    """What a number is good for, with the number of a story of this page."""
    numbered = [part for part in shown if part.numbers]
    sections = [part for part in numbered if part.name] or numbered
    if not sections or hold.words is None:
        return ""
    part = sections[2 * len(sections) // 3]
    linked = part.linked or not part.name
    return (hold.words.linked if linked else hold.words.titled).format(number=part.numbers[0])
