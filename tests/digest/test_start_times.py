"""When a broadcast shall begin."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from digest.errors import Invalid
from digest.start_times import read_start

NOW = dt.datetime(2025, 12, 22, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("10:30", "2025-12-22 10:30"),
        ("9:30", "2025-12-23 09:30"),
        ("１０：３０", "2025-12-22 10:30"),
        ("下午3点", "2025-12-22 15:00"),
        ("明天 9点", "2025-12-23 09:00"),
        ("后天8:15", "2025-12-24 08:15"),
        ("tomorrow 9:00", "2025-12-23 09:00"),
        ("20分钟后", "2025-12-22 10:20"),
        ("in 2 hours", "2025-12-22 12:00"),
        ("20min", "2025-12-22 10:20"),
        ("2025-12-25 08:00", "2025-12-25 08:00"),
        ("2025-12-25T08:00", "2025-12-25 08:00"),
        ("2025-12-25T00:00:00Z", "2025-12-25 08:00"),
    ],
)
def test_a_time_is_read_on_the_writers_clock(written: str, moment: str) -> None:
    assert read_start(written, NOW).astimezone(NOW.tzinfo).strftime("%Y-%m-%d %H:%M") == moment


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("soon", "broadcast.bad_time"),
        ("", "broadcast.bad_time"),
        ("25:00", "broadcast.bad_time"),
        ("2025-13-01 10:00", "broadcast.bad_time"),
        ("2099-01-01 10:00", "broadcast.bad_time"),
        ("2025-12-22 09:59", "broadcast.past"),
        ("今天9点", "broadcast.past"),
    ],
)
def test_a_time_that_cannot_be_is_refused(written: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        read_start(written, NOW)
