"""`digestbot article`: the day's article as a page that a publisher copies into WeChat's editor."""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path

from bot.assembly import catalogs_of, opened_store
from bot.operations import read_date
from bot.settings import Settings
from bot.terminal import Terminal
from digest.article import DIGEST, TITLE, Article, day_article
from digest.errors import OperatorError
from digest.issue import IssueState
from digest.ports import Phrases


async def write_article(
    date: str, out: Path | None, settings: Settings, terminal: Terminal, *, json: bool
) -> int:
    """Print the page, write it to a file, or give the article as data; 2 for a date without an issue."""
    day = read_date(date)
    async with opened_store(settings) as store, store.reading() as tx:
        # What is not out yet is what a publisher prepares.
        edition = await tx.issues.at(day, now=dt.datetime.now(dt.UTC), everything=True)
    if edition is None or edition.state is IssueState.RETRACTED:
        raise OperatorError("article.no_issue", exit_code=2, date=day.isoformat())
    article = day_article(
        edition.issue,
        # It is for readers: in the house's language, whatever the operator speaks.
        catalogs_of(settings).speak(settings.bot.locale),
        shorten=settings.issues.shorten_links,
        footer_line=settings.issues.footer_line,
    )
    page = _page(article, terminal.phrases)
    if out is not None:
        _write(out, page)
    if json:
        terminal.data(_data(day, article))
    elif out is None:
        terminal.say(page)
    if out is not None:
        terminal.complain(_summary(article, out, terminal.phrases))
    return 0


def _data(day: dt.date, article: Article) -> dict[str, object]:
    return {
        "date": day.isoformat(),
        "title": article.title,
        "digest": article.digest,
        "cover": article.cover,
        "content": article.content,
        "characters": len(article.content),
        "bytes": len(article.content.encode("utf-8", "replace")),
    }


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(f"{page}\n", encoding="utf-8", errors="replace")
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("article.not_written", exit_code=1, path=str(path), reason=reason) from caught


def _summary(article: Article, path: Path, say: Phrases) -> str:
    sizes = {"title": len(article.title), "digest": len(article.digest), "characters": len(article.content)}
    return say("article.written", path=str(path), most_title=TITLE, most_digest=DIGEST, **sizes)


def _page(article: Article, say: Phrases) -> str:
    """A page with what goes into the editor's fields, and under a line the content to copy."""
    cover = article.cover or say("article.own_cover")
    fields = (
        (say("article.title"), article.title),
        (say("article.digest"), article.digest),
        (say("article.cover"), cover),
    )
    rows = "\n".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in fields)
    return "\n".join(
        (
            "<!doctype html>",
            f'<html><head><meta charset="utf-8"><title>{escape(article.title)}</title></head>',
            '<body style="max-width:677px;margin:24px auto">',
            f"<p>{escape(say('article.how'))}</p>",
            f"<dl>\n{rows}\n</dl>",
            "<hr>",
            article.content,
            "</body></html>",
        )
    )
