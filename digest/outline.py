"""The outline of an issue: which blocks are its introduction, its sections, its stories, its footer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from digest.blocks import Block, Kind, Line, Span, text_of, words_of
from digest.conventions import ItemHeading, ItemStart
from digest.dialect import Dialect
from digest.fold import fold
from digest.headings import is_numbered, marker_length, undressed
from digest.issue import Problem
from digest.leadwords import bold_lead, is_bold_line
from digest.problems import error, warning


@dataclass(slots=True)
class StoryOutline:
    """One story's blocks; `heading` is its title's line where it has a heading."""

    line: int
    start: ItemStart
    heading: Line | None = None
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class SectionOutline:
    """A section's name as written ('' for stories that stand in none) and its stories.

    A group is a heading above other sections; it has no stories of its own and nobody misses them.
    """

    line: int
    title: str
    stories: list[StoryOutline] = field(default_factory=list)
    level: int = 0
    is_group: bool = False


@dataclass(slots=True)
class Outline:
    """An issue's parts before its stories are read."""

    heading: Block | None = None
    introduction: list[Block] = field(default_factory=list)
    sections: list[SectionOutline] = field(default_factory=list)
    tail: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def outline_of(blocks: tuple[Block, ...], dialect: Dialect, *, title: Block | None = None) -> Outline:
    """The outline of these blocks; `title` is the heading that names the issue, when it is known."""
    outliner = _Outliner(blocks, dialect, title)
    for block in blocks:
        outliner.take(block)
    return outliner.finished()


