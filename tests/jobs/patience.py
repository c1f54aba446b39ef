"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 20.0  # seconds for what should take a tenth of one


def in_time(found: Callable[[], Any]) -> Any:
    """What is found once there is something; what was found last when patience ends."""
    until = time.monotonic() + PATIENCE
    while not (it := found()) and time.monotonic() < until:
        time.sleep(0.05)
    return it
