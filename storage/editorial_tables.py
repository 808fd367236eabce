"""The tables of manuscripts, reports and corrections. They are part of the same schema."""

from __future__ import annotations

import sqlalchemy as sa

from digest.correcting import Part
from storage.tables import PUBLICATION, metadata
from storage.types import Status, UTCDateTime, Word

__all__ = ["correction_edits", "corrections", "manuscripts", "metadata", "reports"]

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _publication(*, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(
        "publication_id", sa.Integer, primary_key=primary_key, nullable=False, server_default=str(PUBLICATION)
    )


# What came by chat and is not out yet.
manuscripts = sa.Table(
    "manuscripts",
    metadata,
    _publication(primary_key=True),
    sa.Column("date", sa.Date, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("source_hash", sa.Text, nullable=False),
    _text("file_name"),
    sa.Column("received_at", UTCDateTime, nullable=False),
)

# Which admins were told how a campaign went.
reports = sa.Table(
    "reports",
    metadata,
    sa.Column("campaign_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("recipient", sa.Text, primary_key=True),
    sa.Column("told_at", UTCDateTime, nullable=False),
)

# The stories that were corrected, and the deliveries whose messages are edited for it.
corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    _publication(),
    sa.Column("issue_date", sa.Date, nullable=False),
    sa.Column("item_key", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("part", Word(Part), nullable=False),
    sa.Column("old", sa.Text, nullable=False),
    sa.Column("new", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    _text("asked_by"),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("done_at", UTCDateTime),
    sa.Index("ix_corrections_issue_date", "issue_date"),
    sqlite_autoincrement=True,
)

correction_edits = sa.Table(
    "correction_edits",
    metadata,
    sa.Column("correction_id", _Id, sa.ForeignKey("corrections.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("campaign_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("subscriber_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("status", Status, nullable=False),
    _text("error"),
    sa.Index("ix_correction_edits_status", "correction_id", "status"),
    sqlite_with_rowid=False,
)
