"""Links: canonical for keys, short for tight messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.links import bare_links, canonical_link, clean_link, short_link

ARTICLE = "https://mp.weixin.qq.com/s?__biz=MzA%3D%3D&chksm=ab12&idx=2&mid=22&sn=e98a#rd"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ARTICLE, "http://mp.weixin.qq.com/s?__biz=MzA%3D%3D&mid=22&idx=2&sn=e98a&scene=21#wechat_redirect"),
        ("https://a.example/x?utm_source=b&id=7", "http://A.example/x/?id=7#top"),
        ("https://a.example/x?b=2&a=1", "https://a.example:443/x?a=1&b=2&fbclid=z"),
        ("https://a.example/x?spm=1.2&from=timeline", "https://a.example/x"),
    ],
)
def test_one_page_has_one_canonical_link(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ARTICLE, ARTICLE.replace("idx=2", "idx=3")),
        ("https://a.example/x?id=7", "https://a.example/x?id=8"),
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/#/topic/1", "https://a.example/#/topic/2"),
        ("https://mp.weixin.qq.com/s/abc", "https://mp.weixin.qq.com/s/abd"),
        ("https://a.example/x?special=1", "https://a.example/x?special=2"),
    ],
)
def test_two_pages_have_two_canonical_links(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


def test_an_article_is_shortened_to_its_four_parameters_in_order() -> None:
    assert short_link(ARTICLE) == "https://mp.weixin.qq.com/s?__biz=MzA%3D%3D&mid=22&idx=2&sn=e98a"


@pytest.mark.parametrize(
    "url",
    [
        "https://mp.weixin.qq.com/s/abc",
        "https://mp.weixin.qq.com/s?__biz=a&mid=1&idx=1",
        "https://mp.weixin.qq.com/s?__biz=a&mid=1&idx=1&sn=",
        "https://a.example/s?__biz=a&mid=1&idx=1&sn=2",
        "mailto:a@a.example",
        "",
    ],
)
def test_any_other_link_is_not_shortened(url: str) -> None:
    assert short_link(url) == url


@pytest.mark.parametrize(
    "address", ["http://<@a.example", 'https://a"b:c@a.example/x', "https://a`@a.example"]
)
def test_a_link_whose_user_name_is_no_name_is_none(address: str) -> None:
    assert clean_link(address) is None


def test_a_link_may_name_a_user() -> None:
    assert clean_link("https://reader@a.example/x") == "https://reader@a.example/x"


@given(st.text() | st.text(alphabet='htps:/.?#&=@[]%a中 \\"<>`{}').map(lambda rest: f"https://a{rest}"))
def test_a_clean_link_is_ascii_with_a_known_scheme_and_stays_as_it_is(address: str) -> None:
    url = clean_link(address)

    if url is not None:
        assert url.isascii()
        assert url.isprintable()
        assert not set(url) & set(' "<>')
        assert url.split(":", 1)[0].lower() in {"http", "https", "mailto", "tg"}
        assert clean_link(url) == url
        assert url.startswith("http") is (short_link(url).startswith("http") and "://" in url)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("见 https://a.example/x。", ["https://a.example/x"]),
        ("https://a.example/x)，", ["https://a.example/x"]),
        ("(https://a.example/a_(b))", ["https://a.example/a_(b))"]),
        ("https://a.example/x, http://b.example.", ["https://a.example/x", "http://b.example"]),
        ("ftp://a.example 和 a.example", []),
    ],
)
def test_addresses_in_plain_text_end_before_punctuation(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in bare_links(text)] == found
