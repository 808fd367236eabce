"""An issue sent by an admin: read, refused line by line or kept as a manuscript, and shown as a proof."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from digest.conventions import Layout
from digest.datestamps import read_date
from digest.editorial import Preview, SubmitIssue
from digest.errors import UserError
from digest.intents import Awaits
from digest.issue import Issue, Parsed, Problem, Severity
from digest.publishing import is_cut
from digest.repeats import repeats
from digest.replies import Form, Reply, Text
from digest.written import with_links
from handlers.context import Context
from handlers.proofs import Subject, look_reply, only_admins, pages, proof, said_moment, subject_of
from storage.store import Transaction

# What has come so far of a pasted issue stands behind this on the screen, where no intent is written.
PASTED = "md:"
PASTED_NAME = "pasted.md"
MOST_PARTS = 512 * 1024
MOST_LINES = 20
_DATED = re.compile(r"^date\s*[:：](.+)$", re.MULTILINE)


async def submit_issue(intent: SubmitIssue, context: Context) -> Reply:
    """Take in an issue: every problem with its line, or the proof of what was accepted."""
    only_admins(context)
    if context.desk.rules.dialect.layout is Layout.ITEM:
        raise UserError("submit.item_layout")
    document = context.incoming.document
    if document is None:
        text = _pasted(intent, context)
        whole = context.reader.address.place.channel == "console"
        if not (intent.done or whole) and is_cut(_written(context)):
            return _more(text, context)
        return await _take(text.encode("utf-8", "surrogatepass"), PASTED_NAME, context)
    if document.content is None:
        raise UserError(document.code or "document.not_fetched", name=document.name)
    return await _take(document.content, document.name, context)


def _pasted(intent: SubmitIssue, context: Context) -> str:
    """The parts of a pasted issue that have come, one after the other."""
    talk = context.conversation
    before = talk.screen.removeprefix(PASTED) if talk.awaits is Awaits.ISSUE else ""
    text = "" if intent.done else _written(context)
    return "\n".join(part for part in (before, text) if part)[:MOST_PARTS]


def _written(context: Context) -> str:
    return with_links(context.incoming.text, context.incoming.spans)


def _more(text: str, context: Context) -> Reply:
    say = context.phrases
    words = say.count("submit.more", text.count("\n") + 1, done=say("says.done"))
    typed = (say("says.done"), say("says.cancel"))
    return Reply((Text(words),), typed=typed, asks=Awaits.ISSUE.value, screen=PASTED + text)


async def _take(source: bytes, name: str, context: Context) -> Reply:
    rules = context.desk.rules
    parsed = rules.read(source, file_name=name, now=context.now)
    if parsed.refused or not parsed.issues:
        return await _refused(parsed, source, name, context)
    issues = sorted(parsed.issues, key=lambda issue: issue.date)
    async with context.store.transaction() as tx:
        for issue in issues:
            await tx.manuscripts.put(
                issue, source_hash=rules.hash_of(source), file_name=name, now=context.now
            )
    async with context.store.reading() as tx:
        text = source.decode("utf-8", "replace")
        replies = [await _accepted(issue, (parsed.problems, text), tx, context) for issue in issues]
    return replace(replies[0], after=tuple(replies[1:]))


async def _refused(parsed: Parsed, source: bytes, name: str, context: Context) -> Reply:
    say = context.phrases
    errors = [problem for problem in parsed.problems if problem.severity is Severity.ERROR]
    date = _date_of(source, name, context)
    async with context.store.reading() as tx:
        out = await tx.issues.at(date, now=context.now) if date is not None else None
    key = "submit.refused_again" if out is not None else "submit.refused"
    day = say("submit.of_day", day=say.short_day(date)) if date is not None else say("submit.this")
    lines = (say.count(key, len(errors), what=day), *_lines(errors, context), say("submit.send_again"))
    return Reply((Text("\n".join(lines)),))


def _date_of(source: bytes, name: str, context: Context) -> dt.date | None:
    """The date that a refused text seems to have."""
    text = source[:4096].decode("utf-8", "replace")
    written = _DATED.search(text)
    zone = ZoneInfo(context.house.zone)
    return (read_date(written[1], zone) if written else None) or read_date(name, zone)


def _lines(problems: Sequence[Problem], context: Context) -> list[str]:
    say = context.phrases
    lines = [
        say("submit.line", line=problem.line, problem=say(problem.code, **dict(problem.values)))
        for problem in problems[:MOST_LINES]
    ]
    more = len(problems) - MOST_LINES
    return [*lines, say.count("submit.more_problems", more)] if more > 0 else lines


async def _accepted(
    issue: Issue, read: tuple[Sequence[Problem], str], tx: Transaction, context: Context
) -> Reply:
    subject = await subject_of(context, tx, issue.date)
    problems, text = read
    reminders = [*_lines(problems, context), *_repeats(issue, text, context)]
    seen = await _seen(issue, (len(problems), reminders), tx, context)
    return await proof(context, tx, subject, seen, _standing(subject, context))


def _repeats(issue: Issue, text: str, context: Context) -> list[str]:
    """A line for each name that two stories share."""
    say = context.phrases
    return [
        say(
            "submit.repeat",
            lines=say.join(tuple(str(line) for line in one.lines if line)),
            name=one.name,
            numbers=say.join(tuple(map(str, one.numbers))),
        )
        for one in repeats(issue, text)
    ]


async def _seen(issue: Issue, reminders: tuple[int, list[str]], tx: Transaction, context: Context) -> str:
    """That the issue was read and is in order; what might be mended; that its opening is not repeated."""
    say = context.phrases
    links = sum(1 for item in issue.items if item.url)
    words = [
        say.count(
            "submit.accepted",
            issue.total,
            what=say("submit.of_day", day=say.short_day(issue.date)),
            sections=say.count("submit.sections", len(issue.sections)),
            links=say.count("submit.links", links),
        )
    ]
    if lines := reminders[1]:
        words += [say.count("submit.reminders", max(len(lines), reminders[0])), *lines]
    if await _opens_as_before(issue, tx, context):
        height = len(issue.introduction)
        said = say("submit.two_lines") if height == 2 else say.count("submit.lines", height)
        words.append(say.count("submit.same_opening", height, lines=said))
    return "\n".join(words)


async def _opens_as_before(issue: Issue, tx: Transaction, context: Context) -> bool:
    earlier, _ = await tx.issues.neighbours(issue.date, context.now)
    before = await tx.issues.at(earlier.date, now=context.now) if earlier else None
    return bool(issue.introduction) and before is not None and before.issue.introduction == issue.introduction


def _standing(subject: Subject, context: Context) -> str:
    """What there is of this date already."""
    say = context.phrases
    opens_at = subject.opens_at(context.now)
    if subject.is_out(context.now):
        if subject.edition is not None and _same(subject.edition.issue, subject.issue):
            return say("submit.as_published")
        return say("submit.replaces") if subject.waits else say("submit.is_out")
    if opens_at is not None:
        key = "submit.replaces_planned" if subject.waits else "submit.planned"
        return say(key, moment=said_moment(opens_at, context))
    return ""


def _same(kept: Issue, sent: Issue) -> bool:
    return replace(kept, draft=False, publish_at=None) == replace(sent, draft=False, publish_at=None)


async def show_proof(intent: Preview, context: Context) -> Reply:
    """The proof of what comes next, or one look of it exactly as that channel sends it."""
    only_admins(context)
    async with context.store.reading() as tx:
        subject = await subject_of(context, tx, intent.date)
        named = {name: (channel, form) for name, channel, form in pages(context)}
        if intent.page in named:
            return await _page(subject, *named[intent.page], tx, context)
        head = context.phrases.count(
            "submit.proof",
            subject.issue.total,
            day=context.day(subject.date),
            sections=context.phrases.count("submit.sections", len(subject.issue.sections)),
        )
        return await proof(context, tx, subject, head, _standing(subject, context))


async def _page(subject: Subject, channel: str, form: Form, tx: Transaction, context: Context) -> Reply:
    reply = await look_reply(context, tx, subject.issue, channel, form)
    if channel == context.reader.address.place.channel:
        return replace(reply, silent=False)
    shown = context.desk.proofs[channel](reply, context.phrases)
    first, *rest = (Reply((Text(message),)) for message in shown.messages)
    return replace(first, after=tuple(rest))
