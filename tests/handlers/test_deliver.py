"""What a delivery says: the pinned revision, in the reader's words, and alike for all who want the same."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from bot.phrases import Catalogs
from bot.telegram.render import render
from digest.campaign import Owed
from digest.house import House
from digest.intents import SectionName
from digest.replies import Form, Headlines, Reply, Strong, Text
from digest.subscriber import (
    Address,
    AddressId,
    Kind,
    Place,
    Sections,
    Selection,
    Subscriber,
    SubscriberId,
    Subscription,
)
from handlers.deliver import compose, wording
from handlers.ingest import ingest
from storage.store import Store
from tests.handlers.conftest import AT_TEN, MONDAY, RULES, SAMPLE, Talk, issue_file, publish
from tests.handlers.order_book import Clock, at, claimed, order

HOUSE = House(name="AI日报")
SEEN = Subscription(active=True, digests=9)
OLD_LINE = "少刷一点，多懂一点。"


def owing(subscription: Subscription = SEEN, *, revision: int = 1, kind: Kind = Kind.PERSON) -> Owed:
    """A claimed delivery of Monday's issue."""
    number = SubscriberId(7)
    address = Address(AddressId(7), number, Place("telegram", "77"))
    reader = Subscriber(number, kind, address, subscription=subscription)
    return Owed(
        campaign_id=1,
        chunk=1,
        kind="digest",
        issue_date=MONDAY,
        revision=revision,
        subscriber=reader,
        attempts=1,
        next_part=0,
        planned_at=AT_TEN,
    )


async def said(talk: Talk, owed: Owed, house: House = HOUSE, language: str = "zh-hans") -> Reply:
    phrases = talk.catalogs.speak(language)
    return await compose(owed, talk.store, house, phrases, now=talk.now, bot_name="digest_bot")


def words(reply: Reply) -> str:
    return "\n".join(block.text for block in reply.blocks if isinstance(block, Text | Strong))


def labels(reply: Reply) -> list[str]:
    return [choice.label for row in reply.choices for choice in row]


async def test_readers_with_the_same_wording_get_the_same_messages(talk: Talk) -> None:
    keys = [name.key for name in await section_names(talk)]
    choices = (
        Sections(),
        Sections(Selection.ONLY, frozenset(keys[:2])),
        Sections(Selection.EXCEPT, frozenset(keys[:1])),
    )
    subscriptions = [
        Subscription(
            active=active,
            sections=sections,
            form=form,
            silent=silent,
            digests=digests,
            push_at=push_at,
            weekdays=days,
        )
        for active, sections, form, silent, digests, (push_at, days) in itertools.product(
            (True, False), choices, Form, (True, False), (1, 3, 4), ((None, ""), (dt.time(7), "mon"))
        )
    ]
    told: dict[object, object] = {}

    for subscription, kind in itertools.product(subscriptions, (Kind.PERSON, Kind.CHANNEL)):
        owed = owing(subscription, kind=kind)
        for language in ("zh-Hans", "en"):
            key = wording(owed, talk.catalogs.speak(language), MONDAY)
            messages = render(await said(talk, owed, language=language))
            assert told.setdefault(key, messages) == messages

    assert len(told) == 2 * 2 * 3 * 2 * 2 * 2 * 2


async def section_names(talk: Talk) -> tuple[SectionName, ...]:
    async with talk.store.reading() as tx:
        return await tx.issues.section_names()


@pytest.mark.parametrize(
    "change",
    [
        {"form": Form.FULL},
        {"silent": True},
        {"sections": Sections(Selection.ONLY, frozenset({"开源动态"}))},
        {"digests": 1},
    ],
)
async def test_what_changes_the_words_is_part_of_the_wording(talk: Talk, change: dict[str, object]) -> None:
    phrases = talk.catalogs.speak("zh")
    plain, changed = owing(), owing(replace(SEEN, **change))  # type: ignore[arg-type]  # dataclass fields

    assert wording(plain, phrases, MONDAY) != wording(changed, phrases, MONDAY)
    assert await said(talk, plain) != await said(talk, changed)


async def test_what_does_not_change_the_words_is_not_part_of_it(talk: Talk) -> None:
    phrases = talk.catalogs.speak("zh")
    other = replace(SEEN, push_at=dt.time(7), weekdays="mon-fri", shown=MONDAY, digests=200)

    assert wording(owing(), phrases, MONDAY) == wording(owing(other), phrases, MONDAY)


async def test_the_text_is_that_of_the_pinned_revision(talk: Talk) -> None:
    edited = issue_file(MONDAY, SAMPLE.replace("搬进旧船厂", "搬出旧船厂"))
    await ingest([edited], talk.store, RULES, now=talk.now)

    first, second = [
        "".join(message.html for message in render(await said(talk, owing(revision=number))))
        for number in (1, 2)
    ]

    assert "搬进旧船厂" in first
    assert "搬出旧船厂" in second
    assert "搬进旧船厂" not in second


async def test_a_revision_that_is_not_kept_is_a_fault_of_ours(talk: Talk) -> None:
    with pytest.raises(LookupError):
        await said(talk, owing(revision=9))


