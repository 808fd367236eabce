"""For the tests of WeChat's texts: issues made up, pages turned, and an own eye for what is whole."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from bot.phrases import load_catalogs
from bot.wechat.messages import WechatText
from bot.wechat.render import WECHAT, Paper, lay, render
from digest.footing import page_words
from digest.frames import Frame
from digest.issue import Issue, Item, Section
from digest.replies import Reply
from digest.subscriber import Subscription

TODAY = dt.date(2025, 12, 22)
LIMIT = 2000
ZH = load_catalogs().speak("zh-Hans")
FRAME = Frame(ZH, TODAY, Subscription(), before=dt.date(2025, 12, 21))


def issue_of(sections: Sequence[Sequence[tuple[str, str, str | None]]], leads: int = 0) -> Issue:
    """An issue with these sections of (title, summary, link); the first so many stories are its leads."""
    made, number = [], 0
    for place, stories in enumerate(sections):
        items = []
        for title, summary, url in stories:
            number += 1
            items.append(Item(number, f"k{number}", title, summary, url))
        made.append(Section(f"s{place}", f"{'甲乙丙丁戊己庚辛'[place % 8]}栏目{place}", tuple(items)))
    return Issue(TODAY, "AI日报", (), tuple(made), tuple(range(1, min(leads, number) + 1)))


def texts(reply: Reply, paper: Paper = WECHAT) -> list[str]:
    """Every page of a reply; the first and the last are looked at as they are shown."""
    worded = replace(reply, words=page_words(ZH))
    found = list(lay(worded, paper))
    for page in {1, len(found)}:
        (message,) = render(replace(worded, page=page), paper)
        assert message == WechatText(found[page - 1])
    return found


def octets(text: str) -> int:
    """Bytes of UTF-8; a text with half a surrogate pair raises."""
    return len(text.encode())


def taps(text: str) -> list[tuple[str, str]]:
    """The label of each link that says something, and what it says."""
    pattern = r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&]*)&msgmenuid=1">([^<]*)</a>'
    return [(label, unquote(content, errors="strict")) for content, label in re.findall(pattern, text)]


def links(text: str) -> list[tuple[str, str]]:
    """The words and address of each link that opens a page."""
    return [(words, url) for url, words in re.findall(r'<a href="(https?://[^"]*)">([^<]*)</a>', text)]


def shown_numbers(text: str) -> list[int]:
    """The numbers of the stories that a text lists, in order."""
    return [int(number) for number in re.findall(r"^★?(\d+)、", text, re.MULTILINE)]


def is_sound(text: str) -> bool:
    """Whether every tag is a whole link, and nothing is in the text that XML or CDATA cannot hold."""
    rest = re.sub(r'<a href="[^"<>]+">[^\n]+?</a>', "", text)
    tags = re.search(r"</?a[\s>/]", rest, re.IGNORECASE)
    banned = [
        c for c in text if (unicodedata.category(c) in ("Cc", "Cs") and c != "\n") or c in "\ufffe\uffff"
    ]
    return not tags and not banned and "]]>" not in text
