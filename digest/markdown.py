"""Markdown as issue writers mean it: CommonMark with tables, without the rules that surprise them."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import link as commonmark_link
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from digest.plaintext import is_wide

_MARKED = re.compile(r"[\n\\`*_\[<&]")
_FENCE = re.compile(r"[ \t>]{0,20}(`{3,}|~{3,})")
_TIGHT_HEADING = re.compile(r"( {0,3}#{2,6})(?=[^#\s])|( {0,3}#{1,6})\u3000+")
_PLAIN_LINK = re.compile(r"\[([^\[\]\\`<!*_&\n]+)\]\(([^\s()<>\\]+)\)")
_LOOSE_LINK = re.compile(
    r"\[([^\[\]\n]*)\](?:\([ \t]*(https?://[^()<>\n]+)\)|（[ \t]*(https?://[^\s（）()<>]+)[ \t]*）)",
    re.IGNORECASE,
)


class _Inline(ParserInline):
    """Markdown's rules for what is on a line; most lines have nothing that any of them is about."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """The tokens of a text, also added to `tokens`."""
        if src and _MARKED.search(src) is None:
            tokens.append(Token("text", "", 0, content=src))
            return tokens
        return super().parse(src, md, env, tokens)


class IssueMarkdown(MarkdownIt):
    """CommonMark and tables; text over `---` is no heading, indented text no code, links stay as typed."""

    def __init__(self) -> None:
        super().__init__("commonmark")
        self.inline = _Inline()
        self.configure("commonmark")
        self.enable("table").disable(["lheading", "code"])
        self.inline.ruler.at("emphasis", _emphasis)
        self.inline.ruler.at("link", _link)

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Any address is read; which ones are links is decided later."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """The address as typed."""
        return url


def read_tokens(text: str) -> list[Token]:
    """The block tokens of a text, with its lines counted from 0."""
    return _markdown().parse(_mended(text))


@cache
def _markdown() -> IssueMarkdown:
    # Setting it up is a tenth of the work, and nothing of a text stays in it.
    return IssueMarkdown()


def _mended(text: str) -> str:
    """The text with `###title` made a heading."""
    lines = text.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        if "#" not in line and "```" not in line and "~~~" not in line:
            continue
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        elif not fence and line.lstrip(" ").startswith("#"):
            lines[number] = _TIGHT_HEADING.sub(lambda hashes: f"{hashes[1] or hashes[2]} ", line, count=1)
    return "\n".join(lines)


def _link(state: StateInline, silent: bool) -> bool:
    """CommonMark's rule, and links with blanks inside or in wide brackets.

    The plain form, nearly all there is, is read in one step: four times as fast.
    """
    if state.src[state.pos] != "[":
        return False
    found = _PLAIN_LINK.match(state.src, state.pos, state.posMax)
    if found:
        return _push_link(state, found, found[2], silent=silent)
    if commonmark_link(state, silent):
        return True
    found = _LOOSE_LINK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    return _push_link(state, found, (found[2] or found[3]).partition(' "')[0], silent=silent)


def _push_link(state: StateInline, found: re.Match[str], address: str, *, silent: bool) -> bool:
    state.pos = found.end()
    if silent:
        return True
    if found.start() and state.pending.endswith("!"):
        state.pending = state.pending[:-1]
        state.push("image", "img", 0).attrs = {"src": address}
        return True
    state.push("link_open", "a", 1).attrs = {"href": unescapeAll(address)}
    state.push("text", "", 0).content = found[1].replace("*", "")
    state.push("link_close", "a", -1)
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """CommonMark's rule, but `*` beside a wide character opens and closes: `**重点：**内容` is bold."""
    marker = state.src[state.pos]
    if silent or marker not in "_*":
        return False
    start = state.pos
    scanned = state.scanDelims(start, marker == "*")
    opens, closes = scanned.can_open, scanned.can_close
    before = state.src[start - 1] if start else " "
    end = start + scanned.length
    after = state.src[end] if end < state.posMax else " "
    if marker == "*" and (is_wide(before) or is_wide(after)):
        opens, closes = not after.isspace(), not before.isspace()
    _push_delimiters(state, marker, scanned.length, opens=opens, closes=closes)
    state.pos = end
    return True


def _push_delimiters(state: StateInline, marker: str, length: int, *, opens: bool, closes: bool) -> None:
    for _ in range(length):
        token = state.push("text", "", 0)
        token.content = marker
        place = len(state.tokens) - 1
        state.delimiters.append(
            Delimiter(marker=ord(marker), length=length, token=place, end=-1, open=opens, close=closes)
        )
