"""Where keys stand: the lines of a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config_lines import KeyPath, locate

EVERY_SHAPE = '''# a comment with [brackets] and = signs
top = 1
[bot]
name = """
[not.a.table]
key = 2
"""
admins = [
  "telegram:1",  # ] not the end
  "a, b",
]

[telegram]  # [x]
"quo ted" = '#'
dotted.deep.key = true
inline = {one = 1, two = {three = [1,
  2]}}

[[replies]]
words = ["x"]
[[replies]]
text = \'\'\'it's
= done\'\'\'
match = "exact"
[[wecom.robots]]
name = "a\\"]"
[wecom.robots.inner]
key = 1979-05-27T07:32:00Z
'''


def paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every key and element of a parsed document."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("bot",), 3),
        (("bot", "name"), 4),
        (("bot", "admins"), 8),
        (("bot", "admins", 0), 9),
        (("bot", "admins", 1), 10),
        (("telegram",), 13),
        (("telegram", "quo ted"), 14),
        (("telegram", "dotted", "deep", "key"), 15),
        (("telegram", "inline", "two", "three", 1), 17),
        (("replies", 0), 19),
        (("replies", 0, "words"), 20),
        (("replies", 1), 21),
        (("replies", 1, "text"), 22),
        (("replies", 1, "match"), 24),
        (("wecom", "robots", 0, "name"), 26),
        (("wecom", "robots", 0, "inner", "key"), 28),
    ],
)
def test_a_key_is_found_on_its_line(path: KeyPath, line: int) -> None:
    assert locate(EVERY_SHAPE)[path] == line


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_key_of_the_document_has_a_line(newline: str) -> None:
    source = EVERY_SHAPE.replace("\n", newline)

    found = locate(source)

    missing = [path for path in paths(tomllib.loads(source)) if path not in found and path != ("wecom",)]
    assert missing == []


def test_a_text_that_is_no_toml_gives_what_stood_before_the_surprise() -> None:
    assert locate("[bot]\nname = \n'x'\n[[[") == {("bot",): 1, ("bot", "name"): 2}


@given(st.text(alphabet="[]{}=\"'#,.ab\n \\", max_size=80))
def test_any_text_comes_to_an_end(source: str) -> None:
    lines = locate(source)

    assert all(1 <= line <= source.count("\n") + 1 for line in lines.values())


scalars = st.one_of(
    st.integers(0, 99).map(str), st.sampled_from(["true", '"a = [b]"', "'''x\n[y]'''", '"""\n#"""'])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "]"),
    max_leaves=6,
)
tables = st.dictionaries(st.sampled_from(["a", "b", '"c d"']), values, max_size=3)


@given(st.lists(tables, min_size=1, max_size=4))
def test_each_value_stands_on_the_line_that_is_found(bodies: list[Mapping[str, str]]) -> None:
    source = "".join(
        "[[t]]\n" + "".join(f"{key} = {value}\n" for key, value in body.items()) for body in bodies
    )
    written = source.split("\n")

    found = locate(source)

    for path in paths(tomllib.loads(source)):
        last = path[-1]
        assert isinstance(last, int) or written[found[path] - 1].strip('"').startswith((last, "[[t]]"))
