"""Short codes: a number in 62 signs, digits first, then capitals, then small letters."""

from __future__ import annotations

import string

SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase
LONGEST = 10
_VALUES = {sign: value for value, sign in enumerate(SIGNS)}


def code_of(number: int) -> str:
    """The code of a number from 1 on."""
    code = ""
    while number:
        number, value = divmod(number, len(SIGNS))
        code = SIGNS[value] + code
    return code


def number_of(code: str) -> int | None:
    """The number that a code stands for; None when it is no code of ours."""
    if not 0 < len(code) <= LONGEST or code[0] == SIGNS[0] or any(sign not in _VALUES for sign in code):
        return None
    number = 0
    for sign in code:
        number = number * len(SIGNS) + _VALUES[sign]
    return number
