"""What a configuration means."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from tests.bot.broken_configurations import CANARY, TOKEN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "token.txt").write_text(f"{TOKEN}\n")
    return tmp_path


def loaded(folder: Path, text: str = "", environ: Mapping[str, str] | None = None) -> Settings:
    file = folder / "config.toml"
    file.write_text(text)
    found = load_settings(file, environ or {})
    assert isinstance(found, Settings), found
    return found


def test_nothing_configured_is_a_configuration() -> None:
    found = load_settings(None, {})

    assert isinstance(found, Settings)
    assert [found.telegram.configured, found.wechat.configured, found.wecom.configured] == [False] * 3
    assert found.schedule.push_at == dt.time(8)


def test_telegram_alone_is_a_configuration(folder: Path) -> None:
    settings = loaded(folder, f'[telegram]\ntoken = "{TOKEN}"\n')

    assert settings.telegram.configured
    assert settings.telegram.token.get_secret_value() == TOKEN


def test_paths_are_taken_from_the_folder_of_the_file(folder: Path) -> None:
    settings = loaded(
        folder,
        '[database]\nurl = "sqlite:///data/x.db"\n[issues]\nfolder = "mine"\n'
        '[[replies]]\nwords = ["x"]\nimage = "pictures/x.png"\n',
    )

    assert settings.database.url.get_secret_value() == f"sqlite:///{folder}/data/x.db"
    assert settings.issues.folder == folder / "mine"
    assert settings.replies[0].image == f"{folder}/pictures/x.png"


@pytest.mark.parametrize(
    "url", ["postgresql:///digestbot", "postgresql://u@/digestbot?host=/var/run/postgresql"]
)
def test_a_server_on_the_same_machine_is_reached_through_its_socket(folder: Path, url: str) -> None:
    assert loaded(folder, f'[database]\nurl = "{url}"\n').database.url.get_secret_value() == url


def test_absolute_paths_and_other_databases_stay(folder: Path) -> None:
    settings = loaded(folder, '[database]\nurl = "postgresql://u@h/d"\n[issues]\nfolder = "/srv/issues"\n')

    assert settings.database.url.get_secret_value() == "postgresql://u@h/d"
    assert settings.issues.folder == Path("/srv/issues")


@pytest.mark.parametrize("url", ["postgresql://u@/d?host=/run/postgresql", "postgresql:///d?a=1&host=%2Frun"])
def test_a_server_on_this_machine_is_named_by_its_socket(url: str, folder: Path) -> None:
    assert loaded(folder, f'[database]\nurl = "{url}"\n').database.url.get_secret_value() == url


def test_the_environment_wins_over_the_file(folder: Path) -> None:
    settings = loaded(
        folder,
        f'[telegram]\ntoken = "{CANARY}"\nmessages_per_second = 5\n[web]\nport = 1\n',
        {
            "DIGESTBOT_TELEGRAM__TOKEN_FILE": "token.txt",
            "DIGESTBOT_TELEGRAM__MESSAGES_PER_SECOND": "2.5",
            "DIGESTBOT_TELEGRAM__CHANNELS": '["@mychannel"]',
            "DIGESTBOT_TELEGRAM__PAID_BROADCAST": "true",
            "DIGESTBOT_WEB__PORT": "9090",
            "DIGESTBOT_SCHEDULE__PUSH_AT": "07:15",
            "DIGESTBOT_WECOM__ROBOTS": json.dumps([{"name": "a", "key": "k", "push_at": "08:40"}]),
            "DIGESTBOT_ISSUES__DIALECT": '{"section_skip": ["广告*"]}',
            "DIGESTBOT_REPLIES": '[{"words": ["进群"], "text": "扫码"}]',
        },
    )

    assert settings.telegram.token.get_secret_value() == TOKEN
    assert settings.telegram.messages_per_second == 2.5
    assert settings.telegram.channels == ("@mychannel",)
    assert settings.telegram.paid_broadcast
    assert settings.web.port == 9090
    assert settings.schedule.push_at == dt.time(7, 15)
    assert settings.wecom.robots[0].push_at == dt.time(8, 40)
    assert settings.issues.dialect == {"section_skip": ["广告*"]}
    assert settings.replies[0].words == ("进群",)


@pytest.mark.parametrize(
    "name", ["CONFIG", "SERVICE_HOST", "SERVICE_PORT", "PORT", "PORT_8080_TCP_ADDR", "SERVICE_PORT_HTTP"]
)
def test_variables_that_are_no_keys_are_let_be(name: str, folder: Path) -> None:
    assert loaded(folder, "", {f"DIGESTBOT_{name}": "tcp://10.0.0.1:80"}) == loaded(folder)


def test_a_toml_time_is_an_hour_too(folder: Path) -> None:
    assert loaded(folder, "[schedule]\npush_at = 07:30:00\n").schedule.push_at == dt.time(7, 30)


def test_no_secret_is_shown_by_the_settings(folder: Path) -> None:
    key = (CANARY * 2)[:43]
    settings = loaded(
        folder,
        f'[database]\nurl = "postgresql://u:{CANARY}@h/d"\n'
        f'[telegram]\ntoken = "12345:{CANARY}"\nwebhook_secret = "{CANARY}"\nproxy = "socks5://u:{CANARY}@h"\n'
        f'[wechat]\napp_id = "wx1"\napp_secret = "{CANARY}"\ntoken = "{CANARY}"\naes_key = "{key}"\n'
        f'proxy = "http://u:{CANARY}@h"\n'
        f'[wecom]\ncorp_id = "c"\nagent_id = 1000002\nsecret = "{CANARY}"\ntoken = "{CANARY}"\n'
        f'aes_key = "{key}"\n'
        f'[[wecom.robots]]\nname = "a"\nkey = "{CANARY}"\n'
        f'[web]\npassword_hash = "$argon2id${CANARY}"\nmetrics_token = "{CANARY}"\n',
    )

    shown = repr(settings) + str(settings) + repr(settings.model_dump()) + settings.model_dump_json()

    assert CANARY not in shown
    assert settings.wecom.agent_id == "1000002"


def test_settings_cannot_be_changed(folder: Path) -> None:
    settings = loaded(folder)

    with pytest.raises(ValueError, match="frozen"):
        settings.web.port = 1
