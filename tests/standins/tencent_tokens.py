"""Access tokens as Tencent gives them: by the old way each call a new one, by `stable_token` the same one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.standins.tencent_faults import Refusal

LIFE = 7200
GRACE = 300
FORCED_A_DAY = 20
FORCED_GAP = 30
DAY = 86400


@dataclass(slots=True)
class Tokens:
    """The tokens of one account. `fetched` and `forced` count what was asked for."""

    clock: Callable[[], float]
    life: int = LIFE
    fetched: int = 0
    forced: int = 0
    current: str = ""
    _until: dict[str, float] = field(default_factory=dict)
    _revoked: set[str] = field(default_factory=set)
    _forced_at: list[float] = field(default_factory=list)

    def renew(self) -> dict[str, object]:
        """A new token; the one before lives on for five minutes at most."""
        now = self.clock()
        if self.current:
            self._until[self.current] = min(self._until.get(self.current, now), now + GRACE)
        self.current = f"tok_{secrets.token_hex(24)}"
        self._until[self.current] = now + self.life
        return self._answer()

    def old_way(self) -> dict[str, object]:
        """`cgi-bin/token`: a new token each time."""
        self.fetched += 1
        return self.renew()

    def stable(self, *, force: bool) -> dict[str, object]:
        """`cgi-bin/stable_token`: the valid one, or by force a new one, which has its limits."""
        self.fetched += 1
        now = self.clock()
        if force:
            self.forced += 1
            self._forced_at = [at for at in self._forced_at if now - at < DAY]
            if len(self._forced_at) >= FORCED_A_DAY:
                raise Refusal(45009, "reach max api daily quota limit")
            if self._forced_at and now - self._forced_at[-1] < FORCED_GAP:
                raise Refusal(45011, "api minute-quota reach limit  mustslower  retry next minute")
            self._forced_at.append(now)
            self._revoked.add(self.current)
            return self.renew()
        if not self.current or self._until[self.current] <= now:
            return self.renew()
        return self._answer()

    def revoke(self) -> None:
        """The current token is worth nothing from now on, and `stable_token` gives another one."""
        if self.current:
            self._revoked.add(self.current)
            self.current = ""

    def revoke_stubbornly(self) -> None:
        """The current token is worth nothing, and without force `stable_token` goes on giving it."""
        self._revoked.add(self.current)

    def check(self, given: str | None) -> None:
        """Raise Refusal unless this token is good now."""
        if not given:
            raise Refusal(41001, "access_token missing")
        if given in self._revoked or given not in self._until:
            raise Refusal(40001, "invalid credential, access_token is invalid or not latest")
        if self._until[given] <= self.clock():
            raise Refusal(42001, "access_token expired")

    @property
    def known(self) -> frozenset[str]:
        """Every token that was ever given."""
        return frozenset(self._until)

    def _answer(self) -> dict[str, object]:
        left = int(self._until[self.current] - self.clock())
        return {"access_token": self.current, "expires_in": left}
