"""Words that a reader follows: noted, listed, dropped; first and marked in the digest; or nothing else."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import re
from dataclasses import dataclass, replace

import pytest

from bot.composer import Composer
from bot.console.outlet import ConsoleOutlet
from bot.console.render import ConsoleMessage
from bot.outlet import Message
from bot.telegram.render import render
from digest.campaign import Owed
from digest.compose import Marks
from digest.following import MOST, Followed, read_followed
from digest.house import House
from digest.issue import Edition, Issue
from digest.replies import Headlines, Lead, Masthead, Reply, Stories
from digest.subscriber import Subscriber, Subscription
from handlers.deliver import compose, wording
from handlers.ingest import ingest
from handlers.marking import mark_for_all, marks_of
from tests.handlers.conftest import AT_TEN, MONDAY, RULES, SAMPLE, Talk, issue_file
from tests.handlers.order_book import Clock, at, claimed, order

FRIDAY = MONDAY - dt.timedelta(3)
HOUSE = House(name="AI日报")
# In the sample issue 世界模型 is in the stories 1 and 35, 具身智能 in 8 and 35.


@pytest.fixture
def talk(talk_anywhere: Talk) -> Talk:
    """A reader of a bot with three issues, on each database in turn."""
    return talk_anywhere


async def words(talk: Talk) -> list[str]:
    reader = await talk.reader()
    async with talk.store.reading() as tx:
        return [one.word for one in await tx.follows.of(reader.id)]


async def follow(talk: Talk, *words: str) -> None:
    for word in words:
        await talk.say(f"关注 {word}")


def shown(reply: Reply) -> list[str]:
    """What of an issue is shown, in order: leads (`★35`, `1`), sections, stories in full."""
    found: list[str] = []
    for block in reply.blocks:
        match block:
            case Lead(item=item, starred=starred):
                found.append(f"{'★' if starred else ''}{item.number}")
            case Headlines(title=title) | Stories(title=title):
                found.append(title)
    return found


def folded(reply: Reply) -> list[int]:
    return [i.number for b in reply.blocks if isinstance(b, Headlines) for i in b.items]


def head(reply: Reply) -> Masthead:
    return next(block for block in reply.blocks if isinstance(block, Masthead))


# Followed


@pytest.mark.parametrize("typed", ["/follow 世界模型", "关注世界模型", "盯着 世界模型", "关键词 世界模型"])
async def test_a_followed_word_is_noted_with_how_often_it_was_there(talk: Talk, typed: str) -> None:
    said = await talk.say(typed)

    assert "记下了：以后有「世界模型」就标出来，排在最前面。往期里有6条。" in said
    assert talk.labels()[0] == ["看以前的", "撤销", "我的关注词"]
    assert await words(talk) == ["世界模型"]


async def test_a_word_that_was_never_there_is_noted_and_said_so(talk: Talk) -> None:
    said = await talk.say("关注 量子纠缠")

    assert "记下了。往期里还没有「量子纠缠」，哪天有了就标出来" in said
    assert talk.labels()[0] == ["撤销", "我的关注词"]


async def test_one_who_has_no_subscription_is_told_and_can_have_one(talk: Talk) -> None:
    assert "现在没有订阅" in await talk.say("关注 世界模型")
    await talk.say("订阅")
    assert "现在没有订阅" not in await talk.say("关注 具身智能")


async def test_the_earlier_stories_are_a_tap_away(talk: Talk) -> None:
    await talk.say("关注 世界模型")

    assert "「世界模型」 6条" in await talk.tap("看以前的")


async def test_following_can_be_undone_and_that_too(talk: Talk) -> None:
    await talk.say("关注 世界模型")

    assert "不再关注「世界模型」了。" in await talk.tap("撤销")
    assert await words(talk) == []
    assert "记下了" in await talk.tap("撤销")
    assert await words(talk) == ["世界模型"]


@pytest.mark.parametrize("again", ["世界模型", '"世界模型"', "「世界模型」", "世界模型 世界模型"])
async def test_a_word_is_followed_once(talk: Talk, again: str) -> None:
    await talk.say("关注 世界模型")

    assert "「世界模型」已经在关注了。" in await talk.say(f"关注 {again}")
    assert await words(talk) == ["世界模型"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/follow 的", "「的」到处都是"),
        ("/follow ！！", "想关注什么词"),
        ("/follow " + "长" * 300, "最多20个汉字或60个字母"),
        ("关注 RAG -OpenAI", "关注词只认词"),
        ("/follow 版块:开源 RAG", "关注词只认词"),
        ("关注 RAG from:2025-12-01", "关注词只认词"),
    ],
)
async def test_what_cannot_be_followed_is_refused_kindly_and_nothing_is_lost(
    talk: Talk, typed: str, said: str
) -> None:
    await talk.say("关注 世界模型")

    assert said in await talk.say(typed)
    assert await words(talk) == ["世界模型"]


async def test_at_fifty_words_the_way_to_make_room_is_named(talk: Talk) -> None:
    await follow(talk, *(f"词语{number}" for number in range(MOST)))

    said = await talk.say("关注 世界模型")

    assert "关注词最多50个" in said
    assert "取关" in said
    assert talk.labels()[0] == ["我的关注词"]
    assert len(await words(talk)) == MOST
    assert "已经在关注了" in await talk.say("关注 词语7")
    await talk.say("取关 词语7")
    assert "记下了" in await talk.say("关注 世界模型")


async def test_a_word_that_is_a_section_as_well_is_followed_and_the_section_named(talk: Talk) -> None:
    assert "「开源动态」也是一个栏目" in await talk.say("关注 开源动态")
    assert await words(talk) == ["开源动态"]


async def test_one_who_chose_sections_is_told_where_words_are_marked(talk: Talk) -> None:
    await talk.say("订阅 开源动态")

    assert "只在你选的栏目里标。" in await talk.say("关注 世界模型")


async def test_it_is_said_in_english_too(talk: Talk) -> None:
    talk.language = "en"

    assert "Noted: stories with “RAG” will be marked ★ and come first." in await talk.say("follow RAG")
    assert "You follow 1 word" in await talk.say("following")
    assert "You no longer follow “RAG”." in await talk.say("unfollow rag")


async def test_what_a_look_up_did_not_find_can_be_followed_however_long_it_is(talk: Talk) -> None:
    await talk.say("搜 量子纠缠")
    (label,) = [label for label in talk.every_label() if "量子纠缠" in label]

    await talk.tap(label)

    assert await words(talk) == ["量子纠缠"]


# Listed and dropped


async def test_without_words_the_list_says_how_to_begin(talk: Talk) -> None:
    assert "还没有关注词。回复「关注 具身智能」" in await talk.say("关注词")


async def test_the_list_has_a_button_to_drop_each(talk: Talk) -> None:
    await follow(talk, "世界模型", "RAG", "具身智能")

    listed = await talk.say("关注词")

    assert "关注词，3个" in listed
    assert "1、世界模型\n2、RAG\n3、具身智能" in listed
    assert talk.labels() == [["✕ 世界模型", "✕ RAG"], ["✕ 具身智能"], ["只看关注的", "← 设置"]]
    assert "不再关注「RAG」了。" in await talk.tap("✕ RAG")
    assert talk.last.edits
    assert await words(talk) == ["世界模型", "具身智能"]


async def test_a_long_list_is_turned_page_by_page(talk: Talk) -> None:
    await follow(talk, *(f"词语{number}" for number in range(1, 24)))

    assert "10、词语10" in await talk.say("关注词")
    assert "11、词语11" in await talk.tap("下一页 ▶")
    assert "21、词语21\n22、词语22\n23、词语23" in await talk.say("下一页")
    assert "后面没有了" in await talk.say("下一页")
    assert "11、词语11" in await talk.say("上一页")


@pytest.mark.parametrize(
    "typed", ["取关 2", "取关第2个", "取关 RAG", "取消关注rag", "/unfollow ＲＡＧ", "不关注RAG了"]
)
async def test_a_word_is_dropped_by_itself_or_by_its_number(talk: Talk, typed: str) -> None:
    await follow(talk, "世界模型", "RAG", "具身智能")

    assert "不再关注「RAG」了。" in await talk.say(typed)
    assert await words(talk) == ["世界模型", "具身智能"]


async def test_a_number_that_is_followed_is_meant_before_a_place_in_the_list(talk: Talk) -> None:
    await follow(talk, "世界模型", "RAG", "2")

    assert "不再关注「2」了。" in await talk.say("取关 2")
    assert await words(talk) == ["世界模型", "RAG"]


@pytest.mark.parametrize("typed", ["取关 量子", "取关 9", "取关 0", "/unfollow ！！", "取关 " + "长" * 40])
async def test_what_is_not_followed_is_answered_with_the_list(talk: Talk, typed: str) -> None:
    await follow(talk, "世界模型")

    said = await talk.say(typed)

    assert "没有在关注" in said
    assert "1、世界模型" in said
    assert await words(talk) == ["世界模型"]


async def test_leaving_out_the_word_asks_and_points_to_the_words(talk: Talk) -> None:
    await talk.say("订阅")
    await talk.say("取关")
    assert "我的关注词" not in talk.every_label()

    await follow(talk, "世界模型")
    await talk.say("取关")

    assert talk.every_label()[-1] == "我的关注词"
    assert (await talk.reader()).subscription.active


async def test_settings_and_status_name_the_words(talk: Talk) -> None:
    await talk.say("订阅")
    assert "关注词" not in await talk.say("状态")

    await follow(talk, "世界模型")
    assert "标题加头条摘要，关注词：世界模型。" in await talk.say("状态")
    assert "关注词：世界模型" in await talk.say("设置")
    assert "★ 关注词" in talk.every_label()

    await follow(talk, "甲一", "甲二", "甲三", "甲四", "甲五")
    await talk.say("状态")
    assert "关注词：世界模型、甲一、甲二、甲三、甲四等6个。" in render(talk.last)[0].html


async def test_readers_have_words_of_their_own(talk: Talk) -> None:
    other = talk.another("78")
    await follow(talk, "世界模型")

    assert "还没有关注词" in await other.say("关注词")
    assert "★" not in await other.say("今日")


# In the issue


async def test_stories_with_a_followed_word_come_first_and_marked(talk: Talk) -> None:
    await follow(talk, "世界模型", "具身智能")

    await talk.say("今日")

    assert shown(talk.last)[:5] == ["★1", "★8", "★35", "2", "3"]
    assert not {1, 8, 35} & set(folded(talk.last))
    assert "<b>★35、<a" in render(talk.last)[0].html
    assert head(talk.last).facts == ("41条",)


async def test_without_followed_words_nothing_changes(talk: Talk) -> None:
    plain = await talk.say("今日")
    await follow(talk, "量子纠缠")

    assert await talk.say("今日") == plain


async def test_an_issue_of_the_past_is_marked_as_well(talk: Talk) -> None:
    await follow(talk, "世界模型")

    await talk.say(FRIDAY.isoformat())

    assert shown(talk.last)[:2] == ["★1", "★35"]


async def test_in_full_the_marked_stories_are_a_group_before_the_sections(talk: Talk) -> None:
    await follow(talk, "世界模型")
    await talk.say("完整")

    await talk.say("今日")

    groups = [block for block in talk.last.blocks if isinstance(block, Stories)]
    assert [group.title for group in groups][:2] == ["★ 你关注的", "新闻资讯"]
    assert [item.number for item in groups[0].items] == [1, 35]
    assert all(item.number not in (1, 35) for group in groups[1:] for item in group.items)
    html = "".join(message.html for message in render(talk.last))
    assert html.count("★35、") == 1
    assert sum(len(group.items) for group in groups) == 41


async def test_only_stories_of_the_chosen_sections_are_marked(talk: Talk) -> None:
    await talk.say("订阅 开源动态")
    await follow(talk, "世界模型")

    await talk.say("今日")

    assert shown(talk.last) == ["★35", "开源动态"]
    assert head(talk.last).facts == ("你选的7条（共41条）",)


async def test_a_word_that_is_everywhere_leaves_the_digest_one_message(talk: Talk) -> None:
    await follow(talk, "AI", "模型", "2", "一")

    await talk.say("今日")
    messages = render(talk.last)

    leads = [block for block in talk.last.blocks if isinstance(block, Lead)]
    assert len([lead for lead in leads if lead.starred]) >= 8
    assert len(leads) <= 11
    assert len(messages) == 1
    numbers = [lead.item.number for lead in leads] + folded(talk.last)
    assert sorted(numbers) == list(range(1, 42))
    starred = [n for b in talk.last.blocks if isinstance(b, Headlines) for n in b.starred]
    assert starred
    assert all(f"★{number}、" in messages[0].html for number in starred)


# Only these


@pytest.fixture
async def picky(talk: Talk) -> Talk:
    """A subscriber who wants nothing but what they follow."""
    await talk.say("订阅")
    await follow(talk, "世界模型")
    await talk.say("只看关注的")
    return talk


async def test_only_what_is_followed_is_shown_with_the_way_to_the_rest(picky: Talk) -> None:
    await picky.say("今日")

    assert shown(picky.last) == ["★1", "★35"]
    assert head(picky.last).facts == ("你关注的2条（共41条）",)
    assert picky.labels()[0] == ["看整期 41条"]
    await picky.tap("看整期 41条")
    assert len(folded(picky.last)) == 37
    assert head(picky.last).facts == ("41条",)


@pytest.mark.parametrize("typed", ["整期", "看整期", "/whole", f"{MONDAY} 整期"])
async def test_the_whole_issue_can_be_asked_for_in_words(picky: Talk, typed: str) -> None:
    await picky.say("今日")

    await picky.say(typed)

    assert len(folded(picky.last)) == 37


async def test_the_whole_of_the_issue_on_the_screen_is_meant(picky: Talk) -> None:
    await picky.say(FRIDAY.isoformat())

    await picky.say("整期")

    assert "12月19日" in head(picky.last).title


async def test_a_day_without_anything_followed_is_told_in_a_line(talk: Talk) -> None:
    await talk.say("订阅")
    await follow(talk, "量子纠缠")
    await talk.say("只看关注的")

    said = await talk.say("今日")

    assert "这一期里没有你关注的词。" in said
    assert shown(talk.last) == []
    assert head(talk.last).facts == ("41条",)
    assert talk.labels() == [["看整期 41条"], ["★ 关注词", "⚙ 设置"]]


async def test_it_is_set_and_taken_back_by_button_and_by_words(picky: Talk) -> None:
    await picky.say("关注词")
    assert "整期都发，关注的排在最前面" in await picky.tap("也看别的")
    assert not (await picky.reader()).subscription.only_followed
    await picky.say("关注词")
    assert "只发有关注词的" in await picky.tap("只看关注的")
    assert "整期都发" in await picky.say("不只看关注的")


async def test_who_wants_all_sections_wants_all_stories(picky: Talk) -> None:
    await picky.say("全都要")

    assert not (await picky.reader()).subscription.only_followed


async def test_with_the_last_word_gone_issues_are_whole_again(picky: Talk) -> None:
    assert "以后照发整期。" in await picky.say("取关 世界模型")

    await picky.say("今日")

    assert len(folded(picky.last)) == 38
    assert "现在只发你关注的。" in await picky.say("关注 具身智能")


async def test_wanting_only_what_is_followed_without_words_is_explained(talk: Talk) -> None:
    assert "不过还没有关注词，先照发整期。" in await talk.say("只看关注的")

    await talk.say("今日")

    assert len(folded(talk.last)) == 38


# In the digest that is sent


async def subscribed(talk: Talk, recipient: str, *followed: str, **changes: object) -> Subscriber:
    """A reader with a standing order, and words followed some hours ago."""
    plain = Subscription(active=True, digests=9, shown=MONDAY)
    given = replace(plain, **changes)  # type: ignore[arg-type]  # dataclass fields
    reader = await order(talk.store, recipient, AT_TEN, subscription=given)
    long_ago = talk.now - dt.timedelta(hours=2)
    async with talk.store.transaction() as tx:
        await tx.follows.put(reader.id, tuple(map(read_followed, followed)), long_ago)
        kept = await tx.subscribers.get(reader.id)
    assert kept is not None
    return kept


def owing(reader: Subscriber) -> Owed:
    """A claimed delivery of Monday's issue."""
    return Owed(1, 1, "digest", MONDAY, 1, reader, 1, 0, AT_TEN)


