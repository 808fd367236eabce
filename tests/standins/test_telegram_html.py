from __future__ import annotations

import pytest

from tests.standins.telegram_html import CannotParse, Entity, linkable, parse, trimmed, units


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>今日</b>要闻", "今日要闻", (Entity("bold", 0, 2),)),
        ("<STRONG>a</Strong >", "a", (Entity("bold", 0, 1),)),
        ("😀<i>x</i>", "😀x", (Entity("italic", 2, 1),)),
        ("<b>a<i>b</i></b>", "ab", (Entity("bold", 0, 2), Entity("italic", 1, 1))),
        ("<u><s>x</s></u>", "x", (Entity("underline", 0, 1), Entity("strikethrough", 0, 1))),
        (
            '<a href="https://a.cn/?x=1&amp;y=&quot;">看</a>',
            "看",
            (Entity("text_link", 0, 1, url='https://a.cn/?x=1&y="'),),
        ),
        ("<a href='tg://user?id=1'>我</a>", "我", (Entity("text_link", 0, 1, url="tg://user?id=1"),)),
        ("<blockquote expandable>q</blockquote>", "q", (Entity("expandable_blockquote", 0, 1),)),
        ('<span class="tg-spoiler">x</span>', "x", (Entity("spoiler", 0, 1),)),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", None),
        (
            '<pre><code class="language-python">1 &lt; 2</code></pre>',
            "1 < 2",
            (Entity("pre", 0, 5, language="python"),),
        ),
        ("&lt;&gt;&amp;&quot;&#33;&#x4E2D;", '<>&"!中', ()),
        ("a > b", "a > b", ()),
        ("<b></b>x", "x", ()),
    ],
)
def test_what_the_rules_allow_becomes_text_and_entities(
    html: str, text: str, entities: tuple[Entity, ...] | None
) -> None:
    parsed = parse(html)

    assert parsed.text == text
    assert parsed.units == units(text)
    if entities is not None:
        assert parsed.entities == entities
    else:
        assert parsed.entities == (Entity("custom_emoji", 0, 2, emoji="5368324170671202286"),)


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("中<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="https://a.cn>x</a>', "Unclosed start tag at byte offset 0"),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<code><b>x</b></code>", 'Tag "b" is not allowed inside "code" at byte offset 6'),
        ("<pre>a<code><i>x</i></code></pre>", 'Tag "i" is not allowed inside "pre" at byte offset 12'),
        (
            "<blockquote><b><blockquote>x</blockquote></b></blockquote>",
            'Tag "blockquote" can\'t be nested at byte offset 15',
        ),
        ("&#xD83D;", "Text contains invalid Unicode characters"),
    ],
)
def test_what_the_rules_forbid_is_refused_in_the_servers_words(html: str, complaint: str) -> None:
    with pytest.raises(CannotParse) as caught:
        parse(html)

    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize("html", ["a & b", "&nbsp;", "&lt x", "<b class='x'>y</b>", "<a href='x y'>z</a>"])
def test_what_the_server_shows_otherwise_than_meant_is_noted(html: str) -> None:
    assert len(parse(html).notes) == 1


def test_white_space_at_the_ends_goes_and_entities_move_with_the_text() -> None:
    parsed = trimmed(parse(" \n😀<b> x </b>\n<i> </i>"))

    assert (parsed.text, parsed.units) == ("😀 x", 4)
    assert parsed.entities == (Entity("bold", 2, 2),)


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("https://例子.中国/路", "https://例子.中国/路"),
        ("http://127.0.0.1:80/x", "http://127.0.0.1:80/x"),
        ("mailto:a@b.cn", "mailto:a@b.cn"),
        ("example.com/x", "http://example.com/x"),
        ("http://localhost/x", ""),
        ("javascript:alert(1)", ""),
        ("ftp://a.cn", ""),
        ("", ""),
    ],
)
def test_only_addresses_a_client_opens_become_links(url: str, opened: str) -> None:
    assert linkable(url) == opened
