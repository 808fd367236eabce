"""The digest for group robots, which speak to many and hear nothing: no next steps but the web page."""

from __future__ import annotations

from dataclasses import replace

from digest.compose import digest_blocks, wanted_sections
from digest.frames import Frame
from digest.issue import Issue, Section
from digest.ports import Phrases
from digest.replies import SILENCE, Block, Choice, Masthead, Reply

CHANNEL = "wecom-robot"


def robot_screen(issue: Issue, frame: Frame, *, page: str = "") -> Reply:
    """The digest of an issue for a group; `page` is the issue's address on the web.

    Silence where the issue has nothing in the group's sections: nobody there could ask for more.
    """
    phrases, subscription = frame.phrases, frame.subscription
    wanted = wanted_sections(issue, subscription.sections, frame.marks)
    if not wanted:
        return SILENCE
    head, *body = digest_blocks(
        issue,
        phrases,
        form=subscription.form,
        wishes=(subscription.sections, frame.marks),
        note=frame.note,
        last_lines=(*frame.errata, frame.footer_line),
    )
    return Reply(
        blocks=(_headed(head, issue, wanted, phrases), *body),
        choices=((Choice(phrases("robot.web_page"), url=page),),) if page else (),
        silent=subscription.silent,
        lists=issue.date,
    )


def _headed(head: Block, issue: Issue, wanted: tuple[Section, ...], phrases: Phrases) -> Block:
    """The first line: the day, and how many stories of which sections."""
    count = sum(len(section.items) for section in wanted)
    facts = phrases.count("digest.stories", count)
    if count < issue.total:
        names = phrases("robot.between").join(section.title for section in wanted)
        facts = phrases("robot.of_sections", sections=names, stories=facts)
    return replace(head, facts=(facts,), reading="", name="") if isinstance(head, Masthead) else head


def with_links(issue: Issue, links: dict[str, str]) -> Issue:
    """The issue with other links to its stories, where there are some: by the link as it is kept."""

    def linked(section: Section) -> Section:
        items = (replace(item, url=links.get(item.url or "", item.url)) for item in section.items)
        return replace(section, items=tuple(items))

    return replace(issue, sections=tuple(linked(section) for section in issue.sections))
