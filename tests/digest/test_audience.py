"""Audience expressions: every term, and a clear word for each that is wrong."""

from __future__ import annotations

import pytest

from bot.phrases import load_catalogs
from digest.audience import Audience, Reach, read_audience
from digest.broadcast import sendable
from digest.content import Content
from digest.errors import Invalid
from digest.subscriber import Kind
from tests.digest.talk import SECTIONS


@pytest.mark.parametrize(
    ("written", "audience"),
    [
        ("", Audience()),
        ("all", Audience()),
        ("所有人", Audience()),
        ("channel:telegram", Audience(channel="telegram")),
        ("渠道：Telegram", Audience(channel="telegram")),
        ("lang:zh-Hans", Audience(language="zh-Hans")),
        ("lang:zh_CN", Audience(language="zh-Hans")),
        ("语言:en", Audience(language="en")),
        ("section:开源动态", Audience(sections=("开源动态",))),
        ("栏目:开源", Audience(sections=("开源动态",))),
        ('section:"开源动态" section:论文', Audience(sections=("开源动态", "算法论文"))),
        ("active:30d", Audience(active_days=30)),
        ("活跃:30天", Audience(active_days=30)),
        ("active:2w", Audience(active_days=14)),
        ("admin", Audience(admins=True)),
        ("private", Audience(kinds=(Kind.PERSON,))),
        ("群", Audience(kinds=(Kind.GROUP, Kind.CHANNEL))),
        (
            "channel:telegram lang:zh-Hans  section:开源动态 active:30d admin",
            Audience("telegram", "zh-Hans", ("开源动态",), 30, (), True),
        ),
    ],
)
def test_terms_are_read_and_combined(written: str, audience: Audience) -> None:
    assert read_audience(written, SECTIONS) == audience


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("channel:telegramm", "audience.unknown_channel"),
        ("lang:klingon", "audience.unknown_language"),
        ("section:体育", "audience.unknown_section"),
        ("active:soon", "audience.bad_span"),
        ("active:0d", "audience.bad_span"),
        ("active:9999w", "audience.bad_span"),
        ("everybody", "audience.unknown_term"),
        ("channel:", "audience.unknown_term"),
        ("chanel:telegram", "audience.unknown_term"),
        ('"', "audience.unknown_term"),
        ("channel:telegram channel:wechat", "audience.twice"),
        ("private group", "audience.twice"),
    ],
)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_wrong_term_gets_a_sentence_that_names_it(written: str, code: str, language: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_audience(f"admin {written}", SECTIONS)

    assert caught.value.code == code
    values = {name: value for name, value in caught.value.values.items() if isinstance(value, str)}
    said = load_catalogs().speak(language)(code, **values)
    assert values["term"] in said


def test_a_part_of_several_names_is_asked_back() -> None:
    sections = (*SECTIONS, type(SECTIONS[0])("开源硬件", "开源硬件"))

    with pytest.raises(Invalid) as caught:
        read_audience("section:开源", sections)

    assert caught.value.code == "audience.unclear_section"
    assert caught.value.values["known"] == "开源动态、开源硬件"


def test_a_reach_adds_up() -> None:
    reach = Reach({("telegram", Kind.PERSON): 290, ("telegram", Kind.GROUP): 1}, {"paused": 3})

    assert reach.total == 291
    assert reach.by_channel == {"telegram": 291}
    assert reach.duration(29.1).total_seconds() == pytest.approx(10)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (Content("  \n"), "broadcast.empty"),
        (Content("长" * 4097), "broadcast.long_text"),
        (Content("🎉" * 513, picture="x"), "broadcast.long_caption"),
    ],
)
def test_what_no_message_can_carry_is_refused(content: Content, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        sendable(content)


def test_the_longest_there_can_be_are_taken() -> None:
    for content in (Content("🎉" * 2048), Content("🎉" * 512, picture="x"), Content(picture="x")):
        assert sendable(content) is content
