"""All drills, in the order of the page."""

from __future__ import annotations

from tests.drills import every_call, killing, network, workers
from tests.drills.scene import Drill

KILLED = "kill -9 at random points of a push, resend"
HELD = "kill -9 at random points of a push, hold"
AWAY = "PostgreSQL restarted during a push, two workers"
WORKER = "one of two workers killed or frozen"
LOST = "accepted, then the connection drops"
UNREACHABLE = "refused, black hole"
LIMITS = "limits without 429"
EVERY = "the Nth database call fails, the Nth HTTP call fails"

DRILLS = (
    Drill("killed_resend", KILLED, killing.killed_resend, 240, 10_000, seeds=10),
    Drill("killed_hold", HELD, killing.killed_hold, 240, 10_000, seeds=10),
    Drill("server_killed", AWAY, workers.server_killed, 250, 10_000),
    Drill("server_restarted", AWAY, workers.server_restarted, 250, 10_000),
    Drill("server_stopped_at_once", AWAY, workers.server_stopped_at_once, 250, 10_000),
    Drill("one_killed", WORKER, workers.one_killed, 300, 10_000, seeds=2),
    Drill("one_killed_hold", WORKER, workers.one_killed_hold, 300, 10_000),
    Drill("one_frozen", WORKER, workers.one_frozen, 500, 10_000),
    Drill("locked", "SQLite locked by another writer", killing.locked, 300, 5_000),
    Drill("disk_full", "disk full during a push", killing.disk_full, 300, 2_000),
    Drill("lost_answers", LOST, network.lost_answers, 100, 2_000),
    Drill("lost_answers_held", LOST, network.lost_answers_held, 100, 2_000),
    Drill(
        "nothing_comes_back",
        "every call times out after being accepted",
        network.nothing_comes_back,
        120,
        1_000,
    ),
    Drill("refused", UNREACHABLE, network.refused, 60, 1_000),
    Drill("black_hole", UNREACHABLE, network.black_hole, 60, 1_000),
    Drill("told_to_wait", "429 for 30 % of calls", network.told_to_wait, 60, 1_000),
    Drill("limits", LIMITS, network.limits, 150, 2_000),
    Drill("four_together", LIMITS, workers.four_together, 300, 2_000, seeds=2),
    Drill("server_errors", "5xx for 3 min", network.server_errors, 120, 1_000),
    Drill("gone", "blocked, deactivated, chat not found, kicked, migrated", network.gone, 60, 1_000),
    Drill("token_revoked", "token revoked in a push", network.token_revoked, 120, 1_000),
    Drill("clock_set", "clock jumps of an hour or a day", network.clock_set, 80, 1_000, seeds=3),
    Drill("clocks_apart", "clocks of two nodes differ by a minute", workers.clocks_apart, 200, 2_000),
    Drill("unreadable", "a poison row", network.unreadable, 60, 1_000),
    Drill("retracted", "an issue is retracted in mid-push", network.retracted, 120, 1_000),
    Drill("told_to_stop", "SIGTERM in a push", killing.told_to_stop, 240, 10_000),
    Drill("paused", "paused in a push", killing.paused, 300, 5_000),
    Drill("every_statement", EVERY, every_call.every_statement, 20, 20),
    Drill("every_request", EVERY, every_call.every_request, 20, 20),
)
SEEDS = {drill.name: drill.seeds for drill in DRILLS}
