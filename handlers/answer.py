"""An editor's words for a reader who asked for people."""

from __future__ import annotations

import re

from digest.editorial import AnswerReader
from digest.errors import UserError
from digest.replies import Notice, Reply, Text
from digest.subscriber import AddressState
from handlers.context import Context
from handlers.questions import asker

# The words as they were written, with their own lines and punctuation.
_AFTER_NUMBER = re.compile(r"\D*\d+[\s.、:：,，]*(?P<text>.*)", re.DOTALL)


async def answer_reader(intent: AnswerReader, context: Context) -> Reply:
    """Pass the words on to the reader; whoever passes them says when that could not be."""
    if not context.admin:
        raise UserError("publish.not_admin")
    if not intent.number or not intent.text:
        raise UserError("answer.how", number=str(intent.number or 1))
    async with context.store.reading() as tx:
        reader_id = await asker(tx, intent.number, context.now)
        reader = await tx.subscribers.get(reader_id) if reader_id is not None else None
    if reader_id is None:
        raise UserError("answer.unknown", number=str(intent.number))
    if reader is None or reader.address.state is not AddressState.ACTIVE:
        raise UserError("answer.gone")
    languages = context.languages
    say = languages.speak(reader.locale) if languages is not None else context.phrases
    written = _AFTER_NUMBER.fullmatch(context.incoming.text)
    text = written["text"].strip() if written else intent.text
    words = Reply((Text(say("answer.from_editor", text=text)),))
    failed = Reply((Text(context.phrases("answer.failed", number=str(intent.number))),))
    notice = Notice(str(reader.address.place), words, failed)
    return Reply(
        (Text(context.phrases("answer.passed", number=str(intent.number))),),
        notices=(notice,),
    )
