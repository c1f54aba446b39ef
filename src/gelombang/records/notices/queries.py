"""Questions about messages: how many wait, and what became of one."""

from datetime import datetime

from gelombang import store


def backlog() -> int:
    """Notices that are owed and neither sent nor given up."""
    return int(store.fetch_value(store.statement(__package__, "backlog")))


def due(*, real_now: datetime) -> int:
    """Owed notices that a deliverer would take at this real instant."""
    params = {"real_now": real_now}
    return int(store.fetch_value(store.statement(__package__, "due"), params))
