"""Column types: values in and values out, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from digest.campaign import DeliveryState

STATUS_CODES: dict[DeliveryState, int] = {
    DeliveryState.PENDING: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.SENT: 2,
    DeliveryState.RETRY: 3,
    DeliveryState.UNKNOWN: 4,
    DeliveryState.SKIPPED: 5,
    DeliveryState.DEAD: 6,
}
_STATES = {code: state for state, code in STATUS_CODES.items()}


class UTCDateTime(TypeDecorator[dt.datetime]):
    """A moment: aware in, aware (UTC) out, to the microsecond; on SQLite text of one width, which sorts."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[dt.datetime] | TypeEngine[str]:
        """Text on SQLite, `timestamptz` on PostgreSQL."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | str | None:
        """The moment as the database keeps it; ValueError when it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        moment = value.astimezone(dt.UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(timespec="microseconds")

    def process_result_value(self, value: dt.datetime | str | None, dialect: Dialect) -> dt.datetime | None:
        """The kept moment in UTC."""
        if value is None:
            return None
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(dt.UTC)


class Status(TypeDecorator[DeliveryState]):
    """A delivery's or a message's state as a small number."""

    impl = sa.SmallInteger
    cache_ok = True

    def process_bind_param(self, value: DeliveryState | None, dialect: Dialect) -> int | None:
        """The number of a state."""
        return None if value is None else STATUS_CODES[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> DeliveryState | None:
        """The state of a number."""
        return None if value is None else _STATES[value]


class Word(TypeDecorator[StrEnum]):
    """A member of one StrEnum as its word."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """The word of a member."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The member of a word."""
        return None if value is None else self.words(value)
