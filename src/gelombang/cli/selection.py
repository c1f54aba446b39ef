"""`gelombang quota check` and `gelombang draw verify | publish`: the draw, held against itself."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from rich.table import Column, Table
from rich.text import Text as Line

from gelombang.cli.database import set_up_django
from gelombang.cli.places import clone
from gelombang.cli.say import console, errors
from gelombang.gateways.randomness.invented import CHAIN
from gelombang.gateways.randomness.protocol import Chain
from gelombang.kit import clock

quota = typer.Typer(help="Places and awards.", no_args_is_help=True)
draw = typer.Typer(help="Publications of draws.", no_args_is_help=True)
TERMS = (
    "places", "open_awards", "empty_places", "awards_ever", "drawn", "recycled", "revoked",
    "declined", "lapsed",
)  # fmt: skip
# The public chain that a deployment draws by; anybody can look its key up.
QUICKNET = Chain(
    hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    public_key="83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    genesis=1_692_803_367,
    period=3,
)


@quota.callback()
def _quota() -> None:
    """Places and awards."""


@quota.command("check")
def check(
    wave: Annotated[str | None, typer.Argument(help="a wave id; unset means every draw")] = None,
) -> None:
    """Hold the conservation equation in total and per cell; status 1 if it is broken."""
    set_up_django()
    from gelombang.journey.selection import queries

    drawn = [each.wave_id for each in queries.draws() if each.drawn_at is not None]
    chosen = [wave] if wave else sorted(drawn)
    if wave and wave not in drawn:
        errors.print(Line(f"{wave} has no draw yet", "red"))
        raise typer.Exit(1)
    broken = [_check_wave(wave_id, queries.conservation(wave_id=wave_id)) for wave_id in chosen]
    if not chosen:
        console.print("There is no draw yet.")
    if any(broken):
        raise typer.Exit(1)


def _check_wave(wave_id: str, cells: Sequence[Mapping[str, Any]]) -> bool:
    from gelombang.journey.waves import queries as waves

    area = Column("area", min_width=len("total"), no_wrap=True)  # also on a narrow terminal
    table = Table(area, "tier", *TERMS, "", title=wave_id)
    total = {term: sum(cell[term] for cell in cells) for term in TERMS}
    rows = [*cells, {"area": "total", "tier": ""} | total]
    broken = [row for row in rows if not is_conserved(row)]
    for row in rows:
        mark = Line("ok", "green") if is_conserved(row) else Line("BROKEN", "red")
        table.add_row(row["area"], row["tier"], *(str(row[term]) for term in TERMS), mark)
    console.print(table)
    view = waves.wave(wave_id=wave_id)
    if view is not None and view.quota != total["places"]:
        errors.print(Line(f"{total['places']} places for a quota of {view.quota}", "red"))
        return True
    return bool(broken)


def is_conserved(row: Mapping[str, int]) -> bool:
    """The three equations of the draw's specification, for one cell or for the total."""
    ended = row["revoked"] + row["declined"] + row["lapsed"]
    return (
        row["places"] == row["open_awards"] + row["empty_places"]
        and row["awards_ever"] == row["drawn"] + row["recycled"]
        and row["open_awards"] == row["awards_ever"] - ended
    )


@draw.command("verify")
def verify(
    directory: Annotated[Path, typer.Argument(help="a publication directory")],
    public_key: Annotated[
        str | None, typer.Option(help="the beacon's key; unset means quicknet, or this system's")
    ] = None,
) -> None:
    """Repeat a published draw and check the beacon's signature; status 1 on a difference."""
    verifier = _verifier()
    if verifier.main([str(directory)]) != 0:
        raise typer.Exit(1)
    beacon = json.loads((directory / "reveal.json").read_text(encoding="utf-8"))["beacon"]
    if beacon["chain"] == "ceremony":
        console.print("A ceremony: there is no beacon's signature to check.")
        return
    key = public_key or _key_of(beacon["chain"])
    if key is None:
        errors.print(Line(f"the key of chain {beacon['chain']} is not known: --public-key", "red"))
        raise typer.Exit(1)
    from gelombang.gateways.randomness import bls  # a quarter of a second that few commands need

    signed = bls.is_signed(
        public_key=bytes.fromhex(key),
        number=beacon["round"],
        signature=bytes.fromhex(beacon["signature"]),
    )
    if not signed:
        errors.print(Line("DIFFERENCE: reveal.json: the beacon did not sign this round", "red"))
        raise typer.Exit(1)
    console.print(Line("The beacon's signature is right.", "green"))


def _verifier() -> ModuleType:
    """The program that anybody can run alone, as it lies in this clone."""
    path = clone() / "tools" / "verify_draw.py"
    spec = importlib.util.spec_from_file_location("verify_draw", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _key_of(chain: str) -> str | None:
    from gelombang.settings.environment import EnvironmentInvalidError, load

    known = {each.hash: each.public_key for each in (QUICKNET, CHAIN)}
    try:
        environment = load()
    except EnvironmentInvalidError:
        return known.get(chain)
    return {environment.beacon_chain: environment.beacon_public_key, **known}.get(chain)


@draw.command("publish")
def publish(wave: Annotated[str, typer.Argument(help="a wave id")]) -> None:
    """Write a wave's publication files again from the database, e.g. after a lost disk."""
    set_up_django()
    from gelombang.jobs.selection import publications_of
    from gelombang.journey.selection import actions, queries
    from gelombang.settings.environment import load

    if queries.draw_of(wave_id=wave) is None:
        errors.print(Line(f"{wave} has no draw", "red"))
        raise typer.Exit(1)
    files = actions.publish(
        wave_id=wave, publications=publications_of(load()), real_now=clock.real_now()
    )
    console.print(Line(", ".join(files)))
