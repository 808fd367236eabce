"""Cutting the answer of getUpdates: nothing in one update holds up another."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.batch import split_updates

DEEP = "[" * 50_000 + "]" * 50_000


def answer(*updates: str) -> bytes:
    return ('{"ok":true,"result":[' + ",".join(updates) + "]}").encode("utf-8", "surrogatepass")


def test_each_update_keeps_its_own_bytes() -> None:
    found = split_updates(answer('{"update_id":5,"message":{"text":"\\u4eca" }}', '{"x":[1],"update_id":6}'))

    assert found == ((5, b'{"update_id":5,"message":{"text":"\\u4eca" }}'), (6, b'{"x":[1],"update_id":6}'))


def test_no_updates_are_no_failure() -> None:
    assert split_updates(answer()) == ()


def test_half_a_surrogate_pair_is_kept_as_it_was_written() -> None:
    found = split_updates(answer('{"update_id":5,"message":{"text":"\\ud800"}}', '{"update_id":6}'))

    assert found is not None
    assert [update_id for update_id, _ in found] == [5, 6]
    assert json.loads(found[0][1]) == {"update_id": 5, "message": {"text": "\ud800"}}


def test_an_update_without_an_id_is_left_out() -> None:
    assert split_updates(answer('{"update_id":"5"}', "[]", "7", '{"update_id":6}')) == (
        (6, b'{"update_id": 6}'),
    )


def test_one_update_that_nobody_can_read_is_kept_by_its_id() -> None:
    assert split_updates(answer('{"update_id":5,"message":' + DEEP + "}")) == ((5, b"{}"),)


def test_among_others_it_makes_the_answer_broken_so_that_they_are_asked_for_one_by_one() -> None:
    assert split_updates(answer('{"update_id":5,"message":' + DEEP + "}", '{"update_id":6}')) is None


def test_what_is_no_list_of_updates_is_none() -> None:
    for payload in (
        b"",
        b"<html>",
        b"[]",
        b'{"ok":false,"description":"x"}',
        b'{"ok":true,"result":7}',
        b"\xff",
    ):
        assert split_updates(payload) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=5))
def test_any_json_in_an_update_comes_through_unchanged(contents: list[object]) -> None:
    updates = [{"update_id": number, "message": content} for number, content in enumerate(contents)]

    found = split_updates(json.dumps({"ok": True, "result": updates}).encode())

    assert found is not None
    assert [json.loads(raw) for _, raw in found] == updates


@given(st.binary(max_size=200))
def test_any_bytes_are_either_updates_or_none(payload: bytes) -> None:
    found = split_updates(payload)

    assert found is None or isinstance(found, tuple)
