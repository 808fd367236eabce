"""`digestbot move`: from an SQLite file to PostgreSQL, for whoever grows out of one machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from bot.assembly import database_url, instance_lock
from bot.indexing import tenth_by_tenth
from bot.settings import Settings
from bot.terminal import Terminal
from digest.campaign import OnUnknown
from storage.engines import file_of, shown
from storage.lookup_index import Progress
from storage.move import MoveReport, Policies, Stage, move


async def move_database(url: str, settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Take the configured SQLite database over into an empty PostgreSQL one, while nobody uses it."""
    now, source = dt.datetime.now(dt.UTC), database_url(settings)
    delivery = settings.delivery
    policies = Policies(OnUnknown(delivery.on_unknown), OnUnknown(delivery.broadcast_on_unknown))
    # Whoever still has the old file open would go on writing there.
    with instance_lock(settings, now):
        tell = _silent if json else _by_stage(terminal)
        report = await move(source, url, policies, now=now, tell=tell)
    if json:
        terminal.data(_data(report))
    else:
        _tell(report, terminal, url=shown(url), file=str(file_of(source)))
    return 0


def _silent(_: Stage, __: Progress) -> None:
    return None


def _by_stage(terminal: Terminal) -> Callable[[Stage, Progress], None]:
    """Say each stage's progress, a line a tenth."""
    stages = {stage: tenth_by_tenth(partial(_say_progress, terminal, stage)) for stage in Stage}
    return lambda stage, progress: stages[stage](progress)


def _say_progress(terminal: Terminal, stage: Stage, progress: Progress) -> None:
    terminal.complain(terminal.phrases(f"move.{stage.value}", done=progress.done, total=progress.total))


def _tell(report: MoveReport, terminal: Terminal, *, url: str, file: str) -> None:
    say = terminal.phrases
    terminal.say(say("move.done", rows=report.rows, tables=len(report.tables)))
    if report.recovered:
        terminal.say(say.count("move.recovered", report.recovered))
    terminal.say(say("move.next", url=url, file=file))


def _data(report: MoveReport) -> dict[str, object]:
    tables = [{"table": one.table, "rows": one.rows, "sha256": one.digest} for one in report.tables]
    return {"rows": report.rows, "recovered": report.recovered, "tables": tables}
