"""The callback of a WeCom app: always sealed, its first greeting, too."""

from __future__ import annotations

from bot.wechat.inbound import Received
from bot.wechat.rejected import FORBIDDEN, Rejected
from bot.wechat.reports import understand
from bot.wechat.xml import Report

CHANNEL = "wecom"


class AppReports:
    """What a company's reports mean to one of its apps."""

    def __init__(self, corp_id: str, agent_id: str) -> None:
        self.account = f"{corp_id}:{agent_id}"
        self._agent_id = agent_id

    def __call__(self, report: Report) -> Received:
        """The value; Rejected when it is for another app."""
        # What concerns the company as a whole names none.
        if report.text("AgentID") not in ("", "0", self._agent_id):
            raise Rejected(FORBIDDEN, "other_agent")
        return understand(report, CHANNEL, self.account)
