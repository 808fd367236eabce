"""What others send one message with, each as a function: the same text and buttons to one chat."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.request import HTTPXRequest

Send = Callable[[int], Awaitable[object]]
Keyboard = list[list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, where to, and how many at once."""

    base_url: str
    token: str
    html: str
    keyboard: Keyboard
    at_once: int


@asynccontextmanager
async def bare(letter: Letter) -> AsyncIterator[Send]:
    """A loop over aiohttp that knows nothing of Telegram but the address."""
    url = f"{letter.base_url}/bot{letter.token}/sendMessage"
    fixed = {
        "text": letter.html,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": letter.keyboard},
    }
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send(chat: int) -> int:
            async with session.post(url, json={"chat_id": chat, **fixed}) as response:
                answer = json.loads(await response.read())
            return int(answer["result"]["message_id"])

        yield send


@asynccontextmanager
async def python_telegram_bot(letter: Letter) -> AsyncIterator[Send]:
    """python-telegram-bot with its own default request (httpx)."""
    markup = telegram.InlineKeyboardMarkup(
        [[telegram.InlineKeyboardButton(**key) for key in row] for row in letter.keyboard]  # type: ignore[arg-type]
    )
    preview = telegram.LinkPreviewOptions(is_disabled=True)
    request = HTTPXRequest(connection_pool_size=letter.at_once, pool_timeout=60, read_timeout=60)
    bot = telegram.Bot(letter.token, base_url=f"{letter.base_url}/bot", request=request)
    async with bot:

        async def send(chat: int) -> int:
            sent = await bot.send_message(
                chat, letter.html, parse_mode="HTML", link_preview_options=preview, reply_markup=markup
            )
            return sent.message_id

        yield send


@asynccontextmanager
async def aiogram(letter: Letter) -> AsyncIterator[Send]:
    """aiogram with its own session."""
    markup = InlineKeyboardMarkup.model_validate({"inline_keyboard": letter.keyboard})
    preview = LinkPreviewOptions(is_disabled=True)
    session = AiohttpSession(api=TelegramAPIServer.from_base(letter.base_url), limit=letter.at_once)
    async with Bot(letter.token, session=session) as bot:

        async def send(chat: int) -> int:
            sent = await bot.send_message(
                chat, letter.html, parse_mode="HTML", link_preview_options=preview, reply_markup=markup
            )
            return sent.message_id

        yield send
