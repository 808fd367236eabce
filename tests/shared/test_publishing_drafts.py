"""The proof of the real issue, beside the draft of it."""

from __future__ import annotations

import datetime as dt

from bot.console.render import render
from bot.desk import desk_of
from bot.phrases import load_catalogs
from digest.dialect import SEED_DIALECT
from digest.house import House
from digest.incoming import Document, Incoming
from digest.rules import Rules
from digest.subscriber import Place
from handlers.router import Router
from storage.store import Store
from tests.shared_folder import SHARED

assert SHARED is not None
DRAFTS = (SHARED / "design" / "drafts.md").read_text(encoding="utf-8")
SEED = (SHARED / "seeds" / "2025-12-22.md").read_bytes()
HALF_PAST_SEVEN = dt.datetime(2025, 12, 21, 23, 30, tzinfo=dt.UTC)


def draft() -> list[str]:
    """The lines that answer the file."""
    part = DRAFTS.partition("### 8.1 ")[2]
    return part.split("```text\n")[2].partition("```")[0].splitlines()


async def test_the_seed_is_proved_as_drafted(sqlite_store: Store) -> None:
    house = House(admins=frozenset({"telegram:77"}))
    router = Router(sqlite_store, load_catalogs(), house, desk_of(Rules(SEED_DIALECT, house.zone)))
    document = Document("2025-12-22.md", len(SEED), "file", SEED)

    reply = await router.answer(
        Incoming(sender="77", document=document), Place("telegram", "77"), now=HALF_PAST_SEVEN
    )
    said = "\n".join(m.text for m in render(reply, load_catalogs().speak("zh-Hans"))).splitlines()

    wanted = draft()
    assert said[:4] == wanted[:4]
    # The first issue has none before it, so nothing is said of its introduction.
    assert said[said.index("各渠道的样子") + 1].startswith(wanted[7].partition("　　")[0])
    assert [choice.label for choice in reply.choices[-1][:2]] == ["今天 8:00 发布", "现在发布"]
