"""Whole numbers as people write them: digits or Chinese numerals, below a thousand."""

from __future__ import annotations

import re

NUMBER = r"(?:\d{1,4}|[零〇一二两兩三四五六七八九十廿百]{1,6})"
"""What looks like a number, for use in patterns; `number` decides."""

LONGEST_ANSWER = 60
"""A longer text says no hour, day or place: nothing looks further into it."""

_NUMERALS = ("零〇", "一", "二两兩", "三", "四", "五", "六", "七", "八", "九")
_DIGITS = {numeral: value for value, numerals in enumerate(_NUMERALS) for numeral in numerals}
_ONES = "[一二两兩三四五六七八九]"
_COUNTED = re.compile(rf"(?:({_ONES})百)?[零〇]?(?:({_ONES})?(十)|(廿))?({_ONES})?")


def number(text: str) -> int | None:
    """`30`, `三十`, `廿三`, `一百二十`, `零五`, `二〇` as a number; None when it is none."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    counted = _COUNTED.fullmatch(text)
    if counted is None or text[0] == "百" or text[-1] in "零〇":
        return None
    hundreds, tens, ten, twenty, ones = counted.groups()
    value = 20 if twenty else 10 * _DIGITS.get(tens or "一", 1) if ten else 0
    return 100 * _DIGITS.get(hundreds or "零", 0) + value + _DIGITS.get(ones or "零", 0)
