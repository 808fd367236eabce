"""The digest for a group robot, its links as short as the house has them."""

from __future__ import annotations

from dataclasses import replace

from digest.codes import code_of
from digest.frames import Frame
from digest.house import House
from digest.issue import Issue
from digest.replies import Reply
from digest.robots import robot_screen, with_links
from handlers.context import Context
from storage.store import Transaction


async def robot_reply(issue: Issue, frame: Frame, context: Context) -> Reply:
    """The digest of an issue for a group; with a web site its links are short ones, given now if need be."""
    house = context.house
    if house.base_url and house.short_links:
        issue = with_links(issue, await _short_links(issue, context))
    return robot_screen(issue, frame, page=house.page_of(issue.date))


async def robot_proof(issue: Issue, frame: Frame, context: Context, tx: Transaction) -> Reply:
    """The same before the issue is sent: no code is given, those still to come are the next ones."""
    house = context.house
    if house.base_url and house.short_links:
        urls = stories_links(issue)
        codes = await tx.short_links.codes(urls)
        last = await tx.short_links.last()
        coming = (url for url in urls if url not in codes)
        codes |= {url: code_of(last + place) for place, url in enumerate(coming, 1)}
        issue = with_links(issue, _addressed(codes, house))
    return replace(robot_screen(issue, frame, page=house.page_of(issue.date)), lists=None)


async def _short_links(issue: Issue, context: Context) -> dict[str, str]:
    """The short links of an issue's stories, by the links as they are kept."""
    urls = stories_links(issue)
    async with context.store.reading() as tx:
        codes = await tx.short_links.codes(urls)
    if len(codes) < len(urls):
        async with context.store.transaction(urgent=False) as tx:
            codes = await tx.short_links.give(urls, context.now)
    return _addressed(codes, context.house)


def _addressed(codes: dict[str, str], house: House) -> dict[str, str]:
    base = house.base_url.rstrip("/")
    return {url: f"{base}/s/{code}" for url, code in codes.items()}


def stories_links(issue: Issue) -> tuple[str, ...]:
    """The links of an issue's stories that a browser opens, each once and in order."""
    urls = (item.url for item in issue.items if item.url)
    return tuple(dict.fromkeys(url for url in urls if url.startswith(("http://", "https://"))))
