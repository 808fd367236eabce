"""Markdown links survive a client that makes links of them."""

from __future__ import annotations

import pytest

from digest.content import Span
from digest.written import with_links


def link(start: int, length: int, url: str = "https://a.cn/") -> Span:
    return Span("text_link", start, length, url)


def test_links_are_written_out_where_they_stood_in_utf_16() -> None:
    text = "一😀二\n>阅读原文\n尾 more"

    written = with_links(text, [link(5, 5, "https://a.cn/1"), link(13, 4, "https://a.cn/2")])

    assert written == "一😀二\n[>阅读原文](https://a.cn/1)\n尾 [more](https://a.cn/2)"


@pytest.mark.parametrize("mark", [link(90, 5), link(-1, 2), link(0, 0), link(0, 1, ""), Span("bold", 0, 1)])
def test_marks_that_are_no_links_of_this_text_change_nothing(mark: Span) -> None:
    assert with_links("一二三", [mark]) == "一二三"
