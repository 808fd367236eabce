"""The kinds of values that settings have, each read strictly; what is wrong is said by a message id."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from digest.errors import Invalid
from digest.schedule import ScheduleError, Weekdays, zone_of
from digest.subscriber import read_place
from digest.zones import find_zone

_TOKEN = re.compile(r"[0-9]{3,}:[A-Za-z0-9_-]{10,}")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
# Without a host the server is reached through a socket, the usual one or that of `?host=/folder`.
_LOCAL_POSTGRESQL = re.compile(r"postgresql://([^/@\s]*@)?/[^/?\s]+(\?\S*)?")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?(\.[A-Za-z0-9-]+)?")
_TELEGRAM_CHANNEL = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,}|-100[0-9]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_WECHAT_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_AES_KEY_LENGTH = 43
_SHOWN = 40


class Wrong(ValueError):
    """A value that a setting cannot have: the message `code` with `values`, none of them secret."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, str | int] = values


def shown(text: str) -> str:
    """`text` as a message may repeat it: short, on one line, and nothing in it that looks like a token."""
    line = _TOKEN.sub("…", " ".join(text.split()))
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def read_clock(value: object) -> dt.time:
    """A time of day from `HH:MM` or a TOML time."""
    if isinstance(value, dt.time):
        return value.replace(second=0, microsecond=0)
    if not isinstance(value, str):
        raise Wrong("config.clock_text")
    written = value.strip()
    found = _CLOCK.fullmatch(written)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return dt.time(int(found[1]), int(found[2]))
    mended = written.replace("：", ":")
    if mended != written and _CLOCK.fullmatch(mended):
        raise Wrong("config.clock_fullwidth", value=shown(written), mended=shown(mended.zfill(5)))
    raise Wrong("config.clock", value=shown(written))


def _read_optional_clock(value: object) -> dt.time | None:
    return None if value is None or value == "" else read_clock(value)


def _read_zone(name: str) -> str:
    try:
        return zone_of(name).key
    except ScheduleError:
        near = _nearest_zone(name)
    if near:
        raise Wrong("config.zone_near", value=shown(name), nearest=near)
    raise Wrong("config.zone", value=shown(name))


def _nearest_zone(name: str) -> str:
    """The zone that somebody meant who wrote `Asia/Beijing`, `UTC+8` or `Asia/Shanghia`, or ''."""
    choices = find_zone(name.rpartition("/")[2].replace("_", " ")) or find_zone(name)
    return choices[0].key if choices else ""


def _read_weekdays(written: str) -> str:
    try:
        Weekdays.parse(written)
    except ScheduleError:
        raise Wrong("config.weekdays", value=shown(written)) from None
    return written


def _read_optional_weekdays(written: str) -> str:
    return _read_weekdays(written) if written else ""


def _read_locale(written: str) -> str:
    if not _LOCALE.fullmatch(written):
        raise Wrong("config.locale", value=shown(written))
    return written


def _read_admin(written: str) -> str:
    try:
        place = read_place(written)
    except Invalid:
        raise Wrong("config.address", value=shown(written)) from None
    if place.channel == "telegram" and not place.recipient.isdigit():
        raise Wrong("config.admin_number", value=shown(written))
    return written


def _read_channel(written: str) -> str:
    if not _TELEGRAM_CHANNEL.fullmatch(written):
        raise Wrong("config.telegram_channel", value=shown(written))
    return written


def _split(url: str) -> SplitResult | None:
    """The parts of a URL that names a host, and a port that can be; None of any other text."""
    try:
        parts = urlsplit(url)
        valid = bool(parts.hostname) and parts.port != 0 and not any(char.isspace() for char in url)
    except ValueError:
        return None
    return parts if valid else None


def _read_api_base(written: str) -> str:
    parts = _split(written)
    if parts is None or parts.scheme not in ("http", "https") or parts.username is not None:
        raise Wrong("config.api_base_url")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise Wrong("config.api_base_path")
    return written.rstrip("/")


def _read_site(written: str) -> str:
    parts = _split(written)
    if written and (parts is None or parts.scheme not in ("http", "https") or parts.username is not None):
        raise Wrong("config.site")
    return written.rstrip("/")


def _read_webhook(written: str) -> str:
    parts = _split(written)
    if written and (parts is None or parts.scheme != "https" or parts.username is not None):
        raise Wrong("config.webhook_url")
    return written


