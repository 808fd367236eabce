"""The people at the other end: they write, tap, block and join, and look at what the bot has shown them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar

from tests.standins.telegram_faults import Fault, Kind
from tests.standins.telegram_files import keep_file
from tests.standins.telegram_html import units
from tests.standins.telegram_methods import message_as_json
from tests.standins.telegram_params import Json
from tests.standins.telegram_truth import Accepted
from tests.standins.telegram_world import BotMessage, Chat, World

T = TypeVar("T")
_MARKS = re.compile(
    r"(?P<url>https?://[^\s<>]+)|(?<!\w)(?P<mention>@\w{3,32})|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@\w+)?)"
    r"|(?<!\w)(?P<hashtag>#\w+)"
)


class People:
    """Readers and groups of one World; acts return the id of their update, 0 when the bot is not told."""

    world: World

    def know(self, chat_id: int, **traits: str) -> Chat:
        """The chat, with title, username, type or language_code set as given."""
        chat = self.world.chat(chat_id)
        for name, value in traits.items():
            if name not in ("title", "username", "type", "language_code"):
                raise ValueError(f"a chat has no {name}")
            setattr(chat, name, value)
        return chat

    def say(self, chat_id: int, text: str, *, reply_to: int | None = None, **more: object) -> int:
        """A person writes in private; ``language_code`` is their app's, ``more`` are fields of the message.

        One who had blocked the bot takes it back first, as their app makes them.
        """
        chat = self.world.chat(chat_id)
        if "language_code" in more:
            chat.language_code = str(more.pop("language_code"))
        if self.world.faults.heal(chat=chat_id, kind=Kind.BLOCKED):
            self._membership(chat, self._user(chat_id), "kicked", "member")
        return self._write(chat, self._user(chat_id), text, reply_to=reply_to, **more)

    def send_file(
        self, chat_id: int, name: str, content: str, *, mime: str = "text/markdown", caption: str = ""
    ) -> int:
        """A person sends a text file in private."""
        chat = self.world.chat(chat_id)
        file = keep_file(self.world, name, content.encode())
        message = self._heading(chat, self._user(chat_id))
        message["document"] = file | {"file_name": name, "mime_type": mime}
        return self.world.updates.push("message", message | ({"caption": caption} if caption else {}))

    def say_in_group(
        self, group_id: int, user_id: int, text: str, *, reply_to: int | None = None, **more: object
    ) -> int:
        """A person writes in a group; with ``privacy`` the bot sees commands, mentions and replies only."""
        chat = self.world.chat(group_id)
        if self.world.rules.privacy and not self._for_bot(chat, text, reply_to):
            return 0
        return self._write(chat, self._user(user_id), text, reply_to=reply_to, **more)

    def _for_bot(self, chat: Chat, text: str, reply_to: int | None) -> bool:
        return text.startswith("/") or f"@{self.world.me['username']}" in text or reply_to in chat.sent

    def _write(self, chat: Chat, user: Json, text: str, *, reply_to: int | None, **more: object) -> int:
        message: Json = self._heading(chat, user) | {"text": text}
        if entities := marks(text):
            message["entities"] = entities
        if reply_to is not None:
            message["reply_to_message"] = self._message(chat, reply_to)
        return self.world.updates.push("message", message | more)

    def _heading(self, chat: Chat, user: Json) -> Json:
        date = int(self.world.wall())
        return {"message_id": chat.next_id(), "from": user, "chat": chat.as_json(), "date": date}

    def _message(self, chat: Chat, message_id: int) -> Json:
        message = chat.sent.get(message_id)
        if message is None:
            return {"message_id": message_id, "chat": chat.as_json(), "date": 0}
        return message_as_json(self.world, message)

    def _user(self, user_id: int) -> Json:
        known = self.world.chat(user_id)
        user: Json = {"id": user_id, "is_bot": False, "first_name": known.title or "Reader"}
        user["language_code"] = known.language_code
        return user | ({"username": known.username} if known.username else {})

    def tap(self, chat_id: int, message_id: int, data: str, *, user_id: int | None = None) -> str:
        """Somebody taps a button with this data under a message; the id of the callback query."""
        chat = self.world.chat(chat_id)
        number = str(4_000_000_000 + len(self.world.queries) + 1)
        query: Json = {
            "id": number,
            "from": self._user(user_id or chat_id),
            "message": self._message(chat, message_id),
            "chat_instance": str(chat_id),
            "data": data,
        }
        self.world.queries[number] = {"answered": False}
        self.world.updates.push("callback_query", query)
        return number

    def tap_label(self, chat_id: int, label: str, *, user_id: int | None = None) -> str:
        """Tap the newest button with this label; one of a reply keyboard is said instead, and returns "".

        Raises LookupError when no message in the chat has it, or when it is a link.
        """
        for message in reversed(self.messages(chat_id)):
            for button in (button for button in message.buttons if button.text == label):
                if button.url:
                    raise LookupError(f"{label!r} opens {button.url}, nothing is sent")
                if message.inline:
                    return self.tap(chat_id, message.message_id, button.data, user_id=user_id)
                self.say(chat_id, label)
                return ""
        shown = [label for message in self.messages(chat_id) for label in message.labels]
        raise LookupError(f"no button {label!r} in chat {chat_id}; there are {shown}")

    def query_answer(self, number: str) -> Json:
        """What answerCallbackQuery said to this tap: {"answered": False} until it does."""
        return dict(self.world.queries.get(number, {"answered": False}))

    def block(self, chat_id: int) -> int:
        """The reader blocks the bot: the bot is told, and sends fail from now on."""
        self.world.faults.add(Fault(Kind.BLOCKED, chat=chat_id), self.world.clock())
        return self._membership(self.world.chat(chat_id), self._user(chat_id), "member", "kicked")

    def unblock(self, chat_id: int) -> int:
        """The reader takes the bot back; ``say`` does so by itself."""
        self.world.faults.heal(chat=chat_id, kind=Kind.BLOCKED)
        return self._membership(self.world.chat(chat_id), self._user(chat_id), "kicked", "member")

    def join_group(self, group_id: int, *, user_id: int, title: str = "Group", status: str = "member") -> int:
        """A person adds the bot to a group they own (``status="administrator"`` as administrator)."""
        chat = self.know(group_id, title=title)
        chat.administrators |= {user_id}
        self.world.faults.heal(chat=group_id, kind=Kind.KICKED)
        update = self._membership(chat, self._user(user_id), "left", status)
        joined: Json = self._heading(chat, self._user(user_id)) | {"new_chat_members": [self.world.me]}
        self.world.updates.push("message", joined)
        return update

    def kick(self, group_id: int, *, user_id: int) -> int:
        """A person removes the bot from a group: the bot is told, and sends fail from now on."""
        self.world.faults.add(Fault(Kind.KICKED, chat=group_id), self.world.clock())
        return self._membership(self.world.chat(group_id), self._user(user_id), "member", "kicked")

    def migrate(self, group_id: int, new_id: int) -> int:
        """A group becomes a supergroup: both chats say so; sends to the old id fail naming the new one."""
        old, new = self.world.chat(group_id), self.know(new_id, title=self.world.chat(group_id).title)
        new.administrators = old.administrators
        self.world.faults.add(Fault(Kind.MIGRATED, chat=group_id, value=new_id), self.world.clock())
        user = self._user(1087968824)
        self.world.updates.push("message", self._heading(old, user) | {"migrate_to_chat_id": new_id})
        return self.world.updates.push(
            "message", self._heading(new, user) | {"migrate_from_chat_id": group_id}
        )

    def _membership(self, chat: Chat, user: Json, old: str, new: str) -> int:
        change: Json = {
            "chat": chat.as_json(),
            "from": user,
            "date": int(self.world.wall()),
            "old_chat_member": self._member(old),
            "new_chat_member": self._member(new),
        }
        return self.world.updates.push("my_chat_member", change)

    def _member(self, status: str) -> Json:
        member: Json = {"user": self.world.me, "status": status}
        if status == "kicked":
            member["until_date"] = 0
        if status == "administrator":
            member |= dict.fromkeys(_RIGHTS, False) | {"can_be_edited": False, "is_anonymous": False}
        return member

    def messages(self, chat_id: int) -> tuple[BotMessage, ...]:
        """The bot's messages in the chat as they look now, oldest first, deleted ones left out."""
        chat = self.world.chats.get(chat_id)
        return tuple(chat.sent.values()) if chat else ()

    def last(self, chat_id: int) -> BotMessage:
        """The newest of them; raises LookupError when there is none."""
        if not (messages := self.messages(chat_id)):
            raise LookupError(f"the bot has sent nothing to chat {chat_id}")
        return messages[-1]

    async def wait_for(
        self,
        chat_id: int,
        what: int | Callable[[BotMessage], bool] = 1,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> tuple[BotMessage, ...]:
        """The chat's messages once there are so many, or those that satisfy the predicate once one does.

        Raises TimeoutError that tells what is there instead.
        """

        def seen() -> tuple[BotMessage, ...]:
            messages = self.messages(chat_id)
            if isinstance(what, int):
                return messages if len(messages) >= what else ()
            return tuple(message for message in messages if what(message))

        return await self._until(seen, timeout, lambda: str([m.text for m in self.messages(chat_id)]))

    async def wait_for_sends(self, count: int, timeout: float = 5.0) -> tuple[Accepted, ...]:  # noqa: ASYNC109
        """All sends once there are so many; raises TimeoutError."""
        truth = self.world.truth

        def seen() -> tuple[Accepted, ...]:
            return truth.sends() if truth.sent >= count else ()

        return await self._until(seen, timeout, lambda: f"{truth.sent} sends of {count}")

    async def wait_for_calls(self, method: str, count: int = 1, timeout: float = 5.0) -> int:  # noqa: ASYNC109
        """How often the method was called, once it was so often; getUpdates counts as it begins to wait."""
        calls = self.world.truth.calls

        def seen() -> tuple[int, ...]:
            return (calls[method],) if calls[method] >= count else ()

        return (await self._until(seen, timeout, lambda: f"{calls[method]} calls of {method}"))[0]

    async def wait_for_answer(self, number: str, timeout: float = 5.0) -> Json:  # noqa: ASYNC109
        """What answerCallbackQuery said to this tap, once it does; raises TimeoutError."""

        def seen() -> tuple[Json, ...]:
            answer = self.query_answer(number)
            return (answer,) if answer["answered"] else ()

        return (await self._until(seen, timeout, lambda: f"no answer to {number}"))[0]

    async def _until(
        self, seen: Callable[[], tuple[T, ...]], seconds: float, told: Callable[[], str]
    ) -> tuple[T, ...]:
        ends = asyncio.get_running_loop().time() + seconds
        while not (found := seen()):
            try:
                await self.world.wait(ends - asyncio.get_running_loop().time())
            except TimeoutError:
                raise TimeoutError(f"after {seconds} s there is only {told()}") from None
        return found


_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def marks(text: str) -> list[Json]:
    """The entities a client finds in what a person types: commands, mentions, hashtags, addresses."""
    found: list[Json] = []
    for mark in _MARKS.finditer(text):
        offset = units(text[: mark.start()])
        found.append({"type": mark.lastgroup, "offset": offset, "length": units(mark.group())})
    return found
