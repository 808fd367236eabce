"""What runs for months on a small machine loads only what it uses."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from bot.lean import without_rich
with without_rich():
    import bot.carrying, bot.app
spared = "rich pygments cyclopts prompt_toolkit alembic procrastinate sqlalchemy.dialects.postgresql psycopg"
print([name for name in spared.split() if name in sys.modules])
import rich
"""


def test_the_serving_program_does_not_load_what_only_a_terminal_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.stdout.strip(), done.stderr) == ("[]", "")
