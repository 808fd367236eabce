"""Each benchmark at a tiny size; how long anything takes is not asked here."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from benchmarks import (
    callbacks,
    days,
    following,
    load,
    million,
    move,
    on_time,
    rates,
    search,
    section,
    send,
    start,
)
from benchmarks.record import Record, read_records, write_records


def faults(record: Record, folder: Path) -> list[str]:
    """What is wrong with a record."""
    write_records(folder / "record.json", [record])
    values = {name: figure.value for name, figure in record.figures.items()}
    found = [f"{name} is {value}" for name, value in values.items() if not 0 <= value < math.inf]
    found += [f"nothing ran beside {name}" for name, one in record.beside.items() if one.value <= 0]
    missing = [
        figure.against for figure in record.figures.values() if figure.against not in (*record.beside, "")
    ]
    found += [f"{name} did not run" for name in missing]
    found += [f"{name} is {count}" for name, count in record.sizes.items() if count <= 0]
    return found + (
        [] if read_records(folder / "record.json") == (record,) else ["it is not read as written"]
    )


def test_loading_is_measured(tmp_path: Path) -> None:
    record = load.run(3)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["issues"], record.sizes["stories"]) == ("load", 3, 123)
    assert record.figures["database"].value > 0


def test_answers_are_measured(tmp_path: Path) -> None:
    record = section.run(3)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["answers"]) == ("section", 12)
    assert {name for name in record.figures if name.endswith("p99")} == {
        "/section 开源动态 p99",
        "今日 p99",
        "29 p99",
        "a date p99",
    }


def test_look_ups_are_measured_on_both_databases(tmp_path: Path) -> None:
    record = search.run(4)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["issues"], record.sizes["look-ups"]) == ("search", 4, 480)
    assert record.figures["postgresql_p99"].most == 100.0
    assert record.beside["unfound"].value > 0


def test_following_is_measured(tmp_path: Path) -> None:
    record = following.run(40)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["readers"], record.sizes["stories"]) == ("following", 40, 41)
    assert record.figures["match"].most == 2.0


@pytest.mark.drill
@pytest.mark.timeout(240)
def test_sending_is_measured_beside_others(tmp_path: Path) -> None:
    record = send.run(200)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["messages"]) == ("send", 200)
    assert {"bare_rate", "ptb_rate", "aiogram_rate"} <= record.beside.keys()
    assert {"plain_rate", "sqlite_rate", "postgresql_rate"} <= record.figures.keys()


@pytest.mark.drill
def test_a_move_is_measured_and_no_row_is_different(tmp_path: Path) -> None:
    record = move.run(40)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["readers"], record.figures["different"].value) == ("move", 40, 0)


@pytest.mark.drill
@pytest.mark.timeout(240)
def test_starting_is_measured(tmp_path: Path) -> None:
    record = start.run(3, idle_seconds=0.2, starts=1, commands=1)

    assert faults(record, tmp_path) == []
    assert {"ready", "idle", "version", "say"} <= record.figures.keys()


@pytest.mark.drill
@pytest.mark.timeout(300)
def test_a_push_at_the_hour_is_measured_and_reaches_everybody_once(tmp_path: Path) -> None:
    record = on_time.run(60)

    assert faults(record, tmp_path) == []
    counted = {name: record.figures[name].value for name in ("early", "missed", "twice", "unanswered")}
    assert counted == {"early": 0, "missed": 0, "twice": 0, "unanswered": 0}
    assert record.figures["peak"].value <= on_time.RATE


def test_callbacks_are_measured_beside_a_bare_route(tmp_path: Path) -> None:
    record = callbacks.run(30)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["callbacks"]) == ("callbacks", 30)
    assert record.figures["p99"].most == 100.0
    assert {"bare_p50", "bare_p99", "bare_processor"} == record.beside.keys()


@pytest.mark.drill
@pytest.mark.timeout(400)
def test_the_share_of_the_limit_is_measured_and_nobody_is_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A rate that a starved machine keeps to as well.
    monkeypatch.setattr(rates, "RATES", (100,))

    record = rates.run(1)

    assert faults(record, tmp_path) == []
    for way in rates.ways():
        counted = {name: record.figures[f"{way.name}_{name}"].value for name in ("refused", "twice")}
        assert (way.name, counted) == (way.name, {"refused": 0, "twice": 0})
        assert record.figures[f"{way.name}_peak"].value <= way.rate


@pytest.mark.drill
@pytest.mark.timeout(300)
def test_planning_for_many_is_measured_on_both_databases(tmp_path: Path) -> None:
    record = million.run(300)

    assert faults(record, tmp_path) == []
    assert (record.name, record.sizes["readers"]) == ("million", 300)
    assert {"postgresql_plan", "sqlite_plan", "postgresql_memory"} <= record.figures.keys()


@pytest.mark.drill
def test_a_month_of_digests_weighs_no_more_than_what_is_kept(tmp_path: Path) -> None:
    record = days.run(700)

    assert faults(record, tmp_path) == []
    assert record.sizes["days"] == 30
    assert record.figures["growth"].value <= days.MOST_GROWTH
