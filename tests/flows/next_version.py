"""A next version of the product: one more migration, which only adds, and look-ups made of other tokens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from digest.tokens import TOKEN_VERSION, version
from storage.schema import READABLE_BY, SCHEMA
from tests.flows.running import ROOT

NEXT = SCHEMA + 1
NEWER_TOKENS = version().replace(f".{TOKEN_VERSION}/", f".{TOKEN_VERSION + 1}/")
MIGRATION = f'''"""A further schema, for the drill."""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT:04}"
down_revision = "{SCHEMA:04}"

def upgrade() -> None:
    for table in ("campaigns", "chunks", "deliveries", "messages", "addresses", "subscribers", "senders"):
        op.add_column(table, sa.Column("remark", sa.Text(), nullable=False, server_default="none"))
    op.create_table("remarks", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.create_index("ix_deliveries_remark", "deliveries", ["campaign_id", "remark"])
'''


def next_version(folder: Path, *, readable_by: int = READABLE_BY) -> str:
    """The PYTHONPATH of such a version, made in this folder; what does not change is where it is."""
    for package in ("digest", "storage"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    storage, tokens = folder / "storage", folder / "digest" / "tokens.py"
    made_of = f"TOKEN_VERSION = {TOKEN_VERSION}"
    tokens.write_text(tokens.read_text().replace(made_of, f"TOKEN_VERSION = {TOKEN_VERSION + 1}", 1))
    (storage / "migrations" / "versions" / "9999_next.py").write_text(MIGRATION)
    schema = storage / "schema.py"
    text = re.sub(rf"^SCHEMA = {SCHEMA}$", f"SCHEMA = {NEXT}", schema.read_text(), flags=re.MULTILINE)
    text = re.sub(rf"^READABLE_BY = {READABLE_BY}$", f"READABLE_BY = {readable_by}", text, flags=re.MULTILINE)
    schema.write_text(text)
    return f"{folder}:{ROOT}"
