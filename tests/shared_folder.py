"""Where the shared folder stands: the real issue, the drafts, an archive of other issues."""

from __future__ import annotations

from pathlib import Path

_BESIDE = Path(__file__).parent.parent.parent / "shared"
SHARED: Path | None = _BESIDE if (_BESIDE / "seeds").is_dir() else None
NEEDS_SHARED = ("shared/*", "corpora/*")
REPORT = (
    f"shared folder: {'beside the project' if SHARED else 'not here, tests that read it are not collected'}"
)
