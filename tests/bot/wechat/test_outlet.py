"""An official account's outlet: a real database, and a stand-in of Tencent's servers on a real socket."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.outlet import Lane
from bot.wechat.inbound import Clicked, Followed, MassFinished, Said, Unfollowed
from bot.wechat.messages import HandOver, WechatCard, WechatImage, WechatText
from bot.wechat.opening import hand_over, note
from bot.wechat.outlet import ByMass, WechatOutlet
from bot.wechat.standing import Standing
from digest.accounts import ACCOUNTS, AccountKind, Capability
from digest.campaign import CampaignState, DeliveryState, Outcome
from digest.errors import MaybeSent, NotAllowed, NotSent, WindowShut
from digest.reach import Mass, MassState
from digest.replies import Reply
from digest.subscriber import Place
from storage.store import Store
from tests.bot.wechat.tencent_parts import keep_reader, wechat_client
from tests.standins.tencent import APP_ID, Clock, TencentStandin
from tests.storage.makers import DAY, NOW, TODAY, due, due_group, make_issue, put, state_of

READER = Place("wechat", "oReader", account=APP_ID)
TEXT = WechatText("【12月22日 周一】")
KEEPER = (
    '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%98%8E%E6%97%A9&msgmenuid=1">点这里，明早继续送到</a>'
)


@dataclass(slots=True)
class Account:
    """An account with one reader who is kept and follows, and the clock of everybody."""

    outlet: WechatOutlet
    server: TencentStandin
    store: Store
    clock: Clock

    @property
    def now(self) -> dt.datetime:
        """The present moment."""
        return dt.datetime.fromtimestamp(self.clock(), dt.UTC)

    async def hears(self, text: str = "今日") -> None:
        """The reader writes; the platform and we learn of it."""
        self.server.world.heard(READER.recipient, "message")
        account = self.outlet.standing.account
        async with self.store.transaction() as tx:
            await note(tx, Said(READER, text, "1"), account, self.now)

    async def send(self, message: WechatText | WechatCard | WechatImage | HandOver | ByMass = TEXT) -> str:
        """Send to the reader as a push does."""
        return await self.outlet.send(READER, message, lane=Lane.BULK)

    def texts(self) -> list[str]:
        """What the reader was sent."""
        return [one.text for one in self.server.world.received(READER.recipient)]


async def account_of(kind: AccountKind, server: TencentStandin, store: Store, clock: Clock) -> Account:
    """An account of a kind, with its reader."""

    def now() -> dt.datetime:
        return dt.datetime.fromtimestamp(clock(), dt.UTC)

    client = wechat_client(server)
    outlet = WechatOutlet(client, APP_ID, Standing(kind), store, lambda _: (TEXT,), now, keeper=KEEPER)
    server.world.follow(READER.recipient)
    async with store.transaction() as tx:
        await keep_reader(tx, READER)
    return Account(outlet, server, store, clock)


@pytest.fixture
def clock() -> Clock:
    """The clock of the stand-in, the account and the test."""
    return Clock(NOW.timestamp())


@pytest.fixture
async def account(sqlite_url: str, clock: Clock) -> AsyncIterator[Account]:
    """A service account."""
    store = await Store.open(sqlite_url)
    async with TencentStandin("service", clock=clock) as server:
        one = await account_of(AccountKind.SERVICE, server, store, clock)
        yield one
        assert one.outlet.client is not None
        await one.outlet.client.close()
    await store.close()


async def test_whoever_never_wrote_is_not_written_to_and_tencent_is_not_asked(account: Account) -> None:
    with pytest.raises(WindowShut):
        await account.send()

    assert account.server.paths == []


async def test_five_messages_leave_after_a_readers_word_and_the_sixth_waits(account: Account) -> None:
    await account.hears()
    for _ in range(5):
        await account.send()
    with pytest.raises(WindowShut):
        await account.send()

    assert len(account.texts()) == 5
    assert account.server.world.codes[45047] == 0


async def test_only_the_last_message_of_a_window_asks_for_a_tap(account: Account) -> None:
    await account.hears()
    for _ in range(5):
        await account.send()

    assert [KEEPER in text for text in account.texts()] == [False, False, False, False, True]


async def test_a_text_without_room_for_the_tap_goes_without_it(account: Account) -> None:
    await account.hears()
    for _ in range(4):
        await account.send()

    await account.send(WechatText("字" * 680))

    assert account.texts()[-1] == "字" * 680


async def test_a_window_shuts_after_two_days_and_the_next_word_opens_it(account: Account) -> None:
    await account.hears()
    account.clock.advance(48 * 3600 - 30)
    with pytest.raises(WindowShut):
        await account.send()
    await account.hears()
    await account.send()

    assert len(account.texts()) == 1
    assert account.server.world.codes == {}


async def test_a_tap_on_the_menu_allows_three_messages_for_a_minute(account: Account) -> None:
    account.server.world.heard(READER.recipient, "click")
    async with account.store.transaction() as tx:
        await note(tx, Clicked(READER, "今日", "2"), ACCOUNTS[AccountKind.SERVICE], account.now)
    for _ in range(3):
        await account.send()
    with pytest.raises(WindowShut):
        await account.send()

    assert len(account.texts()) == 3


async def test_what_a_tap_allows_does_not_add_to_what_a_word_allows(account: Account) -> None:
    await account.hears()
    account.server.world.heard(READER.recipient, "click")
    async with account.store.transaction() as tx:
        await note(tx, Clicked(READER, "今日", "2"), ACCOUNTS[AccountKind.SERVICE], account.now)
    for _ in range(5):
        await account.send()
    with pytest.raises(WindowShut):
        await account.send()

    assert account.server.world.codes == {}


async def test_whoever_leaves_is_not_written_to(account: Account) -> None:
    await account.hears()
    async with account.store.transaction() as tx:
        await note(tx, Unfollowed(READER, "3"), ACCOUNTS[AccountKind.SERVICE], account.now)

    with pytest.raises(WindowShut):
        await account.send()


async def test_what_has_surely_not_left_is_not_counted(account: Account) -> None:
    await account.hears()
    account.server.fault("html", "stable_token", times=3)
    for _ in range(3):
        with pytest.raises(NotSent):
            await account.send()
    for _ in range(5):
        await account.send()

    assert len(account.texts()) == 5


async def test_what_may_have_left_is_counted(account: Account) -> None:
    await account.hears()
    account.server.fault("reset", "custom/send", times=2)
    for _ in range(2):
        with pytest.raises(MaybeSent):
            await account.send()
    for _ in range(3):
        await account.send()
    with pytest.raises(WindowShut):
        await account.send()

    assert account.server.world.codes[45047] == 0


async def test_a_window_that_the_platform_calls_shut_is_believed_to_be(account: Account) -> None:
    await account.hears()
    account.server.fault("code", "custom/send", times=9, code=45015, words="response out of time limit")
    with pytest.raises(WindowShut):
        await account.send()
    with pytest.raises(WindowShut):
        await account.send()

    assert account.server.paths.count("message/custom/send") == 1


async def test_an_account_that_may_not_send_after_all_is_not_asked_again(account: Account) -> None:
    await account.hears()
    account.server.switched_off.add("message/custom/send")
    for _ in range(3):
        with pytest.raises(NotAllowed):
            await account.send()

    assert account.server.paths.count("message/custom/send") == 1
    assert not account.outlet.standing.may(Capability.CUSTOM)


async def test_a_personal_account_sends_nothing(account: Account) -> None:
    outlet = WechatOutlet(
        None, APP_ID, Standing(AccountKind.PERSONAL), account.store, lambda _: (TEXT,), lambda: account.now
    )

    with pytest.raises(NotAllowed) as caught:
        await outlet.send(READER, TEXT, lane=Lane.BULK)

    assert caught.value.reason == "no_push"


async def test_a_card_and_a_picture_are_what_they_are(account: Account) -> None:
    assert account.outlet.client is not None
    media_id = await account.outlet.client.upload_image("qun.png", b"\x89PNG")
    await account.hears()

    await account.send(WechatCard("标题", "摘要", "https://example.org/", "https://example.org/p.png"))
    await account.send(WechatImage(media_id))

    card, picture = account.server.world.received(READER.recipient)
    assert card.body["news"] == {
        "articles": [
            {
                "title": "标题",
                "description": "摘要",
                "url": "https://example.org/",
                "picurl": "https://example.org/p.png",
            }
        ]
    }
    assert picture.body["image"] == {"media_id": media_id}


async def owe(account: Account) -> int:
    """The campaign that owes the reader the issue of the day."""
    async with account.store.transaction() as tx:
        await put(tx, make_issue(date=TODAY))
        campaign = await tx.campaigns.open(f"digest:{TODAY}", kind="digest", issue_date=TODAY, now=NOW)
        following = due(TODAY + DAY, NOW + DAY)
        group = await due_group(tx)
        await tx.campaigns.owe(campaign, group, revision=1, issue_date=TODAY, next_due=following, now=NOW)
    return campaign


async def park(account: Account, campaign: int, reason: str) -> None:
    """The reader's digest waits, as the worker leaves it."""
    async with account.store.transaction() as tx:
        (owed,) = await tx.outbox.claim(campaign, 1, 9, owner="me", now=NOW)
        waits = Outcome(owed.subscriber.id, DeliveryState.RETRY, reason, not_before=NOW + DAY, counted=False)
        await tx.outbox.settle(campaign, (waits,), owner="me", now=NOW)
        await tx.outbox.close_chunk(campaign, 1, NOW)


