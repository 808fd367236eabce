"""The languages a reader can choose, by their own names."""

from __future__ import annotations

NAMES = {"zh-Hans": "简体中文", "en": "English"}


def language_name(tag: str) -> str:
    """A language by its own name; the tag itself when it is none of ours."""
    return NAMES.get(tag, tag)
