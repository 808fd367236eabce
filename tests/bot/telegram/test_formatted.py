"""What an editor formatted comes out as the same entities, read by rules that know nothing of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.formatted import formatted
from bot.telegram.render import render
from digest.content import Content, Span, units
from digest.replies import Passage, Reply
from tests.standins.telegram_html import parse

NESTING = ("bold", "italic", "underline", "strikethrough", "spoiler")


def entities(content: Content) -> list[tuple[str, int, int, str]]:
    """The entities of our HTML as the stand-in server reads them."""
    read = parse(formatted(content))
    assert read.text == content.text
    return sorted((e.type, e.offset, e.length, e.url or e.language or e.emoji) for e in read.entities)


@pytest.mark.parametrize(
    "span",
    [
        Span("bold", 0, 2),
        Span("italic", 1, 3),
        Span("underline", 0, 1),
        Span("strikethrough", 2, 2),
        Span("spoiler", 0, 4),
        Span("code", 0, 4),
        Span("pre", 0, 4, "python"),
        Span("pre", 0, 4),
        Span("blockquote", 0, 4),
        Span("text_link", 0, 4, 'https://example.org/?a=1&b="2"'),
        Span("custom_emoji", 2, 2, "5368324170671202286"),
    ],
)
def test_a_mark_comes_back_as_it_was(span: Span) -> None:
    content = Content("通知🎉<&>", (span,))

    assert entities(content) == [(span.kind, span.start, span.length, span.value)]


def test_marks_inside_marks_stay_inside() -> None:
    spans = (
        Span("bold", 0, 6),
        Span("italic", 2, 2),
        Span("text_link", 4, 2, "https://e.org/"),
        Span("code", 7, 1),
    )

    assert formatted(Content("一二三四五六七八", spans)) == (
        '<b>一二<i>三四</i><a href="https://e.org/">五六</a></b>七<code>八</code>'
    )


def test_what_telegram_finds_by_itself_is_left_to_it() -> None:
    content = Content("看 https://e.org #标签", (Span("url", 2, 13), Span("hashtag", 16, 3)))

    assert formatted(content) == "看 https://e.org #标签"


@given(
    st.text(max_size=20),
    st.lists(st.tuples(st.sampled_from(NESTING), st.integers(0, 30), st.integers(0, 30)), max_size=6),
)
def test_whatever_the_marks_are_the_words_stay(text: str, marks: list[tuple[str, int, int]]) -> None:
    words = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r", "")
    html = formatted(Content(words, tuple(Span(*mark) for mark in marks)))

    for kind in ("b", "i", "u", "s", "tg-spoiler"):
        assert html.count(f"<{kind}>") == html.count(f"</{kind}>")
    whole = Content(words, (Span("bold", 0, units(words)),))
    assert formatted(whole).removeprefix("<b>").removesuffix("</b>") == formatted(Content(words))


def test_a_passage_is_one_message_however_long_and_carries_its_picture() -> None:
    content = Content("长" * 4096, picture="AgACAgIAAx")

    (message,) = render(Reply((Passage(content),), silent=True))

    assert (message.html, message.picture, message.silent) == ("长" * 4096, "AgACAgIAAx", True)
