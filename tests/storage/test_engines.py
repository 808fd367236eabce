"""Databases' addresses, as they are shown."""

from __future__ import annotations

import pytest

from storage.engines import shown


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("postgresql://me:se@cret@h/n", "postgresql://me:***@h/n"),
        ("postgresql://me:p/w@h:5432/n?a=b", "postgresql://me:***@h:5432/n?a=b"),
        ("postgresql://me@/n?host=/s&password=abc&a=1", "postgresql://me@/n?host=/s&password=***&a=1"),
        ("postgresql://me@h/n", "postgresql://me@h/n"),
        ("postgresql://h:5432/n", "postgresql://h:5432/n"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, seen: str) -> None:
    assert shown(url) == seen
