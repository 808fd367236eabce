"""The drafts, letter by letter: what they show is what is rendered of the issue they were made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.telegram.markup import Size, measure
from bot.telegram.render import render
from digest.issue import Section
from digest.replies import Block, Headlines, Hit, Lead, Masthead, Reply, Stories, Text
from digest.sentences import first_sentence
from tests.shared.seed_shape import drafted_html, read_sections
from tests.shared_folder import SHARED

DAY = "12月22日 周一"


@pytest.fixture(scope="module")
def shared() -> Path:
    assert SHARED is not None
    return SHARED


@pytest.fixture(scope="module")
def sections(shared: Path) -> tuple[Section, ...]:
    return read_sections(shared / "seeds" / "2025-12-22.md")


@pytest.fixture(scope="module")
def drafts(shared: Path) -> tuple[str, ...]:
    return drafted_html(shared / "design" / "drafts.md")


def test_the_brief_is_the_drafts_one_message(sections: tuple[Section, ...], drafts: tuple[str, ...]) -> None:
    leads = sections[0].items[:3]
    folded = (Headlines(s.title, tuple(i for i in s.items if i not in leads)) for s in sections)
    blocks: tuple[Block, ...] = (
        Masthead(DAY, ("41条",), "约3分钟"),
        *(Lead(item, first_sentence(item.summary)) for item in leads),
        *folded,
    )

    (message,) = render(Reply(blocks))

    assert message.html == drafts[0]
    assert measure(message.html) == Size(1187, 55, 11_862)


def test_a_section_is_the_drafts_one_message(sections: tuple[Section, ...], drafts: tuple[str, ...]) -> None:
    head = Masthead("开源动态", (DAY, "7条"), section=True)

    (message,) = render(Reply((head, Stories("", sections[3].items))))

    assert message.html == drafts[1]
    assert measure(message.html) == Size(894, 15, 3603)


def test_the_longest_section_is_one_message_too(sections: tuple[Section, ...]) -> None:
    head = Masthead("新闻资讯", (DAY, "19条"), section=True)

    (message,) = render(Reply((head, Stories("", sections[0].items))))

    assert measure(message.html) == Size(2233, 39, 9760)


def test_the_full_issue_is_the_drafts_two_messages(
    sections: tuple[Section, ...], drafts: tuple[str, ...]
) -> None:
    blocks: tuple[Block, ...] = (
        Masthead(DAY, ("41条",), "约3分钟"),
        *(Stories(s.title, s.items) for s in sections),
    )

    messages = render(Reply(blocks))

    assert [message.html for message in messages] == list(drafts[2:4])
    assert [message.silent for message in messages] == [False, True]
    assert [measure(html) for html in drafts[2:4]] == [Size(3252, 60, 14_314), Size(1567, 29, 6758)]


def test_a_look_up_is_the_drafts_message(sections: tuple[Section, ...], drafts: tuple[str, ...]) -> None:
    items = {item.number: item for section in sections for item in section.items}
    hits = (
        (
            1,
            "新闻资讯",
            "…Meta封闭，将创办AMI研究世界模型。他认为世界模型与LLM本质不同，仅靠LLM无法达AGI，实现人类智能最难是到狗…",
        ),
        (9, "新闻资讯", "…模型遭吐槽，腾讯混元开源实时世界模型框架等。"),
        (35, "开源动态", "腾讯：混元世界模型HY - World 1.5开源，用双重动作表征等技术实现24 FPS实时交互，…"),
    )
    blocks: tuple[Block, ...] = tuple(
        Hit(place, items[number], snippet, _spans(snippet), f"12月22日 · {section}")
        for place, (number, section, snippet) in enumerate(hits, 1)
    )

    (message,) = render(Reply((Text("「世界模型」 3条，都在 12月22日"), *blocks)))

    assert message.html == drafts[5]
    assert measure(message.html) == Size(282, 13, 1374)


def _spans(text: str, word: str = "世界模型") -> tuple[tuple[int, int], ...]:
    starts = (place for place in range(len(text)) if text.startswith(word, place))
    return tuple((start, start + len(word)) for start in starts)
