"""Values for the tests of what is kept."""

from __future__ import annotations

import datetime as dt
import hashlib

from digest.campaign import DueGroup, Owed
from digest.issue import Issue, Item, Section
from digest.schedule import Due
from digest.subscriber import Kind, Place, Subscriber, SubscriberId, Subscription
from storage.puts import Put
from storage.store import Store, Transaction

NOW = dt.datetime(2025, 12, 22, 0, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
TODAY = dt.date(2025, 12, 22)


def make_issue(
    *titles: str, date: dt.date = TODAY, section: str = "新闻", summary: str = "摘要", draft: bool = False
) -> Issue:
    """An issue of one section with a story for each title."""
    items = tuple(
        Item(number, f"key-{title}", title, summary, f"https://example.org/{number}")
        for number, title in enumerate(titles or ("一则新闻",), start=1)
    )
    return Issue(date, "AI资讯日报", (), (Section(section, section, items),), (1,), draft=draft)


async def put(
    tx: Transaction,
    issue: Issue,
    source_hash: str = "",
    *,
    now: dt.datetime = NOW,
    available_at: dt.datetime | None = None,
    file_name: str = "",
) -> Put:
    """Keep an issue whose hash, when none is given, is its words."""
    return await tx.issues.put(
        issue,
        source_hash=source_hash or hashlib.sha256(repr(issue).encode()).hexdigest(),
        now=now,
        available_at=available_at or now,
        file_name=file_name or f"{issue.date}.md",
    )


def due(on: dt.date = TODAY, at: dt.datetime = NOW) -> Due:
    """A due of a day, from a moment on."""
    return Due(on, at, at + 12 * HOUR, at + 20 * HOUR)


async def subscribe(
    tx: Transaction,
    recipient: str | int,
    *,
    channel: str = "telegram",
    zone: str = "",
    subscription: Subscription | None = None,
    first_due: Due | None = None,
    now: dt.datetime = NOW,
) -> Subscriber:
    """A reader with a standing order, whose digest is due by `first_due`."""
    reader = await tx.subscribers.arrive(
        Place(channel, str(recipient), account="42"), kind=Kind.PERSON, locale="zh-Hans", now=now
    )
    order = subscription or Subscription(active=True, subscribed_at=now)
    await tx.subscribers.save(
        reader.id,
        locale="zh-Hans",
        zone=zone,
        subscription=order,
        due=due() if first_due is None else first_due,
    )
    kept = await tx.subscribers.get(reader.id)
    assert kept is not None
    return kept


async def due_group(tx: Transaction, now: dt.datetime = NOW) -> DueGroup:
    """The only group that is due."""
    (group,) = await tx.subscribers.due_groups(now)
    return group


async def plan(store: Store, readers: int, *, chunk_size: int = 500, date: dt.date = TODAY) -> int:
    """The id of a campaign that owes the issue of a day to new readers."""
    async with store.transaction() as tx:
        await put(tx, make_issue(date=date))
        for number in range(readers):
            await subscribe(tx, 1000 + number)
        campaign_id = await tx.campaigns.open(f"digest:{date}", kind="digest", issue_date=date, now=NOW)
        await tx.campaigns.owe(
            campaign_id,
            await due_group(tx),
            revision=1,
            issue_date=date,
            next_due=due(date + DAY, NOW + DAY),
            now=NOW,
            chunk_size=chunk_size,
        )
    return campaign_id


async def claim(
    store: Store, campaign_id: int, chunk: int = 1, limit: int = 10, *, owner: str = "me"
) -> tuple[Owed, ...]:
    """What one claim takes."""
    async with store.transaction() as tx:
        return await tx.outbox.claim(campaign_id, chunk, limit, owner=owner, now=NOW)


async def state_of(store: Store, subscriber_id: SubscriberId, date: dt.date = TODAY) -> str:
    """The state of a reader's digest, and its reason where it has one."""
    async with store.reading() as tx:
        delivery = await tx.lives.delivery_of(subscriber_id, date)
    assert delivery is not None
    return f"{delivery.state}: {delivery.reason}" if delivery.reason else str(delivery.state)
