"""The page of what the drills found, and the records beside it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.record import Figure
from tests.drills.catalogue import DRILLS
from tests.drills.finding import DOCS, PAGE, RECORDS, Finding, keep, none, page, read


def finding(drill: str = "paused", lost: int = 0) -> Finding:
    figures = {"missed": none("without it", lost), "twice": Figure("copies too many", 3, "", most=96)}
    return Finding(drill, "kill -9 in a push", "killed 3 times", 7, 10_000, figures, "abc1234")


def test_the_page_says_what_its_records_say() -> None:
    assert (DOCS / PAGE).read_text(encoding="utf-8") == page(read(DOCS / RECORDS))


def test_the_page_holds_every_drill_at_full_size_with_every_seed() -> None:
    kept = [(one.drill, one.seed, one.readers) for one in read(DOCS / RECORDS)]

    assert kept == [(drill.name, seed, drill.full) for drill in DRILLS for seed in range(1, drill.seeds + 1)]


def test_a_row_has_what_was_found_and_its_criterion() -> None:
    row = "| killed 3 times | 7 | 10,000 | without it: 0 (0); copies too many: 3 (≤ 96) | abc1234 |"

    assert row in page([finding()])


def test_a_criterion_that_is_not_met_stands_out() -> None:
    assert "**without it: 2 (0)**" in page([finding(lost=2)])
    assert finding(lost=2).missed == ("without it: 2 (0)",)


def test_new_findings_take_the_place_of_their_drill_and_no_other(tmp_path: Path) -> None:
    order = ("gone", "paused")
    keep([finding("paused", 1), finding("gone", 1)], order, tmp_path)

    keep([finding("paused", 2)], order, tmp_path)

    assert [(one.drill, one.figures["missed"].value) for one in read(tmp_path / RECORDS)] == [
        ("gone", 1),
        ("paused", 2),
    ]
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == page(read(tmp_path / RECORDS))
