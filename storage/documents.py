"""Values as JSON text: issues, sections, broadcasts, conversations. What was written once is always read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

from digest.content import Content, Span
from digest.incoming import EDITORS
from digest.intents import Awaits, Conversation
from digest.issue import Footer, Issue, Item, Link, Section, StoryOf
from digest.subscriber import Sections, Selection

# A parsed JSON object; its own writer is the only one, so its shape is known.
Json = dict[str, Any]


def write_issue(issue: Issue) -> str:
    """An issue as JSON text."""
    return _text(
        {
            "date": issue.date.isoformat(),
            "title": issue.title,
            "introduction": issue.introduction,
            "sections": [_section(section) for section in issue.sections],
            "leads": issue.leads,
            "footer": _footer(issue.footer),
            "draft": issue.draft,
            "publish_at": _written(issue.publish_at),
        }
    )


def read_issue(document: str) -> Issue:
    """The issue of a text that `write_issue` made."""
    parsed: Json = orjson.loads(document)
    return Issue(
        date=dt.date.fromisoformat(parsed["date"]),
        title=parsed["title"],
        introduction=tuple(parsed["introduction"]),
        sections=tuple(_read_section(section) for section in parsed["sections"]),
        leads=tuple(parsed["leads"]),
        footer=_read_footer(parsed["footer"]),
        draft=parsed["draft"],
        publish_at=_moment(parsed["publish_at"]),
    )


def write_story(item: Item, section: str) -> str:
    """A story and the title of its section as JSON text."""
    return _text({"item": _item(item), "section": section})


def read_story(document: str, date: dt.date) -> StoryOf:
    """The story, of an issue of this date, of a text that `write_story` made."""
    parsed: Json = orjson.loads(document)
    return StoryOf(date, _read_item(parsed["item"]), parsed["section"])


def story_of(document: str, number: int) -> StoryOf | None:
    """One story of a text that `write_issue` made, without reading the others; None where there is none."""
    parsed: Json = orjson.loads(document)
    date = dt.date.fromisoformat(parsed["date"])
    for section in parsed["sections"]:
        for item in section["items"]:
            if item["number"] == number:
                return StoryOf(date, _read_item(item), section["title"])
    return None


def write_sections(sections: Sections) -> str:
    """A choice of sections as JSON text; '' for all of them."""
    if sections == Sections():
        return ""
    return _text({"mode": sections.mode.value, "keys": sorted(sections.keys)})


def read_sections(document: str) -> Sections:
    """The choice of a text that `write_sections` made."""
    if not document:
        return Sections()
    parsed: Json = orjson.loads(document)
    return Sections(Selection(parsed["mode"]), frozenset(parsed["keys"]))


def write_content(content: Content) -> str:
    """What a broadcast says, as JSON text."""
    spans = [[span.kind, span.start, span.length, span.value] for span in content.spans]
    return _text({"text": content.text, "spans": spans, "picture": content.picture})


def read_content(document: str) -> Content:
    """What a text that `write_content` made says."""
    parsed: Json = orjson.loads(document)
    return Content(parsed["text"], tuple(Span(*span) for span in parsed["spans"]), parsed["picture"])


def write_conversation(conversation: Conversation) -> str:
    """What a place remembers, as JSON text."""
    return _text(
        {
            # The version before does not know an editor's questions.
            "awaits": "" if conversation.awaits in EDITORS else conversation.awaits.value,
            "editing": conversation.awaits.value if conversation.awaits in EDITORS else "",
            "asked_at": _written(conversation.asked_at),
            "list_date": _written(conversation.list_date),
            "list_at": _written(conversation.list_at),
            "screen": conversation.screen,
            "page": conversation.page,
        }
    )


def read_conversation(document: str) -> Conversation:
    """What a text that `write_conversation` made remembers."""
    parsed: Json = orjson.loads(document)
    list_date = parsed["list_date"]
    return Conversation(
        awaits=Awaits(parsed.get("editing") or parsed["awaits"]),
        asked_at=_moment(parsed["asked_at"]),
        list_date=None if list_date is None else dt.date.fromisoformat(list_date),
        list_at=_moment(parsed["list_at"]),
        screen=parsed["screen"],
        page=parsed.get("page", 0),
    )


def _text(value: Json) -> str:
    return orjson.dumps(value).decode()


def _written(value: dt.datetime | dt.date | None) -> str | None:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return None if value is None else value.isoformat()


def _moment(written: str | None) -> dt.datetime | None:
    return None if written is None else dt.datetime.fromisoformat(written)


def _section(section: Section) -> Json:
    return {"key": section.key, "title": section.title, "items": [_item(item) for item in section.items]}


def _read_section(parsed: Json) -> Section:
    return Section(parsed["key"], parsed["title"], tuple(_read_item(item) for item in parsed["items"]))


def _item(item: Item) -> Json:
    return {
        "number": item.number,
        "key": item.key,
        "title": item.title,
        "summary": item.summary,
        "url": item.url,
        "links": [_link(link) for link in item.links],
    }


def _read_item(parsed: Json) -> Item:
    return Item(
        number=parsed["number"],
        key=parsed["key"],
        title=parsed["title"],
        summary=parsed["summary"],
        url=parsed["url"],
        links=tuple(_read_link(link) for link in parsed["links"]),
    )


def _link(link: Link) -> list[str]:
    return [link.text, link.url]


def _read_link(parsed: list[str]) -> Link:
    text, url = parsed
    return Link(text, url)


def _footer(footer: Footer) -> Json:
    return {
        "lines": footer.lines,
        "link": None if footer.link is None else _link(footer.link),
        "picture": footer.picture,
    }


def _read_footer(parsed: Json) -> Footer:
    link = parsed["link"]
    return Footer(
        lines=tuple(parsed["lines"]),
        link=None if link is None else _read_link(link),
        picture=parsed["picture"],
    )
