"""Spans of time as people say them."""

from __future__ import annotations

import datetime as dt

from digest.ports import Phrases


def said_duration(span: dt.timedelta, say: Phrases) -> str:
    """`4分38秒`, `2小时5分`: to the second below an hour, to the minute above."""
    seconds = max(1, round(span.total_seconds()))
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60:
        return say("duration.hours", hours=minutes // 60, minutes=minutes % 60)
    if minutes:
        return say("duration.minutes", minutes=minutes, seconds=rest)
    return say("duration.seconds", seconds=seconds)
