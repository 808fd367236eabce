"""When a delivery was claimed and what it met with; troubles that admins are told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """The moment of a claim, and the tables of setbacks and troubles."""
    op.add_column("deliveries", sa.Column("claimed_at", Moment, nullable=True))
    _setbacks()
    _troubles()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _setbacks() -> None:
    op.create_table(
        "setbacks",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("subscriber_id", Id, autoincrement=False, nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _text("words"),
        _text("owner"),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "subscriber_id", "status", "reason"),
        sqlite_with_rowid=False,
    )


def _troubles() -> None:
    op.create_table(
        "troubles",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        _text("subject"),
        _text("details"),
        sa.Column("since", Moment, nullable=False),
        sa.Column("over_at", Moment, nullable=True),
        _text("told"),
        _text("told_over"),
        sa.Column("lasting", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("lasting", name="uq_troubles_lasting"),
        sqlite_autoincrement=True,
    )