class _Outliner:
    def __init__(self, blocks: tuple[Block, ...], dialect: Dialect, title: Block | None) -> None:
        self._dialect = dialect
        self._outline = Outline(heading=title)
        self._section: SectionOutline | None = None
        self._story: StoryOutline | None = None
        self._skipping = 0
        self._after_rule = False
        self._top = min(dialect.section_levels, default=dialect.item_level)
        self._sectioned = any(self._names_section(block) for block in blocks if block is not title)

    def take(self, block: Block) -> None:
        """Put the next block where it belongs."""
        if block.kind is Kind.HEADING:
            self._take_heading(block)
        elif self._skipping:
            pass
        elif block.kind is Kind.RULE:
            self._take_rule()
        elif not self._is_dropped(block) and not self._starts_story(block):
            self._take_text(block)

    def _is_dropped(self, block: Block) -> bool:
        if self._after_rule and self._dialect.rule_ends_section:
            return True
        return bool(block.lines) and self._dialect.drops(words_of(block))

    def finished(self) -> Outline:
        """The outline, with same-named sections made one and empty ones taken out."""
        self._drop_label()
        sections: dict[str, SectionOutline] = {}
        for place, section in enumerate(self._outline.sections):
            if not section.stories:
                self._note_empty(place, section)
                continue
            name = fold(self._name(section.title))
            if (first := sections.get(name)) is not None:
                self._warn(section.line, "section_twice", section=section.title, first=first.line)
                first.stories.extend(section.stories)
            else:
                sections[name] = section
        self._outline.sections = list(sections.values())
        return self._outline

    def _name(self, title: str) -> str:
        return self._dialect.section_name(title) or self._dialect.section_default

    def _note_empty(self, place: int, section: SectionOutline) -> None:
        following = self._outline.sections[place + 1 : place + 2]
        is_group = section.is_group or any(later.level > section.level for later in following)
        if not is_group:
            self._warn(section.line, "section_empty", section=section.title)

    # Headings

    def _take_heading(self, block: Block) -> None:
        title = text_of(block.lines[0]) if block.lines else ""
        if block is self._outline.heading:
            return
        name = undressed(title, self._dialect.section_strip)
        if self._skipping and block.level > self._skipping and not self._dialect.knows(name):
            return
        self._skipping = 0
        if self._is_skipped(block, name):
            self._skip(block.level)
        elif self._is_story(block):
            self._begin(StoryOutline(block.line, ItemStart.HEADING, block.lines[0] if block.lines else ()))
        elif self._is_section(block):
            self._begin_section(block, title)
        elif block.level < self._top:
            self._take_high_heading(block, title)
        else:
            self._take_deep_heading(block, title)

    def _is_skipped(self, block: Block, name: str) -> bool:
        lowest = max(self._dialect.item_level, *self._dialect.section_levels, 0)
        return block.level <= lowest and self._dialect.skips(name)

    def _names_section(self, block: Block) -> bool:
        if not self._is_section(block) or not block.lines:
            return False
        return not self._is_skipped(block, undressed(text_of(block.lines[0]), self._dialect.section_strip))

    def _skip(self, level: int) -> None:
        self._end_story()
        self._skipping = level
        if self._section is not None and not self._section.stories and self._section.level < level:
            self._section.is_group = True

    def _is_story(self, block: Block) -> bool:
        dialect = self._dialect
        if ItemStart.HEADING not in dialect.item_start or block.level != dialect.item_level:
            return False
        line = block.lines[0] if block.lines else ()
        chosen = {
            ItemHeading.ANY: True,
            ItemHeading.NUMBERED: is_numbered(text_of(line)),
            ItemHeading.LINKED: any(span.address for span in line),
        }
        return any(chosen[kind] for kind in dialect.item_heading)

    def _is_section(self, block: Block) -> bool:
        is_level = block.kind is Kind.HEADING and block.level in self._dialect.section_levels
        return is_level and not self._is_story(block)

    def _begin_section(self, block: Block, title: str) -> None:
        self._end_story()
        name = undressed(title, self._dialect.section_strip)
        if not name:
            self._fail(block.line, "section_untitled")
        self._section = SectionOutline(block.line, name, level=block.level)
        self._outline.sections.append(self._section)

    def _take_high_heading(self, block: Block, title: str) -> None:
        if self._outline.heading is None and self._section is None:
            self._outline.heading = block
        else:
            self._warn(block.line, "section_level", section=title, level=self._top)
            self._begin_section(replace(block, level=self._top), title)

    def _take_deep_heading(self, block: Block, title: str) -> None:
        if self._story is None:
            self._warn(block.line, "heading_outside", text=title)
        else:
            self._warn(block.line, "heading_inside", text=title)
            self._story.blocks.append(replace(block, kind=Kind.PARAGRAPH))

    # Stories

    def _take_rule(self) -> None:
        if self._section is not None:
            self._end_story()
            self._after_rule = True

    def _end_story(self) -> None:
        self._drop_label()
        self._story = None
        self._after_rule = False
        for block in self._outline.tail:
            self._note_loose(block)
        self._outline.tail.clear()

    def _begin(self, story: StoryOutline) -> None:
        self._end_story()
        if self._section is None:
            if self._sectioned:
                self._warn(story.line, "story_outside", section=self._dialect.section_default)
            self._section = SectionOutline(story.line, "")
            self._outline.sections.append(self._section)
        self._section.stories.append(story)
        self._story = story

    def _drop_label(self) -> None:
        """A bold line above a list or another bold line is a label of what follows, not a story."""
        story, section = self._story, self._section
        if story and section and story.start is ItemStart.BOLD and _is_label(story):
            section.stories.remove(story)
            self._story = None

    def _starts_story(self, block: Block) -> bool:
        if self._story is not None and self._story.start is ItemStart.HEADING:
            return False
        if block.quoted or (self._section is None and self._sectioned):
            return False
        starts = self._dialect.item_start
        match block.kind:
            case Kind.ENTRY if ItemStart.LIST in starts:
                self._begin(StoryOutline(block.line, ItemStart.LIST))
            case Kind.ROW if ItemStart.TABLE in starts and not block.head:
                self._begin(StoryOutline(block.line, ItemStart.TABLE, None, [block]))
            case Kind.PARAGRAPH if ItemStart.LIST in starts and _is_marked(block):
                self._begin_marked(block)
            case Kind.PARAGRAPH if ItemStart.BOLD in starts and _is_titled(block):
                self._begin(StoryOutline(block.line, ItemStart.BOLD, None, [block]))
            case _:
                return False
        return True

    def _begin_marked(self, block: Block) -> None:
        for offset, line in enumerate(block.lines):
            length = marker_length(line[0].text if line else "")
            if length:
                self._begin(StoryOutline(block.line + offset, ItemStart.LIST))
            text = (replace(line[0], text=line[0].text[length:]), *line[1:]) if length else line
            if self._story is not None:
                self._story.blocks.append(Block(Kind.PARAGRAPH, block.line + offset, lines=(text,)))

    # Text

    def _take_text(self, block: Block) -> None:
        if block.kind is Kind.ENTRY:
            return
        if self._story is not None:
            self._story.blocks.append(block)
        elif self._after_rule:
            self._outline.tail.append(block)
        elif self._section is None:
            if block.kind in (Kind.PARAGRAPH, Kind.HTML):
                self._outline.introduction.append(block)
        else:
            self._note_loose(block)

    def _note_loose(self, block: Block) -> None:
        if not block.lines or block.head:
            return
        section = self._section.title if self._section else ""
        links = [span for line in block.lines for span in line if span.address]
        if any(self._dialect.is_anchor(span.text) for span in links):
            self._fail(block.line, "story_untitled", section=section)
        else:
            self._warn(block.line, "text_outside", text=words_of(block), section=section)

    def _warn(self, line: int, code: str, **values: str | int) -> None:
        self._outline.problems.append(warning(line, code, **values))

    def _fail(self, line: int, code: str, **values: str | int) -> None:
        self._outline.problems.append(error(line, code, **values))


def _is_marked(block: Block) -> bool:
    first = block.lines[0] if block.lines and not block.nested else ()
    return bool(first) and marker_length(first[0].text) > 0


def _is_titled(block: Block) -> bool:
    return bool(block.lines) and not block.nested and bold_lead(block.lines[0]) > 0


def _is_label(story: StoryOutline) -> bool:
    if len(story.blocks) != 1 or len(story.blocks[0].lines) != 1:
        return False
    return is_bold_line(story.blocks[0].lines[0])


def whole_file_story(blocks: tuple[Block, ...], title: str, line: int) -> StoryOutline:
    """All blocks as one story with this title, for archives with one story a file."""
    bodies = [replace(b, kind=Kind.PARAGRAPH) if b.kind is Kind.HEADING else b for b in blocks]
    return StoryOutline(
        line, ItemStart.HEADING, (Span(title),), [b for b in bodies if b.kind is not Kind.ENTRY]
    )
