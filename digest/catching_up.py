"""Several issues in one message: a few stories of each day."""

from __future__ import annotations

from dataclasses import dataclass

from digest.compose import FIRST_LEADS, Marks, lead_items, starred_items, wanted_sections
from digest.issue import Issue, Item
from digest.ports import Phrases
from digest.replies import Headlines
from digest.subscriber import Sections

MOST_DAYS = 20
# A message takes 4,000 characters and 100 entities; three of them are a day's own.
CHARACTERS, ENTITIES = 3000, 90
DAYS_OWN = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A missed issue as one reader would have got it: their sections, the stories with their words."""

    issue: Issue
    sections: Sections
    marks: Marks

    def picks(self, most: int) -> tuple[Item, ...]:
        """The top stories, those with followed words first; never none of an issue that has any."""
        wanted = wanted_sections(self.issue, self.sections, self.marks)
        starred = starred_items(wanted, self.marks)
        leads = (item for item in lead_items(self.issue, wanted) if item.number not in self.marks.numbers)
        every = tuple(item for section in wanted for item in section.items)
        return ((*starred, *leads) or every[:FIRST_LEADS])[:most]


def catch_up_blocks(days: tuple[Day, ...], phrases: Phrases) -> tuple[Headlines, ...]:
    """Each day with its top stories, as many as one message holds; a day without any is left out."""
    for most in range(FIRST_LEADS, 1, -1):
        blocks = _blocks(days, most, phrases)
        if _fits(blocks):
            return blocks
    return _blocks(days, 1, phrases)


def _blocks(days: tuple[Day, ...], most: int, phrases: Phrases) -> tuple[Headlines, ...]:
    picked = ((day, day.picks(most)) for day in days)
    return tuple(_block(day, items, phrases) for day, items in picked if items)


def _block(day: Day, items: tuple[Item, ...], phrases: Phrases) -> Headlines:
    issue = day.issue
    title = phrases.count("catchup.day", issue.total, day=phrases.day(issue.date))
    starred = day.marks.numbers & {item.number for item in items}
    return Headlines(title, items, starred, numbered=False)


def _fits(blocks: tuple[Headlines, ...]) -> bool:
    characters = sum(len(block.title) + sum(len(item.title) + 3 for item in block.items) for block in blocks)
    entities = sum(DAYS_OWN + len(block.items) for block in blocks)
    return characters <= CHARACTERS and entities <= ENTITIES