@dataclass
class Desk:
    """The composer of a worker, and what it drew."""

    talk: Talk

    def __post_init__(self) -> None:
        talk = self.talk
        self.composer = Composer(talk.store, HOUSE, talk.catalogs, now=lambda: talk.now)
        self.outlet = ConsoleOutlet(lambda: talk.catalogs.speak("zh"), lambda message: None)

    async def messages(self, reader: Subscriber) -> tuple[Message, ...]:
        """What this reader is sent."""
        return await self.composer.messages(owing(reader), self.outlet)

    async def text(self, owed: Owed) -> str:
        """The words of a delivery."""
        messages = await self.composer.messages(owed, self.outlet)
        return "".join(message.text for message in messages if isinstance(message, ConsoleMessage))

    async def stars(self, reader: Subscriber) -> list[str]:
        """The numbers marked in it."""
        text = await self.text(owing(reader))
        return re.findall(r"★ ?(\d+)", text)


async def test_a_digest_shows_what_the_answer_shows(talk: Talk) -> None:
    await talk.say("订阅")
    await follow(talk, "世界模型", "具身智能")
    await talk.say("今日")
    asked = talk.last
    reader = await talk.reader()
    async with talk.store.reading() as tx:
        marks = await marks_of(reader, asked_issue(await tx.issues.newest(talk.now)), tx)

    sent = await compose(
        owing(reader), talk.store, HOUSE, talk.catalogs.speak("zh"), now=talk.now, marks=marks
    )

    assert shown(sent) == shown(asked)
    assert folded(sent) == folded(asked)


