"""What an account of a channel may do, as data per kind of account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType


class AccountKind(StrEnum):
    """Kinds of account on WeChat and WeCom; who is not verified is a `personal` account to us."""

    PERSONAL = "personal"
    SUBSCRIPTION = "subscription"
    SERVICE = "service"
    TEST = "test"
    WECOM = "wecom"
    ROBOT = "robot"


class Reach(StrEnum):
    """How a subscriber gets a digest without having asked for it that day."""

    ALWAYS = "always"  # at their hour
    WINDOW = "window"  # at their hour, if they have spoken within the window
    MASS = "mass"  # with everybody who follows the account
    NEVER = "never"


class Capability(StrEnum):
    """One thing that an account may be allowed to do."""

    PASSIVE = "passive"  # answer within the callback
    CUSTOM = "custom"  # 客服消息, inside the window that a reader's word opens
    MSGMENU = "msgmenu"  # 客服消息 with a menu to tap
    TEMPLATE = "template"
    MASS = "mass"  # to all or to a tag
    MASS_LIST = "mass_list"  # to listed readers
    PREVIEW = "preview"  # a mass message to one reader
    DRAFT = "draft"
    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"  # 订阅通知: a push for each tap
    SUBSCRIBE_ONCE = "subscribe_once"  # 一次性订阅
    MENU = "menu"
    USERS = "users"
    TAGS = "tags"
    SCENE_QR = "scene_qr"
    TRANSFER = "transfer"  # hand a talk over to people (transfer_customer_service)
    TAP_LINKS = "tap_links"  # weixin://bizmsgmenu links in a text
    APP = "app"  # a WeCom app's messages, at any time
    WEBHOOK = "webhook"  # a group robot's messages


# Each of them reaches readers who did not just speak.
PUSHES = frozenset(
    {Capability.CUSTOM, Capability.MASS, Capability.MASS_LIST, Capability.APP, Capability.WEBHOOK}
)


@dataclass(frozen=True, slots=True)
class Account:
    """What an account may do, and how often.

    `mass_per_day` are the account's mass messages a day, `mass_per_month` those that one reader may get in a
    calendar month; 0 is none. `window_messages` custom messages are allowed in the `window` that a reader's
    message opens. A `menu_click`, a follow or a scan opens one of `click_messages` in `click_window`.
    """

    kind: AccountKind
    capabilities: frozenset[Capability]
    mass_per_day: int = 0
    mass_per_month: int = 0
    window_messages: int = 0
    window: dt.timedelta = dt.timedelta(0)
    click_messages: int = 0
    click_window: dt.timedelta = dt.timedelta(0)

    def may(self, capability: Capability) -> bool:
        """Whether the account has this capability."""
        return capability in self.capabilities

    @property
    def pushes(self) -> bool:
        """Whether it can write to readers who did not just speak, in any way."""
        return bool(self.capabilities & PUSHES)

    @property
    def reach(self) -> Reach:
        """How its subscribers get a digest."""
        if self.capabilities & {Capability.APP, Capability.WEBHOOK}:
            return Reach.ALWAYS
        if self.mass_per_day and self.may(Capability.MASS):
            return Reach.MASS
        return Reach.WINDOW if self.may(Capability.CUSTOM) else Reach.NEVER

    def without(self, *capabilities: Capability) -> Account:
        """The same account when the platform has said that it has not got these (48001)."""
        return replace(self, capabilities=self.capabilities - frozenset(capabilities))


def _windowed(kind: AccountKind, *capabilities: Capability, mass: tuple[int, int] = (0, 0)) -> Account:
    return Account(
        kind,
        frozenset({Capability.PASSIVE, Capability.CUSTOM, Capability.TAP_LINKS, *capabilities}),
        mass_per_day=mass[0],
        mass_per_month=mass[1],
        window_messages=5,
        window=dt.timedelta(hours=48),
        click_messages=3,
        click_window=dt.timedelta(minutes=1),
    )


_MANAGED = (
    Capability.DRAFT,
    Capability.PUBLISH,
    Capability.MASS,
    Capability.PREVIEW,
    Capability.MENU,
    Capability.MSGMENU,
    Capability.USERS,
    Capability.TAGS,
    Capability.SUBSCRIBE_ONCE,
    Capability.TRANSFER,
)

ACCOUNTS: Mapping[AccountKind, Account] = MappingProxyType(
    {
        AccountKind.PERSONAL: Account(
            AccountKind.PERSONAL,
            # `draft` is listed for it and yet refused to some: the adapter asks at the start.
            frozenset({Capability.PASSIVE, Capability.TAP_LINKS, Capability.DRAFT}),
        ),
        AccountKind.SUBSCRIPTION: _windowed(AccountKind.SUBSCRIPTION, *_MANAGED, mass=(1, 0)),
        AccountKind.SERVICE: _windowed(
            AccountKind.SERVICE,
            *_MANAGED,
            Capability.MASS_LIST,
            Capability.TEMPLATE,
            Capability.SUBSCRIBE,
            Capability.SCENE_QR,
            mass=(0, 4),
        ),
        AccountKind.TEST: _windowed(
            AccountKind.TEST,
            Capability.TEMPLATE,
            Capability.MENU,
            Capability.USERS,
            Capability.TAGS,
            Capability.SCENE_QR,
            Capability.PREVIEW,
            Capability.DRAFT,
            Capability.TRANSFER,
        ),
        AccountKind.WECOM: Account(
            AccountKind.WECOM,
            frozenset({Capability.PASSIVE, Capability.APP, Capability.MENU, Capability.USERS}),
        ),
        AccountKind.ROBOT: Account(AccountKind.ROBOT, frozenset({Capability.WEBHOOK})),
    }
)
