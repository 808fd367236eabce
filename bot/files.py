"""Issue files on the disk: which there are, and their bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.dialect import Dialect
from digest.errors import OperatorError
from handlers.ingest import SourceFile

LARGEST = 512 * 1024


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: where it is, and its name inside the folder it was found in."""

    path: Path
    name: str


def issue_files(paths: Iterable[Path], dialect: Dialect) -> tuple[FoundFile, ...]:
    """The files named, and of the folders named what looks like issues; OperatorError for a missing one."""
    found: list[FoundFile] = []
    for path in paths:
        if not path.exists():
            raise OperatorError("ingest.no_such_file", exit_code=2, path=str(path))
        found += folder_files(path, dialect) if path.is_dir() else [FoundFile(path, path.name)]
    return tuple({file.path: file for file in found}.values())


def folder_files(folder: Path, dialect: Dialect) -> list[FoundFile]:
    """The issue files of a folder and its subfolders, sorted by name."""
    return sorted(_inside(folder, dialect), key=lambda file: file.name)


def _inside(folder: Path, dialect: Dialect) -> Iterator[FoundFile]:
    root = folder.resolve()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        # What leads outside the folder, or is no plain file, is nobody's issue.
        if not hidden and dialect.takes(name) and path.is_file() and path.resolve().is_relative_to(root):
            yield FoundFile(path, name)


def read_source(file: FoundFile) -> SourceFile:
    """A file's bytes, at most one more than may be; OperatorError when it cannot be read."""
    try:
        with file.path.open("rb") as opened:
            return SourceFile(str(file.path), file.name, opened.read(LARGEST + 1))
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("ingest.unreadable", exit_code=2, path=str(file.path), reason=reason) from caught
