"""The tables of the look-up index. They are part of the same schema."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import event

from storage.tables import metadata

# Where `meta` keeps which tokens the look-up index is made of, and how far it is made.
LOOKUPS_KEY = "lookups"
# And when whoever made it was last heard of.
LOOKUPS_SEEN_KEY = "lookups_seen"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The look-up index beside its tokens: each story's texts as runs of letters, digits and characters, and the
# marks of its publication and section. An id is a day and a sequence in it.
lookup_texts = sa.Table(
    "lookup_texts",
    metadata,
    sa.Column("id", _Id, primary_key=True, autoincrement=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("marks", sa.Text, nullable=False),
)

# The words of letters that are, or were, in the index: what a mistyped word may have been meant to be.
lookup_words = sa.Table(
    "lookup_words",
    metadata,
    sa.Column("word", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)

# The tokens, each database its own way; they come and go with the texts.
_FTS = (
    "CREATE VIRTUAL TABLE lookup_tokens USING fts5"
    "(title, body, marks, content='', columnsize=0, prefix=1, tokenize='ascii')"
)
_VECTORS = "CREATE TABLE lookup_tokens (id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)"
# Whoever writes clears the list of pending tokens at once: looking through it would slow down every look-up.
GIN = "CREATE INDEX ix_lookup_tokens ON lookup_tokens USING gin (tokens)"


def _make_tokens(_: sa.Table, connection: sa.Connection, **__: object) -> None:
    for statement in (_VECTORS, GIN) if connection.dialect.name == "postgresql" else (_FTS,):
        connection.exec_driver_sql(statement)


def _drop_tokens(_: sa.Table, connection: sa.Connection, **__: object) -> None:
    connection.exec_driver_sql("DROP TABLE lookup_tokens")


event.listen(lookup_texts, "after_create", _make_tokens)
event.listen(lookup_texts, "after_drop", _drop_tokens)
