"""The configuration that the front door is given; no Django."""

from __future__ import annotations

from gelombang.frontdoor.config import DoorConfig, DoorLimits
from gelombang.settings.environment import Environment


def door_config(environment: Environment) -> DoorConfig:
    """What the front door has to know of our environment."""
    return DoorConfig(
        database_url=environment.database_url.get_secret_value(),
        keyring=environment.keyring,
        base_url=environment.base_url,
        funnel_file=environment.data_dir / "public" / "funnel.json",
        processes=environment.edge_workers,
        trusted_proxies=environment.trusted_proxies,
        limits=DoorLimits(lane_age_seconds=environment.lane_age_seconds),
        run_dir=environment.door_dir if environment.operator_port else None,
        access_log=environment.log_level == "debug",
    )
