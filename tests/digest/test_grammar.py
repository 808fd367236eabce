"""The order of understanding, groups, dialogues, the publisher's replies; and that nothing raises."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.commands import commands, slashed, spoken
from digest.grammar import LIST_LASTS, understand
from digest.hans import simplify
from digest.incoming import Awaits, Conversation, CustomWords, Incoming, SectionName
from digest.intents import (
    AskSetting,
    Cancel,
    Custom,
    Intent,
    LookUp,
    Pause,
    Resume,
    Set,
    Setting,
    ShowHelp,
    ShowIssue,
    ShowSection,
    ShowStory,
    ShowToday,
    Silence,
    Subscribe,
    Turn,
    Unreadable,
    Unsubscribe,
)
from digest.taps import remember, tap
from digest.wording import heard, peelings
from tests.digest.talk import NEWEST, NOW, describe, known, typed

MINUTE = dt.timedelta(minutes=1)


def in_group(text: str, *, addressed: bool = False) -> Incoming:
    """A message in a group, to the bot or not."""
    return Incoming(text=text, private=False, addressed=addressed)


def asked(awaits: Awaits, *, ago: dt.timedelta = MINUTE) -> Conversation:
    """A dialogue that was opened some time ago."""
    return Conversation(awaits=awaits, asked_at=NOW - ago)


@pytest.mark.parametrize(
    ("text", "changes", "intent"),
    [
        ("8", {"conversation": asked(Awaits.HOUR)}, "Set(setting=hour, value=08:00)"),
        ("29", {"custom": (CustomWords(("29",)),)}, "Custom(index=0)"),
        ("今日", {"custom": (CustomWords(("今日",)),)}, "Custom(index=0)"),
        ("最新", {"sections": (SectionName("最新", "最新"),)}, "ShowToday"),
        ("12", {"archive_dates": frozenset({dt.date(2025, 12, 12)})}, "ShowStory(number=12)"),
        ("1220", {"stories": 1300}, "ShowStory(number=1220)"),
        ("1220", {"archive_dates": frozenset()}, "LookUp(words=1220, guessed=True)"),
        ("12.20", {"archive_dates": frozenset()}, "LookUp(words=12.20, guessed=True)"),
        ("收到", {"sections": (SectionName("收到", "收到"),)}, "ShowSection(name=收到)"),
        ("好的", {"sections": (SectionName("k", "好的新闻"),)}, "SmallTalk(kind=thanks)"),
        (
            "开源",
            {"sections": (SectionName("a", "开源动态"), SectionName("b", "开源周报"))},
            "LookUp(words=开源, guessed=True)",
        ),
    ],
)
def test_what_comes_first_in_the_order_is_meant(text: str, changes: dict[str, object], intent: str) -> None:
    assert describe(understand(typed(text), known(**changes))) == intent  # type: ignore[arg-type]


def test_a_day_in_january_means_the_december_before() -> None:
    january = known(today=dt.date(2026, 1, 8))

    assert understand(typed("12月22日"), january) == ShowIssue(NEWEST)


def test_a_number_is_of_the_list_last_shown_for_ten_minutes() -> None:
    shown = Conversation(list_date=dt.date(2025, 12, 19), list_at=NOW - LIST_LASTS)
    stale = dataclasses.replace(shown, list_at=NOW - LIST_LASTS - MINUTE)

    assert understand(typed("3"), known(shown)) == ShowStory(3, dt.date(2025, 12, 19))
    assert understand(typed("3"), known(stale)) == ShowStory(3)


def test_the_next_story_is_the_one_after_the_story_on_the_screen() -> None:
    screen = Conversation(screen=remember(ShowStory(29, NEWEST)))

    assert understand(typed("下一条"), known(screen)) == ShowStory(30, NEWEST)
    assert understand(typed("上一条"), known(screen)) == ShowStory(28, NEWEST)
    assert understand(typed("下一条"), known()) == Turn(1)


def test_a_page_is_of_the_look_up_on_the_screen() -> None:
    screen = Conversation(screen=remember(LookUp("世界模型")))

    assert understand(typed("第3页"), known(screen)) == LookUp("世界模型", page=3)


def test_a_section_is_named_by_its_key_whatever_its_dress() -> None:
    dressed = (SectionName("开源动态", "🚀 開源動態 · OSS"),)

    assert understand(typed("開源動態"), known(sections=dressed)) == ShowSection("开源动态")
    assert understand(typed("栏目 oss"), known(sections=dressed)) == ShowSection("开源动态")


class TestDialogues:
    """While something is asked for, an answer is an answer."""

    @pytest.mark.parametrize(
        ("awaits", "text", "intent"),
        [
            (Awaits.HOUR, "7点半", Set(Setting.HOUR, "07:30")),
            (Awaits.HOUR, "730", Set(Setting.HOUR, "07:30")),
            (Awaits.HOUR, "早上八点吧", Set(Setting.HOUR, "08:00")),
            (Awaits.HOUR, "啦啦啦", AskSetting(Setting.HOUR, "啦啦啦", "hour.unreadable")),
            (Awaits.HOUR, "77", AskSetting(Setting.HOUR, "77", "hour.no_such_hour", (("hour", 77),))),
            (Awaits.ZONE, "纽约", Set(Setting.ZONE, "America/New_York")),
            (Awaits.ZONE, "火星", AskSetting(Setting.ZONE, "火星", "zone.unknown")),
            (Awaits.PAUSE, "7", Pause(dt.date(2025, 12, 30))),
            (Awaits.PAUSE, "一周", Pause(dt.date(2025, 12, 30))),
            (Awaits.PAUSE, "不知道", Pause()),
        ],
    )
    def test_the_answer_is_read_as_what_was_asked_for(
        self, awaits: Awaits, text: str, intent: Intent
    ) -> None:
        assert understand(typed(text), known(asked(awaits))) == intent

    @pytest.mark.parametrize("awaits", [Awaits.HOUR, Awaits.ZONE, Awaits.PAUSE])
    @pytest.mark.parametrize("text", ["取消", "取消。", "算了", "cancel", "/cancel"])
    def test_cancel_ends_it(self, awaits: Awaits, text: str) -> None:
        assert understand(typed(text), known(asked(awaits))) == Cancel()

    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("今日", ShowToday()),
            ("/today", ShowToday()),
            ("退订", Unsubscribe()),
            ("昨天", ShowIssue(NEWEST)),
            ("恢复", Resume()),
            ("搜 世界模型", LookUp("世界模型")),
            ("进群", Custom(0)),
        ],
    )
    def test_anything_clear_is_still_heard(self, text: str, intent: Intent) -> None:
        assert understand(typed(text), known(asked(Awaits.HOUR))) == intent

    def test_one_that_is_long_ago_is_over(self) -> None:
        stale = asked(Awaits.HOUR, ago=dt.timedelta(minutes=11))

        assert understand(typed("8"), known(stale)) == ShowStory(8)


class TestGroups:
    """In a group only commands, mentions and replies to the bot count."""

    @pytest.mark.parametrize(
        "text",
        [
            "今日",
            "退订",
            "29",
            "开源动态",
            "谢谢",
            "进群",
            "/foo",
            "/today@other_bot",
            "@other_bot 今日",
            "@digest_bots 今日",
        ],
    )
    def test_the_talk_of_others_is_not_answered(self, text: str) -> None:
        assert understand(in_group(text), known()) == Silence()

    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("/today", ShowToday()),
            ("/TODAY@Digest_Bot", ShowToday()),
            ("／section 开源", ShowSection("开源动态")),
            ("/section@digest_bot 开源", ShowSection("开源动态")),
            ("@digest_bot 今日", ShowToday()),
            ("@AI日报 开源", ShowSection("开源动态")),
            ("今日 @digest_bot", ShowToday()),
            ("@digest_bot", ShowHelp()),
            ("@digest_bot 谢谢", Silence()),
        ],
    )
    def test_commands_and_mentions_are_answered(self, text: str, intent: Intent) -> None:
        assert understand(in_group(text), known()) == intent

    def test_a_reply_to_the_bot_is_answered(self) -> None:
        assert understand(in_group("29", addressed=True), known()) == ShowStory(29)
        assert understand(in_group("/today@other_bot", addressed=True), known()) == Silence()

    def test_the_conversation_may_say_that_it_is_a_group(self) -> None:
        assert understand(typed("今日"), known(private=False, addressed=False)) == Silence()


class TestTheirOwnReplies:
    """The publisher's words come before everything else."""

    def test_words_are_the_same_in_any_dress(self) -> None:
        words = known(custom=(CustomWords(("ＶＩＰ 群",)),))

        assert understand(typed("vip群！"), words) == Custom(0)

    def test_exact_words_go_before_contained_ones(self) -> None:
        words = known(custom=(CustomWords(("合作",), contains=True), CustomWords(("商务合作",))))

        assert understand(typed("商务合作"), words) == Custom(1)
        assert understand(typed("想谈合作"), words) == Custom(0)

    def test_contained_words_bar_nobody_from_leaving_or_from_a_command(self) -> None:
        words = known(custom=(CustomWords(("订", "today"), contains=True),))

        assert understand(typed("退订"), words) == Unsubscribe()
        assert understand(typed("/today"), words) == ShowToday()
        assert understand(typed("订阅"), words) == Custom(0)

    def test_empty_words_match_nothing(self) -> None:
        assert (
            understand(typed("今日"), known(custom=(CustomWords(("", " "), contains=True),))) == ShowToday()
        )


