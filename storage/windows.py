"""Windows as kept: a message is counted before it is sent, so that no crash makes one too many."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.accounts import Account
from digest.campaign import DeliveryState
from digest.reach import Crowd
from digest.subscriber import AddressId, AddressState, Place, SubscriberId
from digest.windows import Act, Allowance, Window
from storage.dialects import upsert_into
from storage.outbox import Outbox
from storage.planning import requeue
from storage.rows import WITH_ADDRESS, Row
from storage.tables import addresses, campaigns, chunks, deliveries, subscriptions
from storage.window_tables import windows

SHUT = "window"
MASS = "mass"
SEEN = "seen"
_COLUMNS = ("said_left", "said_until", "tapped_left", "tapped_until")
_WINDOW = (
    sa.select(addresses.c.id.label("address_id"), *(windows.c[name] for name in _COLUMNS))
    .select_from(addresses.outerjoin(windows, windows.c.address_id == addresses.c.id))
    .where(
        addresses.c.channel == sa.bindparam("channel"),
        addresses.c.recipient == sa.bindparam("recipient"),
        addresses.c.account.in_((sa.bindparam("account"), "")),
    )
    .order_by(addresses.c.account.desc())
    .limit(1)
)


class Windows:
    """Of each address what its reader's last acts allow. A writing transaction holds whom it reads."""

    def __init__(self, connection: AsyncConnection, *, writes: bool) -> None:
        self._connection = connection
        self._window = _WINDOW.with_for_update(of=addresses) if writes else _WINDOW

    async def at(self, place: Place) -> Window:
        """The window of a place; nobody there has none open."""
        row = await self._row(place)
        return Window() if row is None else _window(row)

    async def note(self, place: Place, act: Act, account: Account, now: dt.datetime) -> None:
        """A reader did something; who is not kept is not noted."""
        row = await self._row(place)
        if row is not None:
            await self._put(row.address_id, _window(row).after(act, account, now))

    async def take(self, place: Place, now: dt.datetime) -> int | None:
        """Count one message; how many are left then, None when there was none to take."""
        row = await self._row(place)
        window = Window() if row is None else _window(row)
        if row is None or window.left(now) == 0:
            return None
        used = window.used(now)
        await self._put(row.address_id, used)
        return used.left(now)

    async def give_back(self, place: Place, account: Account, now: dt.datetime) -> None:
        """A message that was counted has not left."""
        row = await self._row(place)
        if row is not None:
            await self._put(row.address_id, _window(row).given_back(now, account))

    async def shut(self, place: Place) -> None:
        """The platform says that nothing is left."""
        row = await self._row(place)
        if row is not None:
            await self._put(row.address_id, _window(row).shut)

    async def hand_over(
        self, subscriber_id: SubscriberId, now: dt.datetime, *, showed: dt.date | None = None
    ) -> int:
        """Let go what waits for a reader's next message; how many. `showed`: the issue they just read here,
        which is not sent once more.
        """
        mine = deliveries.c.subscriber_id == int(subscriber_id)
        if showed is not None:
            await self._seen(mine, showed, now)
        return await self._let_go(mine, SHUT, now)

    async def mass_arrived(self, issue_date: dt.date, now: dt.datetime) -> int:
        """Let go the deliveries that a mass send of an issue has carried, to be written down; how many."""
        of_issue = sa.select(campaigns.c.id).where(campaigns.c.issue_date == issue_date)
        return await self._let_go(deliveries.c.campaign_id.in_(of_issue), MASS, now)

    async def crowd(self, channel: str, account: str, now: dt.datetime) -> Crowd:
        """The readers of an account, and whom of those who subscribed we may write to now."""
        joined = WITH_ADDRESS.outerjoin(windows, windows.c.address_id == addresses.c.id)
        left = sa.case((windows.c.said_until > now, windows.c.said_left), else_=sa.literal(0, sa.Integer()))
        subscribed = sa.case((subscriptions.c.active, 1), else_=0)
        query = (
            sa.select(
                sa.func.count().label("readers"),
                sa.func.coalesce(sa.func.sum(subscribed), 0).label("subscribed"),
                sa.func.coalesce(sa.func.sum(sa.case((left > 0, subscribed), else_=0)), 0).label("opened"),
                sa.func.coalesce(sa.func.sum(sa.case((left == 1, subscribed), else_=0)), 0).label("last"),
            )
            .select_from(joined)
            .where(
                addresses.c.channel == channel,
                addresses.c.account.in_((account, "")),
                addresses.c.state == AddressState.ACTIVE,
            )
        )
        row = (await self._connection.execute(query)).one()
        return Crowd(row.readers, int(row.subscribed), int(row.opened), int(row.last))

    async def unsubscribed(self, channel: str, account: str) -> frozenset[str]:
        """The recipients of an account who want no digest, among those who have spoken to us."""
        query = (
            sa.select(addresses.c.recipient)
            .select_from(WITH_ADDRESS)
            .where(
                addresses.c.channel == channel,
                addresses.c.account.in_((account, "")),
                ~subscriptions.c.active,
                subscriptions.c.subscribed_at.is_not(None),
            )
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def _seen(self, mine: sa.ColumnElement[bool], showed: dt.date, now: dt.datetime) -> None:
        """What waits of an issue that its reader has just read ends here."""
        waits = sa.and_(mine, _waits(SHUT, now))
        of_issue = sa.select(campaigns.c.id).where(campaigns.c.issue_date <= showed)
        query = sa.select(deliveries.c.campaign_id).where(waits, deliveries.c.campaign_id.in_(of_issue))
        for campaign_id in (await self._connection.execute(query)).scalars().all():
            ((_, chunk),) = await requeue(self._connection, campaign_id, waits, chunk_size=1)
            this = sa.and_(deliveries.c.campaign_id == campaign_id, mine)
            ended = {"status": DeliveryState.SKIPPED, "error": SEEN, "settled_at": now}
            await self._connection.execute(sa.update(deliveries).where(this).values(ended))
            in_chunk = sa.and_(chunks.c.campaign_id == campaign_id, chunks.c.no == chunk)
            await self._connection.execute(sa.update(chunks).where(in_chunk).values(skipped=1))
            await Outbox(self._connection).close_chunk(campaign_id, chunk, now)

    async def _let_go(self, rows: sa.ColumnElement[bool], reason: str, now: dt.datetime) -> int:
        ready = sa.update(deliveries).where(_waits(reason, now), rows)
        return (await self._connection.execute(ready.values(not_before=now))).rowcount

    async def _row(self, place: Place) -> Row | None:
        values = {"channel": place.channel, "recipient": place.recipient, "account": place.account}
        return (await self._connection.execute(self._window, values)).first()

    async def _put(self, address_id: AddressId, window: Window) -> None:
        said, tapped = window.said, window.tapped
        values = {
            "address_id": address_id,
            "said_left": said.left if said else 0,
            "said_until": said.until if said else None,
            "tapped_left": tapped.left if tapped else 0,
            "tapped_until": tapped.until if tapped else None,
        }
        await self._connection.execute(upsert_into(self._connection, windows, *_COLUMNS), values)


def _waits(reason: str, now: dt.datetime) -> sa.ColumnElement[bool]:
    """What holds for deliveries that wait for something other than time."""
    return sa.and_(
        deliveries.c.status == DeliveryState.RETRY,
        deliveries.c.error == reason,
        deliveries.c.not_before > now,
    )


def _window(row: Row) -> Window:
    said = None if row.said_until is None else Allowance(row.said_left, row.said_until)
    tapped = None if row.tapped_until is None else Allowance(row.tapped_left, row.tapped_until)
    return Window(said, tapped)
