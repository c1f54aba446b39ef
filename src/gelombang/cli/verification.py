"""`gelombang rehearse verification`: partners fail and lie, and nobody notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.mail_bench import measure_mail
from gelombang.cli.postgres import free_port
from gelombang.cli.say import console, errors
from gelombang.cli.stamps import stamp
from gelombang.cli.supervisor import PartFailedError
from gelombang.cli.surge import explained, finish, keyring_for, played, usual_stage
from gelombang.cli.system import ThrowawaySystem
from gelombang.gateways import fault_script
from gelombang.gateways.serve import PATHS
from gelombang.rehearsal.programme_file import Stage, set_the_stage
from gelombang.rehearsal.seeding import SeedingFailed
from gelombang.rehearsal.surge.limits import raise_file_limit
from gelombang.rehearsal.surge.play import AFTER_OPENING
from gelombang.rehearsal.verification import report
from gelombang.rehearsal.verification.contracts import (
    REGISTRY_OPENS,
    Contract,
    at_pace_of,
    contracts_for,
    usual_faults,
    with_contracts,
)
from gelombang.rehearsal.verification.people import cast_people
from gelombang.rehearsal.verification.play import Verification, VerificationPlan
from gelombang.rehearsal.verification.report import Mail, VerificationResult
from gelombang.settings.environment import load
from gelombang.settings.frontdoor import door_config

OFF = 1
USUAL_PEOPLE, FEWEST_PEOPLE = 20_000, 50
USUAL_SEED = 20200412
FEWEST_LETTERS, MOST_LETTERS = 1_000, 20_000
WORKER, HELPERS = "worker", ("worker-2",)
"""The system's own worker, and those that verify beside it."""
DELIVERERS = 2


def verification(
    *,
    people: Annotated[
        int, typer.Option(help="who state an identity", min=FEWEST_PEOPLE)
    ] = USUAL_PEOPLE,
    faults: Annotated[
        Path | None, typer.Option(help="fault script instead of the usual one (TOML or JSON)")
    ] = None,
    kill: Annotated[
        bool, typer.Option("--kill", help="kill workers at random, and PostgreSQL")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="file for the result as JSON")
    ] = None,
    seed: Annotated[int, typer.Option(help="the same seed makes the same people", min=0)] = (
        USUAL_SEED
    ),
    keep: Annotated[
        bool, typer.Option("--keep", help="leave the throwaway system's data and logs behind")
    ] = False,
) -> None:
    """Verify people against partners that are slow, fail and lie, and compare every fact.

    Exit status 0: every figure is within its limit; 1: something is off.
    """
    own_script = None if faults is None else read_faults(faults)
    setting = Setting(people=people, seed=seed, kills=kill, script=own_script)
    with explained(), _also_explained():
        result = play(setting, keep=keep)
        result = replace(result, mail=measured_mail(people))
    clean = not result.complaints()
    stamp(rehearsal="verification", scale=f"{people}", people=people, clean=clean)
    console.print(report.partners_table(result))
    finish(report.table(result), result.as_json(), result.complaints(), json_file)


class Bringing(StrEnum):
    """What `bring-people` does."""

    HOLD = "hold"
    """No registry is asked until `go-on`, or those of `--only`."""
    REGISTER = "register"
    """People register and confirm."""
    STATE = "state"
    """They state who they are."""
    GO_ON = "go-on"
    """Registries are asked."""


