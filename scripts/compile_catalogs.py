"""Compile the message catalogs (.po -> .mo); messages that are missing, fuzzy or unlike are refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

LOCALES = Path("bot") / "locales"
LANGUAGES = ("zh_Hans", "en")
NAME = Path("LC_MESSAGES") / "digestbot.po"


class CatalogsRefused(Exception):
    """The catalogs cannot be shipped; the text names every message at fault, one a line."""


def compile_catalogs(root: Path) -> tuple[Path, ...]:
    """Write a .mo beside each .po under `root`, or nothing: CatalogsRefused names every fault."""
    files = {language: root / LOCALES / language / NAME for language in LANGUAGES}
    catalogs = {file: _read(file, language) for language, file in files.items()}
    faults = [*_own_faults(catalogs, root), *_differences(catalogs, root)]
    if faults:
        raise CatalogsRefused("\n".join(faults))
    return tuple(_write(file.with_suffix(".mo"), catalog) for file, catalog in catalogs.items())


def _read(file: Path, language: str) -> Catalog:
    try:
        with file.open("rb") as opened:
            return read_po(opened, locale=language, abort_invalid=True)
    except (OSError, PoFileError) as caught:
        raise CatalogsRefused(f"{file}: {caught}") from caught


def _messages(catalog: Catalog) -> dict[str, Message]:
    return {_key(message): message for message in catalog if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _texts(message: Message) -> tuple[str, ...]:
    found = message.string
    return (found,) if isinstance(found, str) else tuple(found or ())


def _own_faults(catalogs: dict[Path, Catalog], root: Path) -> Iterator[str]:
    for file, catalog in catalogs.items():
        for key, message in _messages(catalog).items():
            if message.fuzzy:
                yield f"{file.relative_to(root)}:{message.lineno}: {key} is fuzzy"
            if not _texts(message) or not all(_texts(message)):
                yield f"{file.relative_to(root)}:{message.lineno}: {key} has no text"


def _differences(catalogs: dict[Path, Catalog], root: Path) -> Iterator[str]:
    every = {key: message for catalog in catalogs.values() for key, message in _messages(catalog).items()}
    for file, catalog in catalogs.items():
        own = _messages(catalog)
        name = file.relative_to(root)
        yield from (f"{name}: {key} is missing" for key in sorted(every.keys() - own.keys()))
        for key in sorted(own):
            yield from _difference(f"{name}:{own[key].lineno}: {key}", own[key], every[key])


def _difference(place: str, message: Message, other: Message) -> Iterator[str]:
    if message.pluralizable != other.pluralizable:
        yield f"{place} has plural forms in one language only"
    for text in _texts(message):
        strange = _fields(text) ^ set().union(*map(_fields, _texts(other)))
        # One form of a plural may leave its number out: "one issue".
        if strange - ({"n"} if message.pluralizable else set()):
            yield f"{place} differs in its fields: {', '.join(sorted(strange))}"


def _fields(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {f"a brace in {text!r}"}


def _write(file: Path, catalog: Catalog) -> Path:
    compiled = BytesIO()
    write_mo(compiled, catalog)
    if not file.is_file() or file.read_bytes() != compiled.getvalue():
        fresh = file.with_suffix(".mo.new")
        fresh.write_bytes(compiled.getvalue())
        fresh.replace(file)
    return file


if __name__ == "__main__":
    try:
        compile_catalogs(Path(__file__).resolve().parents[1])
    except CatalogsRefused as refused:
        sys.exit(str(refused))
