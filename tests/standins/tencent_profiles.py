"""What each kind of account may call at Tencent's, and how often a day: data of the stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field

# Everybody may.
COMMON = frozenset(
    {
        "token",
        "stable_token",
        "getcallbackip",
        "get_api_domain_ip",
        "clear_quota",
        "media/upload",
        "media/uploadimg",
        "material/add_material",
        "material/get_materialcount",
    }
)
_DRAFTS = frozenset({"draft/add", "draft/delete", "draft/count", "draft/batchget"})
_USERS = frozenset({"user/get", "user/info"})
_TAGS = frozenset(
    {"tags/create", "tags/get", "tags/members/batchtagging", "tags/members/batchuntagging", "user/tag/get"}
)
_MENU = frozenset({"menu/create", "menu/get", "menu/delete"})
_TEMPLATES = frozenset({"message/template/send", "template/get_all_private_template"})
_PUBLISH = frozenset({"freepublish/submit"})
_VERIFIED = frozenset(
    {
        "message/custom/send",
        "message/mass/sendall",
        "message/mass/preview",
        "message/template/subscribe",
        *_DRAFTS,
        *_USERS,
        *_TAGS,
        *_MENU,
        *_PUBLISH,
    }
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of account: `calls` that are authorised, `daily` limits, and how mass messages are counted.

    `mass`: "" for none, "day" for one a day, "month" for four a follower and calendar month.
    """

    name: str
    calls: frozenset[str]
    daily: dict[str, int] = field(default_factory=dict)
    mass: str = ""
    msgmenu: bool = True
    followers: int = 0


_DAILY = {
    "token": 2000,
    "message/custom/send": 500_000,
    "menu/create": 1000,
    "message/mass/sendall": 100,
    "draft/add": 1000,
    "freepublish/submit": 100,
}
PERSONAL = Profile("personal", COMMON, _DAILY)
SUBSCRIPTION = Profile("subscription", COMMON | _VERIFIED, _DAILY, mass="day")
SERVICE = Profile(
    "service",
    COMMON | _VERIFIED | _TEMPLATES | {"message/mass/send", "message/subscribe/bizsend", "qrcode/create"},
    _DAILY,
    mass="month",
)
TEST = Profile(
    "test",
    COMMON
    | _USERS
    | _TAGS
    | _MENU
    | _TEMPLATES
    | {"message/custom/send", "message/mass/preview", "qrcode/create"},
    {**_DAILY, "token": 200, "message/custom/send": 50_000, "menu/create": 100, "user/get": 100},
    msgmenu=False,
    followers=100,
)
PROFILES = {one.name: one for one in (PERSONAL, SUBSCRIPTION, SERVICE, TEST)}