async def ripe(account: Account) -> int:
    """How many chunks are ready to be sent."""
    async with account.store.transaction() as tx:
        return len(await tx.outbox.ripen(account.now))


async def test_a_digest_that_waits_is_handed_over_at_the_readers_next_word(account: Account) -> None:
    await park(account, await owe(account), "window")
    assert await ripe(account) == 0
    said = Said(READER, "早", "9")

    async with account.store.transaction() as tx:
        assert await hand_over(tx, Followed(READER, "", "8"), account.now) == 0
        assert await hand_over(tx, said, account.now) == 1

    assert await ripe(account) == 1


async def test_a_digest_that_the_answer_has_shown_is_not_sent_once_more(account: Account) -> None:
    campaign = await owe(account)
    await park(account, campaign, "window")

    async with account.store.transaction() as tx:
        assert await hand_over(tx, Said(READER, "今日", "9"), account.now, showed=TODAY) == 0

    async with account.store.reading() as tx:
        reader = await tx.subscribers.at(READER)
        progress = await tx.campaigns.show(campaign)
    assert reader is not None
    assert progress is not None
    assert await state_of(account.store, reader.id) == "skipped: seen"
    assert (progress.state, progress.skipped, progress.waiting) == (CampaignState.DONE, 1, 0)


def finished(status: str, message_id: str = "1001") -> MassFinished:
    """The platform's word about a mass send."""
    return MassFinished(APP_ID, message_id, status, 3, 3, 3, 0, "m")


