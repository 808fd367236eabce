"""What the running program takes for a trouble of its own."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.disk import Disk
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.signs import OwnSigns
from bot.telegram.polling import Polling, Updates
from bot.worker import Worker
from digest.errors import Conflict, NotSent, SendFailure, Unauthorized
from digest.house import House
from digest.troubles import TroubleKind
from storage.store import Store
from tests.bot.outbound import FakeOutlet

CHANNEL_KINDS = {TroubleKind.TOKEN, TroubleKind.UNREACHABLE, TroubleKind.CONFLICT}


class Source:
    """A platform that answers every question for updates in the same way."""

    username = "digest_bot"

    def __init__(self, failure: SendFailure | None) -> None:
        self.failure = failure

    async def identify(self) -> None:
        """It is known."""

    async def fetch(self, offset: int, *, seconds: float, limit: int = 100) -> Updates:
        if self.failure is not None:
            raise self.failure
        return ()

    async def drop_webhook(self) -> None:
        """There is none."""


class Enough(Exception):
    """The poll would wait now."""


async def _stop(seconds: float) -> None:
    raise Enough


async def _keep(updates: Updates) -> None:
    """Nobody writes."""


async def _tell(code: str) -> None:
    """Nobody listens."""


def signs_of(store: Store, failure: SendFailure | None = None, disk: Disk | None = None) -> OwnSigns:
    """The signs of a program whose poll is answered like this."""
    pace = Pace(Rate(30), clock=time.monotonic)
    worker = Worker(store, House(), load_catalogs(), {"telegram": (FakeOutlet(), pace)})
    polling = Polling(Source(failure), _keep, _tell, poll_seconds=2.0, pause=_stop)
    return OwnSigns(polling, worker, disk, pace)


async def asked(signs: OwnSigns) -> None:
    """The poll asks its platform."""
    with pytest.raises(Enough):
        await signs.polling.run()


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Unauthorized("unauthorized"), TroubleKind.TOKEN),
        (Conflict("other_poller"), TroubleKind.CONFLICT),
        (NotSent("connect"), TroubleKind.UNREACHABLE),
    ],
)
async def test_what_the_poll_meets_with_is_the_trouble_of_the_channel(
    sqlite_store: Store, failure: SendFailure, kind: TroubleKind
) -> None:
    signs = signs_of(sqlite_store, failure)
    before = signs()
    await asked(signs)
    found = signs()

    assert (before.troubles, before.sure & CHANNEL_KINDS) == ((), frozenset())
    assert [(one.kind, one.subject) for one in found.troubles] == [(kind, "telegram")]
    assert found.sure >= CHANNEL_KINDS


async def test_a_poll_that_goes_well_says_that_all_is_over(sqlite_store: Store) -> None:
    signs = signs_of(sqlite_store)
    await asked(signs)

    assert signs().troubles == ()
    assert signs().sure >= CHANNEL_KINDS


async def test_what_is_sent_learns_of_a_revoked_token_before_the_poll_does(sqlite_store: Store) -> None:
    signs = signs_of(sqlite_store)
    await asked(signs)
    signs.worker.health("telegram").failed(Unauthorized("unauthorized"))
    revoked = [one.kind for one in signs().troubles]
    signs.worker.health("telegram").passed()

    assert revoked == [TroubleKind.TOKEN]
    assert signs().troubles == ()


async def test_only_a_long_wait_of_the_whole_account_is_a_trouble(sqlite_store: Store) -> None:
    signs = signs_of(sqlite_store)
    assert TroubleKind.LIMITED in signs().sure
    signs.pace.penalty(20)
    short = signs()
    signs.pace.penalty(95)
    (limited,) = signs().troubles

    assert short.troubles == ()
    assert TroubleKind.LIMITED not in short.sure
    assert (limited.kind, limited.details) == (TroubleKind.LIMITED, {"seconds": 95})


async def test_a_full_disk_is_one_with_its_folder(sqlite_store: Store, tmp_path: Path) -> None:
    signs = signs_of(sqlite_store, disk=Disk(tmp_path, lambda code, left: None, full=True))

    (full,) = signs().troubles
    assert (full.kind, full.details["folder"]) == (TroubleKind.DISK, str(tmp_path))
