"""Mass sends and uploaded media as kept."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.reach import Mass, MassState
from storage.dialects import insert_new, upsert_into
from storage.rows import Row
from storage.window_tables import masses, media


class Masses:
    """Every attempt at a mass send of every account, and what was uploaded."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def since(self, account: str, moment: dt.datetime) -> tuple[Mass, ...]:
        """The attempts begun since a moment, oldest first."""
        query = sa.select(masses).where(masses.c.account == account, masses.c.begun_at >= moment)
        rows = await self._connection.execute(query.order_by(masses.c.begun_at))
        return tuple(_mass(row) for row in rows)

    async def begin(self, account: str, mass: Mass) -> bool:
        """Note that an attempt is about to be made; False when it was noted before."""
        values = {
            "account": account,
            "key": mass.key,
            "issue_date": mass.issue_date,
            "revision": mass.revision,
            "attempt": mass.attempt,
            "state": mass.state,
            "begun_at": mass.begun_at,
        }
        made = await self._connection.execute(insert_new(self._connection, masses, "key"), values)
        return made.first() is not None

    async def draft_of(self, account: str, key: str) -> str:
        """The draft that an attempt sends; '' when it has none yet."""
        query = sa.select(masses.c.media_id).where(masses.c.account == account, masses.c.key == key)
        return str((await self._connection.execute(query)).scalar() or "")

    async def set_draft(self, account: str, key: str, media_id: str) -> None:
        """An attempt has its draft."""
        await self._change(account, key, media_id=media_id)

    async def submitted(self, account: str, key: str, message_id: str) -> None:
        """The platform has taken an attempt; '' where it does not say its number again."""
        known = {"message_id": message_id} if message_id else {}
        await self._change(account, key, state=MassState.SUBMITTED, **known)

    async def refused(self, account: str, key: str, words: str, now: dt.datetime) -> None:
        """The platform has not taken an attempt: nothing was sent, and it does not count."""
        await self._change(account, key, state=MassState.REFUSED, words=words, over_at=now)

    async def finish(
        self,
        account: str,
        message_id: str,
        *,
        well: bool,
        words: str,
        counts: tuple[int, int, int],
        now: dt.datetime,
    ) -> Mass | None:
        """The platform is done with an attempt; `counts`: total, sent, errors. None when it is not ours.

        One whose number we never learned is the only one that still waits.
        """
        row = await self._waiting(account, message_id)
        if row is None:
            return None
        total, sent, errors = counts
        state = MassState.SENT if well else MassState.REFUSED
        numbers = {"total": total, "sent": sent, "errors": errors, "message_id": message_id}
        await self._change(account, row.key, state=state, words=words, over_at=now, **numbers)
        return _mass((await self._connection.execute(self._one(account, row.key))).one())

    async def media_id(self, account: str, name: str, now: dt.datetime) -> str:
        """What the platform calls something uploaded, '' when it has it no longer."""
        query = sa.select(media.c.media_id).where(
            media.c.account == account,
            media.c.name == name,
            sa.or_(media.c.until.is_(None), media.c.until > now),
        )
        return str((await self._connection.execute(query)).scalar() or "")

    async def keep_media(self, account: str, name: str, media_id: str, until: dt.datetime | None) -> None:
        """Something was uploaded; `until` when the platform forgets it, None for never."""
        values = {"account": account, "name": name, "media_id": media_id, "until": until}
        await self._connection.execute(upsert_into(self._connection, media, "media_id", "until"), values)

    async def _waiting(self, account: str, message_id: str) -> Row | None:
        open_states = (MassState.SENDING, MassState.SUBMITTED)
        mine = sa.select(masses).where(masses.c.account == account, masses.c.state.in_(open_states))
        named = (await self._connection.execute(mine.where(masses.c.message_id == message_id))).first()
        if named is not None:
            return named
        return (await self._connection.execute(mine.where(masses.c.message_id == ""))).first()

    def _one(self, account: str, key: str) -> sa.Select[tuple[object, ...]]:
        return sa.select(masses).where(masses.c.account == account, masses.c.key == key)

    async def _change(self, account: str, key: str, **values: object) -> None:
        this = sa.and_(masses.c.account == account, masses.c.key == key)
        await self._connection.execute(sa.update(masses).where(this).values(values))


def _mass(row: Row) -> Mass:
    return Mass(
        key=row.key,
        issue_date=row.issue_date,
        revision=row.revision,
        attempt=row.attempt,
        state=row.state,
        begun_at=row.begun_at,
        message_id=row.message_id,
        words=row.words,
        total=row.total,
        sent=row.sent,
        errors=row.errors,
    )
