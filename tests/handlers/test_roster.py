"""The roster: imported whole or not at all, exported so that it can be imported again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from itertools import chain, repeat

import pytest

from digest.entries import COLUMNS, read_rows
from digest.errors import Invalid
from digest.house import House
from digest.replies import Form
from digest.subscriber import Kind, Place, Sections, Selection, Subscriber, Subscription
from handlers.roster import BATCH, Fault, Imported, import_rows, remove, roster
from storage.store import Store
from tests.handlers.conftest import AT_TEN, MONDAY, publish
from tests.handlers.order_book import HOUSE, Clock, at, next_due, order, owed

WHOLE = """address,locale,timezone,push_at,weekdays,sections,form,silent,active
telegram:12345,en,America/New_York,07:15,workdays,开源动态|算法论文,full,true,true
telegram:-100123/7,,,,mon-fri,-推荐文章,,false,
wechat:oXYZ_1,zh-Hans,Asia/Tokyo,21:30,"mon,wed,fri",,brief,no,false
wecom:lisi,,,,,,,,
"""


async def bring(store: Store, text: str, house: House = HOUSE, now: dt.datetime = AT_TEN) -> Imported:
    return await import_rows(read_rows(text), store, house, wall=lambda: now)


async def reader(store: Store, address: str) -> Subscriber | None:
    channel, _, rest = address.partition(":")
    recipient, _, thread = rest.partition("/")
    async with store.reading() as tx:
        return await tx.subscribers.at(Place(channel, recipient, thread))


async def exported(store: Store) -> list[dict[str, object]]:
    return [row async for row in roster(store)]


async def keys(store: Store, *titles: str) -> frozenset[str]:
    """The keys of sections by their titles."""
    async with store.reading() as tx:
        names = await tx.issues.section_names()
    return frozenset(name.key for name in names if name.title in titles)


async def test_every_column_is_kept(store: Store) -> None:
    await publish(store, MONDAY)

    imported = await bring(store, WHOLE)

    first, group, follower, plain = [
        await reader(store, address)
        for address in ("telegram:12345", "telegram:-100123/7", "wechat:oXYZ_1", "wecom:lisi")
    ]
    assert imported == Imported(added=4)
    assert first is not None
    assert group is not None
    assert follower is not None
    assert plain is not None
    assert (first.locale, first.zone, first.kind) == ("en", "America/New_York", Kind.PERSON)
    assert first.subscription == Subscription(
        active=True,
        push_at=dt.time(7, 15),
        weekdays="workdays",
        sections=Sections(Selection.ONLY, await keys(store, "开源动态", "算法论文")),
        form=Form.FULL,
        silent=True,
        subscribed_at=AT_TEN,
    )
    assert (group.kind, group.subscription.weekdays) == (Kind.GROUP, "mon-fri")
    assert group.subscription.sections == Sections(Selection.EXCEPT, await keys(store, "推荐文章"))
    assert (follower.subscription.active, follower.subscription.weekdays) == (False, "mon,wed,fri")
    assert plain.subscription == Subscription(active=True, subscribed_at=AT_TEN)


async def test_a_choice_of_sections_is_a_choice_before_there_is_an_issue(sqlite_store: Store) -> None:
    await bring(sqlite_store, "address,sections\ntelegram:1,开源动态\ntelegram:2,-推荐文章\n")
    await publish(sqlite_store, MONDAY)

    found = [await reader(sqlite_store, f"telegram:{number}") for number in (1, 2)]

    chosen = [one.subscription.sections for one in found if one]
    assert chosen == [
        Sections(Selection.ONLY, await keys(sqlite_store, "开源动态")),
        Sections(Selection.EXCEPT, await keys(sqlite_store, "推荐文章")),
    ]


async def test_sections_are_named_in_any_width_and_script(sqlite_store: Store) -> None:
    await publish(sqlite_store, MONDAY)

    await bring(sqlite_store, "address,sections\ntelegram:1, 開源動態 | 算法论文 \n")

    found = await reader(sqlite_store, "telegram:1")
    assert found is not None
    assert found.subscription.sections.keys == await keys(sqlite_store, "开源动态", "算法论文")


async def test_the_json_of_an_export_brings_the_same_rows_into_another_store(
    sqlite_store: Store, postgres_url: str
) -> None:
    await publish(sqlite_store, MONDAY)
    await bring(sqlite_store, WHOLE + "telegram:@mychannel,,,,,,,,\n")
    rows = await exported(sqlite_store)
    other = await Store.open(postgres_url)
    try:
        await publish(other, MONDAY)

        imported = await bring(other, json.dumps({"subscribers": rows}, ensure_ascii=False))

        assert imported == Imported(added=5)
        assert await exported(other) == rows
        again = await reader(other, "telegram:@mychannel")
        assert again is not None
        assert again.kind is Kind.CHANNEL
    finally:
        await other.close()


async def test_followed_words_go_out_and_come_back(store: Store) -> None:
    columns = "address,follows,only_followed"
    await bring(store, f"{columns}\ntelegram:1,世界模型|RAG| ＧＰＴ-5 ,true\ntelegram:2,,\n")

    first, second = await exported(store)
    async with store.transaction() as tx:
        for address in ("telegram:1", "telegram:2"):
            found = await reader(store, address)
            assert found is not None
            await tx.subscribers.remove(found.id)
    again = await bring(store, json.dumps({"subscribers": [first, second]}))

    assert (first["follows"], first["only_followed"]) == ("世界模型|RAG|ＧＰＴ-5", True)
    assert (second["follows"], second["only_followed"]) == ("", False)
    assert again == Imported(added=2)
    assert await exported(store) == [first, second]


async def test_words_that_are_not_named_stay(store: Store) -> None:
    await bring(store, "address,follows\ntelegram:1,世界模型\n")

    await bring(store, "address,form\ntelegram:1,full\n")
    await bring(store, "address,follows,form\ntelegram:1,,brief\n")
    kept = await exported(store)
    await bring(store, "address,follows\ntelegram:1,RAG|rag\n")

    assert [row["follows"] for row in kept + await exported(store)] == ["世界模型", "RAG"]


async def test_a_csv_of_the_exported_columns_changes_nothing_when_it_comes_back(sqlite_store: Store) -> None:
    await publish(sqlite_store, MONDAY)
    await bring(sqlite_store, WHOLE)
    rows = await exported(sqlite_store)
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)

    imported = await bring(sqlite_store, written.getvalue())

    assert imported == Imported(changed=4)
    assert await exported(sqlite_store) == rows


async def test_the_export_says_who_cannot_be_reached(sqlite_store: Store) -> None:
    await bring(sqlite_store, "address\ntelegram:1\n")
    found = await reader(sqlite_store, "telegram:1")
    assert found is not None
    async with sqlite_store.transaction() as tx:
        await tx.subscribers.deactivate(found.address.id, "blocked")

    (row,) = await exported(sqlite_store)

    assert (row["active"], row["state"], row["reason"]) == (True, "inactive", "blocked")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("address", "telegram", "address.malformed"),
        ("address", "telegram:", "address.malformed"),
        ("address", "telegram:ab c", "address.malformed"),
        ("address", "telegram:lisi", "address.malformed"),
        ("address", "fax:12345", "address.malformed"),
        ("timezone", "Mars/Olympus", "schedule.zone"),
        ("timezone", "../../etc/passwd", "schedule.zone"),
        ("push_at", "25:00", "import.push_at"),
        ("push_at", "8", "import.push_at"),
        ("push_at", "8:30:00", "import.push_at"),
        ("push_at", "早上", "import.push_at"),
        ("weekdays", "mon-fry", "schedule.weekdays"),
        ("form", "long", "import.form"),
        ("silent", "maybe", "import.truth"),
        ("active", "2", "import.truth"),
        ("follows", "世界模型|的", "import.follows"),
        ("follows", "|".join(f"词{number}" for number in range(51)), "import.many_follows"),
        ("only_followed", "maybe", "import.truth"),
    ],
)
async def test_a_faulty_value_names_its_row_and_nothing_is_imported(
    sqlite_store: Store, column: str, value: str, code: str
) -> None:
    columns = list(dict.fromkeys(["address", column]))
    faulty = ",".join({"address": "telegram:3", column: value}[name] for name in columns)
    good = ["telegram:1" + "," * (len(columns) - 1), "telegram:2" + "," * (len(columns) - 1)]

    imported = await bring(sqlite_store, "\n".join([",".join(columns), good[0], faulty, good[1]]))

    (fault,) = imported.faults
    assert (fault.row, fault.code, imported.added, imported.changed) == (2, code, 0, 0)
    assert await exported(sqlite_store) == []


async def test_all_faulty_rows_are_named_at_once(sqlite_store: Store) -> None:
    imported = await bring(
        sqlite_store, "address,form\ntelegram:1,\nnobody,\ntelegram:2,long\ntelegram:3,full\n,full\n"
    )

    assert [fault.row for fault in imported.faults] == [2, 3, 5]
    assert imported.faults[1] == Fault(3, "import.form", (("value", "long"),))
    assert await exported(sqlite_store) == []


async def test_a_row_with_more_values_than_columns_is_faulty(sqlite_store: Store) -> None:
    # Days written without quotation marks fall apart and would be read as sections.
    imported = await bring(sqlite_store, "address,weekdays,sections\ntelegram:1,mon,wed,fri\n")

    assert imported.faults == (Fault(1, "import.too_many_values", (("value", "fri"),)),)


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\n", "\r\n"])
async def test_a_mark_or_an_empty_line_before_the_header_does_no_harm(sqlite_store: Store, mark: str) -> None:
    assert await bring(sqlite_store, f"{mark}address , locale\r\n telegram:1 , en \r\n") == Imported(added=1)
    found = await reader(sqlite_store, "telegram:1")
    assert found is not None
    assert found.locale == "en"


def test_an_unknown_column_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(Invalid) as refused:
        read_rows("address,colour\ntelegram:1,red\n")

    assert refused.value.code == "import.unknown_column"
    assert refused.value.values == {"column": "colour", "columns": ", ".join(COLUMNS)}


@pytest.mark.parametrize("text", ["", "\n\n", "telegram:1\ntelegram:2\n", "locale\nen\n"])
def test_a_table_without_the_column_of_addresses_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(text)

    assert refused.value.code == "import.no_header"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"subscribers": [\n{"address": }\n]}', "2"),
        ('{"readers": []}', "1"),
        ('["telegram:1"]', "1"),
        ("{}", "1"),
    ],
)
def test_broken_json_is_refused_with_its_line(text: str, line: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(text)

    assert (refused.value.code, refused.value.values) == ("import.broken_json", {"line": line})


def test_values_of_json_are_read_as_they_are_meant() -> None:
    text = (
        '[{"address": "telegram:1", "silent": true, "active": false, "push_at": null, "state": "inactive"}]'
    )

    assert read_rows(text) == [{"address": "telegram:1", "silent": "true", "active": "false", "push_at": ""}]


async def test_what_a_row_leaves_out_stays_as_it_was(sqlite_store: Store) -> None:
    await publish(sqlite_store, MONDAY)
    await bring(sqlite_store, WHOLE)

    await bring(sqlite_store, "address,push_at\ntelegram:12345,09:00\n")

    found = await reader(sqlite_store, "telegram:12345")
    assert found is not None
    assert (found.locale, found.zone) == ("en", "America/New_York")
    assert (found.subscription.push_at, found.subscription.form) == (dt.time(9), Form.FULL)
    assert found.subscription.sections.mode is Selection.ONLY


async def test_whoever_has_left_is_not_subscribed_again_by_a_row_that_does_not_say_so(
    sqlite_store: Store,
) -> None:
    gone = Subscription(active=False, subscribed_at=AT_TEN)
    await order(sqlite_store, "1", AT_TEN, subscription=gone)

    await bring(sqlite_store, "address,locale\ntelegram:1,en\n")
    still = await reader(sqlite_store, "telegram:1")
    await bring(sqlite_store, "address,active\ntelegram:1,true\n")
    back = await reader(sqlite_store, "telegram:1")

    assert still is not None
    assert back is not None
    assert (still.subscription.active, back.subscription.active) == (False, True)


async def test_an_import_sends_nothing_by_itself(store: Store) -> None:
    await publish(store, MONDAY)
    eleven = at("2025-12-22 11:00")

    await bring(store, WHOLE.replace("07:15", "08:00"), now=eleven)
    planned = await Clock(store).ticks("2025-12-22 11:01")

    due = await next_due(store, "12345")
    assert planned.owed == 0
    assert await owed(store) == []
    assert due is not None
    assert due.at == at("2025-12-22 08:00", "America/New_York")


async def test_an_import_at_the_very_hour_does_not_skip_or_double_the_digest(sqlite_store: Store) -> None:
    await publish(sqlite_store, MONDAY, now=at("2025-12-22 06:00"))
    await order(sqlite_store, "1", at("2025-12-21 12:00"))

    await bring(sqlite_store, "address,form\ntelegram:1,full\n", now=at("2025-12-22 08:00:20"))
    first = await Clock(sqlite_store).ticks("2025-12-22 08:00:21")
    await bring(sqlite_store, "address,form\ntelegram:1,brief\n", now=at("2025-12-22 08:00:30"))
    second = await Clock(sqlite_store).ticks("2025-12-22 08:00:31")

    assert (first.owed, second.owed) == (1, 0)


async def test_the_same_address_twice_is_one_reader_with_the_later_row(sqlite_store: Store) -> None:
    imported = await bring(sqlite_store, "address,form\ntelegram:1,full\ntelegram:1,brief\n")

    assert imported == Imported(added=1, changed=1)
    assert [row["form"] for row in await exported(sqlite_store)] == ["brief"]


async def test_a_reader_is_removed_with_all_preferences_or_was_not_there(sqlite_store: Store) -> None:
    await bring(sqlite_store, "address\ntelegram:1\ntelegram:2\n")

    removed = [await remove(Place("telegram", "1"), sqlite_store) for _ in range(2)]

    assert removed == [True, False]
    assert [row["address"] for row in await exported(sqlite_store)] == ["telegram:2"]


async def test_no_rows_import_nothing(sqlite_store: Store) -> None:
    assert await bring(sqlite_store, "address\n") == Imported()


async def test_words_of_a_long_import_count_from_when_they_were_kept(store: Store) -> None:
    await publish(store, MONDAY)
    later = AT_TEN + dt.timedelta(minutes=5)
    moments = chain([AT_TEN], repeat(later))
    rows = "address,follows\n" + "".join(f"telegram:{number},推理\n" for number in range(BATCH + 1))

    await import_rows(read_rows(rows), store, HOUSE, wall=lambda: next(moments))

    first, last = await reader(store, "telegram:0"), await reader(store, f"telegram:{BATCH}")
    assert first is not None
    assert last is not None
    assert (first.subscription.followed_at, last.subscription.followed_at) == (AT_TEN, later)
