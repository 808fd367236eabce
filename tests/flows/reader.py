"""A reader at the other end of Telegram: writes, taps, and looks at the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_world import BotMessage

PATIENT = 30.0


@dataclass(frozen=True, slots=True)
class Reader:
    """One private chat with the bot."""

    server: TelegramStandin
    chat: int
    language: str = "zh-hans"

    @property
    def screen(self) -> tuple[BotMessage, ...]:
        """The bot's messages as they look now."""
        return self.server.messages(self.chat)

    async def says(self, text: str, answers: int = 1) -> BotMessage:
        """The last of so many messages that answer these words."""
        before = len(self.screen)
        self.server.say(self.chat, text, language_code=self.language)
        return (await self.server.wait_for(self.chat, before + answers, PATIENT))[-1]

    async def taps(self, label: str) -> BotMessage:
        """The message that hangs on this button, as it looks after the tap."""
        number = self.server.tap_label(self.chat, label)
        before = next(message for message in reversed(self.screen) if label in message.labels)
        await self.server.wait_for_answer(number, PATIENT)
        return await self.sees(lambda m: m.message_id == before.message_id and m.edits > before.edits)

    async def sees(self, what: Callable[[BotMessage], bool]) -> BotMessage:
        """The first message of which this is true, once there is one."""
        return (await self.server.wait_for(self.chat, what, PATIENT))[0]
