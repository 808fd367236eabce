"""The character table of the product, and the dictionary that it is made from."""

from __future__ import annotations

from digest.hans import simplify
from digest.traditional import SIMPLIFIED, TRADITIONAL
from scripts.make_traditional import SOURCE, TARGET, module, read_pairs


def test_the_table_is_made_from_the_vendored_dictionary() -> None:
    assert module(read_pairs(SOURCE.read_text(encoding="utf-8"))) == TARGET.read_text(encoding="utf-8")


def test_each_traditional_character_has_another_one() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL)) > 3000
    assert not set(TRADITIONAL) & set(SIMPLIFIED)


def test_a_line_names_a_character_and_its_simplified_ones() -> None:
    assert read_pairs("# 說\t错\n說\t说 説\n乾\t乾 干\n甲\t乙\n乙\t丙\n") == {
        "說": "说",
        "甲": "丙",
        "乙": "丙",
        "瞭": "了",
        "藉": "借",
        "妳": "你",
    }


def test_a_text_stays_as_long_as_it_was() -> None:
    text = "開源 GPT 瞭解 𠀾 㗲 乾"

    assert simplify(text) == "开源 GPT 了解 𠀾 𠵾 干"
    assert len(simplify(text)) == len(text)
