"""An issue as one card, for channels where a page of ours can be opened."""

from __future__ import annotations

from digest.compose import FIRST_LEADS, lead_items, short_name
from digest.issue import Issue, Item, Section
from digest.ports import Phrases
from digest.replies import Card

BETWEEN_LEADS = "｜"
BETWEEN_SECTIONS = " · "


def page_of(base_url: str, issue: Issue) -> str:
    """The address of an issue's page; '' where we have no site."""
    return f"{base_url.rstrip('/')}/{issue.date.isoformat()}" if base_url else ""


def article_card(issue: Issue, sections: tuple[Section, ...], day: str, url: str, say: Phrases) -> Card:
    """A card with the first lead for a title, and the day and the other leads under it."""
    first, *others = lead_items(issue, sections) or _items(sections)[:FIRST_LEADS]
    head = say("card.head", day=day, count=say.count("digest.stories", issue.total))
    description = BETWEEN_LEADS.join((head, *(item.title for item in others)))
    return Card(first.title, description, url, issue.footer.picture or "")


def notice_card(issue: Issue, sections: tuple[Section, ...], day: str, url: str, say: Phrases) -> Card:
    """A card with the day for a title, a line for each lead, and how many more each section has."""
    leads = lead_items(issue, sections) or _items(sections)[:FIRST_LEADS]
    shown = {item.number for item in leads}
    title = say("card.head", day=day, count=say.count("digest.stories", issue.total))
    lines = [f"{item.number}、{item.title}" for item in leads]
    counts = [(section, sum(1 for item in section.items if item.number not in shown)) for section in sections]
    left = sum(count for _, count in counts)
    if left:
        named = (
            say("card.section", section=short_name(issue, section.title), count=count)
            for section, count in counts
            if count
        )
        lines.append(say.count("card.more", left, sections=BETWEEN_SECTIONS.join(named)))
    return Card(title, "\n".join(lines), url, button=say("card.button"))


def _items(sections: tuple[Section, ...]) -> tuple[Item, ...]:
    return tuple(item for section in sections for item in section.items)
