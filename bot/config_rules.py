"""What one setting asks of another. The raw tables are read, so that one fault hides no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.config_problems import Fault

Document = Mapping[str, object]
_FREE_RATE = 30
_WEBHOOK_SECRET_LENGTH = 32


def broken_rules(document: Document) -> Iterator[Fault]:
    """The faults of settings that are right alone and wrong together."""
    yield from _telegram(_table(document, "telegram"))
    yield from _wechat(_table(document, "wechat"))
    yield from _wecom(_table(document, "wecom"))
    yield from _replies(document.get("replies"))


def _telegram(table: Document) -> Iterator[Fault]:
    rate = table.get("messages_per_second")
    fast = isinstance(rate, int | float) and _FREE_RATE < rate <= 1000
    if fast and table.get("paid_broadcast", False) is False:
        yield Fault(("telegram", "messages_per_second"), "config.paid_broadcast", {"limit": _FREE_RATE})
    if table.get("channels") and not _given(table, "token"):
        yield Fault(("telegram", "token"), "config.needed", {"by": "telegram.channels"})
    if table.get("mode") == "webhook":
        yield from _webhook(table)


def _webhook(table: Document) -> Iterator[Fault]:
    for key in ("token", "webhook_url"):
        if not _given(table, key):
            yield Fault(("telegram", key), "config.needed", {"by": 'telegram.mode = "webhook"'})
    secret = table.get("webhook_secret", "")
    if isinstance(secret, str) and len(secret) < _WEBHOOK_SECRET_LENGTH:
        yield Fault(
            ("telegram", "webhook_secret"), "config.webhook_secret_short", {"length": _WEBHOOK_SECRET_LENGTH}
        )


def _wechat(table: Document) -> Iterator[Fault]:
    used = next((key for key in ("app_id", "app_secret", "aes_key", "token") if _given(table, key)), None)
    if used is None:
        return
    if not _given(table, "token"):
        yield Fault(("wechat", "token"), "config.token_empty")
    if not _given(table, "app_id"):
        yield Fault(("wechat", "app_id"), "config.needed", {"by": f"wechat.{used}"})
    if table.get("account") == "service" and not _given(table, "app_secret"):
        yield Fault(("wechat", "app_secret"), "config.needed", {"by": 'wechat.account = "service"'})


def _wecom(table: Document) -> Iterator[Fault]:
    yield from _together(table, ("corp_id", "agent_id", "secret"))
    if _given(table, "aes_key") and not _given(table, "token"):
        yield Fault(("wecom", "token"), "config.token_empty")
    if _given(table, "token") and not _given(table, "aes_key"):
        yield Fault(("wecom", "aes_key"), "config.needed", {"by": "wecom.token"})
    yield from _same_names(table.get("robots"))


def _together(table: Document, keys: tuple[str, ...]) -> Iterator[Fault]:
    used = next((key for key in keys if _given(table, key)), None)
    for key in keys:
        if used and not _given(table, key):
            yield Fault(("wecom", key), "config.needed", {"by": f"wecom.{used}"})


def _same_names(robots: object) -> Iterator[Fault]:
    seen: set[object] = set()
    for index, robot in enumerate(robots if isinstance(robots, list) else ()):
        name = robot.get("name") if isinstance(robot, dict) else None
        if isinstance(name, str) and name in seen:
            yield Fault(("wecom", "robots", index, "name"), "config.twice")
        if isinstance(name, str):
            seen.add(name)


def _replies(replies: object) -> Iterator[Fault]:
    for index, reply in enumerate(replies if isinstance(replies, list) else ()):
        if not isinstance(reply, dict):
            continue
        if not any(reply.get(key) for key in ("text", "image", "hand_over")):
            yield Fault(("replies", index), "config.reply_empty")
        if reply.get("words") == []:
            yield Fault(("replies", index, "words"), "config.reply_words")


def _table(document: Document, name: str) -> Document:
    table = document.get(name)
    return table if isinstance(table, dict) else {}


def _given(table: Document, key: str) -> bool:
    return table.get(key) not in ("", None)
