"""Ways to break a configuration, and what is owed for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CANARY = "c4n4ryc4n4ryc4n4ryc4n4ry"
TOKEN = "12345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@dataclass(frozen=True)
class Broken:
    """A configuration that is wrong, and where, which key and which message is owed for it."""

    text: str | bytes
    said: tuple[tuple[str, str, str], ...]
    environ: Mapping[str, str] = field(default_factory=dict)


def broken(text: str | bytes, *said: tuple[str, str, str], **environ: str) -> Broken:
    return Broken(text, said, {f"DIGESTBOT_{name}": value for name, value in environ.items()})


BROKEN = {
    "a token without its digits": broken(
        f'[telegram]\ntoken = "{CANARY}"\n', ("2", "telegram.token", "config.telegram_token")
    ),
    "a token that is a number": broken(
        "[telegram]\ntoken = 12345678\n", ("2", "telegram.token", "config.text")
    ),
    "a misspelt key with a secret": broken(
        f'[telegram]\ntokn = "{TOKEN}{CANARY}"\n', ("2", "telegram.tokn", "config.unknown_near")
    ),
    "a key of another table": broken(
        f'[bot]\ntoken = "{CANARY}"\n', ("2", "bot.token", "config.unknown_near")
    ),
    "a key like no other": broken("[log]\nzzzz = 1\n", ("2", "log.zzzz", "config.unknown")),
    "a secret where the key should be": broken(
        f'[telegram]\n"{TOKEN}{CANARY}" = "token"\n', ("2", "telegram.…", "config.unknown")
    ),
    "a misspelt table": broken("[telegramm]\nx = 1\n", ("1", "telegramm", "config.unknown_near")),
    "an unknown table": broken("[mastodon]\nx = 1\n", ("1", "mastodon", "config.unknown")),
    "a key before any table": broken(f'token = "{CANARY}"\n', ("1", "token", "config.unknown_near")),
    "a table that is a number": broken("telegram = 5\n", ("1", "telegram", "config.table")),
    "an API address with its path": broken(
        f'[telegram]\napi_base_url = "http://localhost:8081/bot{TOKEN}{CANARY}"\n',
        ("2", "telegram.api_base_url", "config.api_base_path"),
    ),
    "an API address without a scheme": broken(
        '[wechat]\napi_base_url = "api.weixin.qq.com"\n', ("2", "wechat.api_base_url", "config.api_base_url")
    ),
    "an API address with a password": broken(
        f'[wecom]\napi_base_url = "https://me:{CANARY}@host"\n',
        ("2", "wecom.api_base_url", "config.api_base_url"),
    ),
    "an API address with a port beyond all ports": broken(
        '[wecom]\napi_base_url = "https://host:99999"\n', ("2", "wecom.api_base_url", "config.api_base_url")
    ),
    "an unknown way to listen": broken(
        '[telegram]\nmode = "long-polling"\n', ("2", "telegram.mode", "config.one_of")
    ),
    "a webhook with nothing it needs": broken(
        f'[telegram]\ntoken = "{TOKEN}"\nmode = "webhook"\n',
        ("1", "telegram.webhook_url", "config.needed"),
        ("1", "telegram.webhook_secret", "config.webhook_secret_short"),
    ),
    "a webhook without TLS": broken(
        '[telegram]\nwebhook_url = "http://example.com/telegram"\n',
        ("2", "telegram.webhook_url", "config.webhook_url"),
    ),
    "a webhook secret with other letters": broken(
        f'[telegram]\nwebhook_secret = "{CANARY} 密"\n',
        ("2", "telegram.webhook_secret", "config.webhook_secret"),
    ),
    "a rate that costs": broken(
        "[telegram]\nmessages_per_second = 100\n",
        ("2", "telegram.messages_per_second", "config.paid_broadcast"),
    ),
    "a rate of nothing": broken(
        "[telegram]\nmessages_per_second = 0\n", ("2", "telegram.messages_per_second", "config.rate")
    ),
    "a rate beyond the platform": broken(
        "[telegram]\nmessages_per_second = 1001\npaid_broadcast = true\n",
        ("2", "telegram.messages_per_second", "config.rate"),
    ),
    "a flag in quotes": broken(
        '[telegram]\npaid_broadcast = "yes"\n', ("2", "telegram.paid_broadcast", "config.flag")
    ),
    "a proxy of another kind": broken(
        f'[telegram]\nproxy = "ftp://me:{CANARY}@127.0.0.1"\n', ("2", "telegram.proxy", "config.proxy")
    ),
    "a Telegram channel by its link": broken(
        f'[telegram]\ntoken = "{TOKEN}"\nchannels = [\n  "@good",\n  "https://t.me/mine",\n]\n',
        ("5", "telegram.channels[2]", "config.telegram_channel"),
    ),
    "Telegram channels and no bot": broken(
        '[telegram]\nchannels = ["@mine"]\n', ("1", "telegram.token", "config.needed")
    ),
    "channels as one text": broken(
        f'[telegram]\ntoken = "{TOKEN}"\nchannels = "@mine"\n', ("3", "telegram.channels", "config.list")
    ),
    "an hour with a full-width colon": broken(
        '[schedule]\npush_at = "8：30"\n', ("2", "schedule.push_at", "config.clock_fullwidth")
    ),
    "an hour that no day has": broken(
        '[schedule]\nlate_until = "25:00"\n', ("2", "schedule.late_until", "config.clock")
    ),
    "an hour as a number": broken(
        "[schedule]\npush_at = 8\n", ("2", "schedule.push_at", "config.clock_text")
    ),
    "unknown weekdays": broken(
        '[schedule]\nweekdays = "mon-fry"\n', ("2", "schedule.weekdays", "config.weekdays")
    ),
    "no weekday at all": broken('[schedule]\nweekdays = ""\n', ("2", "schedule.weekdays", "config.weekdays")),
    "hours without end": broken(
        "[schedule]\ncatch_up_hours = inf\n", ("2", "schedule.catch_up_hours", "config.range")
    ),
    "a zone that only people know": broken(
        '[bot]\ntimezone = "Asia/Beijing"\n', ("2", "bot.timezone", "config.zone_near")
    ),
    "a zone like no other": broken('[bot]\ntimezone = "qqqq/zzzz"\n', ("2", "bot.timezone", "config.zone")),
    "a language with its name": broken('[bot]\nlocale = "中文"\n', ("2", "bot.locale", "config.locale")),
    "an admin by name": broken(
        '[bot]\nadmins = ["telegram:@boss"]\n', ("2", "bot.admins[1]", "config.admin_number")
    ),
    "an admin of an unknown channel": broken(
        '[bot]\nadmins = ["telegram:1",\n"mail:x"]\n', ("3", "bot.admins[2]", "config.address")
    ),
    "a database of another kind": broken(
        f'[database]\nurl = "mysql://me:{CANARY}@host/x"\n', ("2", "database.url", "config.database_url")
    ),
    "a database in memory": broken(
        '[database]\nurl = "sqlite:///:memory:"\n', ("2", "database.url", "config.database_memory")
    ),
    "an empty folder name": broken('[issues]\nfolder = ""\n', ("2", "issues.folder", "config.path")),
    "a folder that is a number": broken("[issues]\nfolder = 3\n", ("2", "issues.folder", "config.text")),
    "a dialect key that there is not": broken(
        "[issues.dialect]\nlayuot = 1\n", ("2", "issues.dialect.layuot", "config.unknown_near")
    ),
    "a dialect word that there is not": broken(
        '[issues.dialect]\nlayout = "x"\n[issues.dialect.section_aliases]\na = 1\n',
        ("2", "issues.dialect.layout", "dialect.not_a_choice"),
        ("3", "issues.dialect.section_aliases", "dialect.not_a_list"),
    ),
    "a port beyond all ports": broken("[web]\nport = 70000\n", ("2", "web.port", "config.range")),
    "a port in quotes": broken('[web]\nport = "8080"\n', ("2", "web.port", "config.whole_number")),
    "a number in quotes": broken(
        '[issues]\nrescan_seconds = "10"\n', ("2", "issues.rescan_seconds", "config.number")
    ),
    "half a worker": broken(
        "[delivery]\nconcurrency = 1.5\n", ("2", "delivery.concurrency", "config.whole_number")
    ),
    "a policy that there is not": broken(
        '[delivery]\non_unknown = "retry"\n', ("2", "delivery.on_unknown", "config.one_of")
    ),
    "a WeChat token with other characters": broken(
        f'[wechat]\napp_id = "wx1"\ntoken = "{CANARY}-"\n', ("3", "wechat.token", "config.callback_token")
    ),
    "a short WeChat key": broken(
        f'[wechat]\napp_id = "wx1"\ntoken = "abc123"\naes_key = "{CANARY}"\n',
        ("4", "wechat.aes_key", "config.aes_key_length"),
    ),
    "a WeChat key with other characters": broken(
        f'[wechat]\napp_id = "wx1"\ntoken = "abc123"\naes_key = "{CANARY}{"-" * 19}"\n',
        ("4", "wechat.aes_key", "config.aes_key"),
    ),
    "WeChat with an empty token": broken(
        f'[wechat]\napp_id = "wx1"\napp_secret = "{CANARY}"\ntoken = ""\n',
        ("4", "wechat.token", "config.token_empty"),
    ),
    "WeChat without its app": broken(
        f'[wechat]\ntoken = "{CANARY}"\n', ("1", "wechat.app_id", "config.needed")
    ),
    "a service account without its secret": broken(
        '[wechat]\naccount = "service"\napp_id = "wx1"\ntoken = "abc123"\n',
        ("1", "wechat.app_secret", "config.needed"),
    ),
    "half a WeCom app": broken(
        '[wecom]\ncorp_id = "ww1"\n',
        ("1", "wecom.agent_id", "config.needed"),
        ("1", "wecom.secret", "config.needed"),
    ),
    "a WeCom app named by words": broken(
        f'[wecom]\ncorp_id = "ww1"\nagent_id = "daily"\nsecret = "{CANARY}"\n',
        ("3", "wecom.agent_id", "config.agent_id"),
    ),
    "a WeCom token without its key": broken(
        f'[wecom]\ntoken = "{CANARY}"\n', ("1", "wecom.aes_key", "config.needed")
    ),
    "a robot without a key": broken(
        '[[wecom.robots]]\nname = "a"\n', ("1", "wecom.robots[1].key", "config.missing")
    ),
    "two robots of one name": broken(
        f'[[wecom.robots]]\nname = "a"\nkey = "{CANARY}"\n[[wecom.robots]]\nname = "a"\nkey = "{CANARY}"\n',
        ("5", "wecom.robots[2].name", "config.twice"),
    ),
    "a reply that says nothing": broken(
        '[[replies]]\nwords = ["x"]\n', ("1", "replies[1]", "config.reply_empty")
    ),
    "a reply to nothing": broken(
        '[[replies]]\ntext = "x"\nwords = []\n', ("3", "replies[1].words", "config.reply_words")
    ),
    "a reply to an empty word": broken(
        '[[replies]]\ntext = "x"\nwords = [" "]\n', ("3", "replies[1].words[1]", "config.empty")
    ),
    "a site without a scheme": broken(
        '[web]\nbase_url = "digest.example.com"\n', ("2", "web.base_url", "config.site")
    ),
    "a password where its hash belongs": broken(
        f'[web]\npassword_hash = "{CANARY}"\n', ("2", "web.password_hash", "config.password_hash")
    ),
    "a proxy that is no network": broken(
        '[web]\ntrusted_proxies = ["localhost"]\n', ("2", "web.trusted_proxies[1]", "config.network")
    ),
    "text without quotes": broken(f"[telegram]\ntoken = {CANARY}\n", ("2", "", "config.toml")),
    "full-width quotes": broken(f"[bot]\nname = “{CANARY}”\n", ("2", "", "config.toml_fullwidth")),
    "a key twice": broken(
        f'[telegram]\ntoken = "{CANARY}"\ntoken = "{TOKEN}"\n', ("3", "", "config.toml_twice")
    ),
    "a table twice": broken("[bot]\n[log]\n[bot]\n", ("3", "", "config.toml_twice")),
    "a bracket that never closes": broken('[bot]\nadmins = [\n"a",\n', ("3", "", "config.toml")),
    "nesting without end": broken("a = " + "[" * 100_000, ("1", "", "config.toml")),
    "another encoding": broken('[bot]\nname = "日报"\n'.encode("gb18030"), ("2", "", "config.not_utf8")),
    "a BOM": broken(
        b"\xef\xbb\xbf[bot]\nnam = 'x'\n", ("1", "", "config.bom"), ("2", "bot.nam", "config.unknown_near")
    ),
    "an unknown variable": broken("", ("TELEGRAM__TOKN", "", "config.variable_near"), TELEGRAM__TOKN=CANARY),
    "a variable without its table": broken("", ("TOKEN", "", "config.variable_near"), TOKEN=CANARY),
    "a variable like no other": broken("", ("QQQQ", "", "config.variable"), QQQQ=CANARY),
    "a list that is no JSON": broken(
        "", ("TELEGRAM__CHANNELS", "telegram.channels", "config.json"), TELEGRAM__CHANNELS=f"@{CANARY}"
    ),
    "a number that is none": broken("", ("WEB__PORT", "web.port", "config.whole_number"), WEB__PORT="eighty"),
    "a file for what is no secret": broken(
        "", ("BOT__NAME_FILE", "", "config.variable_near"), BOT__NAME_FILE="name.txt"
    ),
    "a secret file that is not there": broken(
        "",
        ("TELEGRAM__TOKEN_FILE", "telegram.token", "config.secret_file_missing"),
        TELEGRAM__TOKEN_FILE="missing.txt",
    ),
    "a secret file that is a folder": broken(
        "", ("TELEGRAM__TOKEN_FILE", "telegram.token", "config.secret_file"), TELEGRAM__TOKEN_FILE="."
    ),
    "an empty secret file": broken(
        "",
        ("TELEGRAM__TOKEN_FILE", "telegram.token", "config.secret_file_empty"),
        TELEGRAM__TOKEN_FILE="empty.txt",
    ),
    "a secret file with two lines": broken(
        "",
        ("TELEGRAM__TOKEN_FILE", "telegram.token", "config.secret_file_bytes"),
        TELEGRAM__TOKEN_FILE="lines.txt",
    ),
    "a secret twice": broken(
        "",
        ("TELEGRAM__TOKEN_FILE", "telegram.token", "config.both_given"),
        TELEGRAM__TOKEN=TOKEN,
        TELEGRAM__TOKEN_FILE="token.txt",
    ),
    "a broken secret from a file": broken(
        "",
        ("TELEGRAM__TOKEN_FILE", "telegram.token", "config.telegram_token"),
        TELEGRAM__TOKEN_FILE="canary.txt",
    ),
    "everything at once, by lines, the environment last": broken(
        f'[web]\nport = 0.5\n[telegram]\ntoken = "{CANARY}"\nmode = "x"\n[wechat]\naes_key = "{CANARY}"\n',
        ("2", "web.port", "config.whole_number"),
        ("4", "telegram.token", "config.telegram_token"),
        ("5", "telegram.mode", "config.one_of"),
        ("6", "wechat.token", "config.token_empty"),
        ("6", "wechat.app_id", "config.needed"),
        ("7", "wechat.aes_key", "config.aes_key_length"),
        ("BOT__TIMEZONE", "bot.timezone", "config.zone_near"),
        BOT__TIMEZONE="Asia/Shanghia",
    ),
}
SECRET_FILES = {
    "empty.txt": "\n",
    "lines.txt": f"{CANARY}\n{CANARY}\n",
    "token.txt": f"{TOKEN}\n",
    "canary.txt": CANARY,
}