def test_a_tap_is_read_before_any_text() -> None:
    assert understand(Incoming(text="退订", tap=tap(Subscribe())), known()) == Subscribe()


def test_a_picture_is_unreadable_and_its_words_are_read() -> None:
    assert understand(Incoming(code="media.photo"), known()) == Unreadable("media.photo")
    assert understand(Incoming(text="今日", code="media.photo"), known()) == ShowToday()


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n\t"])
def test_nothing_is_answered_with_nothing(text: str) -> None:
    assert understand(typed(text), known()) == Silence()


def test_traditional_characters_keep_their_places() -> None:
    assert simplify("開源動態 GPT-5 訂閱") == "开源动态 GPT-5 订阅"
    assert simplify("著名演员") == "著名演员"


@given(st.text(max_size=40))
def test_heard_words_and_their_folding_are_of_one_length(text: str) -> None:
    words = heard(text)

    assert len(words.said) == len(words.folded)
    assert words.said == " ".join(words.said.split())
    assert len(list(peelings(words))) < 30


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=60)
    | st.text(
        alphabet="今昨前天日号月年第条页0123456789./-: 开源栏目订退改成点半停到周一每发我@/?搜", max_size=24
    )
    | st.sampled_from(sorted(slashed())).flatmap(
        lambda name: st.text(max_size=20).map(lambda rest: f"/{name} {rest}")
    ),
    st.sampled_from(Awaits),
    st.booleans(),
)
def test_every_text_means_something(text: str, awaits: Awaits, private: bool) -> None:
    intent = understand(Incoming(text=text, private=private), known(asked(awaits)))

    assert isinstance(intent, Intent)


