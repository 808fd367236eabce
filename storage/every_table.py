"""The whole schema: the tables of every module."""

from __future__ import annotations

from storage.broadcast_tables import broadcasts, roles
from storage.editorial_tables import corrections, manuscripts, reports
from storage.link_tables import short_links
from storage.lookup_tables import lookup_texts
from storage.pairing_tables import pairing_codes, pairing_misses
from storage.tables import meta, metadata
from storage.trouble_tables import setbacks, troubles
from storage.window_tables import masses, media, windows

# Whoever makes or compares the schema has loaded them all.
TABLES = (
    meta,
    lookup_texts,
    setbacks,
    troubles,
    broadcasts,
    roles,
    manuscripts,
    reports,
    corrections,
    windows,
    masses,
    media,
    short_links,
    pairing_codes,
    pairing_misses,
)

__all__ = ["TABLES", "metadata"]
