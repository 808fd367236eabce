"""Followed words as kept: in the order in which they came, gone with their reader."""

from __future__ import annotations

from digest.following import Followed, read_followed
from digest.subscriber import Subscriber, SubscriberId, Subscription
from storage.store import Store
from tests.storage.makers import HOUR, MINUTE, NOW, subscribe

RAG, WORLD, ROBOT = (read_followed(word) for word in ("RAG", "世界模型", "具身智能"))


async def reader_of(store: Store, recipient: str = "1", *words: Followed) -> Subscriber:
    """A reader who follows these words."""
    async with store.transaction() as tx:
        reader = await subscribe(tx, recipient)
        for word in words:
            await tx.follows.add(reader.id, word, NOW)
    return reader


async def words_of(store: Store, reader: Subscriber) -> list[str]:
    async with store.reading() as tx:
        return [one.word for one in await tx.follows.of(reader.id)]


async def subscription_of(store: Store, reader: Subscriber) -> Subscription:
    async with store.reading() as tx:
        kept = await tx.subscribers.get(reader.id)
    assert kept is not None
    return kept.subscription


async def test_words_are_kept_in_the_order_in_which_they_came(store: Store) -> None:
    reader = await reader_of(store, "1", WORLD, RAG, ROBOT)

    assert await words_of(store, reader) == ["世界模型", "RAG", "具身智能"]


async def test_a_word_that_is_followed_already_stays_where_and_as_it_is(store: Store) -> None:
    reader = await reader_of(store, "1", WORLD, RAG)

    async with store.transaction() as tx:
        await tx.follows.add(reader.id, Followed(WORLD.key, "世界模型！"), NOW + HOUR)

    assert await words_of(store, reader) == ["世界模型", "RAG"]


async def test_a_dropped_word_is_gone_and_the_others_stay(store: Store) -> None:
    reader, other = await reader_of(store, "1", WORLD, RAG), await reader_of(store, "2", WORLD)

    async with store.transaction() as tx:
        await tx.follows.drop(reader.id, WORLD, NOW)

    assert await words_of(store, reader) == ["RAG"]
    assert await words_of(store, other) == ["世界模型"]


async def test_words_put_take_the_place_of_those_before(store: Store) -> None:
    reader = await reader_of(store, "1", WORLD, RAG)

    async with store.transaction() as tx:
        await tx.follows.put(reader.id, (ROBOT, WORLD), NOW + HOUR)

    assert await words_of(store, reader) == ["具身智能", "世界模型"]


async def test_the_moment_of_the_last_change_is_kept_and_none_without_words(store: Store) -> None:
    reader = await reader_of(store, "1", WORLD)
    seen = [(await subscription_of(store, reader)).followed_at]

    async with store.transaction() as tx:
        await tx.follows.add(reader.id, RAG, NOW + HOUR)
    seen.append((await subscription_of(store, reader)).followed_at)
    async with store.transaction() as tx:
        await tx.follows.drop(reader.id, WORLD, NOW + 2 * HOUR)
    seen.append((await subscription_of(store, reader)).followed_at)
    async with store.transaction() as tx:
        await tx.follows.put(reader.id, (), NOW + 3 * HOUR)
    seen.append((await subscription_of(store, reader)).followed_at)

    assert seen == [NOW, NOW + HOUR, NOW + 2 * HOUR, None]


async def test_saved_settings_leave_the_moment_alone(store: Store) -> None:
    reader = await reader_of(store, "1", WORLD)

    async with store.transaction() as tx:
        await tx.subscribers.save(
            reader.id, locale="en", zone="", subscription=Subscription(only_followed=True), due=None
        )

    kept = await subscription_of(store, reader)
    assert (kept.only_followed, kept.followed_at) == (True, NOW)


async def test_words_go_with_their_reader(store: Store) -> None:
    reader, other = await reader_of(store, "1", WORLD, RAG), await reader_of(store, "2", RAG)

    async with store.transaction() as tx:
        await tx.subscribers.remove(reader.id)

    async with store.reading() as tx:
        assert await tx.follows.followers([WORLD.key, RAG.key]) == {RAG.key: (other.id,)}


async def test_what_anybody_follows_comes_once_page_by_page(store: Store) -> None:
    await reader_of(store, "1", WORLD, RAG)
    await reader_of(store, "2", RAG, ROBOT)
    found: list[str] = []

    async with store.reading() as tx:
        while page := await tx.follows.keys(found[-1] if found else "", 2):
            assert len(page) <= 2
            found += page

    assert sorted(found) == sorted(one.key for one in (WORLD, RAG, ROBOT))


async def test_each_word_has_its_followers(store: Store) -> None:
    first, second = await reader_of(store, "1", WORLD, RAG), await reader_of(store, "2", RAG)

    async with store.reading() as tx:
        found = await tx.follows.followers([WORLD.key, RAG.key, ROBOT.key])

    assert {key: set(those) for key, those in found.items()} == {
        WORLD.key: {first.id},
        RAG.key: {first.id, second.id},
    }


async def test_of_a_word_written_in_two_ways_one_is_given(store: Store) -> None:
    reader = await reader_of(store, "1", RAG)
    async with store.transaction() as tx:
        other = await subscribe(tx, "2")
        await tx.follows.add(other.id, Followed(RAG.key, "rag"), NOW + MINUTE)

    async with store.reading() as tx:
        found = await tx.follows.words([RAG.key, WORLD.key])

    assert [one.key for one in found] == [RAG.key]
    assert found[0].word in ("RAG", "rag")
    assert await words_of(store, reader) == ["RAG"]


async def test_the_words_of_a_page_of_readers_come_together(store: Store) -> None:
    first, second = await reader_of(store, "1", WORLD, RAG), await reader_of(store, "2")
    third = await reader_of(store, "3", ROBOT)

    async with store.reading() as tx:
        found = await tx.follows.of_some(first.id, second.id)
        everybody = await tx.follows.of_some(SubscriberId(0), third.id)

    assert found == {first.id: (WORLD, RAG)}
    assert everybody == {first.id: (WORLD, RAG), third.id: (ROBOT,)}


async def test_asked_for_nobody_there_is_nothing(store: Store) -> None:
    async with store.reading() as tx:
        assert await tx.follows.keys() == ()
        assert await tx.follows.followers([]) == {}
        assert await tx.follows.words([]) == ()
        assert await tx.follows.of(SubscriberId(7)) == ()
