"""Issue files for the tests of parsing: the sample's form in small, and what a test asks of the result."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from digest.dialect import SEED_DIALECT, Dialect
from digest.issue import Issue, Parsed, Problem, Severity
from digest.parsing import parse

SHANGHAI = ZoneInfo("Asia/Shanghai")
SAMPLES = Path(__file__).parent.parent / "samples"
SAMPLE = SAMPLES / "2025-12-22.md"
FRONT = "---\ndate: 2025-12-22\ntitle: AI日报：甲公司开源模型; 乙公司融资\n---\n"
BODY = """
> 每天三分钟。

# 2025-12-22 资讯日报

## 新闻资讯

### 甲公司开源模型

甲公司开源了新模型。它很小。[>阅读原文](https://a.example/1)

### 乙公司融资

乙公司完成融资。[>阅读原文](https://a.example/2)

## 开源动态

### 丙项目发布

丙项目发布新版本。[>阅读原文](https://a.example/3)
"""
SMALL = FRONT + BODY


def read(
    text: str | bytes,
    *,
    file_name: str = "2025-12-22.md",
    dialect: Dialect = SEED_DIALECT,
    today: dt.date | None = None,
) -> Parsed:
    """What `parse` makes of a text, in Shanghai."""
    source = text if isinstance(text, bytes) else text.encode()
    return parse(source, file_name=file_name, dialect=dialect, zone=SHANGHAI, today=today)


def accepted(
    text: str | bytes, *, file_name: str = "2025-12-22.md", dialect: Dialect = SEED_DIALECT
) -> Issue:
    """The one issue of a text that must be accepted."""
    parsed = read(text, file_name=file_name, dialect=dialect)
    (issue,) = parsed.issues
    assert not errors(parsed)
    return issue


def with_items(items: str) -> str:
    """The small issue with these lines as its second section's stories."""
    return SMALL.replace("### 丙项目发布\n\n丙项目发布新版本。[>阅读原文](https://a.example/3)\n", items)


def one_item(text: str) -> str:
    """The small issue with one more story of this text."""
    return with_items(f"### 丁的故事\n\n{text}\n")


def errors(parsed: Parsed) -> list[tuple[int, str]]:
    """Line and message id (without `issue.`) of every error."""
    return [_short(problem) for problem in parsed.problems if problem.severity is Severity.ERROR]


def warnings(parsed: Parsed) -> list[tuple[int, str]]:
    """Line and message id (without `issue.`) of every warning."""
    return [_short(problem) for problem in parsed.problems if problem.severity is Severity.WARNING]


def _short(problem: Problem) -> tuple[int, str]:
    return problem.line, problem.code.removeprefix("issue.")
