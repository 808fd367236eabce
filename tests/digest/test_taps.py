"""Button data goes out as at most 64 bytes and comes back as the same intent."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import intents
from digest.editing import Act, Step
from digest.intents import (
    AskSetting,
    BadDate,
    Conversation,
    Intent,
    Known,
    LookUp,
    SectionName,
    Set,
    Setting,
    ShowSection,
    ShowSettings,
    ShowToday,
    Subscribe,
    Turn,
    Unreadable,
    Unsubscribe,
)
from digest.taps import LIMIT, recall, remember, tap, untap
from tests.digest.talk import NOW, TODAY, known

LONG_KEY = "人工智能与大模型产业应用及投融资动态观察周报"
SECTIONS = (
    SectionName("开源动态", "🚀 开源动态"),
    SectionName(LONG_KEY, f"【{LONG_KEY}】"),
    SectionName("+plus", "+Plus;~%"),
)
KEYS = st.sampled_from([section.key for section in SECTIONS])
NAMES = st.sampled_from([name for section in SECTIONS for name in (section.key, section.title)])
WORDS = st.text(max_size=80)
DATES = st.none() | st.dates()
CODES = st.sampled_from(["date.impossible", "tap.expired", "", "a;b%~"])
VALUES = st.lists(st.tuples(WORDS, st.integers() | WORDS), max_size=3).map(tuple)
HOURS = st.none() | st.builds(dt.time, st.integers(0, 23), st.integers(0, 59))
CHOICES = (
    st.builds(lambda sign, key: Set(Setting.SECTION, sign + key), st.sampled_from("+-"), KEYS)
    | st.just(Set(Setting.SECTION, "*"))
    | st.builds(Set, st.sampled_from([s for s in Setting if s is not Setting.SECTION]), WORDS)
)
KINDS: dict[type, st.SearchStrategy[Intent]] = {
    intents.ShowIssue: st.builds(intents.ShowIssue, date=DATES, step=st.integers(-1, 1), whole=st.booleans()),
    ShowSection: st.builds(ShowSection, name=NAMES, date=DATES),
    intents.ShowSections: st.builds(intents.ShowSections, date=DATES),
    intents.ShowStory: st.builds(intents.ShowStory, number=st.integers(1, 999), date=DATES),
    intents.ShowArchive: st.builds(intents.ShowArchive, month=st.sampled_from(["", "2025-12"])),
    intents.ShowRange: st.builds(
        intents.ShowRange,
        first=st.dates(),
        last=st.dates(),
        section=st.just("") | KEYS,
        label=WORDS,
        page=st.integers(1, 99),
    ),
    BadDate: st.builds(BadDate, code=CODES, values=VALUES),
    Turn: st.builds(Turn, step=st.integers(-9, 9)),
    LookUp: st.builds(LookUp, words=WORDS, page=st.integers(1, 999)),
    intents.Follow: st.builds(intents.Follow, word=WORDS),
    intents.Unfollow: st.builds(intents.Unfollow, word=WORDS),
    intents.ShowFollows: st.builds(intents.ShowFollows, page=st.integers(1, 5)),
    intents.Greet: st.builds(intents.Greet, payload=WORDS),
    ShowToday: st.builds(ShowToday, page=st.integers(1, 99)),
    Subscribe: st.builds(Subscribe, section=st.just("") | KEYS, push_at=HOURS),
    Unsubscribe: st.builds(Unsubscribe, section=st.just("") | KEYS),
    intents.Pause: st.builds(intents.Pause, until=DATES),
    ShowSettings: st.builds(ShowSettings, page=st.sampled_from(["", "hour", "zone", "days", "sections"])),
    Set: CHOICES,
    intents.TakeBroadcast: st.builds(intents.TakeBroadcast, campaign=st.integers(0, 99_999)),
    intents.Draft: st.builds(
        intents.Draft, campaign=st.integers(0, 99_999), stage=st.sampled_from(Step), value=WORDS
    ),
    intents.Steer: st.builds(
        intents.Steer, campaign=st.integers(0, 99_999), act=st.sampled_from(Act), value=WORDS
    ),
    AskSetting: st.builds(AskSetting, heard=WORDS, code=CODES, values=VALUES),
}


def every_intent() -> st.SearchStrategy[Intent]:
    """Any intent of the closed list."""
    return st.one_of([KINDS.get(kind, st.builds(kind)) for kind in get_args(Intent)])


def here(screen: Intent | None = None) -> Known:
    """What is known where a button is tapped, under this screen."""
    talk = Conversation(screen=remember(screen) if screen else "")
    return Known(now=NOW, today=TODAY, sections=SECTIONS, conversation=talk)


@given(every_intent())
def test_an_intent_comes_back_from_its_button(intent: Intent) -> None:
    pressed = tap(intent)

    assert len(pressed.encode(errors="surrogatepass")) <= LIMIT
    assert untap(pressed, here(intent)) == intent


@given(every_intent())
def test_a_screen_of_any_length_is_recalled(intent: Intent) -> None:
    assert recall(remember(intent), here()) == intent


def test_every_kind_of_intent_has_its_own_letter() -> None:
    plain = [kind for kind in get_args(Intent) if kind not in KINDS]

    written = {tap(kind()) for kind in plain if kind not in (intents.SmallTalk, intents.Custom, Unreadable)}

    assert len(written) == len(plain) - 3


def test_the_next_page_of_long_words_is_read_from_the_screen() -> None:
    words = "具身智能 世界模型 强化学习 多模态 端到端 自动驾驶"

    pressed = tap(LookUp(words, page=2))

    assert untap(pressed, here(LookUp(words))) == LookUp(words, page=2)
    assert untap(pressed, here(LookUp("别的"))) == Unreadable("tap.expired")


def test_what_was_looked_up_can_be_followed_however_long_it_is() -> None:
    words = "具身智能 世界模型 强化学习 多模态 端到端 自动驾驶"

    pressed = tap(intents.Follow(words))

    assert untap(pressed, here(LookUp(words))) == intents.Follow(words)
    assert untap(pressed, here(LookUp("别的"))) == Unreadable("tap.expired")


def test_a_long_section_fits_a_button_and_is_found_again() -> None:
    pressed = tap(ShowSection(LONG_KEY, TODAY))

    assert len(pressed) < 24
    assert untap(pressed, here()) == ShowSection(LONG_KEY, TODAY)


def test_a_section_that_is_gone_makes_the_button_expire() -> None:
    pressed = tap(Set(Setting.SECTION, "-旧栏目"))

    assert untap(pressed, here()) == Unreadable("tap.expired")


@pytest.mark.parametrize(
    "pressed",
    ["", "1", "x", "1i20251399", "1i;;;;;", "9t", "1t1;x;9", "1k", "1kx", "today", "1z9", "1A", "1~", "1r;"],
)
def test_garbled_data_has_expired(pressed: str) -> None:
    assert untap(pressed, known()) == Unreadable("tap.expired")


@given(st.text(max_size=64) | st.text(max_size=30).map(lambda rest: f"1{rest}"))
def test_no_data_raises(pressed: str) -> None:
    assert untap(pressed, here()) is not None
