"""Markdown becomes words with marks, and nothing of its signs is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.content import Content, Span
from digest.noted import read_noted


@pytest.mark.parametrize(
    ("written", "content"),
    [
        ("维护通知", Content("维护通知")),
        ("**维护** 通知", Content("维护 通知", (Span("bold", 0, 2),))),
        (
            "🎉[详情](https://e.org/?a=1&b=2)。",
            Content("🎉详情。", (Span("text_link", 2, 2, "https://e.org/?a=1&b=2"),)),
        ),
        ("# 通知\n\n今晚\n停机", Content("通知\n\n今晚\n停机", (Span("bold", 0, 2),))),
        ("> 原话\n\n后面", Content("原话\n\n后面", (Span("blockquote", 0, 2),))),
        ("- 一\n- 二\n\n完", Content("• 一\n• 二\n\n完")),
        ("1. 一\n2. *二*", Content("1. 一\n2. 二", (Span("italic", 8, 1),))),
        (
            "用 `make`：\n\n```sh\nmake demo\n```\n",
            Content("用 make：\n\nmake demo", (Span("code", 2, 4), Span("pre", 9, 9, "sh"))),
        ),
        (
            "~~旧~~ **新 *的***",
            Content("旧 新 的", (Span("strikethrough", 0, 1), Span("bold", 2, 3), Span("italic", 4, 1))),
        ),
        ("", Content()),
    ],
)
def test_marks_are_read(written: str, content: Content) -> None:
    assert read_noted(written) == content


@given(st.text(alphabet="ab *_`~#>-1.[]()\n\t世<&", max_size=60))
def test_any_text_is_read_and_every_mark_is_inside_it(written: str) -> None:
    content = read_noted(written)

    assert all(0 <= span.start < span.start + span.length <= len(content.text) for span in content.spans)
