"""The table of short links. It is part of the same schema."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables import metadata
from storage.types import UTCDateTime

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The id is what the code in a chat stands for: never used twice, never thrown away. An address can be longer
# than what an index of PostgreSQL takes: it is told by its hash.
short_links = sa.Table(
    "short_links",
    metadata,
    sa.Column("id", _Id, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.UniqueConstraint("hash", name="uq_short_links_hash"),
)
