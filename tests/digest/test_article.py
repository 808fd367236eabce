"""The day's article: its limits, its links, and texts that would like to be markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases import load_catalogs
from digest.article import Article, day_article
from digest.issue import Issue, Item, Section
from digest.parsing import parse
from tests.storage.makers import TODAY, make_issue

SAMPLE = Path(__file__).parents[1] / "samples" / "2025-12-22.md"
PHRASES = load_catalogs().speak("zh-Hans")
WECHAT = "https://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=2&sn=ab&chksm=99#rd"


class Reading(HTMLParser):
    """Tags, addresses and words of an article, read by Python's own parser."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def story(number: int = 1, title: str = "题", summary: str = "", url: str | None = None) -> Item:
    return Item(number, str(number), title, summary, url)


def issue_of(*items: Item, section: str = "栏", leads: tuple[int, ...] = (1,)) -> Issue:
    return replace(make_issue(), sections=(Section(section, section, items),), leads=leads)


def within_limits(article: Article) -> bool:
    return (
        0 < len(article.title) <= 32
        and 0 < len(article.digest) <= 120
        and len(article.content) < 20_000
        and len(article.content.encode("utf-8", "replace")) < 1_048_576
    )


def test_the_sample_is_an_article_with_every_story_and_summary() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    issue = parse(SAMPLE.read_bytes(), file_name=SAMPLE.name, zone=zone, today=TODAY).issues[0]

    article = day_article(issue, PHRASES)
    read = Reading(article.content)

    assert within_limits(article)
    assert article.title.endswith("｜12.22")
    assert article.digest.startswith("41条，约")
    assert [item.title for item in issue.items if item.title not in read.words] == []
    assert [item.summary for item in issue.items if " ".join(item.summary.split()) not in read.words] == []
    assert all(link.startswith("https://mp.weixin.qq.com/s?__biz=") for link in read.links)
    assert read.tags <= {"section", "h2", "p", "strong", "a", "br", "sup"}
    assert read.attributes <= {"style", "href"}


def test_links_outside_wechat_are_notes_with_their_addresses_at_the_end() -> None:
    other = "https://example.org/a?b=1&c=2"
    issue = issue_of(story(1, url=WECHAT), story(2, url=other), story(3, url=other), story(4))

    read = Reading(day_article(issue, PHRASES).content)

    assert read.links == ["https://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=2&sn=ab"]
    assert read.words.count("题[1]") == 2
    assert read.words.endswith(f"链接[1] {other}")


def test_whole_links_where_they_are_wanted() -> None:
    assert Reading(day_article(issue_of(story(url=WECHAT)), PHRASES, shorten=False).content).links == [WECHAT]


@pytest.mark.parametrize(
    ("summary", "stories", "shown", "hidden"),
    [
        ("一句。" + "二" * 100, 41, "二二", ""),
        ("一句。" + "二" * 1000, 41, "一句。", "二二"),
        ("一" * 1000, 41, "题", "一一"),
    ],
)
def test_it_tells_as_much_of_each_story_as_there_is_room_for(
    summary: str, stories: int, shown: str, hidden: str
) -> None:
    issue = issue_of(*(story(n, summary=summary, url=WECHAT) for n in range(1, stories + 1)))

    article = day_article(issue, PHRASES)

    assert within_limits(article)
    assert shown in article.content
    assert not hidden or hidden not in article.content
    assert article.content.count("<a href=") == stories


def test_titles_alone_when_there_is_no_room_for_links_and_a_count_when_not_even_for_them() -> None:
    many = issue_of(*(story(n, "题" * 30, url=WECHAT) for n in range(1, 200)))
    too_many = issue_of(*(story(n, "题" * 60, url=WECHAT) for n in range(1, 900)))

    titles, beginning = day_article(many, PHRASES), day_article(too_many, PHRASES)

    assert within_limits(titles)
    assert within_limits(beginning)
    assert (titles.content.count("<strong>"), "<a" in titles.content) == (199, False)
    told = beginning.content.count("<strong>")
    assert 100 < told < 899
    assert f"还有{899 - told}条" in beginning.content


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("甲，乙", "丙，丁"), "甲；丙｜12.22"),
        (("长" * 40, "丙"), "长" * 25 + "…｜12.22"),
        (("一" * 20, "二" * 20), "一" * 20 + "｜12.22"),
        (("AI, and more", "B"), "AI；B｜12.22"),
    ],
)
def test_the_title_is_the_beginnings_of_the_leads_and_the_day(titles: tuple[str, ...], expected: str) -> None:
    issue = issue_of(*(story(n, title) for n, title in enumerate(titles, 1)), leads=(1, 2))

    assert day_article(issue, PHRASES).title == expected


hostile = st.one_of(
    st.text(max_size=300), st.sampled_from(["</p><script>", '"><img src=x>', "&lt;", "a\nb", "\x00"])
)


@given(title=hostile, summary=hostile, section=hostile, footer=hostile)
def test_no_text_becomes_markup(title: str, summary: str, section: str, footer: str) -> None:
    issue = issue_of(
        story(1, title, summary, WECHAT), story(2, title, summary, 'https://e.org/"><b>'), section=section
    )

    article = day_article(issue, PHRASES, footer_line=footer)
    read = Reading(article.content)

    assert within_limits(article)
    assert read.tags <= {"section", "h2", "p", "strong", "a", "br", "sup"}
    assert read.attributes <= {"style", "href"}
    assert len(read.links) <= 1


def test_an_issue_without_stories_is_an_article_without_any() -> None:
    article = day_article(issue_of(), PHRASES)

    assert within_limits(article)
    assert article.title == "AI资讯日报｜12.22"
