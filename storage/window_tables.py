"""The tables of windows, mass sends and uploaded media. They are part of the same schema."""

from __future__ import annotations

import sqlalchemy as sa

from digest.reach import MassState
from storage.tables import metadata
from storage.types import UTCDateTime, Word

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


# Of addresses that a channel lets us write to for a while only.
windows = sa.Table(
    "windows",
    metadata,
    sa.Column(
        "address_id",
        _Id,
        sa.ForeignKey("addresses.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    _count("said_left"),
    sa.Column("said_until", UTCDateTime),
    _count("tapped_left"),
    sa.Column("tapped_until", UTCDateTime),
)

# One row for each attempt: written before it is made, so that a quota is never thought to be free.
masses = sa.Table(
    "masses",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("issue_date", sa.Date, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("state", Word(MassState), nullable=False),
    _text("media_id"),
    _text("message_id"),
    _text("words"),
    _count("total"),
    _count("sent"),
    _count("errors"),
    sa.Column("begun_at", UTCDateTime, nullable=False),
    sa.Column("over_at", UTCDateTime),
)

# What was uploaded, by a name of its content: `until` is null for what is kept for good.
media = sa.Table(
    "media",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("media_id", sa.Text, nullable=False),
    sa.Column("until", UTCDateTime),
)
