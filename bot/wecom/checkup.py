"""What the platform says of a WeCom app: its login, our address, and whether there is such an app."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.checkup import Finding, unreachable
from bot.settings import WecomSettings
from bot.wechat.failures import address_in
from bot.wecom.sending import client_of
from digest.errors import NotAllowed, SendFailure, Unauthorized

SUBJECT = "wecom"
_SAID = frozenset({"bad_secret", "bad_app_id", "bad_agent"})


async def look(settings: WecomSettings) -> tuple[Finding, ...]:
    """What there is to say of the app of the settings; only harmless questions are asked."""
    client = client_of(settings)
    try:
        agent = await client.agent()
    except SendFailure as failure:
        return (_told(failure, settings),)
    finally:
        await client.close()
    name = str(agent.get("name", ""))
    return (
        Finding(SUBJECT, "doctor.wecom_login", {"name": name or settings.agent_id}, well=True),
        Finding(SUBJECT, "doctor.way_app", well=True),
    )


def _told(failure: SendFailure, settings: WecomSettings) -> Finding:
    if isinstance(failure, Unauthorized):
        if failure.reason == "ip_list":
            return Finding(SUBJECT, "doctor.wecom_ip_list", {"address": address_in(failure.words) or "?"})
        if failure.reason in _SAID:
            return Finding(SUBJECT, f"doctor.wecom_{failure.reason}")
    if isinstance(failure, NotAllowed):
        return Finding(SUBJECT, "doctor.wecom_not_authorised")
    return unreachable(SUBJECT, urlsplit(settings.api_base_url).netloc, failure)
