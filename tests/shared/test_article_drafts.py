"""The article of the real issue, and the draft."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from bot.phrases import load_catalogs
from digest.article import day_article
from digest.issue import Issue
from digest.parsing import parse
from tests.shared_folder import SHARED

assert SHARED is not None
DRAFTS = (SHARED / "design" / "drafts.md").read_text(encoding="utf-8")
SEED = (SHARED / "seeds" / "2025-12-22.md").read_bytes()
TODAY = dt.date(2025, 12, 22)
PHRASES = load_catalogs().speak("zh-Hans")
PART = DRAFTS.split("\n### 2.7", 1)[1].split("\n## ", 1)[0]


@pytest.fixture(scope="module")
def issue() -> Issue:
    return parse(SEED, file_name="2025-12-22.md", zone=ZoneInfo("Asia/Shanghai"), today=TODAY).issues[0]


def test_title_and_digest_are_the_draft(issue: Issue) -> None:
    title, digest = re.findall(r"(?:title|digest) `([^`]+)`", PART)[:2]

    article = day_article(issue, PHRASES)

    assert (article.title, len(article.title)) == (title, 32)
    assert (article.digest, len(article.digest)) == (digest, 82)
    assert article.cover == ""


def test_the_content_begins_as_drafted_and_has_the_size_that_was_counted(issue: Issue) -> None:
    (drafted,) = re.findall(r"```html\n(.*?)\n…\n```", PART, re.DOTALL)

    article, whole = day_article(issue, PHRASES), day_article(issue, PHRASES, shorten=False)

    assert article.content.startswith(drafted)
    assert (len(article.content), len(whole.content)) == (11_795, 15_485)
    assert article.content.count('<a href="https://mp.weixin.qq.com/') == issue.total == 41
    assert "<sup>" not in article.content
