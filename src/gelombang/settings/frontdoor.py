"""The front door alone, and the configuration that it is given; no Django."""

from __future__ import annotations

from typing import Any

from gelombang.frontdoor import asgi
from gelombang.frontdoor.config import DoorConfig
from gelombang.settings.environment import Environment, load


def door_config(environment: Environment) -> DoorConfig:
    """What the front door has to know of our environment."""
    return DoorConfig(
        database_url=environment.database_url.get_secret_value(),
        keyring=environment.keyring,
        base_url=environment.base_url,
        funnel_file=environment.data_dir / "public" / "funnel.json",
        access_log=environment.log_level == "debug",
    )


def __getattr__(name: str) -> Any:
    """Make `application` when a server asks for it, so that importing the configuration is free."""
    if name == "application":
        return asgi.application(door_config(load()))
    raise AttributeError(name)
