"""The page of results, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.options import main
from benchmarks.record import Beside, Figure, Record, read_records, write_records
from benchmarks.report import DOCS, ORDER, PAGE, RECORDS, amount, keep, page


def record(name: str = "load", value: float = 30.0, most: float | None = 60.0) -> Record:
    figure = Figure("loading", value, "s", most=most, against="bare")
    return Record(name, {"issues": 3}, 7, {"load": figure}, {"bare": Beside("reading", 10.0, "s")}, "abc1234")


def test_the_page_says_what_its_records_say() -> None:
    assert (DOCS / PAGE).read_text(encoding="utf-8") == page(read_records(DOCS / RECORDS))


def test_the_page_holds_every_benchmark_at_full_size() -> None:
    kept = {one.name: one.sizes for one in read_records(DOCS / RECORDS)}

    assert tuple(kept) == ORDER
    assert [kept[name]["issues"] for name in ("load", "section", "start")] == [3650] * 3
    assert kept["on_time"]["readers"] == 8000
    assert kept["send"]["messages"] == 5_000
    assert (kept["move"]["readers"], kept["move"]["stories"]) == (50_000, 150_000)


def test_a_row_has_the_figure_its_target_and_its_ratio() -> None:
    assert "| loading | 30 s | ≤ 60 | 3 × reading |" in page([record()])


def test_a_missed_target_stands_out() -> None:
    assert "| loading | **61 s** | ≤ 60 |" in page([record(value=61.0)])


@pytest.mark.parametrize(
    ("value", "most", "least", "met"),
    [
        (1, 1, None, True),
        (2, 1, None, False),
        (1, None, 1, True),
        (0.5, None, 1, False),
        (1, None, None, None),
    ],
)
def test_a_target_is_met_at_its_border(
    value: float, most: float | None, least: float | None, met: bool | None
) -> None:
    assert Figure("x", value, "s", most=most, least=least).met is met


def test_a_new_record_takes_the_place_of_its_name_only(tmp_path: Path) -> None:
    write_records(tmp_path / "first.json", [record("load"), record("start")])
    write_records(tmp_path / "second.json", [record("load", value=20.0)])

    keep([tmp_path / "first.json"], tmp_path)
    keep([tmp_path / "second.json"], tmp_path)

    assert [one.figures["load"].value for one in read_records(tmp_path / RECORDS)] == [20.0, 30.0]
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == page(read_records(tmp_path / RECORDS))


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (0.04567, "0.0457"), (3.14159, "3.14"), (31.4159, "31.4"), (150000.4, "150,000"), (8, "8")],
)
def test_an_amount_has_three_figures_that_count(value: float, written: str) -> None:
    assert amount(value) == written


def test_the_command_keeps_its_record_and_fails_when_a_target_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--size", "3", "--json", str(tmp_path / "record.json")]

    codes = [
        main(lambda size: record(value=size * 10.0), size=1, what="issues", words=words),
        main(lambda size: record(value=size * 100.0), size=1, what="issues", words=words),
    ]

    assert codes == [0, 1]
    assert read_records(tmp_path / "record.json") == (record(value=300.0),)
    assert "missed: load" in capsys.readouterr().err