def bring_people(
    what: Annotated[Bringing, typer.Argument(help="the step")],
    *,
    people: Annotated[int, typer.Option(min=1)],
    seed: Annotated[int, typer.Option(min=0)],
    first: Annotated[int, typer.Option(min=0)] = 0,
    until: Annotated[int, typer.Option(min=0)] = 0,
    only: Annotated[str | None, typer.Option(help="partner")] = None,
) -> None:
    """Bring people of a throwaway system forward; `rehearse verification` calls this."""
    environment = load()
    set_up_django()
    from gelombang.rehearsal.surge.joining import Place
    from gelombang.rehearsal.verification import bringing

    if what is Bringing.HOLD:
        bringing.hold_partners(only)
        return
    if what is Bringing.GO_ON:
        bringing.go_on_with_partners(only)
        return
    terms = usual_stage().population_terms
    chosen = cast_people(people, seed=seed, programme=terms).of(range(first, until))
    place = Place(
        door=door_config(environment),
        readonly_url=environment.database_readonly_url.get_secret_value(),
        fakes_url=f"http://127.0.0.1:{environment.fakes_port}",
    )
    if what is Bringing.REGISTER:
        bringing.register(place, chosen)
    elif bringing.state(place, chosen) != len(chosen):
        errors.print(Text("not everybody could state an identity", style="red"))
        raise typer.Exit(OFF)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is chosen on the command line."""

    people: int
    seed: int = USUAL_SEED
    kills: bool = False
    script: Mapping[str, Mapping[str, Any]] | None = None
    contracts: tuple[Contract, ...] = ()
    """Others than those that fit the number of people."""
    durable: bool = True


def play(setting: Setting, *, keep: bool = False) -> VerificationResult:
    """Everything but the mail, on a system of its own.

    Raises CommandFailed, DoorStaysClosed, NotDrained, SeedingFailed or PartFailedError.
    """
    plan = plan_of(setting)
    ports = {contract.code: free_port() for contract in plan.contracts}
    with registries_apart(plan.stage, ports, keep=keep, durable=setting.durable) as system:
        if keep:
            console.print(f"data and logs: {system.place}")
        return played(
            lambda teller, scratch: Verification(
                system, plan, teller, keyring=keyring_for(system.environment),
                fakes_at=ports, scratch=scratch,
            ).play()
        )  # fmt: skip


def plan_of(setting: Setting) -> VerificationPlan:
    """The plan: contracts that so many people keep busy, and what goes wrong."""
    usual = usual_stage()
    contracts = setting.contracts or contracts_for(setting.people)
    contracts = at_pace_of(contracts, setting.script or {})
    script = setting.script or usual_faults(contracts, people=setting.people)
    return VerificationPlan(
        stage=set_the_stage(with_contracts(usual.text, contracts)),
        contracts=contracts,
        faults=script,
        casting=cast_people(
            setting.people, seed=setting.seed, programme=usual.population_terms
        ),
        seed=setting.seed,
        workers=(WORKER, *HELPERS),
        is_usual=setting.script is None,
        kills=setting.kills,
    )  # fmt: skip


def measured_mail(people: int) -> Mail:
    """Letters a second, on a system of its own."""
    letters = min(MOST_LETTERS, max(FEWEST_LETTERS, people))
    console.print(f"letters: {letters:,} into a mail server of their own …")
    found, working = measure_mail(messages=letters, workers=DELIVERERS)
    return Mail(
        per_second=found.per_second, letters=letters, arrived=found.letters,
        repeated=found.repeated, links_tried=len(found.links), links_good=working,
    )  # fmt: skip


def read_faults(file: Path) -> dict[str, dict[str, Any]]:
    """A fault script as tables by partner. Raises typer.BadParameter for one that is none."""
    try:
        said = fault_script.read_tables(file)
        fault_script.read_scripts(said)
    except (OSError, UnicodeDecodeError, fault_script.ScriptInvalidError) as wrong:
        raise typer.BadParameter(f"{file}: {wrong}") from None
    return {name: dict(table) for name, table in said.items()}


@contextmanager
def registries_apart(
    stage: Stage, ports: Mapping[str, int], *, keep: bool, durable: bool
) -> Iterator[ThrowawaySystem]:
    """A throwaway system with a second worker, and each registry's fake a process of its own."""
    raise_file_limit()
    begins = stage.opens_at + AFTER_OPENING
    with ThrowawaySystem(
        "verification", begins=begins, durable=durable, keep=keep, settings=_addresses(ports)
    ) as system:
        for code, port in ports.items():
            system.add(f"fake-{code}", "fakes", "--only", code, "--port", str(port))
        for name in HELPERS:
            system.add(name, "worker", "--only", "verification")
        yield system


def _addresses(ports: Mapping[str, int]) -> dict[str, str]:
    """Where the product finds the registries."""
    found = {
        f"GELOMBANG_{code.upper()}_URL": f"http://127.0.0.1:{port}/{PATHS[code]}"
        for code, port in ports.items()
    }
    registry = found["GELOMBANG_CIVIL_REGISTRY_URL"]
    return found | {
        "GELOMBANG_CIVIL_REGISTRY_USAGE_URL": f"{registry}/data-balikan",
        "GELOMBANG_CIVIL_REGISTRY_OPENS": REGISTRY_OPENS,
        # No crowd at the door has to go before the partners here, and a late call is not sent.
        "GELOMBANG_WORKER_NICENESS": "0",
        # A partner has a machine of its own: ours does not keep it from looking at its meter.
        "GELOMBANG_FAKES_NICENESS": "-15",
    }


@contextmanager
def _also_explained() -> Iterator[None]:
    """Endings that only this rehearsal has."""
    try:
        yield
    except (SeedingFailed, PartFailedError) as ending:
        errors.print(Text(str(ending), style="red"))
        raise typer.Exit(OFF) from None
