"""One setting changed: checked, kept, confirmed with what it means for the next digest."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.errors import UserError
from digest.intents import SectionName, Set, Setting, ShowFollows, ShowSettings
from digest.languages import NAMES, language_name
from digest.replies import Form, Reply, Text
from digest.schedule import Due, ScheduleError, zone_of
from digest.screens import step, subscribe_choice
from digest.subscriber import Sections, Selection, Subscription
from digest.weekdays import Weekdays
from handlers.context import Context, in_language, keep, with_reader
from handlers.moments import (
    due_words,
    form_words,
    hour_words,
    reach_words,
    sections_words,
    weekdays_words,
    zone_words,
)


async def change_setting(intent: Set, context: Context) -> Reply:
    """Keep one changed setting and say what follows from it."""
    async with context.store.transaction() as tx:
        names = await tx.issues.section_names()
        changed = _changed(intent, context.subscription, names)
        zone = intent.value if intent.setting is Setting.ZONE else None
        locale = intent.value if intent.setting is Setting.LANGUAGE else None
        if zone is not None:
            _check_zone(zone)
        if locale is not None and locale not in NAMES:
            raise UserError("set.no_such_language", value=language_name(context.phrases.language))
        due = await keep(context, tx, changed, zone=zone, locale=locale)
    reader = with_reader(
        context,
        subscription=changed,
        zone=context.reader.zone if zone is None else zone,
        locale=context.reader.locale if locale is None else locale,
    )
    return _confirmation(intent, in_language(reader, locale) if locale else reader, names, due)


def _check_zone(zone: str) -> None:
    try:
        zone_of(zone)
    except ScheduleError as caught:
        raise UserError("settings.unknown_zone", heard=zone) from caught


def _changed(intent: Set, before: Subscription, names: tuple[SectionName, ...]) -> Subscription:
    value = intent.value
    match intent.setting:
        case Setting.HOUR:
            return replace(before, push_at=dt.time.fromisoformat(value))
        case Setting.DAYS:
            return replace(before, weekdays=str(Weekdays.parse(value)))
        case Setting.SECTION:
            # Who wants every section again wants all that is in them.
            only = before.only_followed and value != "*"
            return replace(before, sections=_sections(value, before.sections, names), only_followed=only)
        case Setting.FORM:
            return replace(before, form=Form(value))
        case Setting.SILENT:
            return replace(before, silent=value == "on")
        case Setting.FOLLOWED:
            return replace(before, only_followed=value == "only")
        case Setting.ZONE | Setting.LANGUAGE:
            return before


def _sections(value: str, before: Sections, names: tuple[SectionName, ...]) -> Sections:
    sign, key = value[:1], value[1:]
    if sign == "*":
        return Sections()
    known = {name.key for name in names}
    if key not in known:
        raise UserError("settings.unknown_section", name=key)
    wanted = {name for name in known if before.holds(name)}
    wanted = wanted | {key} if sign == "+" else wanted - {key}
    if not wanted:
        raise UserError("settings.last_section")
    if wanted == known:
        return Sections()
    if before.mode is Selection.ONLY:
        return Sections(Selection.ONLY, frozenset(wanted))
    return Sections(Selection.EXCEPT, frozenset(known - wanted))


def _confirmation(intent: Set, context: Context, names: tuple[SectionName, ...], due: Due | None) -> Reply:
    say, subscription = context.phrases, context.subscription
    values = {
        Setting.HOUR: hour_words(context),
        Setting.ZONE: zone_words(context),
        Setting.DAYS: weekdays_words(context),
        Setting.SECTION: sections_words(subscription.sections, names, context),
        Setting.LANGUAGE: language_name(intent.value),
        Setting.FORM: form_words(subscription.form, context),
        Setting.SILENT: say("sound.silent" if subscription.silent else "sound.loud"),
        Setting.FOLLOWED: say("followed.only" if subscription.only_followed else "followed.all"),
    }
    lines = [say(f"set.{intent.setting.value}", value=values[intent.setting])]
    lines += _consequences(intent, context, due)
    page = {Setting.SECTION: "sections"}.get(intent.setting, "")
    back = step(say("choice.back_settings"), ShowSettings(page), say("says.settings"))
    if intent.setting is Setting.FOLLOWED:
        back = step(say("choice.my_follows"), ShowFollows(), say("says.follows"))
    row = (back,) if subscription.active else (subscribe_choice(say, hour_words(context)), back)
    return Reply(
        (Text("\n".join(lines)),),
        (row,),
        typed=tuple(choice.says for choice in row),
        edits=context.tapped,
        toast=lines[0],
    )


def _consequences(intent: Set, context: Context, due: Due | None) -> list[str]:
    say, subscription = context.phrases, context.subscription
    unused = subscription.only_followed and subscription.followed_at is None
    lines = [say("set.no_follows")] if unused and intent.setting is Setting.FOLLOWED else []
    if not subscription.active:
        return [*lines, say("settings.not_subscribed")]
    if reach_words(context):
        return [*lines, reach_words(context)]
    if due is None:
        return lines
    lines.append(say("settings.next", moment=due_words(due, context)))
    workdays = intent.setting is Setting.DAYS and intent.value == "workdays"
    if workdays and not Weekdays.parse("workdays").known(due.on):
        lines.append(say("set.unknown_year", year=str(due.on.year)))
    return lines
