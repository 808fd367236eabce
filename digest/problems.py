"""Problems of an issue file, made in one way."""

from __future__ import annotations

from digest.issue import Problem, Severity

EXCERPT = 40


def error(line: int, code: str, **values: str | int) -> Problem:
    """A fault that refuses the file."""
    return Problem(max(1, line), Severity.ERROR, f"issue.{code}", _excerpts(values))


def warning(line: int, code: str, **values: str | int) -> Problem:
    """A fault that the publisher should know of and readers can live with."""
    return Problem(max(1, line), Severity.WARNING, f"issue.{code}", _excerpts(values))


def _excerpts(values: dict[str, str | int]) -> tuple[tuple[str, str | int], ...]:
    return tuple((name, _excerpt(value)) for name, value in values.items())


def _excerpt(value: str | int) -> str | int:
    if isinstance(value, int) or len(value) <= EXCERPT:
        return value
    return value[:EXCERPT] + "…"
