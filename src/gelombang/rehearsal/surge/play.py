"""One surge on one system: prepare, let everybody come, wait for the steps, compare, audit."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from gelombang.kit import clock
from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal import proof, proofs
from gelombang.rehearsal.commands import gelombang
from gelombang.rehearsal.opening import open_registration
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.surge.arrivals import Bursts, schedule
from gelombang.rehearsal.surge.comparison import compare, pulled
from gelombang.rehearsal.surge.limits import raise_file_limit
from gelombang.rehearsal.surge.people import REGISTER_PATH, entries, entries_path, registrations
from gelombang.rehearsal.surge.processes import Crew, Outcome, generators
from gelombang.rehearsal.surge.report import SurgeResult, Used
from gelombang.rehearsal.surge.sheet import Errand
from gelombang.rehearsal.surge.usage import cpu_seconds, peak_megabytes
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import Teller, phase
from gelombang.rehearsal.wire import ConnectionLost, Pool, prepare

AFTER_OPENING = timedelta(minutes=1)
REASON = "Gladi: menit pembukaan"
OPEN_SECONDS = 60.0
SPARE_SHARE = 0.05
"""Proofs beyond one for each person, for those that the door wants replaced."""
REST_SHARE = 0.25
"""A system that uses less than this share of a core is at rest."""
LETTERS_SECONDS = 600.0
VERIFYING_SECONDS = 3_600.0
"""What it may take to verify everybody beforehand, one statement after the other."""
_CREATED = 201
_LOOK_SECONDS = 0.25


class DoorStaysClosed(Exception):
    """The door took nobody in within a minute of its opening; the text holds its last status."""


@dataclass(frozen=True, slots=True)
class SurgePlan:
    """Who comes when, and how the generator is made up."""

    people: int
    seconds: float
    bursts: Bursts
    stage: Stage
    crew: Crew = field(default_factory=Crew)
    joins: bool = False
    """Everybody is verified beforehand and presses Join; else everybody registers."""
    seed: int = 0


class Surge:
    """One surge on one system. `play` is the whole of it."""

    def __init__(
        self, system: System, plan: SurgePlan, teller: Teller, *, keyring: Keyring, scratch: Path
    ) -> None:
        self._system = system
        self._plan = plan
        self._teller = teller
        self._keyring = keyring
        self._scratch = scratch

    async def play(self) -> SurgeResult:
        """Play every phase and compare.

        Raises CommandFailed, DoorStaysClosed, GeneratorFailed or NotDrained when it cannot go on.
        """
        raise_file_limit()
        plan, teller = self._plan, self._teller
        with phase(teller, "prepare"):
            known = await open_the_door(self._system, plan.stage, self._keyring)
            people = await self._verified_people()
        with phase(teller, "people"):
            errands, spare = self._errands(people)
        path = entries_path(plan.stage.wave_id) if plan.joins else REGISTER_PATH
        with phase(teller, "surge"):
            outcome, used = await offer(
                self._system, path, errands, spare, crew=plan.crew,
                scratch=self._scratch, seconds=plan.seconds, seed=plan.seed,
            )  # fmt: skip
        receipts = outcome.receipts if plan.joins else [*outcome.receipts, *known]
        return await self._judged(outcome, used, receipts)

    async def _verified_people(self) -> Sequence[UUID]:
        """Who may join, made by a process of its own; nobody where everybody registers."""
        if not self._plan.joins:
            return ()
        file = self._scratch / "verified.txt"
        await gelombang(
            "rehearse", "verified-people", "--count", str(self._plan.people), "--out", str(file),
            environment=self._system.environment, seconds=VERIFYING_SECONDS,
        )  # fmt: skip
        await until_at_rest(self._system, seconds=LETTERS_SECONDS)
        return [UUID(line) for line in file.read_text("ascii").split()]

    def _errands(self, people: Sequence[UUID]) -> tuple[list[Errand], list[str]]:
        plan = self._plan
        chance = Random(f"surge {plan.seed}")  # noqa: S311 repeatable on purpose
        arrivals = schedule(chance, people=plan.people, seconds=plan.seconds, bursts=plan.bursts)
        if plan.joins:
            return entries(arrivals, people=people, keyring=self._keyring), []
        made = proofs.minted(self._keyring, plan.people)
        spare = list(proofs.minted(self._keyring, round(plan.people * SPARE_SHARE)))
        return registrations(arrivals, made, group=f"orang.{plan.seed}"), spare

    async def _judged(
        self, outcome: Outcome, used: Used, receipts: Sequence[tuple[str, str]]
    ) -> SurgeResult:
        """What the rows and the auditor say to what was promised."""
        url, joins = self._system.readonly_url, self._plan.joins
        with phase(self._teller, "pull"):
            seconds = await pulled(url, len(receipts), of_entries=joins, tell=self._teller.note)
        with phase(self._teller, "compare"):
            compared = await asyncio.to_thread(compare, url, receipts, of_entries=joins)
        with phase(self._teller, "audit"):
            audit = await proof.audit(
                self._system, [receipt for _, receipt in receipts], scratch=self._scratch
            )
        return SurgeResult(
            outcome, compared, audit, used=used, pulled_seconds=seconds,
            door_megabytes=door_megabytes(self._system),
        )  # fmt: skip


async def offer(
    system: System, path: str, errands: Sequence[Errand], spare: Sequence[str], *, crew: Crew,
    scratch: Path, seconds: float, seed: int = 0,
) -> tuple[Outcome, Used]:  # fmt: skip
    """Let everybody come; what they saw, and what the system used for it.

    Raises GeneratorFailed.
    """
    with generators(
        system.base_url, path, errands, crew=crew, scratch=scratch, seed=seed, proofs=spare
    ) as running:
        before = used_so_far(system)
        running.begin()
        outcome = await running.outcome(seconds=seconds + crew.patience + 60.0)
        after = used_so_far(system)
    return outcome, after.less(before)


async def until_at_rest(system: System, *, seconds: float) -> None:
    """Return when the system has nothing left to do, or after that many seconds.

    Letters of what was before would otherwise compete with what is measured.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        before = used_so_far(system).total
        await asyncio.sleep(1.0)
        if used_so_far(system).total - before < REST_SHARE:
            return


