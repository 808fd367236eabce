"""The tables of pairing: codes that join two addresses, and wrong guesses. Part of the same schema."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables import metadata
from storage.types import UTCDateTime

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _address(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("addresses.id", ondelete="CASCADE")
    return sa.Column(name, _Id, key, primary_key=primary_key, nullable=False)


# One code at a time for an address; it goes when it is used.
pairing_codes = sa.Table(
    "pairing_codes",
    metadata,
    _address("address_id", primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("expires_at", UTCDateTime, nullable=False),
    sa.UniqueConstraint("code", name="uq_pairing_codes_code"),
)

pairing_misses = sa.Table(
    "pairing_misses",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    _address("address_id"),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Index("ix_pairing_misses_address_id", "address_id"),
)
