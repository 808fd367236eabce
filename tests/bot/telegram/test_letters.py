"""Letters: bodies written once, answers of which little is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.telegram.letters import KEPT, Letters, reference
from bot.telegram.render import Button, TelegramMessage
from digest.errors import Conflict, Gone, MaybeSent, Moved, NotSent, Refused, SendFailure, Unauthorized, Wait

MESSAGE = TelegramMessage(
    "<b>刊</b>",
    (((Button("栏目", data="i.251222"), Button("网页", url="https://example.org"))),),
    silent=True,
)


def body(message: TelegramMessage = MESSAGE, *, plain: bool = False, paid: bool = False) -> Any:
    return json.loads(Letters().body({"chat_id": 7}, message, plain=plain, paid=paid))


def answer(**content: object) -> bytes:
    return json.dumps(content).encode()


def failure_of(status: int, payload: bytes) -> SendFailure:
    with pytest.raises(SendFailure) as failed:
        reference(status, payload)
    return failed.value


def test_a_body_is_what_the_platform_documents() -> None:
    assert body(paid=True) == {
        "chat_id": 7,
        "text": "<b>刊</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "栏目", "callback_data": "i.251222"},
                    {"text": "网页", "url": "https://example.org"},
                ]
            ]
        },
        "disable_notification": True,
        "allow_paid_broadcast": True,
    }


def test_plain_words_have_neither_markup_nor_buttons() -> None:
    assert body(plain=True) == {
        "chat_id": 7,
        "text": "刊",
        "link_preview_options": {"is_disabled": True},
        "disable_notification": True,
    }


def test_what_is_said_is_written_once_for_all_chats() -> None:
    letters = Letters()
    first = letters.body({"chat_id": 1}, MESSAGE, plain=False, paid=False)
    others = [letters.body({"chat_id": chat}, MESSAGE, plain=False, paid=False) for chat in (2, 3)]

    assert [json.loads(one)["chat_id"] for one in (first, *others)] == [1, 2, 3]
    assert len(letters._written) == 1


def test_only_the_last_ones_are_kept_and_none_is_mistaken_for_another() -> None:
    letters = Letters()
    for number in range(3 * KEPT):
        said = letters.body({"chat_id": 1}, TelegramMessage(f"{number}"), plain=False, paid=False)
        assert json.loads(said)["text"] == f"{number}"

    assert len(letters._written) == KEPT


def test_what_cannot_be_encoded_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        body(TelegramMessage("\ud800"))

    assert (refused.value.reason, refused.value.markup) == ("cannot_encode", False)


def test_of_a_sent_message_its_chat_and_number_are_read() -> None:
    sent = {"message_id": 5, "chat": {"id": -1007, "type": "supergroup"}, "date": 1, "text": "刊"}

    assert reference(200, answer(ok=True, result=sent)) == "-1007:5"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<html>",
        b'{"ok":true,"resu',
        b"[]",
        b'{"ok":true,"result":true}',
        b'{"ok":true,"result":{"message_id":5}}',
        b'{"ok":false,"result":{"message_id":5,"chat":{"id":1}}}',
        b'{"ok":false,"description":"Bad Request"}',
        b"\xff",
    ],
)
def test_an_answer_that_is_none_leaves_it_open_whether_it_was_sent(payload: bytes) -> None:
    failure = failure_of(200, payload)

    assert (type(failure), failure.reason) == (MaybeSent, "broken_answer")


@pytest.mark.parametrize(
    ("status", "description", "kind", "reason"),
    [
        (400, "Bad Request: chat not found", Gone, "not_found"),
        (400, "Bad Request: can't parse entities: x", Refused, "cannot_parse"),
        (400, "Bad Request: message is too long", Refused, "too_long"),
        (400, "Bad Request: something new", Refused, "bad_request"),
        (401, "Unauthorized", Unauthorized, "unauthorized"),
        (403, "Forbidden: bot was blocked by the user", Gone, "blocked"),
        (403, "Forbidden: something new", Gone, "forbidden"),
        (404, "Not Found", Unauthorized, "unauthorized"),
        (409, "Conflict: terminated by other getUpdates request", Conflict, "other_poller"),
        (418, "I'm a teapot", Refused, "refused"),
        (500, "Internal Server Error", MaybeSent, "http_500"),
        (502, "Bad Gateway", MaybeSent, "http_502"),
        (503, "Service Unavailable", NotSent, "http_503"),
    ],
)
def test_a_refusal_is_told_in_our_words(
    status: int, description: str, kind: type[SendFailure], reason: str
) -> None:
    failure = failure_of(status, answer(ok=False, error_code=status, description=description))

    assert (type(failure), failure.reason) == (kind, reason)
    # Who asks why is told what the platform said; of a server's fault there is nothing to tell.
    assert failure.words == ("" if status >= 500 else description)


def test_the_platform_says_how_long_to_wait_and_where_a_group_has_gone() -> None:
    wait = failure_of(429, answer(ok=False, description="Too Many Requests", parameters={"retry_after": 17}))
    moved = failure_of(400, answer(ok=False, description="moved", parameters={"migrate_to_chat_id": -1009}))

    assert isinstance(wait, Wait)
    assert (wait.seconds, wait.whole) == (17.0, False)
    assert isinstance(moved, Moved)
    assert moved.recipient == "-1009"


@pytest.mark.parametrize("status", [301, 403, 407, 451])
def test_a_page_of_somebody_in_between_says_nothing_about_the_reader(status: int) -> None:
    failure = failure_of(status, b"<html>blocked</html>")

    assert (type(failure), failure.reason) == (NotSent, f"http_{status}")
