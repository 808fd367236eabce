"""Markdown links survive a client that makes links of them."""

from __future__ import annotations

import pytest

from bot.telegram.inbound import Names, Received, understand
from bot.telegram.written import with_links


def link(offset: int, length: int, url: object = "https://a.cn/") -> dict[str, object]:
    return {"type": "text_link", "offset": offset, "length": length, "url": url}


def test_links_are_written_out_where_they_stood_in_utf_16() -> None:
    text = "一😀二\n>阅读原文\n尾 more"

    written = with_links(text, [link(5, 5, "https://a.cn/1"), link(13, 4, "https://a.cn/2")])

    assert written == "一😀二\n[>阅读原文](https://a.cn/1)\n尾 [more](https://a.cn/2)"


@pytest.mark.parametrize(
    "mark", [link(90, 5), link(-1, 2), link(0, 0), link(0, 1, None), {"type": "bold"}, 7]
)
def test_marks_that_are_no_links_of_this_text_change_nothing(mark: object) -> None:
    assert with_links("一二三", [mark]) == "一二三"


def test_a_text_of_several_lines_in_private_has_its_links_written_out() -> None:
    chat = {"id": 5, "type": "private"}
    message = {"chat": chat, "from": {"id": 5}, "text": "一\n二", "entities": [link(2, 1)]}

    meant = understand({"message": message}, Names("1"))

    assert isinstance(meant, Received)
    assert meant.incoming.text == "一\n[二](https://a.cn/)"
