"""An outlet: the sending side of a channel, as the worker and the answers see it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Protocol

from typing_extensions import TypeVar

from digest.replies import Reply
from digest.subscriber import Place


class Lane(StrEnum):
    """Answers to people go before digests and broadcasts."""

    ANSWER = "answer"
    BULK = "bulk"


class Message(Protocol):
    """One rendered message of a channel; only its channel knows more of it."""

    @property
    def silent(self) -> bool:
        """Whether it arrives without a sound."""
        ...


# What a channel rendered goes back to that channel only; whoever carries it need not know its type.
Rendered = TypeVar("Rendered", bound=Message, default=Any)


class Outlet(Protocol[Rendered]):
    """One account of one channel."""

    @property
    def channel(self) -> str:
        """The channel's name (`telegram`)."""
        ...

    @property
    def account(self) -> str:
        """The account that sends (bot id), '' until it is known."""
        ...

    @property
    def bot_name(self) -> str:
        """The account's public name, for links; '' when it has none."""
        ...

    @property
    def ready(self) -> bool:
        """Whether sending makes sense now; False while the credentials are refused."""
        ...

    def render(self, reply: Reply) -> tuple[Rendered, ...]:
        """The reply as this channel's messages, each inside its limits."""
        ...

    def plain(self, message: Rendered) -> Rendered:
        """The same message without markup, for a platform that refuses it."""
        ...

    async def send(self, place: Place, message: Rendered, *, lane: Lane) -> str:
        """Send one message; its reference. Raises a `digest.errors.SendFailure` that says what is known."""
        ...
