"""`digestbot roles`: the roles that are kept in the database."""

from __future__ import annotations

import datetime as dt

from bot.assembly import opened_store
from bot.campaigning import in_our_words
from bot.settings import Settings
from bot.terminal import Terminal
from digest.errors import OperatorError
from digest.roles import Role
from digest.subscriber import read_place


async def list_roles(settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Everybody with a role: the admins of the configuration first."""
    async with opened_store(settings) as store, store.reading() as tx:
        given = await tx.roles.all()
    roles = {**given, **dict.fromkeys(settings.bot.admins, Role.OWNER)}
    if json:
        terminal.data(
            {"roles": [{"address": one, "role": role.value} for one, role in sorted(roles.items())]}
        )
        return 0
    for address, role in sorted(roles.items()):
        terminal.say(f"{address}  {terminal.phrases(f'roles.{role.value}')}")
    if not roles:
        terminal.say(terminal.phrases("roles.none"))
    return 0


async def give_role(address: str, role: str, settings: Settings, terminal: Terminal) -> int:
    """Give an address a role in the place of the one it has."""
    with in_our_words():
        place = read_place(address)
    async with opened_store(settings) as store, store.transaction() as tx:
        await tx.roles.give(str(place), Role(role), dt.datetime.now(dt.UTC))
    terminal.say(terminal.phrases("roles.given", address=str(place), role=terminal.phrases(f"roles.{role}")))
    return 0


async def take_role(address: str, settings: Settings, terminal: Terminal) -> int:
    """Take a role away; exit code 1 when there was none."""
    async with opened_store(settings) as store, store.transaction() as tx:
        taken = await tx.roles.take(address)
    if not taken:
        raise OperatorError("roles.not_given", exit_code=1, address=address)
    terminal.say(terminal.phrases("roles.taken", address=address))
    return 0
