"""Each story as a document of its own: who looks up ten stories does not read ten issues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Stories that are there already have no document: they are read out of their issues."""
    op.add_column("stories", sa.Column("document", sa.Text(), nullable=False, server_default=""))
