"""What a look at the outside found: one line for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.errors import MaybeSent, NotSent, SendFailure, Unauthorized, Wait


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: `subject` as in the configuration, the message with its values, and whether it is well."""

    subject: str
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    well: bool = False


def unreachable(subject: str, host: str, failure: SendFailure) -> Finding:
    """A platform that did not answer as it should, in the operator's words."""
    match failure:
        case NotSent() | MaybeSent():
            return Finding(subject, "doctor.unreachable", {"host": host, "reason": failure.reason})
        case Wait(seconds=seconds):
            return Finding(subject, "doctor.wait", {"minutes": -(-int(seconds) // 60)})
        case Unauthorized():
            return Finding(subject, f"doctor.{subject}_refused", {"reason": failure.reason})
        case _:
            return Finding(subject, "doctor.refused", {"reason": failure.words or failure.reason})
