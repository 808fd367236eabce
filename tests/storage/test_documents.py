"""Values as JSON text and back."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from digest.intents import Awaits, Conversation
from digest.issue import Footer, Issue, Item, Section
from digest.subscriber import Sections, Selection
from storage.documents import (
    read_conversation,
    read_issue,
    read_sections,
    write_conversation,
    write_issue,
    write_sections,
)

utc = st.datetimes(timezones=st.just(dt.UTC))
numbers = st.integers(min_value=0, max_value=10_000)
items = st.builds(Item, number=numbers)
sections = st.builds(Section, items=st.lists(items, max_size=4).map(tuple))
issues = st.builds(
    Issue,
    sections=st.lists(sections, max_size=4).map(tuple),
    leads=st.lists(numbers, max_size=4).map(tuple),
    footer=st.from_type(Footer),
    publish_at=st.none() | utc,
    draft=st.booleans(),
)
talks = st.builds(
    Conversation,
    awaits=st.sampled_from(Awaits),
    asked_at=st.none() | utc,
    list_date=st.none() | st.dates(),
    list_at=st.none() | utc,
    screen=st.text(),
)
choices = st.builds(Sections, mode=st.sampled_from(Selection), keys=st.frozensets(st.text()))


@given(issues)
def test_every_issue_is_read_as_it_was_written(issue: Issue) -> None:
    assert read_issue(write_issue(issue)) == issue


@given(talks)
def test_every_conversation_is_read_as_it_was_written(conversation: Conversation) -> None:
    assert read_conversation(write_conversation(conversation)) == conversation


@given(choices)
def test_every_choice_of_sections_is_read_as_it_was_written(sections: Sections) -> None:
    assert read_sections(write_sections(sections)) == sections


def test_an_empty_choice_of_sections_is_not_the_choice_of_all() -> None:
    none = Sections(Selection.ONLY)

    assert read_sections(write_sections(none)) == none
    assert write_sections(none) != write_sections(Sections()) == ""
