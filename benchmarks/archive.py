"""A generated archive: a Markdown file a day in the default dialect, the same for the same seed."""

from __future__ import annotations

import base64
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import words

SEED = 20251222
FULL_ISSUES, FULL_ITEMS = 3650, 150_000
QUOTE = "> 每天一份简报，先看标题知大势，再读原文见门道。\n> 觉得有用，就转给一位同样好奇的朋友。"
FOOTER = (
    '<p style="text-align: center;">\n    <img src="https://example.com/qr.png" style="width: 80%;" />\n'
    "</p>\n\n[官网：example.com](https://example.com/)\n"
)


@dataclass(frozen=True, slots=True)
class IssueFile:
    """One file: its date, its name (`2025-12-22.md`) and its bytes."""

    date: dt.date
    name: str
    source: bytes


def generate(seed: int, issues: int, *, last: dt.date) -> Iterator[IssueFile]:
    """So many issues, a day each, oldest first; a smaller archive is the end of a larger one."""
    for age in reversed(range(issues)):
        date = last - dt.timedelta(days=age)
        source = _Writer(random.Random(f"{seed} {age}")).issue(date, stories_of(age))
        yield IssueFile(date, f"{date}.md", source.encode())


def stories_of(age: int) -> int:
    """How many stories the issue `age` days before the newest has: 41 or 42, 150,000 in 3,650 issues."""
    return (age + 1) * FULL_ITEMS // FULL_ISSUES - age * FULL_ITEMS // FULL_ISSUES


def total(issues: int) -> int:
    """How many stories so many issues have."""
    return sum(map(stories_of, range(issues)))


def write(folder: Path, seed: int, issues: int, *, last: dt.date) -> int:
    """Put the archive into a folder, made where it is missing; how many bytes it is."""
    folder.mkdir(parents=True, exist_ok=True)
    return sum((folder / file.name).write_bytes(file.source) for file in generate(seed, issues, last=last))


class _Writer:
    """Writes issues with the words that chance brings."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def issue(self, date: dt.date, stories: int) -> str:
        """One whole file."""
        (first, _), *others = words.SECTIONS
        sections = [(first, stories - sum(count for _, count in others)), *others]
        titles = [self._title() for _ in range(stories)]
        front = f"---\ndate: {date}\ntitle: AI日报：{'; '.join(titles[:3])}\n---"
        told = iter(titles)
        body = [
            part
            for title, count in sections
            for part in (f"## {title}", *(self._story(next(told)) for _ in range(count)))
        ]
        return "\n\n".join((front, QUOTE, f"# {date} 资讯日报", *body, FOOTER))

    def _story(self, title: str) -> str:
        return f"### {title}\n\n{self._summary()}[>阅读原文]({self._url()})"

    def _title(self) -> str:
        ending = f"，{self._pick(words.RESULTS)}" if self._chance.random() < 0.5 else ""
        return f"{self._event()}{ending}"

    def _summary(self) -> str:
        pick = self._pick
        told = f"{self._event()}，{pick(words.RESULTS)}。"
        if self._chance.random() < 0.15:
            return f"{told}{pick(words.PLAIN)}, and {pick(words.PLAIN)}."
        told += f"{pick(words.LINKS)}，{pick(words.THINGS)}{pick(words.RESULTS)}，{pick(words.RESULTS)}。"
        return told + (f"{self._who()}{pick(words.RESULTS)}。" if self._chance.random() < 0.5 else "")

    def _event(self) -> str:
        return f"{self._who()}{self._pick(words.ACTS)}{self._pick(words.THINGS)}{self._product()}"

    def _who(self) -> str:
        return f"{self._pick(words.NAME_HEADS)}{self._pick(words.NAME_TAILS)}"

    def _product(self) -> str:
        syllables = range(self._chance.randint(2, 3))
        name = "".join(self._pick(words.ONSETS) + self._pick(words.VOWELS) for _ in syllables)
        return f"{name.capitalize()}-{self._pick(words.FAMILIES)} {self._chance.randint(10, 99) / 10}"

    def _url(self) -> str:
        """A link as long as those of WeChat articles."""
        account = base64.b64encode(str(self._chance.randint(3 * 10**9, 4 * 10**9 - 1)).encode()).decode()
        number, place = self._chance.randint(2_247_000_000, 2_652_999_999), self._chance.randint(1, 5)
        query = f"__biz={account}&chksm={self._digits(76)}&idx={place}&mid={number}&sn={self._digits(32)}"
        return f"https://mp.weixin.qq.com/s?{query}#rd"

    def _digits(self, count: int) -> str:
        return f"{self._chance.getrandbits(4 * count):0{count}x}"

    def _pick(self, among: Sequence[str]) -> str:
        return self._chance.choice(among)
