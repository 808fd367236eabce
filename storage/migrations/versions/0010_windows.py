"""Windows of addresses, mass sends of accounts, uploaded media."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def upgrade() -> None:
    """The tables of windows, mass sends and media."""
    op.create_table(
        "windows",
        sa.Column("address_id", Id, autoincrement=False, nullable=False),
        _count("said_left"),
        sa.Column("said_until", Moment, nullable=True),
        _count("tapped_left"),
        sa.Column("tapped_until", Moment, nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("address_id"),
    )
    op.create_table(
        "masses",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _text("media_id"),
        _text("message_id"),
        _text("words"),
        _count("total"),
        _count("sent"),
        _count("errors"),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("over_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("account", "key"),
    )
    op.create_table(
        "media",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("until", Moment, nullable=True),
        sa.PrimaryKeyConstraint("account", "name"),
    )
