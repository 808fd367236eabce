"""Codes for links: given in one step, once and for good, whoever asks at the same time."""

from __future__ import annotations

import asyncio

from storage.store import Store
from tests.storage.makers import NOW

URLS = tuple(f"https://example.org/{number}" for number in range(41))


async def give(store: Store, *urls: str) -> dict[str, str]:
    async with store.transaction() as tx:
        return await tx.short_links.give(urls, NOW)


async def test_an_issues_links_get_codes_in_their_order_in_one_step(store: Store) -> None:
    codes = await give(store, *URLS)

    assert list(codes.values())[:12] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C"]
    assert list(codes) == list(URLS)


async def test_a_link_keeps_its_code_and_new_ones_go_on_behind(store: Store) -> None:
    first = await give(store, *URLS[:3])

    again = await give(store, "https://example.org/new", *URLS[:3])

    assert {url: again[url] for url in URLS[:3]} == first
    assert again["https://example.org/new"] == "4"


async def test_a_code_leads_to_its_own_link_and_others_nowhere(store: Store) -> None:
    long = "https://example.org/" + "x" * 4000
    codes = await give(store, *URLS, long)

    async with store.reading() as tx:
        found = [await tx.short_links.url(codes[url]) for url in (*URLS, long)]
        nowhere = [await tx.short_links.url(code) for code in ("h", "0", "", "zzzzzzzzzz", "1'--", "é")]

    assert found == [*URLS, long]
    assert nowhere == [None] * 6


async def test_many_at_once_give_one_code_to_one_link(store: Store) -> None:
    wanted = [URLS[start : start + 30] for start in (0, 5, 11, 3, 8, 0, 11, 2)]

    given = await asyncio.gather(*(give(store, *reversed(urls)) for urls in wanted))

    merged: dict[str, set[str]] = {}
    for codes in given:
        for url, code in codes.items():
            merged.setdefault(url, set()).add(code)
    assert set(merged) == set(URLS)
    assert all(len(codes) == 1 for codes in merged.values())
    assert len({code for codes in merged.values() for code in codes}) == len(URLS)