def _read_proxy(secret: SecretStr) -> SecretStr:
    written = secret.get_secret_value()
    parts = _split(written)
    if written and (parts is None or parts.scheme not in ("http", "https", "socks5")):
        raise Wrong("config.proxy")
    return secret


def _read_database(secret: SecretStr) -> SecretStr:
    written = secret.get_secret_value()
    if written in ("sqlite://", "sqlite:///", "sqlite:///:memory:"):
        raise Wrong("config.database_memory")
    file = written.startswith("sqlite:///")
    server = written.startswith("postgresql://") and _split(written) is not None
    if not file and not server and not _LOCAL_POSTGRESQL.fullmatch(written):
        raise Wrong("config.database_url")
    return secret


def _read_bot_token(secret: SecretStr) -> SecretStr:
    token = secret.get_secret_value()
    if token and not _TOKEN.fullmatch(token):
        raise Wrong("config.telegram_token")
    return secret


def _read_webhook_secret(secret: SecretStr) -> SecretStr:
    if not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
        raise Wrong("config.webhook_secret")
    return secret


def _read_callback_token(secret: SecretStr) -> SecretStr:
    token = secret.get_secret_value()
    if token and not _WECHAT_TOKEN.fullmatch(token):
        raise Wrong("config.callback_token")
    return secret


def _read_aes_key(secret: SecretStr) -> SecretStr:
    key = secret.get_secret_value()
    if key and len(key) != _AES_KEY_LENGTH:
        raise Wrong("config.aes_key_length", length=len(key))
    if key and not (key.isascii() and key.isalnum()):
        raise Wrong("config.aes_key")
    return secret


def _read_password_hash(secret: SecretStr) -> SecretStr:
    written = secret.get_secret_value()
    if written and not written.startswith("$argon2"):
        raise Wrong("config.password_hash")
    return secret


def _read_network(written: str) -> str:
    try:
        ipaddress.ip_network(written, strict=False)
    except ValueError:
        raise Wrong("config.network", value=shown(written)) from None
    return written


def _read_path(value: object) -> Path:
    if not isinstance(value, str | Path):
        raise Wrong("config.text")
    if not str(value).strip() or "\0" in str(value):
        raise Wrong("config.path")
    return Path(value)


def _read_agent(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool)
    written = str(value) if whole else value
    if isinstance(written, str) and written and not (written.isascii() and written.isdigit()):
        raise Wrong("config.agent_id")
    return written


def _read_filled(written: str) -> str:
    if not written.strip():
        raise Wrong("config.empty")
    return written


def within(low: int, high: int) -> AfterValidator:
    """The rule that a number lies from `low` to `high`."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise Wrong("config.range", low=low, high=high)
        return value

    return AfterValidator(check)


def _read_rate(value: float) -> float:
    if not 0 < value <= 1000:
        raise Wrong("config.rate")
    return value


Clock = Annotated[dt.time, BeforeValidator(read_clock)]
OptionalClock = Annotated[dt.time | None, BeforeValidator(_read_optional_clock)]
Zone = Annotated[str, AfterValidator(_read_zone)]
Days = Annotated[str, AfterValidator(_read_weekdays)]
OptionalDays = Annotated[str, AfterValidator(_read_optional_weekdays)]
LocaleTag = Annotated[str, AfterValidator(_read_locale)]
AdminAddress = Annotated[str, AfterValidator(_read_admin)]
TelegramChannel = Annotated[str, AfterValidator(_read_channel)]
ApiBase = Annotated[str, AfterValidator(_read_api_base)]
Site = Annotated[str, AfterValidator(_read_site)]
WebhookUrl = Annotated[str, AfterValidator(_read_webhook)]
Proxy = Annotated[SecretStr, AfterValidator(_read_proxy)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_read_database)]
BotToken = Annotated[SecretStr, AfterValidator(_read_bot_token)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_read_webhook_secret)]
CallbackToken = Annotated[SecretStr, AfterValidator(_read_callback_token)]
AesKey = Annotated[SecretStr, AfterValidator(_read_aes_key)]
PasswordHash = Annotated[SecretStr, AfterValidator(_read_password_hash)]
Network = Annotated[str, AfterValidator(_read_network)]
PathText = Annotated[Path, BeforeValidator(_read_path)]
AgentId = Annotated[str, BeforeValidator(_read_agent)]
Filled = Annotated[str, AfterValidator(_read_filled)]
Rate = Annotated[float, AfterValidator(_read_rate)]
# TOML has lists where the settings have tuples; what is in them stays strict.
Loose = Field(strict=False)
