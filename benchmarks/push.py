"""What was seen of one push, and its figures."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.record import Figure
from benchmarks.sends import Question, Sends, answer_times, p95

FIRST_SECONDS, LAST_SECONDS, LAST_READERS = 1.0, 290.0, 8000
RATE, SHARE, ANSWER_MS, MEMORY_MB = 30, 90.0, 300.0, 150.0


@dataclass(frozen=True, slots=True)
class Push:
    """The hour (epoch seconds), the readers' chats; what was sent, asked, noted; seconds used; the 429s."""

    hour: float
    readers: range
    sends: Sends
    questions: list[Question]
    memory: list[tuple[float, float]]
    processor: float
    too_many: list[float]


def figures(push: Push) -> tuple[dict[str, Figure], float]:
    """The figures, and the p95 in ms of the answers before the hour."""
    digests = push.sends.to(push.readers)
    first, last = digests[0], digests[-1]
    in_push = push.sends.between(first.at, last.at)
    used = 100 * len(in_push) / (RATE * max(1.0, last.at - first.at))
    times = answer_times(push.questions, push.sends)
    asked = list(zip(push.questions, times, strict=True))
    during = [taken for question, taken in asked if first.at <= question.at <= last.at]
    before = [taken for question, taken in asked if question.at < first.at]
    counts = [push.sends.per_chat[chat] for chat in push.readers]
    most = FIRST_SECONDS + (LAST_SECONDS - FIRST_SECONDS) * len(push.readers) / LAST_READERS
    return {
        "first": Figure("first digest after the hour", first.wall - push.hour, "s", most=FIRST_SECONDS),
        "last": Figure("last digest after the hour", last.wall - push.hour, "s", most=most, against="limit"),
        "early": Figure(
            "digests before the hour", sum(one.wall < push.hour for one in digests), "digests", most=0
        ),
        "missed": Figure("readers missed", counts.count(0), "readers", most=0),
        "twice": Figure(
            "readers sent more than one message", sum(count > 1 for count in counts), "readers", most=0
        ),
        "peak": Figure("most messages in any second", push.sends.most_in_a_second(), "messages", most=RATE),
        "refused": Figure("messages refused as too many", len(push.too_many), "messages", most=0),
        "stops": Figure("times that this happened, a second apart", _spells(push.too_many), "times"),
        "share": Figure("share of the limit used, first to last", used, "%", least=SHARE),
        "answers": Figure(
            "answer to `今日` in the push, p95", p95(during or times), "ms", most=ANSWER_MS, against="quiet"
        ),
        "unanswered": Figure("questions without an answer", times.count(float("inf")), "questions", most=0),
        "memory": Figure("most resident memory", max(held for _, held in push.memory), "MB", most=MEMORY_MB),
        "processor": Figure("processor time, start of watching to last digest", push.processor, "s"),
    }, p95(before)


def _spells(moments: list[float]) -> int:
    """How many groups the moments form, with more than a second between them."""
    return sum(index == 0 or at - moments[index - 1] > 1 for index, at in enumerate(moments))
