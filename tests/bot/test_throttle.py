"""How much one chat may ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.throttle import A_MINUTE, BURST, REMEMBERED, Throttle, Verdict


@dataclass(slots=True)
class Chats:
    """Chats that speak, at a time that a test turns on."""

    now: float = 1000.0
    throttle: Throttle = field(init=False)

    def __post_init__(self) -> None:
        self.throttle = Throttle(lambda: self.now)

    def speak(self, times: int, chat: str = "77") -> list[Verdict]:
        return [self.throttle.judge(chat) for _ in range(times)]


def test_twenty_messages_at_once_are_answered() -> None:
    assert Chats().speak(BURST) == [Verdict.ANSWER] * 20


def test_whoever_asks_too_much_is_told_once_and_then_passed_over() -> None:
    assert Chats().speak(BURST + 5)[BURST:] == [Verdict.TELL, *[Verdict.IGNORE] * 4]


def test_a_message_every_three_seconds_is_always_answered() -> None:
    chats = Chats()
    chats.speak(BURST)

    found = []
    for _ in range(100):
        chats.now += 60 / A_MINUTE
        found += chats.speak(1)

    assert found == [Verdict.ANSWER] * 100


def test_in_any_minute_after_the_first_ones_no_more_than_twenty_are_answered() -> None:
    chats = Chats()
    chats.speak(BURST + 1)

    answered = 0
    for _ in range(60 * 10):
        chats.now += 0.1
        answered += chats.speak(1).count(Verdict.ANSWER)

    assert answered in (19, 20)


def test_it_is_told_again_when_it_is_too_much_again() -> None:
    chats = Chats()
    chats.speak(BURST + 2)
    chats.now += 3

    assert chats.speak(3) == [Verdict.ANSWER, Verdict.TELL, Verdict.IGNORE]


def test_a_long_silence_saves_up_no_more_than_a_burst() -> None:
    chats = Chats()
    chats.speak(1)
    chats.now += 86_400

    assert chats.speak(BURST + 1).count(Verdict.ANSWER) == BURST


def test_one_chat_does_not_use_up_what_another_may_ask() -> None:
    chats = Chats()
    chats.speak(BURST + 100, "loud")

    assert chats.speak(BURST, "quiet") == [Verdict.ANSWER] * BURST


def test_of_a_crowd_only_the_chats_that_spoke_last_are_remembered() -> None:
    chats = Chats()
    chats.speak(BURST + 1, "first")
    chats.speak(BURST + 1, "second")
    for number in range(REMEMBERED - 1):
        chats.throttle.judge(f"crowd-{number}")

    assert len(chats.throttle._chats) == REMEMBERED
    assert chats.speak(1, "second") == [Verdict.IGNORE]
    assert chats.speak(1, "first") == [Verdict.ANSWER]
