"""Which handler fulfils which intent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from digest import editing, editorial, intents, pairing
from digest.replies import Reply
from handlers.answer import answer_reader
from handlers.broadcast import compose_broadcast, go_on, take_broadcast
from handlers.campaigns import show_campaigns, steer
from handlers.catch_up import catch_up
from handlers.context import Context
from handlers.correct import correct
from handlers.date import refuse_date, show_archive, show_issue
from handlers.follow import follow, show_follows, unfollow
from handlers.help import cancel, chat, custom, keep_silent, no_more_pages, share, show_help, unreadable
from handlers.pair import pair, prefer, unpair
from handlers.pause import pause, resume
from handlers.preferences import change_setting
from handlers.publish import publish, retract
from handlers.range import show_range
from handlers.report import resend, show_report
from handlers.robots import show_robots
from handlers.search import look_up
from handlers.section import show_section, show_sections
from handlers.settings import ask_setting, show_settings
from handlers.start import greet
from handlers.status import show_status
from handlers.story import show_story
from handlers.submit import show_proof, submit_issue
from handlers.subscribe import subscribe
from handlers.today import show_today
from handlers.unsubscribe import ask_unsubscribe, explain_unsubscribe, unsubscribe

HANDLERS: dict[type[Any], Callable[[Any, Context], Awaitable[Reply]]] = {
    intents.Greet: greet,
    intents.ShowToday: show_today,
    intents.ShowIssue: show_issue,
    intents.ShowSection: show_section,
    intents.ShowSections: show_sections,
    intents.ShowStory: show_story,
    intents.ShowArchive: show_archive,
    intents.ShowRange: show_range,
    intents.BadDate: refuse_date,
    intents.LookUp: look_up,
    intents.Follow: follow,
    intents.Unfollow: unfollow,
    intents.ShowFollows: show_follows,
    intents.CatchUp: catch_up,
    intents.Subscribe: subscribe,
    intents.Unsubscribe: unsubscribe,
    intents.AskUnsubscribe: ask_unsubscribe,
    intents.ExplainUnsubscribe: explain_unsubscribe,
    intents.Pause: pause,
    intents.Resume: resume,
    intents.ShowSettings: show_settings,
    intents.Set: change_setting,
    intents.AskSetting: ask_setting,
    intents.ShowStatus: show_status,
    intents.ShowHelp: show_help,
    intents.SmallTalk: chat,
    intents.Custom: custom,
    intents.Cancel: cancel,
    intents.Share: share,
    intents.Silence: keep_silent,
    intents.Unreadable: unreadable,
    intents.Turn: no_more_pages,
    pairing.Pair: pair,
    pairing.Unpair: unpair,
    pairing.Prefer: prefer,
    editing.ComposeBroadcast: compose_broadcast,
    editing.TakeBroadcast: take_broadcast,
    editing.Draft: go_on,
    editing.Steer: steer,
    editing.ShowCampaigns: show_campaigns,
    editorial.SubmitIssue: submit_issue,
    editorial.Preview: show_proof,
    editorial.Publish: publish,
    editorial.Retract: retract,
    editorial.ShowReport: show_report,
    editorial.Resend: resend,
    editorial.Correct: correct,
    editorial.AnswerReader: answer_reader,
    editorial.ShowRobots: show_robots,
}
