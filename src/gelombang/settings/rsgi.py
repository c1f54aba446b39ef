"""The front door alone, over RSGI; no Django."""

from __future__ import annotations

from gelombang.frontdoor.rsgi import application as front_door
from gelombang.settings.environment import load
from gelombang.settings.frontdoor import door_config

application = front_door(door_config(load()))
