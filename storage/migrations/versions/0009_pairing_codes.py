"""Pairing: one reader on two channels, joined by a code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """The codes, the wrong guesses, and which address of a reader comes first."""
    op.add_column(
        "addresses", sa.Column("preferred", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "pairing_codes",
        sa.Column("address_id", Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("address_id"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("code", name="uq_pairing_codes_code"),
    )
    op.create_table(
        "pairing_misses",
        sa.Column("id", Id, nullable=False),
        sa.Column("address_id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_pairing_misses_address_id", "pairing_misses", ["address_id"])
