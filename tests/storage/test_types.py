"""Moments in both databases."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from storage.store import Store
from storage.types import UTCDateTime
from tests.storage.makers import NOW, TODAY, make_issue, put

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
# Two days from the calendar's ends, so that no zone leads over them.
aware = st.datetimes(timezones=st.timezones()).filter(lambda moment: 1 < moment.year < 9999)


@given(aware, aware)
def test_text_of_moments_sorts_as_the_moments_do(one: dt.datetime, other: dt.datetime) -> None:
    kind, dialect = UTCDateTime(), sqlite.dialect()
    texts = [str(kind.process_bind_param(moment, dialect)) for moment in (one, other)]

    assert (texts[0] < texts[1]) == (one.astimezone(dt.UTC) < other.astimezone(dt.UTC))
    assert kind.process_result_value(texts[0], dialect) == one.astimezone(dt.UTC)


async def test_a_moment_comes_back_in_utc_to_the_microsecond(store: Store) -> None:
    moment = dt.datetime(2025, 12, 22, 8, 30, 0, 123456, tzinfo=SHANGHAI)

    async with store.transaction() as tx:
        await put(tx, make_issue(), available_at=moment, now=NOW)
    async with store.reading() as tx:
        edition = await tx.issues.newest(moment)

    assert edition is not None
    assert edition.available_at == moment
    assert edition.available_at.tzinfo is dt.UTC


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(StatementError, match="without a zone"):
        async with store.transaction() as tx:
            await tx.issues.lines(TODAY, TODAY, naive)


def test_no_moment_stays_none() -> None:
    kind, dialect = UTCDateTime(), sqlite.dialect()

    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None
    assert isinstance(kind.impl, sa.Text)
