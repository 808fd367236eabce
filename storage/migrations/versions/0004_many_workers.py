"""What several processes on one PostgreSQL share: the rate of each account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

Moment = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """The slots of each account."""
    op.create_table(
        "rates",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.Column("bulk_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
