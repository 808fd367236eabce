"""The settings as frozen values, each with its default; an empty text means "not set"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.setting_values import (
    AdminAddress,
    AesKey,
    AgentId,
    ApiBase,
    BotToken,
    CallbackToken,
    Clock,
    DatabaseUrl,
    Days,
    Filled,
    LocaleTag,
    Loose,
    Network,
    OptionalClock,
    OptionalDays,
    PasswordHash,
    PathText,
    Proxy,
    Rate,
    Site,
    TelegramChannel,
    WebhookSecret,
    WebhookUrl,
    Zone,
    within,
)

NO_SECRET = SecretStr("")
OnUnknown = Literal["resend", "hold"]


class Section(BaseModel):
    """A table of the configuration: strict, frozen, and silent about its secrets."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, validate_default=False
    )


class BotSettings(Section):
    """`[bot]`: who we are, whom we obey, and what a reader has who chose nothing."""

    name: str = ""
    locale: LocaleTag = "zh_CN"
    timezone: Zone = "Asia/Shanghai"
    admins: Annotated[tuple[AdminAddress, ...], Loose] = ()


class DatabaseSettings(Section):
    """`[database]`: where everything is kept. The URL may hold a password."""

    url: DatabaseUrl = SecretStr("sqlite:///digestbot.db")


class IssuesSettings(Section):
    """`[issues]`: where issues come from and how they are read."""

    folder: PathText = Path("issues")
    rescan_seconds: Annotated[float, within(1, 86400)] = 10
    shorten_links: bool = True
    footer_line: str = ""
    expect_by: OptionalClock = None
    dialect: Mapping[str, Any] = {}


class ScheduleSettings(Section):
    """`[schedule]`: when digests leave, unless a reader chose otherwise."""

    push_at: Clock = dt.time(8)
    weekdays: Days = "mon-sun"
    late_until: Clock = dt.time(20)
    catch_up_hours: Annotated[float, within(0, 168)] = 12


class DeliverySettings(Section):
    """`[delivery]`: how much is sent at once, and what follows when nobody knows whether it arrived."""

    concurrency: Annotated[int, within(1, 1000)] = 32
    on_unknown: OnUnknown = "resend"
    broadcast_on_unknown: OnUnknown = "hold"
    keep_days: Annotated[int, within(1, 3650)] = 30


class TelegramSettings(Section):
    """`[telegram]`: the bot and its limits."""

    token: BotToken = NO_SECRET
    api_base_url: ApiBase = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: WebhookUrl = ""
    webhook_secret: WebhookSecret = NO_SECRET
    messages_per_second: Rate = 30
    paid_broadcast: bool = False
    proxy: Proxy = NO_SECRET
    channels: Annotated[tuple[TelegramChannel, ...], Loose] = ()

    @property
    def configured(self) -> bool:
        """Whether there is a bot to be."""
        return bool(self.token.get_secret_value())


class WechatSettings(Section):
    """`[wechat]`: the official account."""

    account: Literal["service", "subscription", "personal", "test"] = "subscription"
    app_id: str = ""
    app_secret: SecretStr = NO_SECRET
    token: CallbackToken = NO_SECRET
    aes_key: AesKey = NO_SECRET
    today_reply: Literal["text", "card"] = "text"
    api_base_url: ApiBase = "https://api.weixin.qq.com"
    proxy: Proxy = NO_SECRET

    @property
    def configured(self) -> bool:
        """Whether there is an account to speak for."""
        return bool(self.app_id)


class WecomRobot(Section):
    """`[[wecom.robots]]`: a group robot; `push_at` and `weekdays` left out mean those of `[schedule]`."""

    name: Filled
    key: SecretStr
    sections: Annotated[tuple[str, ...], Loose] = ()
    push_at: OptionalClock = None
    weekdays: OptionalDays = ""


class WecomSettings(Section):
    """`[wecom]`: the app in the company's directory, and its group robots."""

    corp_id: str = ""
    agent_id: AgentId = ""
    secret: SecretStr = NO_SECRET
    token: CallbackToken = NO_SECRET
    aes_key: AesKey = NO_SECRET
    api_base_url: ApiBase = "https://qyapi.weixin.qq.com"
    proxy: Proxy = NO_SECRET
    robots: Annotated[tuple[WecomRobot, ...], Loose] = ()

    @property
    def configured(self) -> bool:
        """Whether there is an app to speak for."""
        return bool(self.corp_id)


class ReplySettings(Section):
    """`[[replies]]`: one of the publisher's own replies."""

    words: Annotated[tuple[Filled, ...], Loose]
    match: Literal["exact", "contains"] = "exact"
    text: str = ""
    image: str = ""
    hand_over: bool = False


class WebSettings(Section):
    """`[web]`: where pages and callbacks are served."""

    host: str = "127.0.0.1"
    port: Annotated[int, within(0, 65535)] = 8080
    base_url: Site = ""
    short_links: bool = True
    password_hash: PasswordHash = NO_SECRET
    metrics_token: SecretStr = NO_SECRET
    trusted_proxies: Annotated[tuple[Network, ...], Loose] = ()


class LogSettings(Section):
    """`[log]`: how much is logged, and for whose eyes."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class Settings(Section):
    """Everything that can be configured; paths are absolute once `bot.config.load_settings` made them."""

    bot: BotSettings = BotSettings()
    database: DatabaseSettings = DatabaseSettings()
    issues: IssuesSettings = IssuesSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    delivery: DeliverySettings = DeliverySettings()
    telegram: TelegramSettings = TelegramSettings()
    wechat: WechatSettings = WechatSettings()
    wecom: WecomSettings = WecomSettings()
    replies: Annotated[tuple[ReplySettings, ...], Loose] = ()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
