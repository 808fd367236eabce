"""The methods that put messages into chats, change them, and answer taps."""

from __future__ import annotations

from dataclasses import replace

from tests.standins.telegram_checks import CAPTION_UNITS, NO_KEYBOARD, TEXT_UNITS, Keyboard, Words
from tests.standins.telegram_faults import Refusal
from tests.standins.telegram_html import Entity, Parsed
from tests.standins.telegram_params import Json
from tests.standins.telegram_world import BotMessage, Call, Chat, Methods, World, link_preview

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
STALE_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"
NO_WORDS = Words("", Parsed("", 0))
DELETE_SECONDS = 48 * 3600


def send_message(world: World, call: Call) -> object:
    """sendMessage."""
    chat = call.required_chat()
    if world.rules.fast:
        raw = world.same(call.params.text("text"))
        return _put(world, call, chat, Words(raw, Parsed(raw, len(raw))), NO_KEYBOARD)
    words = world.checks.words(call.params, "text", TEXT_UNITS)
    return _put(world, call, chat, words, world.checks.keyboard(call.params))


def send_document(world: World, call: Call) -> object:
    """sendDocument: an upload, a file id or an address."""
    return _send_file(world, call, "document")


def send_photo(world: World, call: Call) -> object:
    """sendPhoto: an upload, a file id or an address."""
    return _send_file(world, call, "photo")


def _send_file(world: World, call: Call, kind: str) -> object:
    chat = call.required_chat()
    given = call.params.text(kind)
    upload = call.params.uploads.get(kind) or call.params.uploads.get(given.removeprefix("attach://"))
    if upload is None and not given:
        raise Refusal(400, f"Bad Request: there is no {kind} in the request")
    if upload is not None and upload.size == 0:
        raise Refusal(400, "Bad Request: file must be non-empty")
    words = world.checks.words(call.params, "caption", CAPTION_UNITS)
    name = upload.name if upload else given
    return _put(world, call, chat, words, world.checks.keyboard(call.params), kind=kind, file_name=name)


def _put(
    world: World,
    call: Call,
    chat: Chat,
    words: Words,
    keyboard: Keyboard,
    *,
    kind: str = "text",
    file_name: str = "",
) -> Json:
    reply_to = _reply_to(world, call, chat)
    world.admit(call, limited=True)
    message = BotMessage(
        chat_id=chat.id,
        message_id=chat.next_id(),
        text=words.parsed.text,
        raw=words.raw,
        units=words.parsed.units,
        entities=words.parsed.entities,
        rows=keyboard.rows,
        inline=keyboard.inline,
        date=int(world.wall()),
        kind=kind,
        file_name=file_name,
        silent=call.params.flag("disable_notification"),
        thread=call.thread,
        reply_to=reply_to,
        link_preview=link_preview(call.params),
        dropped_entities=words.dropped,
        notes=words.parsed.notes,
        markup=keyboard.raw,
    )
    if not world.rules.fast:
        chat.sent[message.message_id] = message
    world.accept(call, message_id=message.message_id, words=words, keyboard=keyboard, counted=True)
    return message_as_json(world, message)


def _reply_to(world: World, call: Call, chat: Chat) -> int | None:
    if "reply_parameters" in call.params.values:
        given = call.params.record("reply_parameters")
        target, lenient = given.get("message_id"), bool(given.get("allow_sending_without_reply"))
    else:
        target = call.params.integer("reply_to_message_id")
        lenient = call.params.flag("allow_sending_without_reply")
    if not isinstance(target, int):
        return None
    if 0 < target <= chat.last_id or world.rules.fast:
        return target
    if lenient:
        return None
    raise Refusal(400, "Bad Request: message to be replied not found")


def edit_message_text(world: World, call: Call) -> object:
    """editMessageText."""
    words = world.checks.words(call.params, "text", TEXT_UNITS)
    return _edit(world, call, words, world.checks.keyboard(call.params))


def edit_message_caption(world: World, call: Call) -> object:
    """editMessageCaption."""
    words = world.checks.words(call.params, "caption", CAPTION_UNITS)
    return _edit(world, call, words, world.checks.keyboard(call.params))


def edit_message_reply_markup(world: World, call: Call) -> object:
    """editMessageReplyMarkup; without reply_markup the buttons go."""
    return _edit(world, call, None, world.checks.keyboard(call.params))


def _edit(world: World, call: Call, words: Words | None, keyboard: Keyboard) -> object:
    chat = call.required_chat()
    if world.rules.fast:
        world.admit(call, limited=world.rules.count_edits)
        world.accept(
            call, message_id=call.params.integer("message_id"), words=words or NO_WORDS, keyboard=keyboard
        )
        return True
    before = _found(call, chat, "edit")
    if words is not None and (before.kind == "text") != (call.method == "editMessageText"):
        missing = "text" if call.method == "editMessageText" else "caption"
        raise Refusal(400, f"Bad Request: there is no {missing} in the message to edit")
    after = _edited(before, words, keyboard)
    if _content(after) == _content(before):
        raise Refusal(400, NOT_MODIFIED)
    world.admit(call, limited=world.rules.count_edits)
    chat.sent[before.message_id] = after
    world.accept(call, message_id=before.message_id, words=words or NO_WORDS, keyboard=keyboard)
    return message_as_json(world, after)


