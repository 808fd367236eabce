"""The ledger's statements: what one window costs does not depend on how large the campaign is."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from digest.campaign import DeliveryState
from storage import ledger
from storage.store import Store
from tests.storage.makers import NOW, plan

WINDOW = {
    "campaign": 1,
    "in_chunk": 1,
    "ids": list(range(1, 51)),
    "most": 50,
    "me": "me",
    "now": NOW,
    "parts": [{"reader": number, "part": 0, "ref": "1:2"} for number in range(1, 51)],
    "new_status": DeliveryState.SENT,
    "new_error": "",
    "new_not_before": None,
    "new_settled_at": NOW,
    "uncounted": 0,
}
MANY_ROWS = """
    INSERT INTO deliveries (campaign_id, subscriber_id, chunk, address_id, revision, status, planned_at)
    WITH RECURSIVE numbers (n) AS (SELECT 1001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 21000)
    SELECT 1, n, n / 500, n, 1, 0, (SELECT min(planned_at) FROM deliveries) FROM numbers
"""


def statements(dialect: str) -> dict[str, Any]:
    return {
        "claim": ledger.CLAIM,
        "claimed": ledger.CLAIMED,
        "parts claimed": ledger.parts_claimed(dialect),
        "parts sent": ledger.parts_sent(dialect),
        "settle": ledger.SETTLE,
    }


async def plans_of(store: Store) -> dict[str, str]:
    """How the database would carry out each statement on a campaign of 20,000."""
    await plan(store, 3)
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql(MANY_ROWS)
        await tx.connection.exec_driver_sql("ANALYZE")
        dialect = tx.connection.dialect
        explain = "EXPLAIN QUERY PLAN " if dialect.name == "sqlite" else "EXPLAIN "
        found = {}
        for name, statement in statements(dialect.name).items():
            compiled = statement.compile(dialect=dialect)
            rows = await tx.connection.exec_driver_sql(explain + str(compiled), _values(compiled))
            found[name] = "\n".join(" ".join(map(str, row)) for row in rows)
    return found


def _values(compiled: Any) -> Any:
    given = compiled.construct_params({name: WINDOW[name] for name in compiled.params if name in WINDOW})
    bound = {
        name: compiled._bind_processors[name](value) if name in compiled._bind_processors else value
        for name, value in given.items()
    }
    return tuple(bound[name] for name in compiled.positiontup) if compiled.positional else bound


async def test_no_statement_of_a_window_walks_through_the_campaign(store: Store) -> None:
    for name, steps in (await plans_of(store)).items():
        walks = [
            step
            for step in steps.splitlines()
            if "Seq Scan on deliveries" in step
            or "SCAN deliveries" in step
            or "SCAN messages" in step
            or step.endswith("(campaign_id=?)")
            or step.strip().endswith("Index Cond: (campaign_id = '1'::bigint)")
        ]
        assert walks == [], f"{name}:\n{steps}"


@pytest.mark.parametrize("count", [0, 1, 3, 700])
async def test_a_list_of_any_length_is_one_value(store: Store, count: int) -> None:
    campaign_id = await plan(store, 3)
    values = {"campaign": campaign_id, "ids": range(count)}

    async with store.reading() as tx:
        found = (await tx.connection.execute(ledger.CLAIMED, values)).all()
        everybody = (await tx.connection.execute(sa.text("SELECT count(*) FROM deliveries"))).scalar_one()

    assert everybody == 3
    assert len(found) == min(3, max(0, count - 1))
