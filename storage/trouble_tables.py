"""The tables of what goes wrong: with one delivery, and with the whole. They are part of the same schema."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables import metadata
from storage.types import Status, UTCDateTime

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


# What a delivery met with other than being sent; the same once more only counts.
setbacks = sa.Table(
    "setbacks",
    metadata,
    sa.Column("campaign_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("subscriber_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("status", Status, primary_key=True, autoincrement=False),
    sa.Column("reason", sa.Text, primary_key=True),
    _text("words"),
    _text("owner"),
    sa.Column("times", sa.Integer, nullable=False, server_default="1"),
    sa.Column("first_at", UTCDateTime, nullable=False),
    sa.Column("last_at", UTCDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# What admins are told of: `told` and `told_over` name those who have been. `lasting` is kind and subject as
# long as it lasts, then null: the same trouble is there once at a time.
troubles = sa.Table(
    "troubles",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    _text("subject"),
    _text("details"),
    sa.Column("since", UTCDateTime, nullable=False),
    sa.Column("over_at", UTCDateTime),
    _text("told"),
    _text("told_over"),
    sa.Column("lasting", sa.Text),
    sa.UniqueConstraint("lasting", name="uq_troubles_lasting"),
    sqlite_autoincrement=True,
)
