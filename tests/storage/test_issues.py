"""Issues as they are kept."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from digest.fold import fold
from digest.intents import SectionName
from digest.issue import IssueLine, IssueState
from storage.issues import Available
from storage.puts import Put, PutOutcome, Text
from storage.store import Store, Transaction
from storage.stories import Within
from tests.storage.makers import DAY, HOUR, NOW, TODAY, make_issue, put

YESTERDAY = TODAY - DAY


async def beside(tx: Transaction, date: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The days of the issues before and after a day."""
    before, after = await tx.issues.neighbours(date, NOW)
    return before.date if before else None, after.date if after else None


async def test_the_same_text_again_changes_nothing(store: Store) -> None:
    async with store.transaction() as tx:
        first = await put(tx, make_issue("甲"), "hash")
    async with store.transaction() as tx:
        again = await put(tx, make_issue("甲"), "hash", now=NOW + HOUR)

    assert first == Put(PutOutcome.NEW, 1, TODAY)
    assert again == Put(PutOutcome.UNCHANGED, 1, TODAY)


async def test_a_changed_text_is_a_new_revision_and_the_former_one_stays(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲", "乙"))
        changed = await put(tx, make_issue("甲"), now=NOW + HOUR)

    async with store.reading() as tx:
        edition = await tx.issues.newest(NOW + HOUR)
        assert edition is not None
        assert (edition.issue, edition.revision, edition.state) == (make_issue("甲"), 2, IssueState.PUBLISHED)
        assert await tx.issues.document(TODAY, 1) == make_issue("甲", "乙")
        assert await tx.issues.document(TODAY, 3) is None
        assert await tx.issues.find((fold("乙"),), now=NOW + HOUR, limit=10) == (0, ())
    assert changed == Put(PutOutcome.CHANGED, 2, TODAY)


async def test_a_correction_of_a_published_issue_does_not_make_it_late(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲"), available_at=NOW)
        await put(tx, make_issue("乙"), now=NOW + 9 * HOUR)

    async with store.reading() as tx:
        assert await tx.issues.newest_between(TODAY, TODAY, NOW + DAY) == Available(TODAY, 2, NOW)


async def test_an_embargoed_issue_is_shown_nowhere_before_its_hour(store: Store) -> None:
    later = NOW + HOUR
    async with store.transaction() as tx:
        await put(tx, make_issue("旧", date=YESTERDAY))
        await put(tx, make_issue("新"), available_at=later)

    async with store.reading() as tx:
        edition = await tx.issues.newest(NOW)
        assert edition is not None
        assert edition.issue.date == YESTERDAY
        assert await tx.issues.at(TODAY, now=NOW) is None
        assert await tx.issues.newest_between(TODAY, TODAY, NOW) is None
        assert await tx.issues.neighbours(YESTERDAY, NOW) == (None, None)
        assert await tx.issues.find((fold("新"),), now=NOW, limit=10) == (0, ())
        assert await tx.issues.months(NOW) == (("2025-12", 1),)
        assert await tx.issues.dates(NOW) == {YESTERDAY}
        assert await tx.issues.count(NOW) == 1

        embargoed = await tx.issues.at(TODAY, now=NOW, everything=True)
        assert embargoed is not None
        assert embargoed.available_at == later
        assert await tx.issues.count(later) == 2


async def test_a_draft_stays_hidden_until_it_is_published(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("草稿", draft=True))
        assert await tx.issues.newest(NOW + DAY) is None
        assert await tx.issues.section_names() == ()

        assert await tx.issues.set_state(TODAY, IssueState.PUBLISHED, NOW + HOUR)

        edition = await tx.issues.newest(NOW + HOUR)
        assert edition is not None
        assert (edition.state, edition.available_at) == (IssueState.PUBLISHED, NOW + HOUR)
        assert await tx.issues.section_names() == (SectionName("新闻", "新闻"),)


async def test_a_new_text_publishes_a_retracted_issue_again(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲"), "first")
        await tx.issues.set_state(TODAY, IssueState.RETRACTED, NOW)
        unchanged = await put(tx, make_issue("甲"), "first")
        assert await tx.issues.newest(NOW) is None

        await put(tx, make_issue("乙"), "second")

        assert await tx.issues.newest(NOW) is not None
    assert unchanged.outcome is PutOutcome.UNCHANGED


async def test_a_day_without_an_issue_has_no_state_to_set(store: Store) -> None:
    async with store.transaction() as tx:
        assert not await tx.issues.set_state(TODAY, IssueState.RETRACTED, NOW)


async def test_known_hashes_and_files_are_those_of_current_texts(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲"), "a", file_name="one.md")
        await put(tx, make_issue("乙"), "b", file_name="one.md")
        await put(tx, make_issue("丙", date=YESTERDAY), "c", file_name="other.md")
        await put(tx, make_issue("丙", date=YESTERDAY), "c", file_name="renamed.md")

    async with store.reading() as tx:
        assert await tx.issues.hashes() == {"b": (TODAY,), "c": (YESTERDAY,)}
        assert await tx.issues.files() == {"one.md": (TODAY, "b"), "renamed.md": (YESTERDAY, "c")}


async def test_the_archive_is_a_list_of_days_newest_first(store: Store) -> None:
    days = (dt.date(2025, 11, 30), dt.date(2025, 12, 20), TODAY)
    async with store.transaction() as tx:
        for day in days:
            await put(tx, make_issue(f"头条 {day.day}", "乙", date=day))

    lines = [IssueLine(day, 2, f"头条 {day.day}") for day in days]
    async with store.reading() as tx:
        assert await tx.issues.lines(days[0], days[2], NOW) == (lines[2], lines[1], lines[0])
        assert await tx.issues.lines(days[0], days[2], NOW, limit=1) == (lines[2],)
        assert await beside(tx, days[1]) == (days[0], days[2])
        assert await beside(tx, YESTERDAY) == (days[1], days[2])
        assert await beside(tx, TODAY) == (days[1], None)
        assert await tx.issues.months(NOW) == (("2025-12", 2), ("2025-11", 1))


async def test_sections_are_named_as_in_the_newest_issue_that_has_them(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue(date=TODAY, section="论文"))
        await put(tx, make_issue(date=YESTERDAY, section="开源"))
        await put(tx, make_issue(date=YESTERDAY - DAY, section="论文"))

    async with store.reading() as tx:
        assert await tx.issues.section_names() == (SectionName("论文", "论文"), SectionName("开源", "开源"))


async def test_a_section_title_of_a_whole_page_names_nothing(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue(section="长" * 9000))

        assert await tx.issues.section_names() == ()


async def test_stories_are_found_by_all_their_words_newest_first(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("世界模型 Ｗａｎ2.2", "世界杯", date=YESTERDAY))
        await put(tx, make_issue("别的", "WAN 世界模型", section="论文"))

    async with store.reading() as tx:
        words = (fold("世界模型"), fold("wan"))
        assert await tx.issues.find(words, now=NOW, limit=10) == (2, ((TODAY, 2), (YESTERDAY, 1)))
        assert await tx.issues.find(words, now=NOW, limit=1, offset=1) == (2, ((YESTERDAY, 1),))
        papers = Within(section="论文")
        assert await tx.issues.find(words, now=NOW, limit=10, within=papers) == (1, ((TODAY, 2),))
        before = Within(last=YESTERDAY)
        assert await tx.issues.find(words, now=NOW, limit=10, within=before) == (1, ((YESTERDAY, 1),))


@pytest.mark.parametrize("wildcard", ["%", "_", "/", "100%", "a_b", "\\"])
async def test_wildcards_in_a_word_are_taken_literally(store: Store, wildcard: str) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("100 axb", f"这里有{wildcard}", "别的"))

        assert await tx.issues.find((wildcard,), now=NOW, limit=10) == (1, ((TODAY, 2),))


async def test_no_word_is_found_across_the_border_of_title_and_summary(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("标题", summary="摘要"))

        assert await tx.issues.find((fold("题摘"),), now=NOW, limit=10) == (0, ())


async def test_what_is_found_is_counted_up_to_a_thousand_and_one(store: Store) -> None:
    many = [f"模型{number}" for number in range(600)]
    async with store.transaction() as tx:
        await put(tx, make_issue(*many))
        await put(tx, make_issue(*many, date=YESTERDAY))

        total, hits = await tx.issues.find((fold("模型"),), now=NOW, limit=2)

    assert (total, hits) == (1001, ((TODAY, 1), (TODAY, 2)))


async def test_a_text_with_a_nul_is_kept(store: Store) -> None:
    odd = make_issue("a\0b")

    async with store.transaction() as tx:
        await put(tx, odd)
        assert await tx.issues.document(TODAY, 1) == odd


async def test_an_issue_without_stories_is_kept(store: Store) -> None:
    empty = dt.date(2025, 12, 1)
    issue = make_issue(date=empty)
    bare = type(issue)(empty, issue.title, ("今日无新闻",), (), ())

    async with store.transaction() as tx:
        await put(tx, bare)
        assert await tx.issues.lines(empty, empty, NOW) == (IssueLine(empty, 0, ""),)


async def test_an_issue_that_was_kept_late_was_not_available_before(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("迟到"), now=NOW + HOUR, available_at=NOW)

    async with store.reading() as tx:
        edition = await tx.issues.at(TODAY, now=NOW)
        found = await tx.issues.newest_between(TODAY, TODAY, NOW + HOUR)

    assert edition is not None
    assert found is not None
    assert found.available_at == NOW + HOUR


async def test_stories_come_out_of_their_issues_whichever_are_at_hand(store: Store) -> None:
    first, second = make_issue("甲", "乙"), make_issue("丙", "丁", date=YESTERDAY)
    async with store.transaction() as tx:
        await put(tx, first)
        await put(tx, second)
        await put(tx, make_issue("戊", date=TODAY - 2 * DAY), available_at=NOW + HOUR)
    places = [(YESTERDAY, 2), (TODAY, 1), (TODAY, 9), (TODAY - 2 * DAY, 1), (TODAY + DAY, 1), (YESTERDAY, 1)]
    wanted = (second.items[1], first.items[0], second.items[0])

    async with store.reading() as tx:
        from_documents = await tx.issues.stories(places, NOW)
        await tx.issues.newest(NOW)
        from_memory = await tx.issues.stories(places, NOW)

    assert from_documents == from_memory
    assert tuple(story.item for story in from_documents) == wanted
    assert [story.date for story in from_documents] == [YESTERDAY, TODAY, YESTERDAY]
    assert {story.section for story in from_documents} == {first.sections[0].title}


async def test_several_issues_are_kept_at_once_each_as_if_alone(store: Store) -> None:
    def text(titles: str, date: dt.date, source_hash: str, name: str = "", *, draft: bool = False) -> Text:
        issue = make_issue(*titles, date=date, section=f"栏目{titles}", draft=draft)
        return Text(issue, source_hash, NOW, name or f"{date}.md")

    async with store.transaction() as tx:
        first = await tx.issues.put_all(
            [text("甲乙", TODAY, "1"), text("丙", YESTERDAY, "2"), text("丁", TODAY - 2 * DAY, "3")], NOW
        )
    async with store.transaction() as tx:
        second = await tx.issues.put_all(
            [
                text("戊", TODAY, "4"),
                text("丙", YESTERDAY, "2", "other.md"),
                text("己", TODAY - 3 * DAY, "5", draft=True),
            ],
            NOW,
        )

    days = [TODAY - number * DAY for number in range(4)]
    assert first == [Put(PutOutcome.NEW, 1, day) for day in days[:3]]
    assert second == [
        Put(PutOutcome.CHANGED, 2, days[0]),
        Put(PutOutcome.UNCHANGED, 1, days[1]),
        Put(PutOutcome.NEW, 1, days[3]),
    ]
    async with store.reading() as tx:
        places = [(date, number) for date in days for number in (1, 2)]
        stories = await tx.issues.stories(places, NOW)
        names = await tx.issues.section_names()
        assert [(story.date, story.item.title, story.section) for story in stories] == [
            (days[0], "戊", "栏目戊"),
            (days[1], "丙", "栏目丙"),
            (days[2], "丁", "栏目丁"),
        ]
        assert [name.title for name in names] == ["栏目戊", "栏目甲乙", "栏目丙", "栏目丁"]
        assert (await tx.issues.files())["other.md"] == (days[1], "2")
        for letter, total in zip("甲丙丁戊己", (0, 1, 1, 1, 0), strict=True):
            assert (await tx.issues.find((letter,), now=NOW, limit=9))[0] == total


async def test_nothing_is_kept_of_no_texts(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.issues.put_all([], NOW) == []


async def test_a_story_that_an_older_version_kept_is_read_out_of_its_issue(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲", "乙"))
        await put(tx, make_issue("丙", date=YESTERDAY))
        places = [(TODAY, 2), (YESTERDAY, 1), (TODAY, 1), (TODAY, 3)]
        by_story = await tx.issues.stories(places, NOW)
        await tx.connection.execute(sa.text("UPDATE story_documents SET revision = 7 WHERE id % 10 = 2"))
        await tx.connection.execute(sa.text("DELETE FROM story_documents WHERE document LIKE '%丙%'"))

        assert await tx.issues.stories(places, NOW) == by_story
        assert [story.item.title for story in by_story] == ["乙", "丙", "甲"]
