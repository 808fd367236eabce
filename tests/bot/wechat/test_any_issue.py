"""Whatever an issue holds: every page inside the budget, nothing cut, every story in reach."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat.render import Paper
from digest.issue import Issue
from digest.replies import Form
from digest.screens import issue_screen, story_screen
from digest.section_screens import section_screen, sections_screen
from tests.bot.wechat.pages import FRAME, LIMIT, is_sound, issue_of, octets, shown_numbers, taps, texts

SIGNS = st.text(min_size=1, max_size=40)
WORDS = st.one_of(
    SIGNS,
    st.integers(1, 700).map(lambda times: "新模型。" * (times // 4 + 1)),
    st.integers(1, 900).map(lambda times: "x" * times),
    st.sampled_from(['<a href="x">', "]]>", "👨‍👩‍👧‍👦" * 30, "\ud800", "a\u0301" * 300]),
)
LINKS = st.one_of(
    st.none(),
    st.just("https://mp.weixin.qq.com/s?__biz=MzA4&mid=22&idx=2&sn=ab&chksm=1"),
    st.integers(1, 1500).map(lambda times: "https://a.example/" + "p" * times),
)
STORIES = st.tuples(WORDS, WORDS, LINKS)
ISSUES = st.builds(
    issue_of,
    st.lists(st.lists(STORIES, min_size=1, max_size=25), min_size=1, max_size=6),
    st.integers(0, 5),
)


@settings(max_examples=60, deadline=None)
@given(issue=ISSUES, form=st.sampled_from(Form), typed=st.booleans())
def test_every_story_is_on_some_page_and_every_page_fits(issue: Issue, form: Form, typed: bool) -> None:
    paper = Paper(taps=not typed)

    pages = texts(issue_screen(issue, FRAME, form=form), paper)

    assert max(map(octets, pages)) <= LIMIT
    assert all(map(is_sound, pages))
    assert all(len(taps(page)) <= 8 for page in pages)
    listed = [number for page in pages for number in shown_numbers(page)]
    assert set(listed) >= {item.number for item in issue.items}


@settings(max_examples=40, deadline=None)
@given(issue=ISSUES, typed=st.booleans())
def test_sections_and_stories_fit_as_well(issue: Issue, typed: bool) -> None:
    paper = Paper(taps=not typed)
    replies = [
        *(section_screen(issue, section, FRAME) for section in issue.sections),
        *(story_screen(issue, item, FRAME) for item in issue.items[:6]),
        sections_screen(issue, FRAME),
    ]

    pages = [page for reply in replies for page in texts(reply, paper)]

    assert max(map(octets, pages)) <= LIMIT
    assert all(map(is_sound, pages))
