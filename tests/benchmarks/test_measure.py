"""What many times come to, and what is read of a stand-in's log."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from benchmarks.measure import percentile
from benchmarks.push import Push, figures
from benchmarks.sends import Question, Sends, answer_times

HOUR, READERS = 1_000.0, range(10, 13)


def written(path: Path, *sent: tuple[int, float]) -> Sends:
    """A log of messages to chats at their moments; the wall clock is a thousand seconds ahead."""
    entries = [{"chat_id": chat, "at": at, "wall": at + 1_000, "counted": True} for chat, at in sent]
    path.write_bytes(b"".join(orjson.dumps(entry) + b"\n" for entry in entries))
    sends = Sends(path)
    sends.look()
    return sends


def push(sends: Sends, *questions: Question) -> Push:
    return Push(HOUR, READERS, sends, list(questions), [(0.0, 99.0), (1.0, 101.0)], 0.5, [1.0, 1.5, 9.0])


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_a_line_that_is_half_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    sends = written(tmp_path / "log", (10, 1.0))
    line = orjson.dumps({"chat_id": 11, "at": 2.0, "wall": 2.0, "counted": True})
    with (tmp_path / "log").open("ab", buffering=0) as log:
        log.write(line[:20])
        sends.look()
        halfway = len(sends.listed)
        log.write(line[20:] + b"\n")
        sends.look()

    sends.close()
    assert (halfway, len(sends.listed)) == (1, 2)


def test_what_does_not_count_for_the_limit_is_no_message(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b'{"chat_id": 10, "at": 1.0, "wall": 1.0, "counted": false}\n')
    sends = Sends(tmp_path / "log")

    sends.look()
    sends.close()

    assert sends.listed == []


def test_an_answer_is_the_next_message_in_the_chat_that_asked(tmp_path: Path) -> None:
    sends = written(tmp_path / "log", (90, 0.5), (91, 1.1), (90, 1.5))
    sends.close()

    assert answer_times([Question(90, 1.0), Question(91, 1.0), Question(92, 1.0)], sends) == [
        500,
        pytest.approx(100),
        float("inf"),
    ]


def test_a_reader_who_is_missed_served_early_or_served_twice_is_counted(tmp_path: Path) -> None:
    sends = written(tmp_path / "log", (10, -1.0), (90, 0.0), (11, 1.0), (11, 2.0), (90, 2.5))
    sends.close()

    found, _ = figures(push(sends, Question(90, -1.5), Question(90, 1.5)))

    assert {name: found[name].value for name in ("early", "missed", "twice")} == {
        "early": 1,
        "missed": 1,
        "twice": 1,
    }
    assert (found["first"].value, found["last"].value, found["memory"].value) == (-1, 2, 101)


def test_answers_in_the_push_and_before_it_are_told_apart(tmp_path: Path) -> None:
    sends = written(tmp_path / "log", (90, -0.9), (10, 0.5), (91, 1.3), (11, 2.0))
    sends.close()

    found, quiet = figures(push(sends, Question(90, -1.0), Question(91, 1.0)))

    assert found["answers"].value == pytest.approx(300)
    assert quiet == pytest.approx(100)


def test_a_question_without_an_answer_is_counted(tmp_path: Path) -> None:
    sends = written(tmp_path / "log", (90, -0.9), (10, 0.5), (91, 1.3), (11, 2.0))
    sends.close()

    found, _ = figures(push(sends, Question(90, -1.0), Question(91, 1.0), Question(92, 1.0)))

    assert found["unanswered"].value == 1


def test_refusals_close_together_are_one_stop(tmp_path: Path) -> None:
    sends = written(tmp_path / "log", (90, -0.9), (10, 0.5), (91, 1.3))
    sends.close()

    found, _ = figures(push(sends, Question(90, -1.0), Question(91, 1.0)))

    assert (found["refused"].value, found["stops"].value) == (3, 2)
