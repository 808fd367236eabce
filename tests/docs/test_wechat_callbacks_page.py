"""The page about callbacks names every reason for which one is turned away, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wechat-callbacks.md").read_text(encoding="utf-8")


def test_every_reason_is_explained() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for part in ("wechat", "wecom")
        for path in (ROOT / "bot" / part).glob("*.py")
    ]
    given = {why for source in sources for why in re.findall(r'Rejected\([A-Z_]+, "(\w+)"\)', source)}

    explained = {
        why
        for row in PAGE.splitlines()
        if row.startswith("| `")
        for why in re.findall(r"`([a-z_0-9]+)`", row.split("|")[1])
    }

    assert len(given) > 10
    assert given - {"json"} == explained - {"why"}


def test_its_figures_are_the_programs() -> None:
    from bot.wechat.callback import ANSWER_SECONDS, LONGEST_BODY, READ_SECONDS
    from bot.wechat.gate import WINDOW_SECONDS

    assert (WINDOW_SECONDS, LONGEST_BODY, READ_SECONDS) == (300, 65_536, 2.0)
    assert f"after {ANSWER_SECONDS} seconds" in PAGE
