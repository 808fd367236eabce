"""An editor's open dialogue: what comes next is the broadcast, its audience, its hour, its confirmation."""

from __future__ import annotations

import re

from digest.content import Content
from digest.dialogue import ends, open_question
from digest.editing import Draft, Steer, Step, TakeBroadcast
from digest.intents import Awaits, Cancel, Incoming, Intent, Known
from digest.taps import recall
from digest.wording import heard

_NUMBER = re.compile(r"[0-9][0-9 ,，]*")


def read_draft(incoming: Incoming, known: Known) -> Intent | None:
    """The step that a message is while an editor is asked something; None when it is none of it."""
    awaits = open_question(known)
    if awaits not in _STEPS:
        return None
    campaign = _campaign(known)
    if incoming.text and ends(heard(incoming.text)):
        return Draft(campaign, Step.DROP) if campaign else Cancel()
    if incoming.text.lstrip().startswith("/"):
        return None
    step = _STEPS[awaits]
    if step is None:
        return TakeBroadcast(campaign)
    text = heard(incoming.text).said.strip()
    if step is Step.CONFIRM:
        return _confirmation(text, campaign, known)
    return Draft(campaign, step, text) if text else None


def _confirmation(text: str, campaign: int, known: Known) -> Intent | None:
    """The number typed; once it was confirmed only the very same number is a second tap."""
    number = re.sub(r"\D", "", text) if _NUMBER.fullmatch(text) else ""
    screen = recall(known.conversation.screen, known)
    confirmed = screen.value if isinstance(screen, Draft) else ""
    return Draft(campaign, Step.CONFIRM, number) if number and confirmed in ("", number) else None


def content_of(incoming: Incoming) -> Content:
    """What a message says, with its marks and its picture."""
    return Content(incoming.text, incoming.spans, incoming.picture)


def _campaign(known: Known) -> int:
    screen = recall(known.conversation.screen, known)
    return screen.campaign if isinstance(screen, Draft | Steer | TakeBroadcast) else 0


_STEPS: dict[Awaits, Step | None] = {
    Awaits.CONTENT: None,
    Awaits.AUDIENCE: Step.AUDIENCE,
    Awaits.COUNT: Step.CONFIRM,
    Awaits.START: Step.SCHEDULE,
}
