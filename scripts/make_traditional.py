"""Write digest/traditional.py, the character table of the product, from the vendored OpenCC dictionary."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "vendor" / "opencc" / "TSCharacters.txt"
TARGET = ROOT / "digest" / "traditional.py"
# Where the dictionary leaves a character alone that a reader of a daily digest means the other way.
OURS = {"瞭": "了", "藉": "借", "妳": "你"}
ROW = 48
HEADER = '''"""Traditional characters and the simplified ones that stand for them, place by place.

Made by scripts/make_traditional.py from OpenCC's TSCharacters (Apache License 2.0, see vendor/README.md);
do not edit.
"""

'''


def read_pairs(source: str) -> Mapping[str, str]:
    """Each traditional character of a dictionary with its first simplified one, where that is another."""
    lines = (line.split("\t") for line in source.splitlines() if "\t" in line and not line.startswith("#"))
    pairs = {traditional: choices.split(" ")[0] for traditional, choices in lines} | OURS
    # One step leads to the end, so that what was simplified stays as it is.
    final = {traditional: pairs.get(simplified, simplified) for traditional, simplified in pairs.items()}
    return {traditional: simplified for traditional, simplified in final.items() if traditional != simplified}


def module(pairs: Mapping[str, str]) -> str:
    """The text of the module."""
    return HEADER + "\n".join(
        (*_constant("TRADITIONAL", "".join(pairs)), *_constant("SIMPLIFIED", "".join(pairs.values())), "")
    )


def _constant(name: str, text: str) -> Iterator[str]:
    yield f"{name} = ("
    yield from (f'    "{text[start : start + ROW]}"' for start in range(0, len(text), ROW))
    yield ")"


def main() -> int:
    """Write the table."""
    TARGET.write_text(module(read_pairs(SOURCE.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
