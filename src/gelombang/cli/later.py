"""Commands whose modules are imported when somebody names them.

Every process of a system is a command, and most need little of what the others need.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

PLACES = {
    "clock": "clock:app",
    "programme": "programme:app",
    "claims": "claims:app",
    "certificates": "certificates:app",
    "operators": "staff:app",
    "rehearse": "rehearse:app",
    "bench": "benches:app",
    "audit": "audit:audit",
    "ready": "ready:ready",
    "ledger": "ledger:app",
    "quota": "selection:quota",
    "draw": "selection:draw",
    "nominations": "nominations:app",
    "partners": "partners:app",
    "payouts": "payouts:app",
    "courses": "courses:app",
    "keys": "keys:app",
}
"""Where each group or command stands: a module of this package, and a name in it."""


class Later(TyperGroup):
    """The commands of `PLACES`, beside those that are there already."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name, in the order of the help page."""
        return [*(name for name in super().list_commands(ctx) if name not in PLACES), *PLACES]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name; None without one, and all are there for a suggestion."""
        if cmd_name not in self.commands:
            for name in [cmd_name] if cmd_name in PLACES else PLACES:
                self.add_command(_import(name, PLACES[name]), name)
        return super().get_command(ctx, cmd_name)


def _import(name: str, place: str) -> Any:
    module, attribute = place.split(":")
    found = getattr(import_module(f"gelombang.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        command = get_group(found)
        command.name = name
        return command
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)
