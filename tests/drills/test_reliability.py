"""The page of what the drills found, and the records beside it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.record import Figure
from tests.drills.catalogue import DRILLS, SEEDS
from tests.drills.finding import DOCS, PAGE, RECORDS, Finding, keep, none, page, read, wanting


def finding(drill: str = "paused", lost: int = 0) -> Finding:
    figures = {"missed": none("without it", lost), "twice": Figure("copies too many", 3, "", most=96)}
    return Finding(drill, "kill -9 in a push", "killed 3 times", 7, 10_000, figures, "abc1234")


def test_the_page_says_what_its_records_say_and_which_runs_are_wanting() -> None:
    kept = read(DOCS / RECORDS)

    assert (DOCS / PAGE).read_text(encoding="utf-8") == page(kept, wanting=wanting(kept, SEEDS))


def test_what_the_page_holds_was_found_at_full_size() -> None:
    kept = {(one.drill, one.seed): one.readers for one in read(DOCS / RECORDS)}
    full = {(drill.name, seed): drill.full for drill in DRILLS for seed in range(1, drill.seeds + 1)}

    assert kept
    assert kept.items() <= full.items()


def test_a_row_has_what_was_found_and_its_criterion() -> None:
    row = "| killed 3 times | 7 | 10,000 | without it: 0 (0); copies too many: 3 (≤ 96) | abc1234 |"

    assert row in page([finding()])


def test_a_criterion_that_is_not_met_stands_out() -> None:
    assert "**without it: 2 (0)**" in page([finding(lost=2)])
    assert finding(lost=2).missed == ("without it: 2 (0)",)


def test_a_new_finding_takes_the_place_of_its_run_and_no_other(tmp_path: Path) -> None:
    order = {"gone": 1, "paused": 8}
    keep([finding("paused", 1), finding("gone", 1)], order, tmp_path)

    keep([finding("paused", 2)], order, tmp_path)

    kept = read(tmp_path / RECORDS)
    assert [(one.drill, one.figures["missed"].value) for one in kept] == [("gone", 1), ("paused", 2)]
    written = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert written == page(kept, wanting=wanting(kept, order))
    assert "gone 1, paused 1, paused 2" in written