def _edited(before: BotMessage, words: Words | None, keyboard: Keyboard) -> BotMessage:
    after = replace(
        before, rows=keyboard.rows, inline=keyboard.inline, markup=keyboard.raw, edits=before.edits + 1
    )
    if words is None:
        return after
    parsed = words.parsed
    return replace(
        after,
        text=parsed.text,
        raw=words.raw,
        units=parsed.units,
        entities=parsed.entities,
        notes=parsed.notes,
        dropped_entities=words.dropped,
    )


def _content(message: BotMessage) -> object:
    return message.text, message.entities, message.rows, message.markup


def _found(call: Call, chat: Chat, to_do: str) -> BotMessage:
    message = chat.sent.get(call.params.integer("message_id") or 0)
    if message is None:
        raise Refusal(400, f"Bad Request: message to {to_do} not found")
    return message


def delete_message(world: World, call: Call) -> object:
    """deleteMessage, within 48 hours."""
    chat = call.required_chat()
    if not world.rules.fast:
        message = _found(call, chat, "delete")
        if world.wall() - message.date > DELETE_SECONDS:
            raise Refusal(400, "Bad Request: message can't be deleted for everyone")
    world.admit(call, limited=False)
    chat.sent.pop(call.params.integer("message_id") or 0, None)
    world.accept(call, message_id=call.params.integer("message_id"))
    return True


def copy_message(world: World, call: Call) -> object:
    """copyMessage of one of the bot's messages."""
    chat = call.required_chat()
    if world.rules.fast:
        return {"message_id": _put(world, call, chat, NO_WORDS, NO_KEYBOARD)["message_id"]}
    origin = world.named(call.params.text("from_chat_id"))
    if origin is None:
        raise Refusal(400, "Bad Request: chat not found")
    source = _found(call, origin, "copy")
    parsed = Parsed(source.text, source.units, source.entities, source.notes)
    words = Words(source.raw, parsed, source.dropped_entities)
    keyboard = world.checks.keyboard(call.params)
    kept = _put(world, call, chat, words, keyboard, kind=source.kind, file_name=source.file_name)
    return {"message_id": kept["message_id"]}


def answer_callback_query(world: World, call: Call) -> object:
    """answerCallbackQuery; the answer is kept under the query's id."""
    if len(call.params.text("text")) > 200:
        raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
    number = call.params.text("callback_query_id")
    if number not in world.queries and not world.rules.fast:
        raise Refusal(400, STALE_QUERY)
    world.admit(call, limited=False)
    world.queries[number] = {"answered": True, **call.params.values}
    world.accept(call)
    return True


def send_chat_action(world: World, call: Call) -> object:
    """sendChatAction: true, and written down."""
    call.required_chat()
    world.admit(call, limited=False)
    world.accept(call)
    return True


def message_as_json(world: World, message: BotMessage) -> Json:
    """The Message object the server answers with."""
    content: Json = {
        "message_id": message.message_id,
        "from": {key: world.me[key] for key in ("id", "is_bot", "first_name", "username")},
        "chat": world.chat(message.chat_id).as_json(),
        "date": message.date,
    }
    if message.edits:
        content["edit_date"] = int(world.wall())
    if message.thread is not None:
        content |= {"message_thread_id": message.thread, "is_topic_message": True}
    entities = [entity_as_json(entity) for entity in message.entities]
    if message.kind == "text":
        content["text"] = message.text
        prefix = ""
    else:
        content |= _file_as_json(message)
        prefix = "caption_"
    if entities:
        content[f"{prefix}entities"] = entities
    if message.link_preview is not None:
        content["link_preview_options"] = message.link_preview
    if message.inline and message.markup:
        content["reply_markup"] = message.markup
    return content


def _file_as_json(message: BotMessage) -> Json:
    file: Json = {
        "file_id": f"file-{message.chat_id}-{message.message_id}",
        "file_unique_id": f"unique-{message.chat_id}-{message.message_id}",
    }
    if message.kind == "photo":
        content: Json = {"photo": [file | {"width": 90, "height": 90}]}
    else:
        content = {"document": file | {"file_name": message.file_name}}
    return content | ({"caption": message.text} if message.text else {})


def entity_as_json(entity: Entity) -> Json:
    """The MessageEntity object."""
    content: Json = {"offset": entity.offset, "length": entity.length, "type": entity.type}
    if entity.url:
        content["url"] = entity.url
    if entity.language:
        content["language"] = entity.language
    if entity.emoji:
        content["custom_emoji_id"] = entity.emoji
    return content


METHODS: Methods = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "copyMessage": copy_message,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
}
