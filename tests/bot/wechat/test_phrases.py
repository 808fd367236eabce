"""What readers really type, on WeChat: one text inside the budget, and never an error."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from bot.phrases import load_catalogs
from bot.wechat.messages import WechatText
from bot.wechat.render import Sheets
from digest.accounts import Reach
from digest.house import CustomReply, House
from digest.intents import CustomWords, Incoming
from digest.manner import Manner
from digest.subscriber import Place
from handlers.router import Router
from storage.store import Store
from tests.bot.wechat.pages import is_sound, octets, taps
from tests.digest.test_phrases import rows
from tests.handlers.conftest import AT_TEN, MONDAY, publish

# Every row stands for an intent; of each some are said.
EACH = 4
HOUSE = House(replies=(CustomReply(CustomWords(("进群",)), "扫码进读者群。"),))


def some_rows() -> list[str]:
    """A few of the words for each intent, the drafts' own first."""
    found: dict[str, list[str]] = {}
    for text, intent, _note in sorted(rows(), key=lambda row: row[2] != "drafts"):
        found.setdefault(re.split(r"\W", intent)[0], []).append(text)
    return [text for texts in found.values() for text in texts[:EACH]]


@pytest.fixture(scope="module")
def words() -> list[str]:
    return some_rows()


async def test_what_people_type_is_answered_with_one_sound_text(tmp_path: Path, words: list[str]) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'digestbot.db'}")
    await publish(store, MONDAY - dt.timedelta(2), MONDAY)
    router, answered = Router(store, load_catalogs(), HOUSE), 0
    for number, text in enumerate(words):
        sheets = Sheets()
        manner = Manner(list(Reach)[number % len(Reach)], sheets.count)
        place = Place("wechat", f"o{number % 7}", account="wx1")
        reply = await router.answer(Incoming(text), place, now=AT_TEN + dt.timedelta(days=1), manner=manner)
        message = sheets.message(reply)
        if message is None:
            continue
        answered += 1
        assert isinstance(message, WechatText)
        assert octets(message.text) <= 2000, text
        assert is_sound(message.text), text
        assert len(taps(message.text)) <= 8, text
        assert "这边出了点问题" not in message.text, text
    await store.close()

    assert len(words) > 60
    assert answered > 0.9 * len(words)
