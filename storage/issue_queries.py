"""The statements about issues, built once: these are dearer to build than to run."""

from __future__ import annotations

import sqlalchemy as sa

from digest.issue import IssueState
from storage.tables import PUBLICATION, issues, revisions

CURRENT = issues.join(
    revisions, sa.and_(revisions.c.issue_id == issues.c.id, revisions.c.revision == issues.c.revision)
)
OURS = issues.c.publication_id == PUBLICATION
VISIBLE = sa.and_(OURS, issues.c.state == IssueState.PUBLISHED, issues.c.available_at <= sa.bindparam("now"))
ON = issues.c.date == sa.bindparam("date")
AT = (
    sa.select(revisions.c.document, issues.c.revision, issues.c.state, issues.c.available_at)
    .select_from(CURRENT)
    .where(OURS, ON)
)
DOCUMENT = (
    sa.select(revisions.c.document)
    .join_from(issues, revisions, revisions.c.issue_id == issues.c.id)
    .where(OURS, ON, revisions.c.revision == sa.bindparam("revision"))
)
DOCUMENTS = (
    sa.select(issues.c.date, revisions.c.document)
    .select_from(CURRENT)
    .where(OURS, issues.c.date.in_(sa.bindparam("dates", expanding=True)))
)
# By the ids of look-ups, written as JSON.
STORIES = {
    "sqlite": sa.text(
        "SELECT id, revision, document FROM story_documents WHERE id IN (SELECT value FROM json_each(:ids))"
    ),
    "postgresql": sa.text(
        "SELECT id, revision, document FROM story_documents"
        " WHERE id = ANY (CAST(translate(:ids, '[]', '{}') AS BIGINT[]))"
    ),
}
LINES = (
    sa.select(issues.c.date, revisions.c.total, revisions.c.headline)
    .select_from(CURRENT)
    .where(VISIBLE, issues.c.date.between(sa.bindparam("first"), sa.bindparam("last")))
    .order_by(issues.c.date.desc())
    .limit(sa.bindparam("most"))
)

KEPT = (
    sa.select(
        issues.c.id,
        issues.c.date,
        issues.c.state,
        issues.c.revision,
        issues.c.available_at,
        issues.c.file_name,
        revisions.c.source_hash,
    )
    .select_from(CURRENT)
    .where(OURS, issues.c.date.in_(sa.bindparam("dates", expanding=True)))
)
