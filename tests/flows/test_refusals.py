"""What cannot be started says so in a sentence or two, with the exit code of the contract."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
from contextlib import closing

from tests.flows.running import Done, House, improper
from tests.standins.telegram import TOKEN, TelegramStandin

BROKEN = f"""[bot]
locale = "zh_CN"
timezone = "Asia/Peking"

[telegram]
token = "{TOKEN.replace(":", "")}"
tokn = "{TOKEN}"

[schedule]
push_at = "8：30"

[delivery]
concurrency = "many"
"""


def processor_seconds() -> float:
    """What children that have ended used of a processor; unlike a clock it is not stretched by neighbours."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sentences(done: Done) -> list[str]:
    """The lines on stderr of a command that was refused: nothing else was said, and nothing improper."""
    lines = done.err.splitlines()
    assert improper(lines) == []
    assert done.out == ""
    return lines


async def test_a_broken_configuration_is_told_whole_and_without_its_secrets(house: House) -> None:
    house.write("config.toml", BROKEN)

    run, check = await asyncio.gather(house.command("run"), house.command("check"))

    assert (run.code, check.code) == (2, 2)
    assert run == check
    lines = sentences(run)
    places = [line.split(": ")[:2] for line in lines[:-1]]
    assert places == [
        ["config.toml:3", "bot.timezone"],
        ["config.toml:6", "telegram.token"],
        ["config.toml:7", "telegram.tokn"],
        ["config.toml:10", "schedule.push_at"],
        ["config.toml:13", "delivery.concurrency"],
    ]
    assert lines[-1] == "共 5 处要改，没有启动。"


async def test_run_does_not_start_with_a_token_that_is_refused(house: House) -> None:
    async with TelegramStandin() as server:
        house.configure(server)
        server.revoke(server.token)

        done = await house.command("run")

    assert done.code == 2
    [line] = [line for line in sentences(done) if "token" in line]
    assert "BotFather" in line


async def test_a_database_of_a_newer_version_is_left_alone(house: House) -> None:
    async with TelegramStandin() as server:
        house.configure(server)
        await house.command("migrate")
        with closing(sqlite3.connect(house.database)) as opened, opened:
            opened.execute("UPDATE alembic_version SET version_num = '9999'")
        before = house.database.read_bytes()

        run, say = await asyncio.gather(house.command("run"), house.command("say", "今日"))

    assert (run.code, say.code) == (2, 2), run.err + say.err
    [line] = sentences(run)
    assert "9,999" in line
    assert "更新的版本" in line
    assert sentences(say) == [line]
    assert house.database.read_bytes() == before


async def test_a_file_that_is_no_database_is_left_alone(house: House) -> None:
    async with TelegramStandin() as server:
        house.configure(server)
        house.write("digestbot.db", "my diary, page one\n" * 100)

        run, ingest = await asyncio.gather(house.command("run"), house.command("ingest", "."))

    assert run.code == 1
    assert "digestbot.db" in sentences(run)[0]
    assert ingest.code in (1, 2)
    assert house.database.read_text().startswith("my diary")


async def test_a_folder_that_cannot_be_written_is_named(house: House) -> None:
    async with TelegramStandin() as server:
        # In /sys not even root makes files.
        urls = ("sqlite:////sys/digestbot.db", "sqlite:///no/such/folder/digestbot.db")
        house.configure(server)
        run, absent = await asyncio.gather(
            *(house.command("run", DIGESTBOT_DATABASE__URL=url) for url in urls)
        )

    assert (run.code, absent.code) == (1, 1)
    assert "/sys/digestbot.db" in sentences(run)[0]
    assert "no/such/folder/digestbot.db" in sentences(absent)[0]
    assert len(run.err.splitlines()) == len(absent.err.splitlines()) == 1


async def test_a_second_instance_is_refused_at_once_and_other_commands_work_beside_the_first(
    house: House,
) -> None:
    async with TelegramStandin() as server:
        house.configure(server)
        async with house.running() as first:
            before = processor_seconds()
            second = await house.command("run")
            took = processor_seconds() - before
            migrate, said = await asyncio.gather(house.command("migrate"), house.command("say", "帮助"))
        after = await house.command("migrate")

    assert (second.code, migrate.code, said.code, after.code) == (75, 75, 0, 0)
    [line] = sentences(second)
    assert f"PID {first.process.pid}" in line
    assert os.uname().nodename in line or "本机" in line
    assert sentences(migrate) == [line]
    assert took <= 20.0


async def test_words_that_are_no_command_and_a_run_without_a_channel_are_refused(house: House) -> None:
    house.configure()

    unknown, flag, bare, run = await asyncio.gather(
        house.command("runn"),
        house.command("push", "2025-12-22", "--fast"),
        house.command(),
        house.command("run"),
    )

    assert (unknown.code, flag.code, bare.code, run.code) == (2, 2, 0, 2)
    assert len(sentences(unknown)) == len(sentences(flag)) == 1
    assert "ingest" in bare.out
    assert sentences(run) == [
        (
            "还没有配置任何渠道。在 config.toml 里写上 [telegram]、[wechat] 或 [wecom]，"
            "或先用 digestbot demo 看看。"
        )
    ]
