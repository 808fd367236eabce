"""Issues and broadcasts come into the same chat: each message is taken for what was asked."""

from __future__ import annotations

from digest.content import Content, Span, units
from digest.intents import Incoming
from digest.replies import Passage
from digest.roles import Role
from tests.handlers.conftest import AT_TEN, Talk
from tests.handlers.editor import editor, send_file

PASTED = "---\ndate: 2025-12-23\ntitle: AI日报\n---\n\n# 日报\n\n## 新闻\n\n### 一则\n\n正文。\n\n>阅读原文\n"
SPAN = Span("text_link", units(PASTED) - 6, 5, "https://a.cn/1")


def message(text: str, *spans: Span) -> Incoming:
    return Incoming(text, sender="77", language="zh-hans", spans=spans)


async def test_links_of_a_pasted_issue_are_read_although_the_client_made_marks_of_them(talk: Talk) -> None:
    admin = editor(talk)

    said = admin.drawn(await admin.hear(message(PASTED, SPAN)))

    assert said.startswith("12月23日的稿子看过了：1个栏目，1条，1个链接")


async def test_what_looks_like_an_issue_is_the_broadcast_that_was_asked_for(talk: Talk) -> None:
    admin = editor(talk)
    await admin.say("发公告")

    copy = await admin.hear(message(PASTED, SPAN))

    passages = [block.content for block in copy.blocks if isinstance(block, Passage)]
    assert passages == [Content(PASTED, (SPAN,))]


async def test_an_issue_as_a_file_is_taken_in_even_where_a_broadcast_was_asked_for(talk: Talk) -> None:
    admin = editor(talk)
    await admin.say("发公告")

    said = await send_file(admin, PASTED.replace(">阅读原文", "[>阅读原文](https://a.cn/1)"))

    assert said.startswith("12月23日的稿子看过了")


async def test_help_names_to_everybody_what_they_may_do(talk: Talk) -> None:
    admin = editor(talk)
    async with talk.store.transaction() as tx:
        await tx.roles.give("telegram:78", Role.EDITOR, AT_TEN)

    to_admin = await admin.say("/help")
    to_editor = await admin.another("78").say("/help")
    to_reader = await admin.another("79").say("/help")

    told = [("发公告" in said, "撤回" in said) for said in (to_admin, to_editor, to_reader)]
    assert told == [(True, True), (True, False), (False, False)]
