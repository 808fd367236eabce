"""What runs for months on a small machine loads only what it uses."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from bot.lean import without_rich
with without_rich():
    import bot.carrying, bot.app
from pydantic import SecretStr
from bot.settings import Settings, TelegramSettings
from bot.stations.assembly import _openers
assert list(_openers(Settings(telegram=TelegramSettings(token=SecretStr("12345678:" + "A" * 35)))))
assert "telegram" in sys.modules
spared = "rich pygments cyclopts prompt_toolkit alembic procrastinate sqlalchemy.dialects.postgresql psycopg"
spared += " cryptography wechatpy requests xmltodict defusedxml"
print([name for name in spared.split() if name in sys.modules])
import rich
"""


def test_the_serving_program_does_not_load_what_only_a_terminal_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.stdout.strip(), done.stderr) == ("[]", "")


HEAPS = """
import sys, threading
from pathlib import Path
from bot.lean import one_heap
if "one" in sys.argv:
    one_heap()
kept, met = [], threading.Barrier(5)
def fill():
    kept.append([bytes(600) for _ in range(2000)])
    met.wait()
for _ in range(4):
    threading.Thread(target=fill).start()
met.wait()
# A heap beside the first is cut from a reservation of 64 MB; what of it is unused nobody may read.
rows = [line.split() for line in Path("/proc/self/maps").read_text().splitlines()]
unread = [[int(end, 16) for end in row[0].split("-")] for row in rows if row[1] == "---p"]
print(sum(end % 2**26 == 0 and end - start > 2**25 for start, end in unread))
"""


def test_threads_share_one_heap() -> None:
    counted = [
        int(
            subprocess.run(
                [sys.executable, "-c", HEAPS, *words], capture_output=True, check=True, timeout=60
            ).stdout
        )
        for words in ((), ("one",))
    ]

    assert counted[0] > 0
    assert counted[1] == 0
