"""Who may do what: the admins of the configuration are owners, others have the role they were given."""

from __future__ import annotations

from digest.errors import UserError
from digest.roles import Role, may_send, may_watch
from handlers.context import Context
from storage.store import Transaction


async def role_of(context: Context, tx: Transaction) -> Role | None:
    """What the one who speaks may do with campaigns; None for a reader."""
    address = address_of(context)
    return Role.OWNER if address in context.house.admins else await tx.roles.of(address)


async def let_send(context: Context, tx: Transaction) -> None:
    """UserError unless the one who speaks may send broadcasts, in a private chat."""
    if not may_send(await role_of(context, tx)):
        raise UserError("broadcast.not_allowed")
    _privately(context)


async def let_watch(context: Context, tx: Transaction) -> None:
    """UserError unless the one who speaks may see campaigns, in a private chat."""
    if not may_watch(await role_of(context, tx)):
        raise UserError("broadcast.not_allowed")
    _privately(context)


def address_of(context: Context) -> str:
    """The address of the one who speaks, as `bot.admins` writes it."""
    place = context.reader.address.place
    return f"{place.channel}:{place.recipient}"


def _privately(context: Context) -> None:
    if not context.incoming.private:
        raise UserError("broadcast.privately")
