"""A next version of the product: its storage with one more migration, which only adds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from storage.schema import READABLE_BY, SCHEMA
from tests.flows.running import ROOT

NEXT = SCHEMA + 1
MIGRATION = f'''"""A further schema, for the drill."""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT:04}"
down_revision = "{SCHEMA:04}"

def upgrade() -> None:
    for table in ("campaigns", "chunks", "deliveries", "messages", "addresses", "subscribers", "senders", "rates"):
        op.add_column(table, sa.Column("remark", sa.Text(), nullable=False, server_default="none"))
    op.create_table("remarks", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.create_index("ix_deliveries_remark", "deliveries", ["campaign_id", "remark"])
'''


def next_version(folder: Path, *, readable_by: int = READABLE_BY) -> str:
    """The PYTHONPATH of a version with a higher schema, made in this folder; all but storage is as it is."""
    storage = folder / "storage"
    shutil.copytree(ROOT / "storage", storage, ignore=shutil.ignore_patterns("__pycache__"))
    (storage / "migrations" / "versions" / "9999_next.py").write_text(MIGRATION)
    schema = storage / "schema.py"
    text = re.sub(rf"^SCHEMA = {SCHEMA}$", f"SCHEMA = {NEXT}", schema.read_text(), flags=re.M)
    text = re.sub(rf"^READABLE_BY = {READABLE_BY}$", f"READABLE_BY = {readable_by}", text, flags=re.M)
    schema.write_text(text)
    return f"{folder}:{ROOT}"