@pytest.mark.parametrize("day", [dt.date(1970, 1, 1), dt.date(2024, 2, 29), dt.date(2099, 12, 31)])
@pytest.mark.parametrize(
    "text", ["昨天", "明天", "去年今天", "31号", "12月22日", "2月29日", "上个月", "暂停 7", "1220"]
)
def test_no_day_of_the_calendar_raises(day: dt.date, text: str) -> None:
    assert isinstance(understand(typed(text), known(today=day)), Intent)


@pytest.mark.parametrize(
    "text",
    [
        "怎么" * 2048,
        "我想" * 2048,
        "退订" * 2048,
        "/section " + "开源" * 2043,
        "\ufdfa" * 4096,
        "@" * 4096,
        "/pause " + "9" * 4089,
    ],
    ids=["how", "want", "leave", "section", "ligature", "at", "digits"],
)
def test_the_longest_messages_are_read_at_once(text: str) -> None:
    understand(typed("今日"), known())
    started = time.perf_counter()

    understand(typed(text), known())

    assert time.perf_counter() - started < 0.2


class TestTheTable:
    """The one table of commands."""

    def test_no_name_and_no_word_means_two_commands(self) -> None:
        names = [name for command in commands() for name in (command.name, *command.slashes)]
        words = [
            (word.replace(" ", "").lower(), command.name)
            for command in commands()
            for words in command.words.values()
            for word in words
        ]

        assert len(names) == len(set(names))
        assert len({word for word, _ in words}) == len(set(words))

    def test_every_name_is_one_that_telegram_takes(self) -> None:
        assert all(re.fullmatch(r"[a-z0-9_]{1,32}", command.name) for command in commands())

    def test_every_word_is_written_as_it_is_compared(self) -> None:
        for word, command in spoken().items():
            assert unicodedata.normalize("NFKC", simplify(word)) == word, command.name

    def test_every_word_of_every_command_is_understood_as_it(self) -> None:
        for word, command in spoken().items():
            assert understand(typed(word), known(custom=(), admin=True)) == command.make(
                heard(""), known()
            ), word

    def test_every_slashed_name_is_understood_as_it(self) -> None:
        for command in commands():
            assert understand(typed(f"/{command.name}"), known()) == command.make(heard(""), known())

    def test_the_words_to_show_are_of_the_language(self) -> None:
        shown = {command.name: (command.word("zh-Hans"), command.word("en")) for command in commands()}

        assert shown["today"] == ("今日", "today")
        assert shown["unsubscribe"] == ("退订", "unsubscribe")
        assert shown["start"] == ("/start", "/start")
