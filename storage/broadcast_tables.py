"""The tables of broadcasts and roles. They are part of the same schema."""

from __future__ import annotations

import sqlalchemy as sa

from digest.roles import Role
from storage.tables import metadata
from storage.types import UTCDateTime, Word

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A draft is a paused campaign without deliveries; what it says is its newest text.
broadcasts = sa.Table(
    "broadcasts",
    metadata,
    sa.Column("campaign_id", _Id, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("audience", sa.Text, nullable=False, server_default=""),
    sa.Column("author", sa.Text, nullable=False, server_default=""),
    sa.Column("head_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
    # The revision that what was delivered is being changed to; 0 when nothing is behind.
    sa.Column("correct_to", sa.Integer, nullable=False, server_default="0"),
    sa.Column("starts_at", UTCDateTime),
    sa.Column("confirmed_at", UTCDateTime),
    sa.Column("begun_at", UTCDateTime),
    sa.Column("told_ref", sa.Text, nullable=False, server_default=""),
    sa.Column("told", sa.Text, nullable=False, server_default=""),
)

broadcast_texts = sa.Table(
    "broadcast_texts",
    metadata,
    sa.Column("campaign_id", _Id, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
)

# Beside the admins of the configuration, who are owners.
roles = sa.Table(
    "roles",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("role", Word(Role), nullable=False),
    sa.Column("given_at", UTCDateTime, nullable=False),
    sqlite_with_rowid=False,
)
