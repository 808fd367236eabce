"""A look-up in the drafts' issue, letter by letter, from what is typed to what is sent."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.phrases import load_catalogs
from bot.telegram.markup import Size, measure
from bot.telegram.render import render
from digest.dialect import SEED_DIALECT
from handlers.ingest import Rules, SourceFile, ingest
from storage.store import Store
from tests.handlers.conftest import AT_TEN, Talk
from tests.shared.seed_shape import drafted_html
from tests.shared_folder import SHARED

assert SHARED is not None
SEED = SHARED / "seeds" / "2025-12-22.md"
DRAFT = drafted_html(SHARED / "design" / "drafts.md")[5]


@pytest.fixture
async def talk(store: Store) -> Talk:
    file = SourceFile(SEED.name, SEED.name, SEED.read_bytes())
    await ingest([file], store, Rules(SEED_DIALECT, "Asia/Shanghai"), now=AT_TEN)
    return Talk(store, load_catalogs())


@pytest.mark.parametrize("typed", ["搜 世界模型", "查世界模型", "有没有世界模型的", "/search 世界模型"])
async def test_a_look_up_is_the_drafts_message(talk: Talk, typed: str) -> None:
    await talk.say(typed)

    (message,) = render(talk.last)

    assert message.html == DRAFT
    assert measure(message.html) == Size(282, 13, 1374)
    assert talk.labels() == [["★ 以后有它就标出来"], ["只看近30天", "日期"]]


async def test_a_look_up_in_another_year_names_the_year(talk: Talk) -> None:
    talk.now += dt.timedelta(days=30)

    shown = await talk.say("搜 世界模型")

    assert shown.startswith("「世界模型」 3条，都在 2025年12月22日")


async def test_a_terminal_shows_the_same_stories(talk: Talk) -> None:
    shown = await talk.say("搜 世界模型")

    assert shown == "\n".join(
        (
            "「世界模型」 3条，都在 12月22日",
            "",
            "  1  LeCun离职Meta，吐槽LLM并投身世界模型",
            "     …Meta封闭，将创办AMI研究世界模型。他认为世界模型与LLM本质不同，仅靠LLM无法",
            "     达AGI，实现人类智能最难是到狗…",
            "     12月22日 · 新闻资讯",
            "",
            "  2  本周AI圈：字节发力，多家公司有新动作",
            "     …模型遭吐槽，腾讯混元开源实时世界模型框架等。",
            "     12月22日 · 新闻资讯",
            "",
            "  3  腾讯开源HY - World 1.5，实现实时交互世界建模",
            "     腾讯：混元世界模型HY - World 1.5开源，用双重动作表征等技术实现24 FPS实时交",
            "     互，…",
            "     12月22日 · 开源动态",
            "",
            "› 1 看一条 · 关注 世界模型 · 今日 · 帮助",
        )
    )


async def test_the_seeds_near_miss_is_answered_as_drafted(talk: Talk) -> None:
    shown = await talk.say("搜 具身只能")

    assert shown.startswith("没有「具身只能」。是不是想找「具身智能」？有2条。")
    assert talk.labels() == [["看具身智能"]]


async def test_a_section_that_is_nearly_there_is_answered_as_drafted(talk: Talk) -> None:
    shown = await talk.say("开源新闻")

    assert shown.startswith("没有叫「开源新闻」的栏目，最接近的是 开源动态（7条）。")
    assert talk.labels()[0][0] == "开源动态"
    assert talk.labels()[1] == ["全部栏目", "当关键词搜"]
