"""Subscribe: the standing order, the newest issue at once, and the next digest's moment."""

from __future__ import annotations

from dataclasses import replace

from digest.accounts import Reach
from digest.errors import UserError
from digest.intents import SectionName, Set, Setting, ShowSettings, Subscribe
from digest.issue import Edition
from digest.replies import Choice, Foot, Reply, Text
from digest.schedule import Due
from digest.screens import issue_screen, step
from digest.subscriber import Sections, Selection, Subscription
from handlers.context import Context, keep, with_reader
from handlers.moments import due_words, near_day, sections_words, weekdays_words, zone_words
from handlers.views import editors_note, find_section, whole_frame_of
from storage.store import Transaction


async def subscribe(intent: Subscribe, context: Context) -> Reply:
    """Subscribe the reader; the newest issue follows at once, as an answer."""
    async with context.store.transaction() as tx:
        edition = await tx.issues.newest(context.now)
        changed = _changed(intent, context, edition)
        due = await _keep_new(context, tx, changed)
        names = await tx.issues.section_names()
        following = await _newest_screen(changed, edition, context, tx)
    reader = with_reader(context, subscription=changed)
    if context.manner.reach is Reach.NEVER:
        return _noted(context)
    text = _confirmation(intent, reader, due, names)
    if intent.section:
        return replace(_section_choices(text, context), edits=context.tapped)
    return replace(_with_choices(text, context), after=following, edits=context.tapped)


def _noted(context: Context) -> Reply:
    """The wish is kept; what the account cannot do is said, with what the reader can do."""
    say, bot = context.phrases, context.manner.elsewhere
    today = Choice(say("foot.see_today"), says=say("says.today"))
    after = say("subscribe.elsewhere", bot=bot) if bot else ""
    foot = Foot(((today,),), after=after)
    return Reply((Text(say("subscribe.never")),), ((today,),), typed=(today.says,), foot=foot)


def _changed(intent: Subscribe, context: Context, edition: Edition | None) -> Subscription:
    before = context.subscription
    shown = max((d for d in (before.shown, edition.issue.date if edition else None) if d), default=None)
    return replace(
        before,
        active=True,
        push_at=intent.push_at or before.push_at,
        sections=_sections(intent, context, edition) if intent.section else before.sections,
        subscribed_at=before.subscribed_at if before.active else context.now,
        paused_until=None,
        shown=shown,
    )


def _sections(intent: Subscribe, context: Context, edition: Edition | None) -> Sections:
    section = find_section(edition.issue, intent.section) if edition else None
    if section is None:
        raise UserError("settings.unknown_section", name=intent.section)
    before = context.subscription.sections
    if before.mode is Selection.EXCEPT and section.key in before.keys:
        left = before.keys - {section.key}
        return Sections(Selection.EXCEPT, left) if left else Sections()
    chosen = before.keys if context.subscription.active and before.mode is Selection.ONLY else frozenset()
    return Sections(Selection.ONLY, chosen | {section.key})


async def _keep_new(context: Context, tx: Transaction, changed: Subscription) -> Due:
    # The digest speaks the language in which it was asked for.
    locale = context.reader.locale or context.phrases.language
    due = await keep(context, tx, changed, locale=locale)
    if due is None:
        raise AssertionError("an active subscription has a due")
    return due


async def _newest_screen(
    changed: Subscription, edition: Edition | None, context: Context, tx: Transaction
) -> tuple[Reply, ...]:
    if edition is None:
        return ()
    reader = with_reader(context, subscription=changed)
    frame = await whole_frame_of(reader, tx, edition)
    note = await editors_note(tx, edition.issue, frame.before, context.now)
    return (issue_screen(edition.issue, replace(frame, note=note)),)


def _confirmation(intent: Subscribe, context: Context, due: Due, names: tuple[SectionName, ...]) -> str:
    say = context.phrases
    if context.manner.reach is Reach.MASS and not intent.section:
        return say("subscribe.mass", clock=say.clock(context.house.push_at))
    window = "\n" + say("welcome.window") if context.manner.reach is Reach.WINDOW else ""
    return _promise(intent, context, due, names) + window


def _promise(intent: Subscribe, context: Context, due: Due, names: tuple[SectionName, ...]) -> str:
    say, subscription = context.phrases, context.subscription
    moment, zone = due_words(due, context), zone_words(context)
    if intent.section:
        sections = sections_words(subscription.sections, names, context)
        return say("subscribe.section", day=near_day(due.on, context), sections=sections)
    if subscription.sections.mode is Selection.ALL and not subscription.weekdays and names:
        return say.count("subscribe.default", len(names), moment=moment, zone=zone)
    return say(
        "subscribe.done",
        moment=moment,
        zone=zone,
        days=weekdays_words(context),
        sections=sections_words(subscription.sections, names, context),
    )


def _section_choices(text: str, context: Context) -> Reply:
    say = context.phrases
    row = (
        step(say("choice.one_more_section"), ShowSettings("sections"), say("says.choose_sections")),
        step(say("choice.every_section"), Set(Setting.SECTION, "*"), say("says.every_section")),
    )
    return Reply((Text(text),), (row,), typed=tuple(choice.says for choice in row))


def _with_choices(text: str, context: Context) -> Reply:
    say = context.phrases
    row = (
        step(say("choice.change_hour"), ShowSettings("hour"), say("says.hour")),
        step(say("choice.choose_sections"), ShowSettings("sections"), say("says.choose_sections")),
        step(say("choice.workdays_only"), Set(Setting.DAYS, "workdays")),
    )
    # Where what follows has no room, the way to it comes first.
    today = Choice(say("foot.see_today"), says=say("says.today"))
    set_apart = row if context.manner.reach is not Reach.MASS else ()
    foot = Foot(((today, *(Choice(choice.label, says=choice.says) for choice in set_apart)),))
    return Reply((Text(text),), (row,), typed=tuple(choice.says for choice in row), foot=foot)