async def test_a_digest_on_an_account_with_a_mass_send_is_carried_by_it(
    account: Account,
) -> None:
    account.outlet.standing = Standing(AccountKind.SUBSCRIPTION)
    campaign = await owe(account)
    (letter,) = account.outlet.render(Reply(lists=TODAY))
    with pytest.raises(WindowShut) as caught:
        await account.outlet.send(READER, letter, lane=Lane.BULK)
    await park(account, campaign, caught.value.reason)
    async with account.store.transaction() as tx:
        await tx.masses.begin(APP_ID, Mass("k", TODAY, 1, 1, MassState.SENDING, account.now))
        await tx.masses.submitted(APP_ID, "k", "1001")
    assert await ripe(account) == 0

    async with account.store.transaction() as tx:
        await note(tx, finished("send success"), account.outlet.standing.account, account.now)

    assert await ripe(account) == 1
    assert await account.outlet.send(READER, letter, lane=Lane.BULK) == "mass:1001"
    assert account.server.paths == []


async def test_a_notice_on_an_account_with_a_mass_send_is_a_message_of_its_own(account: Account) -> None:
    account.outlet.standing = Standing(AccountKind.SUBSCRIPTION)
    await account.hears()

    (letter,) = account.outlet.render(Reply())
    await account.outlet.send(READER, letter, lane=Lane.BULK)

    assert account.texts() == [TEXT.text]


async def test_a_mass_send_that_is_refused_lets_nothing_go(account: Account) -> None:
    await park(account, await owe(account), "mass")
    async with account.store.transaction() as tx:
        await tx.masses.begin(APP_ID, Mass("k", TODAY, 1, 1, MassState.SENDING, account.now))

    async with account.store.transaction() as tx:
        await note(tx, finished("err(10001)"), ACCOUNTS[AccountKind.SUBSCRIPTION], account.now)

    assert await ripe(account) == 0
    async with account.store.reading() as tx:
        (mass,) = await tx.masses.since(APP_ID, NOW - DAY)
        reader = await tx.subscribers.at(READER)
    assert (mass.state, mass.words) == (MassState.REFUSED, "err(10001)")
    assert reader is not None
    assert await state_of(account.store, reader.id) == "retry: mass"
