"""The look-up index, which is filled afterwards by the running program; followed words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """The tables and indexes of look-ups and of followed words."""
    _lookups()
    _hidden_issues()
    _follows()


def _lookups() -> None:
    op.create_table(
        "lookup_texts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "lookup_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word"),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE TABLE lookup_tokens (id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_lookup_tokens ON lookup_tokens USING gin (tokens)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE lookup_tokens USING fts5"
            "(title, body, marks, content='', columnsize=0, prefix=1, tokenize='ascii')"
        )
    # No version of tokens: everything is still to be indexed.
    op.execute("INSERT INTO meta (key, value) VALUES ('lookups', '')")


def _hidden_issues() -> None:
    op.create_index("ix_issues_available_at", "issues", ["available_at", "date"], unique=False)
    op.create_index(
        "ix_issues_hidden",
        "issues",
        ["date"],
        unique=False,
        sqlite_where=sa.text("state != 'published'"),
        postgresql_where=sa.text("state <> 'published'"),
    )


def _follows() -> None:
    op.create_table(
        "follows",
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("subscriber_id", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_follows_key", "follows", ["key", "subscriber_id"], unique=False)
    op.add_column(
        "subscriptions",
        sa.Column("only_followed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("subscriptions", sa.Column("followed_at", Moment, nullable=True))
