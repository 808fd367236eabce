"""The tables. Rows never leave this package.

What only PostgreSQL has (fill factors, the conditions of partial indexes) is in the migrations: to name it
here would load its dialect on SQLite too.
"""

from __future__ import annotations

import sqlalchemy as sa

from digest.campaign import CampaignState
from digest.issue import IssueState
from digest.replies import Form
from digest.subscriber import AddressState, Kind
from storage.types import Status, UTCDateTime, Word

PUBLICATION = 1

metadata = sa.MetaData()

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _publication(*, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(
        "publication_id", sa.Integer, primary_key=primary_key, nullable=False, server_default=str(PUBLICATION)
    )


# Ids of readers, addresses and campaigns are never used twice: the ledger outlives what they name.
issues = sa.Table(
    "issues",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    _publication(),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("state", Word(IssueState), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("available_at", UTCDateTime, nullable=False),
    _text("file_name"),
    sa.UniqueConstraint("publication_id", "date", name="uq_issues_publication_id_date"),
    # What no look-up may find: few issues, and asked for each time.
    sa.Index("ix_issues_available_at", "available_at", "date"),
    sa.Index("ix_issues_hidden", "date", sqlite_where=sa.text("state != 'published'")),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("source_hash", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Index("ix_revisions_source_hash", "source_hash"),
)

stories = sa.Table(
    "stories",
    metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("section_key", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

# Each story by the id of look-ups, so that ten are read without reading ten issues. Of a revision that is not
# the current one there is nothing to read: another version of the program wrote past it.
story_documents = sa.Table(
    "story_documents",
    metadata,
    sa.Column("id", _Id, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
)

section_names = sa.Table(
    "section_names",
    metadata,
    _publication(primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("last_date", sa.Date, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
)

subscribers = sa.Table(
    "subscribers",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("kind", Word(Kind), nullable=False),
    _text("locale"),
    _text("zone"),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sqlite_autoincrement=True,
)

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("subscriber_id", _Id, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    _text("account"),
    sa.Column("recipient", sa.Text, nullable=False),
    _text("thread"),
    sa.Column("state", Word(AddressState), nullable=False),
    _text("reason"),
    _text("managed_by"),
    sa.Column("last_seen_at", UTCDateTime, nullable=False),
    sa.Column("preferred", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("channel", "recipient", "thread", "account", name="uq_addresses_place"),
    sa.Index("ix_addresses_subscriber_id", "subscriber_id"),
    sqlite_autoincrement=True,
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("subscriber_id", _Id, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    _publication(primary_key=True),
    sa.Column("active", sa.Boolean, nullable=False),
    _text("push_at"),
    _text("weekdays"),
    _text("sections"),
    sa.Column("form", Word(Form), nullable=False),
    sa.Column("silent", sa.Boolean, nullable=False),
    sa.Column("paused_until", sa.Date),
    sa.Column("subscribed_at", UTCDateTime),
    sa.Column("digest_on", sa.Date),
    sa.Column("shown", sa.Date),
    _count("digests"),
    sa.Column("due_on", sa.Date),
    sa.Column("due_at", UTCDateTime),
    sa.Column("due_late", UTCDateTime),
    sa.Column("due_until", UTCDateTime),
    sa.Column("only_followed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("followed_at", UTCDateTime),
    sa.Index(
        "ix_subscriptions_due_at",
        "due_at",
        sqlite_where=sa.text("active = 1"),
    ),
)

# The index is for a push: each word once, then who follows it.
follows = sa.Table(
    "follows",
    metadata,
    sa.Column("subscriber_id", _Id, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Index("ix_follows_key", "key", "subscriber_id"),
    sqlite_with_rowid=False,
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _publication(),
    sa.Column("issue_date", sa.Date),
    sa.Column("state", Word(CampaignState), nullable=False),
    _count("total"),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("done_at", UTCDateTime),
    sa.UniqueConstraint("key", name="uq_campaigns_key"),
    sqlite_autoincrement=True,
)

# `total` counts the rows that are in the chunk now: one in retry has left it.
chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("campaign_id", _Id, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    _count("total"),
    _count("sent"),
    _count("failed"),
    _count("unknown"),
    _count("skipped"),
    _count("runs"),
    sa.Column("done_at", UTCDateTime),
    sa.Index(
        "ix_chunks_open",
        "campaign_id",
        "no",
        sqlite_where=sa.text("done_at IS NULL"),
    ),
)

# No foreign keys: a forgotten reader's rows stay as bare numbers, so that counts still add up.
# Chunk 0 holds the rows that wait for a retry.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("campaign_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("subscriber_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("chunk", sa.Integer, nullable=False),
    sa.Column("address_id", _Id, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("status", Status, nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    _text("owner"),
    _text("error"),
    sa.Column("not_before", UTCDateTime),
    sa.Column("planned_at", UTCDateTime, nullable=False),
    sa.Column("settled_at", UTCDateTime),
    sa.Column("claimed_at", UTCDateTime),
    sa.Index("ix_deliveries_chunk", "campaign_id", "chunk", "status"),
    sa.Index(
        "ix_deliveries_not_before",
        "campaign_id",
        "not_before",
        sqlite_where=sa.text("not_before IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("campaign_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("subscriber_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("part", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("status", Status, nullable=False),
    _text("message_ref"),
    sa.Column("sent_at", UTCDateTime),
    sqlite_with_rowid=False,
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("update_id", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("received_at", UTCDateTime, nullable=False),
    sa.Column("handled_at", UTCDateTime),
    sa.UniqueConstraint("channel", "account", "update_id", name="uq_inbox_update"),
    sa.Index(
        "ix_inbox_pending",
        "channel",
        "id",
        sqlite_where=sa.text("handled_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("address_id", _Id, sa.ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("updated_at", UTCDateTime, nullable=False),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# The slots of each account that several processes send with: when the next one is, when bulk last took some.
rates = sa.Table(
    "rates",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("next_at", UTCDateTime, nullable=False),
    sa.Column("bulk_at", UTCDateTime, nullable=False),
)

# Which workers live: what one that was not seen for a while left in the middle, another takes over.
senders = sa.Table(
    "senders",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seen_at", UTCDateTime, nullable=False),
)
