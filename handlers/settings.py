"""The settings: the page of them, a page for each, and what is set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from digest.following import Followed
from digest.footing import bare
from digest.intents import (
    AskSetting,
    Awaits,
    Pause,
    SectionName,
    Set,
    Setting,
    ShowFollows,
    ShowSettings,
    Unsubscribe,
)
from digest.languages import language_name
from digest.pairing import Pair, Unpair
from digest.replies import Choice, Foot, Form, Reply, Strong, Text
from digest.schedule import Due
from digest.screens import grid, step, subscribe_choice
from digest.weekdays import Weekdays
from digest.zones import ZoneChoice, common_zones, find_zone
from handlers.context import Context, coming_due
from handlers.moments import (
    due_words,
    follows_words,
    form_words,
    hour_words,
    reach_words,
    sections_words,
    weekdays_words,
    zone_words,
)

HOURS = ("07:00", "07:30", "08:00", "08:30", "12:00", "20:00")
DAYS = ("mon-sun", "workdays", "mon-fri", "sat-sun", "mon")
LANGUAGES = ("zh-Hans", "en")
FOOT_PAGES = (("hour", "zone", "days"), ("sections", "form"))


async def show_settings(intent: ShowSettings, context: Context) -> Reply:
    """Answer with the settings, or with the page of one of them."""
    pages: dict[str, Callable[[Context, tuple[SectionName, ...]], Reply]] = {
        "hour": _hour_page,
        "zone": _zone_page,
        "days": _days_page,
        "sections": _sections_page,
        "language": _language_page,
        "form": _form_page,
    }
    async with context.store.reading() as tx:
        names = await tx.issues.section_names()
        due = await coming_due(context, tx)
        follows = await tx.follows.of(context.reader.id)
        paired = len(await tx.pairings.addresses(context.reader.id)) > 1
    page = pages.get(intent.page)
    if page is not None:
        return replace(page(context, names), edits=context.tapped)
    overview = _overview(context, names, due, follows)
    return replace(overview, choices=_overview_choices(context, paired=paired), edits=context.tapped)


def _overview(
    context: Context, names: tuple[SectionName, ...], due: Due | None, follows: tuple[Followed, ...]
) -> Reply:
    say, subscription = context.phrases, context.subscription
    lines = say(
        "settings.overview",
        hour=hour_words(context),
        zone=zone_words(context),
        days=weekdays_words(context),
        sections=sections_words(subscription.sections, names, context),
        language=language_name(say.language),
        form=form_words(subscription.form, context),
        sound=say("sound.silent" if subscription.silent else "sound.loud"),
    )
    if follows:
        key = "settings.follows_only" if subscription.only_followed else "settings.follows"
        lines = f"{lines}\n{say(key, words=follows_words(follows, context))}"
    following = _following_line(context, due)
    blocks = (Strong(say("settings.title")), Text(lines), Text(following))
    return Reply(blocks, typed=_examples(context), foot=_overview_foot(context))


def _overview_foot(context: Context) -> Foot:
    """Where few links have room: what is asked for most, and the way out."""
    say = context.phrases
    pages = [[Choice(bare(one.label), says=one.says) for one in _pages(context, *row)] for row in FOOT_PAGES]
    follows = Choice(bare(say("choice.follows")), says=say("says.follows"))
    active = context.subscription.active
    leave = ("choice.pause", "choice.unsubscribe") if active else ("says.subscribe",)
    return Foot(
        (tuple(pages[0]), (*pages[1], follows), tuple(Choice(say(key), says=say(key)) for key in leave))
    )


def _examples(context: Context) -> tuple[str, ...]:
    return tuple(context.phrases("settings.typed").split("|"))


def _following_line(context: Context, due: Due | None) -> str:
    say = context.phrases
    if not context.subscription.active:
        return say("settings.not_subscribed")
    if reach_words(context):
        return reach_words(context)
    if due is None:
        return say("settings.no_due")
    key = "settings.paused" if _paused(context) else "settings.next"
    return say(key, moment=due_words(due, context))


def _paused(context: Context) -> bool:
    until = context.subscription.paused_until
    return until is not None and until > context.today


def _overview_choices(context: Context, *, paired: bool) -> tuple[tuple[Choice, ...], ...]:
    say, subscription = context.phrases, context.subscription
    silent = step(
        say("choice.make_loud" if subscription.silent else "choice.make_silent"),
        Set(Setting.SILENT, "off" if subscription.silent else "on"),
        say("says.make_loud" if subscription.silent else "says.make_silent"),
    )
    leave = (
        (step(say("choice.pause"), Pause()), step(say("choice.unsubscribe"), Unsubscribe()))
        if subscription.active
        else (subscribe_choice(say, hour_words(context)),)
    )
    return (
        _pages(context, "hour", "zone", "days"),
        _pages(context, "sections", "language", "form"),
        (
            step(say("choice.follows"), ShowFollows(), say("says.follows")),
            step(say("choice.unpair"), Unpair(), say("says.unpair"))
            if paired
            else step(say("choice.pair"), Pair(), say("says.pair")),
        ),
        (silent, *leave),
    )


def _pages(context: Context, *pages: str) -> tuple[Choice, ...]:
    say = context.phrases
    return tuple(
        step(say(f"choice.page_{page}"), ShowSettings(page), say(f"says.page_{page}")) for page in pages
    )


def _back(context: Context) -> tuple[Choice, ...]:
    return (step(context.phrases("choice.back_settings"), ShowSettings(), context.phrases("says.settings")),)


def _hour_page(context: Context, names: tuple[SectionName, ...]) -> Reply:
    say = context.phrases
    now = context.subscription.push_at or context.house.push_at
    choices = [
        step(
            _ticked(say.clock(hour), hour == now),
            Set(Setting.HOUR, hour.isoformat("minutes")),
            say("says.change_hour", clock=f"{hour.hour}:{hour.minute:02}"),
        )
        for hour in map(dt.time.fromisoformat, HOURS)
    ]
    text = say("settings.ask_hour", clock=say.clock(now), zone=zone_words(context))
    return Reply((Text(text),), (*grid(choices), _back(context)), typed=_says(choices), asks=Awaits.HOUR)


def _zone_page(context: Context, names: tuple[SectionName, ...]) -> Reply:
    say = context.phrases
    clock = say.clock(context.local(context.now).time())
    text = say("settings.ask_zone", zone=zone_words(context), clock=clock)
    return _zone_choices(text, common_zones(), context)


def _zone_choices(text: str, zones: tuple[ZoneChoice, ...], context: Context) -> Reply:
    say = context.phrases
    choices = [
        step(
            _ticked(zone.label(say.language), zone.key == context.zone),
            Set(Setting.ZONE, zone.key),
            say("says.zone", city=zone.label(say.language)),
        )
        for zone in zones
    ]
    return Reply((Text(text),), (*grid(choices), _back(context)), typed=_says(choices), asks=Awaits.ZONE)


def _days_page(context: Context, names: tuple[SectionName, ...]) -> Reply:
    say = context.phrases
    now = str(Weekdays.parse(context.subscription.weekdays or context.house.weekdays))
    choices = [
        step(
            _ticked(say(f"choice.days_{days}"), days == now),
            Set(Setting.DAYS, days),
            say(f"says.days_{days}"),
        )
        for days in DAYS
    ]
    text = say("settings.ask_days", days=weekdays_words(context))
    return Reply((Text(text),), (*grid(choices), _back(context)), typed=_says(choices))


def _sections_page(context: Context, names: tuple[SectionName, ...]) -> Reply:
    say, sections = context.phrases, context.subscription.sections
    choices = [
        step(
            _ticked(name.title, sections.holds(name.key)),
            Set(Setting.SECTION, ("-" if sections.holds(name.key) else "+") + name.key),
            say("says.drop_section" if sections.holds(name.key) else "says.add_section", section=name.title),
        )
        for name in names
    ]
    every = step(say("choice.every_section"), Set(Setting.SECTION, "*"), say("says.every_section"))
    text = say("settings.ask_sections", sections=sections_words(sections, names, context))
    return Reply(
        (Text(text),), (*grid(choices, 2), (every, *_back(context))), typed=(*_says(choices), every.says)
    )


def _language_page(context: Context, names: tuple[SectionName, ...]) -> Reply:
    say = context.phrases
    choices = [
        step(_ticked(language_name(tag), tag == say.language), Set(Setting.LANGUAGE, tag), language_name(tag))
        for tag in LANGUAGES
    ]
    return Reply(
        (Text(say("settings.ask_language")),), (tuple(choices), _back(context)), typed=_says(choices)
    )


def _form_page(context: Context, names: tuple[SectionName, ...]) -> Reply:
    say = context.phrases
    choices = [
        step(
            _ticked(say(f"choice.form_{form.value}"), form is context.subscription.form),
            Set(Setting.FORM, form.value),
            say(f"says.form_{form.value}"),
        )
        for form in Form
    ]
    text = say("settings.ask_form", form=form_words(context.subscription.form, context))
    return Reply((Text(text),), (tuple(choices), _back(context)), typed=_says(choices))


def _ticked(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _says(choices: list[Choice]) -> tuple[str, ...]:
    return tuple(choice.says for choice in choices)


async def ask_setting(intent: AskSetting, context: Context) -> Reply:
    """Ask again for a setting whose value could not be read."""
    if intent.setting is Setting.ZONE and intent.heard:
        zones = find_zone(intent.heard)
        key = (
            "settings.which_zone"
            if len(zones) > 1
            else "settings.maybe_zone"
            if zones
            else "settings.unknown_zone"
        )
        text = context.phrases(key, heard=intent.heard)
        return _zone_choices(text, zones or common_zones(), context)
    page = {Setting.SECTION: "sections"}.get(intent.setting, intent.setting.value)
    reply = await show_settings(ShowSettings(page), context)
    if not intent.code:
        return reply
    said = context.phrases(intent.code, **dict(intent.values))
    return replace(reply, blocks=(Text(said), *reply.blocks))
