"""The footer: what stands under the last story and belongs to the issue, not to that story."""

from __future__ import annotations

from digest.blocks import Block, Kind, Span, text_of, words_of
from digest.dialect import Dialect
from digest.issue import Footer, Link
from digest.links import clean_link
from digest.outline import Outline, StoryOutline


def split_footer(outline: Outline, dialect: Dialect) -> Footer:
    """The issue's footer; its blocks are taken off the outline's last story."""
    stories = [story for section in outline.sections for story in section.stories]
    blocks: list[Block] = []
    if stories:
        last = stories[-1]
        start = _footer_start(last, dialect, anchored=_mostly_anchored(stories[:-1], dialect))
        blocks = last.blocks[start:]
        del last.blocks[start:]
    return _footer([*blocks, *outline.tail])


def _mostly_anchored(stories: list[StoryOutline], dialect: Dialect) -> bool:
    anchored = sum(1 for story in stories if any(_has_anchor(block, dialect) for block in story.blocks))
    return anchored * 2 > len(stories)


def _footer_start(story: StoryOutline, dialect: Dialect, *, anchored: bool) -> int:
    ends = [place + 1 for place, block in enumerate(story.blocks) if _has_anchor(block, dialect)]
    # The list entry or the row itself, or the heading's first paragraph, is the story's in any case.
    own = 0 if story.heading is not None else 1
    if ends:
        first = ends[-1]
        after = [
            place for place in range(first, len(story.blocks)) if _begins_footer(story.blocks[place], dialect)
        ]
        return after[0] if after else len(story.blocks) if not anchored else first
    linked = any(span.address for span in story.heading or ())
    for place, block in enumerate(story.blocks):
        if place >= own and _begins_footer(block, dialect) and (place > 0 or block.kind is Kind.HTML):
            return place
        if place > 0 and _is_link_alone(block) and (linked or anchored):
            return place
        linked = linked or any(span.address for line in block.lines for span in line)
    return len(story.blocks)


def _begins_footer(block: Block, dialect: Dialect) -> bool:
    if block.kind is Kind.HTML and block.pictures:
        return True
    return bool(block.lines) and dialect.ends(words_of(block))


def _is_link_alone(block: Block) -> bool:
    return block.kind is Kind.PARAGRAPH and len(block.lines) == 1 and _only_link(block) is not None


def _only_link(block: Block) -> Span | None:
    spans = [span for line in block.lines for span in line if span.text.strip()]
    return spans[0] if len(spans) == 1 and spans[0].address is not None else None


def _has_anchor(block: Block, dialect: Dialect) -> bool:
    spans = (span for line in block.lines for span in line)
    return any(span.address is not None and dialect.is_anchor(span.text) for span in spans)


def _footer(blocks: list[Block]) -> Footer:
    pictures = (clean_link(picture) for block in blocks for picture in block.pictures)
    picture = next((url for url in pictures if url and url.startswith("http")), None)
    links = (_link(span) for block in blocks for line in block.lines for span in line)
    link = next((found for found in links if found), None)
    lines = (text_of(line) for block in blocks if _only_link(block) is None for line in block.lines)
    return Footer(lines=tuple(line for line in lines if line), link=link, picture=picture)


def _link(span: Span) -> Link | None:
    url = clean_link(span.address) if span.address else None
    return Link(text_of((span,)), url) if url else None
