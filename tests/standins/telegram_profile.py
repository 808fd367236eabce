"""The methods about the bot itself: its name and menus, webhooks, and what it may ask about a chat."""

from __future__ import annotations

import re
from collections.abc import Callable

import orjson

from tests.standins.telegram_faults import Refusal
from tests.standins.telegram_params import Json
from tests.standins.telegram_world import Call, Methods, World

COMMANDS = 100
SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}|")


def get_me(world: World, call: Call) -> object:
    """getMe."""
    return world.me


def set_my_commands(world: World, call: Call) -> object:
    """setMyCommands, kept by scope and language."""
    commands = call.params.list("commands") or []
    if len(commands) > COMMANDS:
        raise Refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    key = _menu(call)
    world.commands[key] = commands
    return _done(world, call)


def _check_command(command: object) -> None:
    if not isinstance(command, dict):
        raise Refusal(400, "Bad Request: can't parse BotCommand: expected an Object")
    if not _COMMAND.fullmatch(str(command.get("command", ""))):
        raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
    if not 1 <= len(str(command.get("description", "")).strip()) <= 256:
        raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")


def _menu(call: Call) -> tuple[str, str]:
    scope = call.params.record("scope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise Refusal(400, "Bad Request: can't parse BotCommandScope: unsupported type specified")
    if str(scope["type"]) in ("chat", "chat_administrators", "chat_member") and not scope.get("chat_id"):
        raise Refusal(400, "Bad Request: can't parse BotCommandScope: chat_id is empty")
    return orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode(), _language(call)


def _language(call: Call) -> str:
    language = call.params.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise Refusal(400, "Bad Request: invalid language code specified")
    return language


def get_my_commands(world: World, call: Call) -> object:
    """getMyCommands of exactly one scope and language."""
    return world.commands.get(_menu(call), [])


def delete_my_commands(world: World, call: Call) -> object:
    """deleteMyCommands of exactly one scope and language."""
    world.commands.pop(_menu(call), None)
    return _done(world, call)


def _setter(name: str, most: int) -> Callable[[World, Call], object]:
    def set_words(world: World, call: Call) -> object:
        words = call.params.text(name)
        if len(words) > most:
            raise Refusal(400, f"Bad Request: {name} is too long")
        world.profile[name, _language(call)] = words
        return _done(world, call)

    return set_words


def _getter(name: str) -> Callable[[World, Call], object]:
    def get_words(world: World, call: Call) -> object:
        fallback = world.profile.get((name, ""), "")
        return {name: world.profile.get((name, _language(call)), fallback)}

    return get_words


def set_chat_menu_button(world: World, call: Call) -> object:
    """setChatMenuButton for a chat, or for all."""
    button = call.params.record("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise Refusal(400, "Bad Request: can't parse MenuButton: unsupported type specified")
    world.menu_buttons[call.chat.id if call.chat else None] = button
    return _done(world, call)


def get_chat_menu_button(world: World, call: Call) -> object:
    """getChatMenuButton."""
    return world.menu_buttons.get(call.chat.id if call.chat else None, {"type": "default"})


def set_webhook(world: World, call: Call) -> object:
    """setWebhook: kept and true; the stand-in delivers nothing to it."""
    url = call.params.text("url")
    if url and not url.startswith("https://"):
        raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    world.webhook = url
    _forget_updates(world, call)
    return _done(world, call)


def delete_webhook(world: World, call: Call) -> object:
    """deleteWebhook."""
    world.webhook = ""
    _forget_updates(world, call)
    return _done(world, call)


def _forget_updates(world: World, call: Call) -> None:
    if call.params.flag("drop_pending_updates"):
        world.updates.pending.clear()


def get_webhook_info(world: World, call: Call) -> object:
    """getWebhookInfo."""
    return {
        "url": world.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }


def get_chat(world: World, call: Call) -> object:
    """getChat: the chat with the few fields every ChatFullInfo has."""
    extra: Json = {"accent_color_id": 0, "max_reaction_count": 11}
    extra["accepted_gift_types"] = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        True,
    )
    return call.required_chat().as_json() | extra


def get_chat_member(world: World, call: Call) -> object:
    """getChatMember: the bot is a member, and so is everybody; who was named an administrator is one."""
    chat = call.required_chat()
    user_id = call.params.integer("user_id") or 0
    user: Json = (
        world.me if user_id == world.me["id"] else {"id": user_id, "is_bot": False, "first_name": "Reader"}
    )
    if user_id in chat.administrators:
        return {"status": "creator", "user": user, "is_anonymous": False}
    return {"status": "member", "user": user}


def leave_chat(world: World, call: Call) -> object:
    """leaveChat."""
    call.required_chat()
    return _done(world, call)


def _done(world: World, call: Call) -> bool:
    world.accept(call)
    return True


METHODS: Methods = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "leaveChat": leave_chat,
}