def asked_issue(edition: Edition | None) -> Issue:
    assert edition is not None
    return edition.issue


async def test_readers_with_the_same_marks_share_their_messages(talk: Talk) -> None:
    desk = Desk(talk)
    first = await subscribed(talk, "1", "世界模型")
    second = await subscribed(talk, "2", "量子", "世界模型")
    third = await subscribed(talk, "3", "具身智能")
    plain, other = await subscribed(talk, "4"), await subscribed(talk, "5", "量子")

    sent = {reader.id: await desk.messages(reader) for reader in (first, second, third, plain, other)}

    assert sent[first.id] is sent[second.id]
    assert sent[plain.id] is sent[other.id]
    assert len({id(messages) for messages in sent.values()}) == 3
    assert [await desk.stars(reader) for reader in (first, third, plain)] == [["1", "35"], ["8", "35"], []]


async def test_what_is_kept_for_a_push_goes_when_nothing_has_been_sent_for_a_while(talk: Talk) -> None:
    reader = await subscribed(talk, "1", "世界模型")
    kept, let_go = Desk(talk), Desk(talk)
    let_go.composer = Composer(talk.store, HOUSE, talk.catalogs, now=lambda: talk.now, idle_seconds=0.0)

    sent = [await desk.messages(reader) for desk in (kept, let_go)]
    for _ in range(3):
        await asyncio.sleep(0)

    assert sent[0] == sent[1]
    assert [desk.composer.at_hand for desk in (kept, let_go)] == [(1, 1), (0, 0)]
    assert await let_go.messages(reader) == sent[1]


