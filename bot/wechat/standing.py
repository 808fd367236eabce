"""What an account may do, as far as it is known by now: the platform's refusals teach it."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from digest.accounts import ACCOUNTS, Account, AccountKind, Capability

log = structlog.get_logger()


@dataclass(slots=True)
class Standing:
    """One account: its kind's capabilities without those that the platform has denied."""

    kind: AccountKind
    denied: set[Capability] = field(default_factory=set)

    @property
    def account(self) -> Account:
        """The account as it is now."""
        return ACCOUNTS[self.kind].without(*self.denied)

    def may(self, capability: Capability) -> bool:
        """Whether the account can do this, for all that is known."""
        return self.account.may(capability)

    def deny(self, capability: Capability) -> None:
        """The platform says that the account has not got this (48001)."""
        if capability not in self.denied:
            log.warning("capability_denied", kind=self.kind.value, capability=capability.value)
            self.denied.add(capability)
