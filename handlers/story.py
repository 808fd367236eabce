"""One story by its number."""

from __future__ import annotations

from dataclasses import replace

from digest.errors import UserError
from digest.intents import ShowStory
from digest.replies import Reply
from digest.screens import story_screen
from handlers.context import Context
from handlers.views import edition_of, frame_of


async def show_story(intent: ShowStory, context: Context) -> Reply:
    """Answer with the story of the list last shown; of the newest issue when no list is on the screen."""
    async with context.store.reading() as tx:
        edition = await edition_of(context, tx, intent.date)
        frame = await frame_of(context, tx, edition)
    issue = edition.issue
    item = issue.item(intent.number)
    if item is None:
        raise UserError(
            "story.none",
            number=str(intent.number),
            last=str(issue.total),
            day=context.phrases.day(issue.date),
        )
    return replace(story_screen(issue, item, frame), edits=context.tapped)