async def test_a_digest_in_a_private_chat_has_the_sections_as_buttons(talk: Talk) -> None:
    reply = await said(talk, owing())

    assert labels(reply)[:3] == ["新闻 19", "产品 6", "推荐 3"]
    assert reply.choices[-1][0].label == "⚙ 设置"


async def test_a_post_in_a_telegram_channel_has_only_buttons_with_addresses(talk: Talk) -> None:
    paged = replace(HOUSE, base_url="https://digest.example.org/")

    reply = await said(talk, owing(kind=Kind.CHANNEL), paged)

    choices = [choice for row in reply.choices for choice in row]
    assert [choice.url for choice in choices] == [
        "https://t.me/digest_bot?start=c", "https://digest.example.org/2025-12-22",
    ]  # fmt: skip
    assert [choice.tap for choice in choices] == ["", ""]
    assert reply.typed == ()


async def test_a_channel_of_a_bot_without_name_and_pages_has_no_buttons(talk: Talk) -> None:
    phrases = talk.catalogs.speak("zh")

    reply = await compose(owing(kind=Kind.CHANNEL), talk.store, HOUSE, phrases, now=talk.now)

    assert reply.choices == ()


async def test_the_first_three_digests_teach_and_the_fourth_never_does(talk: Talk) -> None:
    taught = [words(await said(talk, owing(replace(SEEN, digests=count)))) for count in (1, 2, 3, 4, 5, 400)]

    line = talk.catalogs.speak("zh")("digest.teaching", section="开源动态")
    assert [line in text for text in taught] == [True, True, True, False, False, False]


async def test_a_reader_is_taught_in_their_first_three_digests_as_they_come(
    sqlite_store: Store, catalogs: Catalogs
) -> None:
    clock = Clock(sqlite_store, HOUSE)
    await order(sqlite_store, "77", at("2025-12-20 12:00"))
    line, found = catalogs.speak("zh")("digest.teaching", section="开源动态"), []
    for day in range(21, 26):
        await publish(sqlite_store, dt.date(2025, 12, day), now=at(f"2025-12-{day} 06:00"))
        await clock.ticks(f"2025-12-{day} 08:00")
        now = at(f"2025-12-{day} 08:01")
        (owed,) = await claimed(sqlite_store, now)
        found.append(line in words(await compose(owed, sqlite_store, HOUSE, catalogs.speak("zh"), now=now)))

    assert found == [True, True, True, False, False]


async def test_a_reader_who_wants_silence_is_written_to_without_a_sound(talk: Talk) -> None:
    silent, loud = await said(talk, owing(replace(SEEN, silent=True))), await said(talk, owing())

    assert (silent.silent, loud.silent) == (True, False)
    assert [message.silent for message in render(silent)] == [True]


async def test_only_the_chosen_sections_are_there_and_the_count_says_so(talk: Talk) -> None:
    chosen = replace(SEEN, sections=Sections(Selection.ONLY, frozenset({"开源动态"})))

    reply = await said(talk, owing(chosen))

    assert [block.title for block in reply.blocks if isinstance(block, Headlines)] == ["开源动态"]
    assert "你选的7条（共41条）" in render(reply)[0].html


async def test_the_houses_last_line_stands_under_every_digest(talk: Talk) -> None:
    reply = await said(talk, owing(), replace(HOUSE, footer_line="合作：editor@example.org"))

    assert words(reply).endswith("合作：editor@example.org")


async def test_an_introduction_like_that_of_the_issue_before_is_not_repeated(talk: Talk) -> None:
    assert OLD_LINE not in words(await said(talk, owing()))


async def test_a_changed_introduction_is_shown_once(sqlite_store: Store, catalogs: Catalogs) -> None:
    clock = Clock(sqlite_store, HOUSE)
    await order(sqlite_store, "77", at("2025-12-20 12:00"))
    introductions = {21: OLD_LINE, 22: "元旦停刊两天。", 23: "元旦停刊两天。", 24: OLD_LINE}
    shown = []
    for day, introduction in introductions.items():
        text = SAMPLE.replace(OLD_LINE, introduction)
        now = at(f"2025-12-{day} 06:00")
        await ingest([issue_file(dt.date(2025, 12, day), text)], sqlite_store, RULES, now=now)
        await clock.ticks(f"2025-12-{day} 08:00")
        (owed,) = await claimed(sqlite_store, at(f"2025-12-{day} 08:01"))
        reply = await compose(owed, sqlite_store, HOUSE, catalogs.speak("zh"), now=at(f"2025-12-{day} 08:01"))
        shown.append([line for line in (OLD_LINE, "元旦停刊两天。") if line in words(reply)])

    assert shown == [[], ["元旦停刊两天。"], [], [OLD_LINE]]


async def test_the_language_of_a_delivery_is_the_readers(talk: Talk) -> None:
    html = render(await said(talk, owing(), language="en"))[0].html

    assert "41 stories" in html
    assert "Mon, Dec 22" in html