def used_so_far(system: System) -> Used:
    """CPU seconds of the system's processes until now; nothing where they are not ours."""
    pids = system.pids()

    def seconds(name: str) -> float:
        return cpu_seconds([pids[name]]) if name in pids else 0.0

    return Used(
        door=seconds("edge"), database=seconds("database"),
        house=seconds("house"), worker=seconds("worker"),
    )  # fmt: skip


def door_megabytes(system: System) -> dict[int, float]:
    """The most memory that each process of the front door ever held, in MB."""
    pids = system.pids()
    return peak_megabytes(pids["edge"]) if "edge" in pids else {}


async def open_the_door(
    system: System, stage: Stage, keyring: Keyring
) -> tuple[tuple[str, str], ...]:
    """Load the programme, sign off and open the registration, and wait until somebody got in.

    Key and receipt of whoever knocked. Raises CommandFailed or DoorStaysClosed.
    """
    await open_registration(system, stage, reason=REASON)
    opened = stage.opens_at + AFTER_OPENING
    is_later = clock.read_face(system.clock_file).at(clock.real_now()) >= opened
    clock.set_face(system.clock_file, virtual=None if is_later else opened, rate=1)
    return (await knock_until_open(system, keyring),)


async def knock_until_open(system: System, keyring: Keyring) -> tuple[str, str]:
    """Register one person as soon as the door takes them. Raises DoorStaysClosed."""
    pool = Pool(system.base_url, connections=1)
    until, status = time.monotonic() + OPEN_SECONDS, 0
    try:
        while time.monotonic() < until:
            key = str(uuid7())
            answer = await pool.call(_knock(pool.host, key, next(proofs.minted(keyring, 1))))
            if answer.status == _CREATED:
                return key, json.loads(answer.body)["receipt"]
            status = answer.status
            await asyncio.sleep(_LOOK_SECONDS)
    except ConnectionLost as problem:
        raise DoorStaysClosed(f"the door does not answer: {problem}") from None
    finally:
        await pool.close()
    raise DoorStaysClosed(f"after {OPEN_SECONDS:.0f} s the door still answers {status}")


def _knock(host: str, key: str, proof_of_work: str) -> bytes:
    body = {"email": f"pengetuk.{key}@example.id", "altcha": proof_of_work}
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    content = json.dumps(body).encode()
    return prepare("POST", REGISTER_PATH, host=host, headers=headers, body=content)
