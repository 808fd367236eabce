"""`digestbot doctor`: what it says of each fault, in both languages, and that no secret is in it."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor import examine
from bot.phrases import load_catalogs
from bot.settings import DatabaseSettings, Settings, WechatSettings, WecomSettings
from bot.terminal import Terminal
from tests.standins.tencent import (
    ADDRESS,
    AGENT_ID,
    APP_ID,
    APP_SECRET,
    CORP_ID,
    CORP_SECRET,
    TencentStandin,
)

LANGUAGES = ("zh-Hans", "en")


@pytest.fixture
async def server() -> AsyncIterator[TencentStandin]:
    """A service account and a company."""
    async with TencentStandin("service") as standin:
        yield standin


def wechat(
    base_url: str, account: str = "service", secret: str = APP_SECRET, app_id: str = APP_ID
) -> Settings:
    """Settings of an official account."""
    return Settings(
        wechat=WechatSettings(
            account=account,  # type: ignore[arg-type]
            app_id=app_id,
            app_secret=SecretStr(secret),
            api_base_url=base_url,
        )
    )


def wecom(
    base_url: str, secret: str = CORP_SECRET, agent: str = str(AGENT_ID), corp: str = CORP_ID
) -> Settings:
    """Settings of an app."""
    return Settings(
        wecom=WecomSettings(corp_id=corp, agent_id=agent, secret=SecretStr(secret), api_base_url=base_url)
    )


async def said(settings: Settings, folder: Path, language: str = "en") -> tuple[int, str]:
    """The exit code, and all that was said but the line of the database."""
    url = SecretStr(f"sqlite:///{folder / 'digestbot.db'}")
    whole = settings.model_copy(update={"database": DatabaseSettings(url=url)})
    out = io.StringIO()
    code = await examine(whole, Terminal(load_catalogs().speak(language), out, out), json=False)
    lines = [line for line in out.getvalue().splitlines() if " database: " not in line]
    assert not any(secret in out.getvalue() for secret in (APP_SECRET, CORP_SECRET, "an0ther0ne"))
    return code, "\n".join(lines)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_account_in_order_says_how_it_pushes(
    server: TencentStandin, tmp_path: Path, language: str
) -> None:
    code, text = await said(wechat(server.base_url), tmp_path, language)

    assert code == 0
    assert text.splitlines()[0].startswith("✓ wechat: ")
    assert "48" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"secret": "an0ther0ne"}, "wechat.app_secret"),
        ({"app_id": "wx9999999999999999"}, "wechat.app_id"),
    ],
)
async def test_a_wrong_login_names_the_setting_to_mend(
    server: TencentStandin, tmp_path: Path, language: str, settings: dict[str, str], named: str
) -> None:
    code, text = await said(wechat(server.base_url, **settings), tmp_path, language)

    assert code == 1
    assert named in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_address_on_no_list_is_named_with_where_to_put_it(
    server: TencentStandin, tmp_path: Path, language: str
) -> None:
    server.allowed = False

    code, text = await said(wechat(server.base_url), tmp_path, language)
    assert (code, ADDRESS in text, "40164" in text, "IP白名单" in text) == (1, True, True, True)
    code, text = await said(wecom(server.base_url), tmp_path, language)
    assert (code, ADDRESS in text, "60020" in text, "可信IP" in text) == (1, True, True, True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("answers", "configured", "well"),
    [
        ("service", "service", True),
        ("service", "test", True),
        ("test", "service", True),
        ("subscription", "service", False),
        ("subscription", "subscription", True),
        ("personal", "subscription", False),
        ("personal", "personal", True),
        ("service", "subscription", False),
    ],
)
async def test_the_kind_of_account_is_held_against_what_the_platform_lets_it_do(
    tmp_path: Path, language: str, answers: str, configured: str, well: bool
) -> None:
    async with TencentStandin(answers) as server:
        code, text = await said(wechat(server.base_url, configured), tmp_path, language)

    assert code == (0 if well else 1)
    assert (f'"{answers}"' in text) != well


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_account_without_a_secret_only_answers(tmp_path: Path, language: str) -> None:
    code, text = await said(wechat("http://127.0.0.1:9", "personal", ""), tmp_path, language)

    assert code == 0
    assert "wechat.app_secret" in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_app_in_order_is_called_by_its_name(
    server: TencentStandin, tmp_path: Path, language: str
) -> None:
    code, text = await said(wecom(server.base_url), tmp_path, language)

    assert code == 0
    assert "日报" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"secret": "an0ther0ne"}, "wecom.secret"),
        ({"corp": "ww9999999999999999"}, "wecom.corp_id"),
        ({"agent": "1"}, "wecom.agent_id"),
    ],
)
async def test_a_wrong_login_of_an_app_names_the_setting_to_mend(
    server: TencentStandin, tmp_path: Path, language: str, settings: dict[str, str], named: str
) -> None:
    code, text = await said(wecom(server.base_url, **settings), tmp_path, language)

    assert code == 1
    assert named in text


@pytest.mark.parametrize("code", [48004, 50002, 48001, 45009, 47001])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_whatever_the_platform_refuses_is_a_sentence(
    server: TencentStandin, tmp_path: Path, language: str, code: int
) -> None:
    server.fault("code", "getcallbackip", times=9, code=code, words="no")

    exit_code, text = await said(wechat(server.base_url), tmp_path, language)

    assert exit_code == 1
    assert text.count("✗ wechat: ") == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_platform_that_is_not_there_is_named(tmp_path: Path, language: str) -> None:
    code, text = await said(wecom("http://127.0.0.1:9"), tmp_path, language)

    assert code == 1
    assert "127.0.0.1:9" in text


async def test_the_same_is_to_be_had_as_data(server: TencentStandin, tmp_path: Path) -> None:
    out = io.StringIO()
    settings = wechat(server.base_url).model_copy(
        update={"database": DatabaseSettings(url=SecretStr(f"sqlite:///{tmp_path / 'digestbot.db'}"))}
    )
    code = await examine(settings, Terminal(load_catalogs().speak("en"), out, out), json=True)

    found = json.loads(out.getvalue())["findings"]
    assert code == 0
    assert [one["subject"] for one in found] == ["database", "wechat", "wechat", "wechat"]
    assert all(one["well"] and one["message"] for one in found)