async def test_words_changed_while_a_push_goes_on_are_looked_at_again(talk: Talk) -> None:
    desk = Desk(talk)
    reader = await subscribed(talk, "1", "世界模型")
    found = [await desk.stars(reader)]

    for followed in (("世界模型", "具身智能"), ("具身智能",), ()):
        async with talk.store.transaction() as tx:
            await tx.follows.put(reader.id, tuple(map(read_followed, followed)), talk.now)
            changed = await tx.subscribers.get(reader.id)
        assert changed is not None
        found.append(await desk.stars(changed))

    assert found == [["1", "35"], ["1", "8", "35"], ["8", "35"], []]


async def test_a_newcomer_of_a_push_that_goes_on_is_marked_for_too(talk: Talk) -> None:
    desk = Desk(talk)
    await desk.messages(await subscribed(talk, "1", "世界模型"))
    talk.later(minutes=5)

    reader = await subscribed(talk, "2")
    async with talk.store.transaction() as tx:
        await tx.follows.add(reader.id, read_followed("具身智能"), talk.now)
        changed = await tx.subscribers.get(reader.id)

    assert changed is not None
    assert await desk.stars(changed) == ["8", "35"]


async def test_a_digest_with_nothing_that_is_followed_is_short_and_makes_no_sound(talk: Talk) -> None:
    desk = Desk(talk)
    picky = await subscribed(talk, "1", "量子", only_followed=True)
    lucky = await subscribed(talk, "2", "世界模型", only_followed=True)

    nothing, something = await desk.text(owing(picky)), await desk.text(owing(lucky))
    silent = [message.silent for reader in (picky, lucky) for message in await desk.messages(reader)]

    assert "这一期里没有你关注的词。" in nothing
    assert "整期" in nothing
    assert "你关注的2条（共41条）" in something
    assert silent == [True, False]


