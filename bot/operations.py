"""The operator's commands on issues, the database and pushes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.assembly import database_url, house_of, instance_lock, opened_store, rules_of, senders_of
from bot.files import issue_files, read_source
from bot.indexing import tenth_by_tenth
from bot.settings import Settings
from bot.terminal import Terminal
from digest.errors import OperatorError
from digest.issue import Problem
from digest.reach import Forecast, Sender, way_of
from handlers.forecasting import forecasts, reach_line
from handlers.ingest import FileReport, Verdict, ingest
from handlers.push import Pushed, push
from handlers.reindex import reindex
from storage.lookup_index import Progress
from storage.schema import migrate

RESERVED_SHARE = 0.97


def check_configuration(settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Say that the configuration is in order, and what it serves."""
    channels = [name for name in ("telegram", "wechat", "wecom") if getattr(settings, name).configured]
    if json:
        terminal.data({"problems": [], "channels": channels})
        return 0
    named = ", ".join(channels) or terminal.phrases("check.no_channel")
    terminal.say(terminal.phrases("check.fine", channels=named))
    for sender in senders_of(settings):
        way = terminal.phrases(f"doctor.way_{way_of(sender.can).value}")
        terminal.say(f"{sender.channel}: {way}")
    return 0


async def migrate_database(settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Create or upgrade the database, alone on an SQLite file."""
    now = dt.datetime.now(dt.UTC)
    with instance_lock(settings, now):
        report = await migrate(database_url(settings), backup=True, now=now)
        async with opened_store(settings) as store:
            indexed = await reindex(store, tenth_by_tenth(partial(_tell_indexed, terminal, json)))
    if json:
        backup = str(report.backup) if report.backup else None
        terminal.data({"before": report.before, "after": report.after, "backup": backup})
        return 0
    key = "migrate.created" if report.before is None else "migrate.upgraded"
    if report.before == report.after:
        key = "migrate.current"
    terminal.say(terminal.phrases(key, before=str(report.before), after=str(report.after)))
    if report.backup:
        terminal.say(terminal.phrases("migrate.backup", path=str(report.backup)))
    if indexed:
        terminal.say(terminal.phrases("migrate.indexed"))
    return 0


def _tell_indexed(terminal: Terminal, json: bool, progress: Progress) -> None:
    if progress.total and not json:
        terminal.complain(terminal.phrases("migrate.indexing", done=progress.done, total=progress.total))


async def ingest_paths(paths: Sequence[Path], settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Load files and folders; exit code 1 when any was rejected."""
    rules = rules_of(settings)
    files = issue_files(paths or [settings.issues.folder], rules.dialect)
    if not files:
        raise OperatorError("ingest.nothing", exit_code=2, path=str(settings.issues.folder))
    sources = [read_source(file) for file in files]
    async with opened_store(settings) as store:
        reports = await ingest(sources, store, rules, now=dt.datetime.now(dt.UTC))
    counts = Counter(report.verdict for report in reports)
    if json:
        terminal.data(_ingested(reports, counts, terminal))
    else:
        _tell_ingested(reports, counts, terminal)
    return 1 if counts[Verdict.REJECTED] else 0


def _ingested(
    reports: tuple[FileReport, ...], counts: Counter[Verdict], terminal: Terminal
) -> dict[str, Any]:
    return {
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "issues": [
            {
                "date": issue.date.isoformat(),
                "revision": issue.revision,
                "sections": issue.sections,
                "items": issue.items,
            }
            for report in reports
            for issue in report.issues
        ],
        "problems": [
            {
                "file": report.path,
                "line": problem.line,
                "severity": problem.severity.value,
                "message": problem_words(problem, terminal),
            }
            for report in reports
            for problem in report.problems
        ],
    }


def problem_words(problem: Problem, terminal: Terminal) -> str:
    """What is wrong with an issue file and what to do, in the operator's language."""
    return terminal.phrases(problem.code, **dict(problem.values))


def _tell_ingested(reports: tuple[FileReport, ...], counts: Counter[Verdict], terminal: Terminal) -> None:
    say = terminal.phrases
    for report in reports:
        for problem in report.problems:
            severity = say(f"severity.{problem.severity.value}")
            where = f"{report.path}:{problem.line}"
            terminal.complain(f"{where}: {severity}: {problem_words(problem, terminal)}")
        if report.verdict is Verdict.UNCHANGED and len(reports) > 1:
            continue
        terminal.say(_file_line(report, terminal))
    totals = {verdict.value: counts[verdict] for verdict in Verdict}
    terminal.say(say("ingest.total", **totals))


def _file_line(report: FileReport, terminal: Terminal) -> str:
    say = terminal.phrases
    verdict = say(f"ingest.{report.verdict.value}")
    parts = [
        say(
            "ingest.issue",
            date=issue.date.isoformat(),
            revision=str(issue.revision),
            sections=issue.sections,
            items=issue.items,
        )
        for issue in report.issues
    ]
    return " ".join([f"{report.path}: {verdict}", *parts])


async def push_issue(date: str, settings: Settings, terminal: Terminal, *, dry_run: bool, json: bool) -> int:
    """Open (or add to) the digest campaign of a date."""
    now, zone = dt.datetime.now(dt.UTC), ZoneInfo(settings.bot.timezone)
    async with opened_store(settings) as store:
        today = now.astimezone(zone).date()
        pushed = await push(store, read_date(date), now=now, dry_run=dry_run, today=today)
        async with store.reading() as tx:
            reach = await forecasts(tx, house_of(settings), now)
    seconds = _seconds(pushed, settings)
    finish = (now + dt.timedelta(seconds=seconds)).astimezone(zone)
    if json:
        terminal.data(
            {
                "campaign": pushed.campaign_id,
                "key": pushed.key,
                "head_count": pushed.head_count,
                "messages": sum(pushed.head_count.values()),
                "owed": pushed.owed,
                "seconds": round(seconds, 1),
                "finish_at": finish.isoformat(timespec="seconds"),
                "reach": [_reach_data(sender, one) for sender, one in reach],
            }
        )
        return 0
    counts = ", ".join(f"{channel} {count:,}" for channel, count in sorted(pushed.head_count.items())) or "0"
    key = "push.dry_run" if dry_run else "push.opened" if pushed.owed else "push.nothing_owed"
    clock = f"{finish:%H:%M:%S}"
    terminal.say(terminal.phrases(key, key=pushed.key, counts=counts, owed=pushed.owed, finish=clock))
    for sender, one in reach:
        terminal.say(reach_line(sender, one, terminal.phrases))
    return 0


def _reach_data(sender: Sender, found: Forecast) -> dict[str, object]:
    return {
        "channel": sender.channel,
        "account": sender.account,
        "way": found.way.value,
        "readers": found.readers,
        "reached": found.reached,
        "waiting": found.waiting,
        "mass_left": found.mass_left,
    }


def read_date(written: str) -> dt.date:
    """The date that is written, YYYY-MM-DD; OperatorError when it is none."""
    try:
        return dt.date.fromisoformat(written)
    except ValueError as caught:
        raise OperatorError("cli.bad_date", exit_code=2, value=written) from caught


def _seconds(pushed: Pushed, settings: Settings) -> float:
    rate = settings.telegram.messages_per_second * RESERVED_SHARE
    return sum(pushed.head_count.values()) / rate
