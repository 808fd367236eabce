"""What Alembic runs: the migrations, on the connection that `storage.schema` opened."""

from __future__ import annotations

from alembic import context

from storage.every_table import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
