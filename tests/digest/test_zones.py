"""Zones by the words people use."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cities import cities
from digest.hans import simplify
from digest.zones import city_label, common_zones, find_zone

MAINLAND_CAPITALS = (
    *("北京", "天津", "上海", "重庆", "石家庄", "太原", "呼和浩特", "沈阳", "长春", "哈尔滨", "南京", "杭州"),
    *("合肥", "福州", "南昌", "济南", "郑州", "武汉", "长沙", "广州", "南宁", "海口", "成都", "贵阳", "昆明"),
    *("拉萨", "西安", "兰州", "西宁", "银川"),
)


def keys(text: str) -> list[str]:
    return [choice.key for choice in find_zone(text)]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("深圳", "Asia/Shanghai"),
        ("成都市", "Asia/Shanghai"),
        ("广东省", "Asia/Shanghai"),
        ("廣州", "Asia/Shanghai"),
        ("北京时间", "Asia/Shanghai"),
        ("Beijing", "Asia/Shanghai"),
        ("xi'an", "Asia/Shanghai"),
        ("香港", "Asia/Hong_Kong"),
        ("hk", "Asia/Hong_Kong"),
        ("台北", "Asia/Taipei"),
        ("臺北", "Asia/Taipei"),
        ("纽约", "America/New_York"),
        ("紐約", "America/New_York"),
        ("NY", "America/New_York"),
        ("nyc", "America/New_York"),
        ("new york time", "America/New_York"),
        ("三藩市", "America/Los_Angeles"),
        ("旧金山", "America/Los_Angeles"),
        ("SF", "America/Los_Angeles"),
        ("硅谷", "America/Los_Angeles"),
        ("东京", "Asia/Tokyo"),
        ("日本", "Asia/Tokyo"),
        ("伦敦", "Europe/London"),
        ("纽西兰", "Pacific/Auckland"),
        ("悉尼", "Australia/Sydney"),
        ("雪梨", "Australia/Sydney"),
        ("新加坡", "Asia/Singapore"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("munich", "Europe/Berlin"),
        ("München", "Europe/Berlin"),
        ("america/new_york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("ushuaia", "America/Argentina/Ushuaia"),
        ("port moresby", "Pacific/Port_Moresby"),
        ("Etc/GMT+8", "Etc/GMT+8"),
        ("Etc/GMT-8", "Etc/GMT-8"),
        ("UTC+8", "Asia/Shanghai"),
        ("utc +08:00", "Asia/Shanghai"),
        ("GMT+9", "Asia/Tokyo"),
        ("+7", "Etc/GMT-7"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("UTC+0545", "Asia/Kathmandu"),
        ("UTC-3", "Etc/GMT+3"),
        ("东八区", "Asia/Shanghai"),
        ("東九區", "Asia/Tokyo"),
        ("东7时区", "Etc/GMT-7"),
        ("UTC", "Etc/UTC"),
        ("格林威治时间", "Etc/UTC"),
    ],
)
def test_a_place_an_offset_or_a_key_is_its_zone(typed: str, key: str) -> None:
    choices = find_zone(typed)

    assert [(choice.key, choice.exact) for choice in choices] == [(key, True)]


@pytest.mark.parametrize("capital", MAINLAND_CAPITALS)
def test_every_mainland_capital_keeps_beijing_time(capital: str) -> None:
    assert keys(capital) == ["Asia/Shanghai"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("乌鲁木齐", ["Asia/Urumqi", "Asia/Shanghai"]),
        ("烏魯木齊", ["Asia/Urumqi", "Asia/Shanghai"]),
        ("美国", ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]),
        ("CST", ["Asia/Shanghai", "America/Chicago"]),
        ("San José", ["America/Los_Angeles", "America/Costa_Rica"]),
        ("GMT-5", ["Etc/GMT+5", "America/New_York", "America/Chicago"]),
        ("西五区", ["Etc/GMT+5", "America/New_York", "America/Chicago"]),
        ("UTC+0", ["Etc/UTC", "Europe/London"]),
    ],
)
def test_what_may_be_several_zones_is_a_question(typed: str, expected: list[str]) -> None:
    assert keys(typed) == expected


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("tokio", "Asia/Tokyo"),
        ("Singapre", "Asia/Singapore"),
        ("newyrok", "America/New_York"),
        ("哈尔宾", "Asia/Shanghai"),
        ("我现在在东京", "Asia/Tokyo"),
        ("i live in new york now", "America/New_York"),
    ],
)
def test_a_misspelt_or_wrapped_place_is_offered_but_not_taken(typed: str, key: str) -> None:
    choices = find_zone(typed)

    assert choices[0].key == key
    assert not any(choice.exact for choice in choices)


@pytest.mark.parametrize(
    "typed",
    ["", "?", "x", "8", "2025", "谷歌", "UTC+15", "UTC-13", "西十三区", "localtime", "../etc", "a" * 5000],
)
def test_what_is_no_place_finds_nothing(typed: str) -> None:
    assert find_zone(typed) == ()


@given(st.text(max_size=80))
def test_whatever_is_typed_only_real_zones_come_back(typed: str) -> None:
    assert all(ZoneInfo(choice.key) for choice in find_zone(typed))


def test_every_iana_key_finds_itself() -> None:
    known = available_timezones() - {"Factory", "localtime"}

    lost = {key for key in known if "/" in key and keys(key.lower()) != [key]}

    assert lost == set()


def test_the_table_has_real_zones_and_more_than_150_cities_in_both_languages() -> None:
    assert len({city.english for city in cities()}) >= 150
    assert {city.zone for city in cities()} <= available_timezones()
    assert all(not part.isascii() for city in cities() for part in (city.hans, city.hant))
    assert all(keys(name) for city in cities() for name in city.names)
    assert all(keys(simplify(city.hant)) == keys(city.hant) for city in cities())


def test_no_name_of_the_table_is_taken_for_an_offset_or_a_number() -> None:
    assert not [name for city in cities() for name in city.names if any(c.isdigit() for c in name)]


@pytest.mark.parametrize("minutes", range(-720, 841, 60))
def test_an_offset_in_whole_hours_has_a_zone_with_that_offset(minutes: int) -> None:
    winter, summer = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    first, *others = (ZoneInfo(key) for key in keys(f"UTC{minutes // 60:+d}"))

    def offsets(zone: ZoneInfo) -> set[float]:
        return {moment.astimezone(zone).utcoffset().total_seconds() / 60 for moment in (winter, summer)}  # type: ignore[union-attr]  # an aware time has one

    assert offsets(first) == {minutes}
    assert all(minutes in offsets(zone) for zone in others)


@pytest.mark.parametrize(
    ("key", "language", "label"),
    [
        ("Asia/Shanghai", "zh-Hans", "北京时间"),
        ("Asia/Shanghai", "zh_CN", "北京时间"),
        ("Asia/Shanghai", "zh-Hant", "北京時間"),
        ("Asia/Shanghai", "en", "Beijing time"),
        ("America/New_York", "zh", "纽约时间"),
        ("America/New_York", "zh-TW", "紐約時間"),
        ("America/New_York", "en-GB", "New York time"),
        ("Africa/Abidjan", "en", "Abidjan time"),
        ("Etc/GMT-8", "zh", "UTC+8"),
        ("Etc/GMT+5", "en", "UTC-5"),
        ("Etc/UTC", "zh", "UTC"),
    ],
)
def test_a_zone_is_called_after_its_city(key: str, language: str, label: str) -> None:
    assert city_label(key, language) == label


def test_a_dozen_zones_with_labels_of_their_own_are_offered_as_buttons() -> None:
    choices = common_zones()

    assert choices[0].label("zh-Hans") == "北京时间"
    assert len({choice.label("en") for choice in choices}) == len({choice.key for choice in choices}) == 12
    assert all(keys(choice.label("zh-Hans")) == [choice.key] for choice in choices)
    assert all(keys(choice.label("en")) == [choice.key] for choice in choices)
