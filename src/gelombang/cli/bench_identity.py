"""`gelombang bench keys | nik | oracle`: what protects people's numbers, measured."""

from __future__ import annotations

import asyncio
import base64
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from gelombang.cli.say import console
from gelombang.cli.surge import keyring_for, usual_stage
from gelombang.cli.system import ThrowawaySystem
from gelombang.kit.clock import WIB, real_now
from gelombang.kit.sealing import Keyring, derived_key
from gelombang.settings.rings import read_keys

AFTER_OPENING = datetime(2020, 4, 11, 19, 30, tzinfo=WIB)
AIM = 5_000  # rows a second
IDLE = ("mailbox", "fakes")  # letters of the bench would take a share of the cores
MOST_MILLISECONDS = 2.0


def keys(
    people: Annotated[int, typer.Option(help="who have registered", min=1)] = 200_000,
    batch: Annotated[int, typer.Option(help="values that one transaction takes", min=1)] = 2_000,
) -> None:
    """Rotate sealing and index keys of a running system full of people; rows a second."""
    rings = {"GELOMBANG_SEALING_KEYS": _two_keys(), "GELOMBANG_INDEX_KEYS": _two_keys()}
    settings = {**rings, "GELOMBANG_INDEX_KEY": ""}
    with ThrowawaySystem("bench-keys", begins=AFTER_OPENING, settings=settings) as system:
        for other in IDLE:
            system.kill(other, signal.SIGSTOP)
        _fill(system, _old_ring(rings), people)
        for kind in ("--sealing", "--index"):
            _gelombang(system.environment, "keys", "rotate", kind, "--batch", str(batch))
        _gelombang(system.environment, "keys", "check")
        for other in IDLE:
            system.kill(other, signal.SIGCONT)
    console.print(f"the aim is {AIM:,} rows a second, with front door, house and worker running")


def _two_keys() -> str:
    return ",".join(
        f"{number}:{base64.b64encode(secrets.token_bytes(32)).decode()}" for number in (1, 2)
    )


def _old_ring(rings: Mapping[str, str]) -> Keyring:
    """The ring before the rotation: people registered with its keys."""
    sealing = read_keys(rings["GELOMBANG_SEALING_KEYS"])
    index = read_keys(rings["GELOMBANG_INDEX_KEYS"])
    return Keyring(
        sealing={1: sealing[1]}, sealing_current=1, index={1: index[1]},
        tokens={1: index[1]}, tokens_current=1,
    )  # fmt: skip


def _fill(system: ThrowawaySystem, ring: Keyring, people: int) -> None:
    from gelombang.rehearsal.benches import keys as filling

    async def fill() -> None:
        await filling.register(
            system.database_url, count=people, keyring=ring, now=AFTER_OPENING,
            real_now=real_now(), receipt_key=derived_key(ring, purpose="receipt"),
        )  # fmt: skip
        await filling.wait_for_people(system.database_url, count=people)

    begun = time.monotonic()
    asyncio.run(fill())
    console.print(f"{people:,} people registered in {time.monotonic() - begun:.0f} s")


def _gelombang(environment: Mapping[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "gelombang", *words]
    answer = subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.PIPE)
    console.print(answer.stdout.decode().strip())


def nik(
    numbers: Annotated[int, typer.Option(help="invented numbers", min=1)] = 1_000_000,
    seed: Annotated[int, typer.Option(help="the same seed makes the same numbers")] = 1,
) -> None:
    """Judge invented NIKs, sound ones and every kind of defect; status 1 for a wrong verdict."""
    from gelombang.rehearsal.benches.nik import measure

    found = measure(count=numbers, seed=seed)
    table = Table("kind of number", title=f"{numbers:,} numbers", title_justify="left")
    for name in ("judged", "wrong verdicts"):
        table.add_column(name, justify="right")
    for kind, judged in found.judged.items():
        table.add_row(kind, f"{judged:,}", str(found.wrong[kind]))
    console.print(table)
    wrong = found.wrong.total()
    console.print(f"{wrong} wrong verdicts, {numbers / found.seconds:,.0f} numbers a second")
    if wrong:
        raise typer.Exit(1)


def oracle(
    pairs: Annotated[int, typer.Option(help="known and unknown, for each question", min=2)] = 2_000,
) -> None:
    """Ask with known and unknown addresses and NIKs: same answers, same bytes, same time.

    Status 1 where an answer tells them apart, or the medians differ by more than 2 ms.
    """
    from gelombang.rehearsal.benches.oracle import Asker

    with ThrowawaySystem("bench-oracle", begins=AFTER_OPENING) as system:
        keyring = keyring_for(system.environment)
        asker = Asker(system, pairs=pairs, stage=usual_stage(), keyring=keyring)
        found = asyncio.run(asker.ask_everything())
    table = Table("question", title=f"{pairs:,} pairs each", title_justify="left")
    for name in ("known, ms", "unknown, ms", "difference", "answers"):
        table.add_column(name, justify="right")
    for each in found:
        known, unknown = each.medians()
        table.add_row(
            each.name, f"{known:.2f}", f"{unknown:.2f}", f"{abs(known - unknown):.2f}",
            "the same" if each.answers_alike else "DIFFERENT",
        )  # fmt: skip
    console.print(table)
    if not all(each.tells_nothing(within=MOST_MILLISECONDS) for each in found):
        raise typer.Exit(1)