async def test_marks_are_part_of_what_a_digests_words_depend_on(talk: Talk) -> None:
    phrases = talk.catalogs.speak("zh")
    owed = owing(await subscribed(talk, "1", "世界模型"))
    different = [
        wording(owed, phrases, MONDAY, marks)
        for marks in (
            Marks(),
            Marks(frozenset({1})),
            Marks(frozenset({1, 35})),
            Marks(frozenset({1, 35}), only=True),
        )
    ]

    assert len(set(different)) == 4
    assert wording(owed, phrases, MONDAY, Marks(frozenset({35, 1}))) == different[2]


async def test_one_look_at_everybodys_words_marks_what_a_look_at_each_readers_does(talk: Talk) -> None:
    pool = ("世界模型", "具身智能", "AI", "RAG", "量子", "模型 AI", '"AI Agent"', "开源", "GPT", "2", "一")
    chance = random.Random(7)
    readers = [
        await subscribed(
            talk, str(number), *chance.sample(pool, chance.randrange(5)), only_followed=number % 3 == 0
        )
        for number in range(40)
    ]
    async with talk.store.reading() as tx:
        issue = asked_issue(await tx.issues.newest(talk.now))
        one_by_one = [await marks_of(reader, issue, tx) for reader in readers]

    together = await mark_for_all(issue, talk.store, now=talk.now)

    assert [await together.of(reader, talk.store) for reader in readers] == one_by_one
    assert len({marks.numbers for marks in one_by_one}) > 10


