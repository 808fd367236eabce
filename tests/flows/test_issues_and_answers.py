"""From an issue file to an answer in the terminal: `ingest` and `say`, each a process of its own."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from tests.flows.conftest import NewHouse
from tests.flows.running import SAMPLE, Done, House
from tests.standins.telegram_html import Parsed, parse

NOTHING_IN_IT = "---\ndate: 2025-13-45\n---\n\nnot an issue\n"
ENGLISH = {"DIGESTBOT_BOT__LOCALE": "en"}
WAYS = ("/section 开源动态", "开源动态", "版块 開源", "/section@digest_bot 开源")


def titles(section: str) -> list[str]:
    """The titles of the sample's stories in a section."""
    part = SAMPLE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^### (.+)$", part, re.MULTILINE)


def links(parsed: Parsed) -> list[str]:
    """The words that are links, in order."""
    units = parsed.text.encode("utf-16-le")
    found = [entity for entity in parsed.entities if entity.type == "text_link"]
    return [units[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le") for e in found]


def labels(message: dict[str, Any]) -> list[str]:
    """The labels of a message's buttons."""
    return [button["label"] for row in message["buttons"] for button in row]


@pytest.fixture(scope="module")
def library(new_house: NewHouse) -> House:
    """A house that has loaded the sample, by the command."""
    house = new_house()
    house.configure()
    house.write("2025-12-22.md", SAMPLE)
    done = asyncio.run(house.command("ingest", "2025-12-22.md", **ENGLISH))
    assert done == Done(
        0,
        "2025-12-22.md: new 2025-12-22 revision 1, 5 sections, 41 items\n"
        "1 new, 0 changed, 0 unchanged, 0 rejected.\n",
        "",
    )
    return house


async def test_the_same_file_again_changes_nothing(library: House) -> None:
    plain, as_data = await asyncio.gather(
        library.command("ingest", "2025-12-22.md", **ENGLISH),
        library.command("ingest", "2025-12-22.md", "--json"),
    )

    assert (plain.code, plain.err) == (0, "")
    assert plain.out == "2025-12-22.md: unchanged\n0 new, 0 changed, 1 unchanged, 0 rejected.\n"
    counts = {"new": 0, "changed": 0, "unchanged": 1, "rejected": 0}
    assert as_data.data == {**counts, "issues": [], "problems": []}


async def test_what_became_of_a_file_is_told_as_data(house: House) -> None:
    house.configure()
    path = house.write("2025-12-22.md", SAMPLE)

    first = await house.command("ingest", "--json", "2025-12-22.md")
    path.write_text(SAMPLE.replace("搬进旧船厂", "搬出旧船厂"), encoding="utf-8")
    edited = await house.command("ingest", "--json", "2025-12-22.md")

    kept = {"date": "2025-12-22", "sections": 5, "items": 41}
    nothing = {"new": 0, "changed": 0, "unchanged": 0, "rejected": 0, "problems": []}
    assert (first.code, first.err, edited.code, edited.err) == (0, "", 0, "")
    assert first.data == {**nothing, "new": 1, "issues": [{**kept, "revision": 1}]}
    assert edited.data == {**nothing, "changed": 1, "issues": [{**kept, "revision": 2}]}


async def test_a_broken_file_is_refused_with_every_problem_and_its_line(house: House) -> None:
    house.configure(bot={"locale": "en"})
    house.write("broken.md", NOTHING_IN_IT)

    plain, as_data = await asyncio.gather(
        house.command("ingest", "broken.md"), house.command("ingest", "broken.md", "--json")
    )

    assert plain.code == as_data.code == 1
    assert plain.out == "broken.md: rejected\n0 new, 0 changed, 0 unchanged, 1 rejected.\n"
    problems = [(p["line"], p["severity"]) for p in as_data.data["problems"]]
    assert len(problems) > 1
    told = re.findall(r"^broken\.md:(\d+): (error|warning): .+\.$", plain.err, re.MULTILINE)
    assert [(int(line), severity) for line, severity in told] == problems
    assert len(plain.err.splitlines()) == len(problems)


async def test_a_folder_is_loaded_whole_and_one_bad_file_does_not_stop_the_others(house: House) -> None:
    house.configure(bot={"locale": "en"})
    house.publish("2025-12-20")
    house.publish("2025-12-21")
    house.write("issues/2025-12-22.md", NOTHING_IN_IT)

    done, absent = await asyncio.gather(house.command("ingest"), house.command("ingest", "no/such/folder"))

    assert done.code == 1
    assert done.out.splitlines()[-1] == "2 new, 0 changed, 0 unchanged, 1 rejected."
    assert (absent.code, absent.out) == (2, "")
    assert "no/such/folder" in absent.err


async def test_a_section_is_seven_stories_in_one_message_however_it_is_asked_for(library: House) -> None:
    wanted = titles("开源动态")
    assert len(wanted) == 7

    answers = await asyncio.gather(
        *(library.command("say", way, "--channel", "telegram", "--json") for way in WAYS)
    )

    assert [done.code for done in answers] == [0] * len(WAYS)
    assert len({done.out for done in answers}) == 1
    [message] = answers[0].data["messages"]
    parsed = parse(message["html"])
    assert parsed.notes == ()
    assert parsed.units <= 4096
    assert links(parsed) == wanted


async def test_a_day_without_an_issue_names_the_nearest_one(library: House) -> None:
    done = await library.command("say", "2025-12-23", "--channel", "telegram", "--json")

    [message] = done.data["messages"]
    assert "12月22日" in parse(message["html"]).text
    assert any("12月22日" in label for label in labels(message))


async def test_a_button_is_pressed_by_its_data(library: House) -> None:
    said = await library.command(
        "say", "今日", "--channel", "telegram", "--json", "--now", "2025-12-22T09:00"
    )
    buttons = [button for row in said.data["messages"][0]["buttons"] for button in row]
    data = next(button["data"] for button in buttons if button["label"].startswith("开源"))

    pressed = await library.command("say", "--press", data, "--channel", "telegram", "--json")

    assert links(parse(pressed.data["messages"][0]["html"])) == titles("开源动态")


async def test_two_recipients_have_two_sets_of_settings_and_a_dialogue_goes_on_between_commands(
    library: House,
) -> None:
    async def say(text: str, recipient: str) -> str:
        done = await library.command("say", text, "--channel", "telegram", "--as", recipient, "--json")
        assert (done.code, done.err) == (0, "")
        return str(done.data["messages"][0]["html"])

    await say("时间", "telegram:12345")
    answered = await say("7:15", "12345")
    mine, other = await asyncio.gather(say("设置", "12345"), say("设置", "54321"))

    assert "7:15" in answered
    assert "7:15" in mine
    assert "7:15" not in other


async def test_the_language_and_the_moment_of_an_answer_can_be_given(library: House) -> None:
    english, yesterday, bad = await asyncio.gather(
        library.command("say", "help", "--locale", "en", "--as", "console:eve"),
        library.command("say", "昨天", "--now", "2025-12-23T00:30", "--channel", "telegram", "--json"),
        library.command("say", "昨天", "--now", "soon"),
    )

    assert not re.search("[\u4e00-\u9fff]{8}", english.out)
    assert "12月22日" in yesterday.data["messages"][0]["html"]
    assert (bad.code, bad.out, len(bad.err.splitlines())) == (2, "", 1)
    assert "soon" in bad.err


async def test_a_saying_that_cannot_be_is_refused_in_a_sentence(library: House) -> None:
    sayings = (("今日", "--as", "wecom:lisi"), ("今日", "--channel", "fax"))

    refused = await asyncio.gather(*(library.command("say", *words) for words in ((), *sayings)))

    assert [(done.code, done.out, len(done.err.splitlines())) for done in refused] == [(2, "", 1)] * 3


async def test_an_answer_in_the_terminal_is_plain_text_when_it_is_piped(library: House) -> None:
    done = await library.command("say", "今日", "--now", "2025-12-22T09:00")

    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert titles("新闻资讯")[0] in done.out
