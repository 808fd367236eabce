"""What several processes on one PostgreSQL share: slots of accounts, who sends, the job engine's tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.jobs import make_job_tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Moment = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """The slots of each account, the names of who sends, and on PostgreSQL what the job engine needs."""
    op.create_table(
        "rates",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.Column("bulk_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "senders",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    if op.get_context().dialect.name == "postgresql":
        make_job_tables(op.get_bind())