async def test_words_kept_under_other_rules_are_found_all_the_same(talk: Talk) -> None:
    reader = await subscribed(talk, "1", "具身智能")
    long_ago = talk.now - dt.timedelta(hours=2)
    async with talk.store.transaction() as tx:
        await tx.follows.add(reader.id, Followed("0.1/9.0.0\n世界", "世界模型"), long_ago)
        issue = asked_issue(await tx.issues.newest(talk.now))

    marks = await (await mark_for_all(issue, talk.store, now=talk.now)).of(reader, talk.store)

    assert marks == Marks(frozenset({1, 8, 35}))
    me = replace(talk, place=reader.address.place)
    assert "已经在关注了" in await me.say("关注 世界模型")
    assert "不再关注「世界模型」了。" in await me.say("取关 世界模型")


async def test_the_marks_are_those_of_the_revision_that_is_sent(talk: Talk) -> None:
    desk = Desk(talk)
    reader = await subscribed(talk, "1", "浮空城")
    edited = issue_file(MONDAY, SAMPLE.replace("半夏机器人", "浮空城机器人"))
    await ingest([edited], talk.store, RULES, now=talk.now)

    assert await desk.stars(reader) == []
    assert "★8" in await desk.text(replace(owing(reader), revision=2))


async def test_a_digest_after_a_pause_says_how_to_catch_up(talk: Talk) -> None:
    desk = Desk(talk)
    back = await subscribed(talk, "1", paused_until=MONDAY)
    long_back = await subscribed(talk, "2", paused_until=MONDAY - dt.timedelta(1))

    assert "暂停这几天的头条，回复「补看」就有。" in await desk.text(owing(back))
    assert "补看" not in await desk.text(owing(long_back))


async def test_a_planned_digest_is_marked_when_it_is_sent(talk: Talk) -> None:
    clock = Clock(talk.store, HOUSE)
    reader = await order(talk.store, "1", at("2025-12-21 12:00"), locale="zh-Hans")
    async with talk.store.transaction() as tx:
        await tx.follows.add(reader.id, read_followed("具身智能"), at("2025-12-21 12:00"))
    await clock.ticks("2025-12-22 10:05")
    desk = Desk(talk)

    (owed,) = await claimed(talk.store, at("2025-12-22 10:06"))

    assert "★8" in await desk.text(owed)
