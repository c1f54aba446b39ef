"""The whole rehearsal on one system: bring people in, let partners misbehave, compare it all."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from gelombang.kit import clock
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal import proof
from gelombang.rehearsal.cast import Cast, bring_together
from gelombang.rehearsal.commands import gelombang
from gelombang.rehearsal.population import Population
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.progress import NotDrained
from gelombang.rehearsal.surge.play import open_the_door, until_at_rest
from gelombang.rehearsal.surge.usage import peak_megabytes
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import Teller, phase
from gelombang.rehearsal.verification.citizens import Onlookers
from gelombang.rehearsal.verification.contracts import (
    BEGINS,
    QUOTA_SHARE,
    REGISTRY_CLOSES,
    REGISTRY_OPENS,
    VIRTUAL_RATE,
    Contract,
    honest,
    with_contracts,
    without_limit,
)
from gelombang.rehearsal.verification.fakes import Fakes, metered
from gelombang.rehearsal.verification.killing import Killer
from gelombang.rehearsal.verification.pace import used
from gelombang.rehearsal.verification.people import Casting, rows_of_books
from gelombang.rehearsal.verification.report import (
    PartnerFigures,
    Unpaced,
    VerificationResult,
)
from gelombang.rehearsal.verification.statements import books_of, statements
from gelombang.rehearsal.verification.truth import Judged, judge
from gelombang.rehearsal.verification.watching import (
    Answered,
    Clockwork,
    Watcher,
    answered,
    outages_of,
)

CIVIL = "civil_registry"
WALKERS = 4
STILL_SECONDS = 240.0  # without any answer, and what is left counts as lost
TAIL_SHARE = 0.01  # of the questions: what is left then has only bad luck behind it
REST_SECONDS = 120.0
TOLD_SECONDS = 60.0
_LOOK_SECONDS = 1.0  # between two counts of what is answered: they cost the database, too
_FINE_LOOK_SECONDS = 0.25  # where seconds are counted by them


@dataclass(frozen=True, slots=True)
class VerificationPlan:
    """What is rehearsed."""

    stage: Stage
    """Its text has the contracts already."""
    contracts: tuple[Contract, ...]
    faults: Mapping[str, Mapping[str, Any]]
    """Fault scripts by partner."""
    casting: Casting
    seed: int
    workers: tuple[str, ...]
    """Names of the processes that verify."""
    is_usual: bool = True
    """Our own script: it ends with the backlog, so that bad luck need not be waited for."""
    kills: bool = False
    seen_seconds: float = 5.0
    """Real seconds that outages and closed hours are looked at before the clock passes them."""
    states_at_once: int = 2
    """Processes that state identities."""


@dataclass(slots=True)
class _Found:
    """What was seen on the way."""

    receipts: list[str] = field(default_factory=list)
    stated: list[str] = field(default_factory=list)
    """NIKs whose statement was acknowledged."""
    meters: dict[str, dict[str, int]] = field(default_factory=dict)
    killed: Mapping[str, int] = field(default_factory=dict)
    untold: int = 0
    megabytes: dict[str, float] = field(default_factory=dict)


class Verification:
    """One rehearsal on one system. `play` is the whole of it."""

    def __init__(
        self, system: System, plan: VerificationPlan, teller: Teller, *, keyring: Keyring,
        fakes_at: Mapping[str, int], scratch: Path,
    ) -> None:  # fmt: skip
        self._system = system
        self._plan = plan
        self._teller = teller
        self._keyring = keyring
        self._fakes_at = fakes_at
        self._scratch = scratch
        self._found = _Found()

    async def play(self) -> VerificationResult:
        """Play every phase and compare.

        Raises CommandFailed, DoorStaysClosed, NotDrained or SeedingFailed when it cannot go on.
        """
        fakes, casting = Fakes.at(self._fakes_at), self._plan.casting
        async with self._cast(casting) as cast:
            onlookers = Onlookers(cast, casting.of(casting.by_http))
            await self._prepare(fakes)
            await self._bring_in(onlookers)
            watcher = Watcher(self._system, fakes)
            await self._under_contract(fakes, watcher, onlookers)
            unpaced = await self._unpaced(fakes)
            with phase(self._teller, "compare"):
                judged = await asyncio.to_thread(self.judged)
            self._found.receipts += cast.acknowledged.all_receipts()
        with phase(self._teller, "audit"):
            await until_at_rest(self._system, seconds=REST_SECONDS)
            audit = await proof.audit(self._system, self._found.receipts, scratch=self._scratch)
        await fakes.close()
        return VerificationResult(
            people=casting.people,
            citizen_errors=onlookers.errors,
            first_error=onlookers.first_error(),
            looks=onlookers.looks,
            untold=self._found.untold,
            partners=self._partners(watcher),
            judged=judged,
            lost_receipts=audit.lost,
            unpaced=unpaced,
            audit=audit,
            worker_megabytes=tuple(self._found.megabytes.values()),
            killed=self._found.killed,
            seconds=dict(self._teller.seconds),
        )

    @asynccontextmanager
    async def _cast(self, casting: Casting) -> AsyncIterator[Cast]:
        by_http = casting.of(casting.by_http)
        whole = casting.population
        few = Population(seed=whole.seed, figures=whole.figures, people=by_http)
        cast = bring_together(self._system, few, walkers=WALKERS, keyring=self._keyring)
        async with _running(cast.inbox.follow()):
            yield cast
        await cast.close()

    async def _prepare(self, fakes: Fakes) -> None:
        with phase(self._teller, "prepare"):
            await fakes.until_ready()
            await fakes.fill(rows_of_books(self._plan.casting.population))
            stage = replace(self._plan.stage, text=self._without_limit())
            known = await open_the_door(self._system, stage, self._keyring)
            self._found.receipts += [receipt for _, receipt in known]
            await self._bring("hold")

    async def _bring_in(self, onlookers: Onlookers) -> None:
        """Everybody states; the registry answers those who are early, and nobody else is asked."""
        casting = self._plan.casting
        with phase(self._teller, "register"):
            await self._bring("register", range(casting.early.start, casting.brought_in.stop))
        with phase(self._teller, "early"):
            self._found.stated += await self._state(casting.early)
            await self._bring("go-on", only=CIVIL)
            await self._until(lambda now: not now.undecided)
            await self._bring("hold", only=CIVIL)
            await self._load(self._plan.stage.text)
        with phase(self._teller, "state"):
            _, stated = await asyncio.gather(onlookers.state(), self._state(casting.brought_in))
            mine = onlookers.cast.acknowledged.stated
            stated += [person.card.nik for person in onlookers.people
                       if person.card is not None and person.number in mine]  # fmt: skip
            self._found.stated += stated
            await until_at_rest(self._system, seconds=REST_SECONDS)

    async def _until(self, holds: Callable[[Answered], bool]) -> None:
        """Wait until that holds, as long as anything is answered."""
        reader = answered(self._system)
        before, until = -1, time.monotonic() + STILL_SECONDS
        while not holds(now := await asyncio.to_thread(reader.read)):
            if now.answered > before:
                before, until = now.answered, time.monotonic() + STILL_SECONDS
            if time.monotonic() > until:
                raise NotDrained(f"nothing was answered for {STILL_SECONDS:.0f} s; {now.open} open")
            self._tell(now)
            await asyncio.sleep(_LOOK_SECONDS)

    def _without_limit(self) -> str:
        return with_contracts(self._plan.stage.text, without_limit(self._plan.contracts))

    async def _load(self, text: str) -> None:
        """Load a version of the programme file."""
        file = self._scratch / "programme.toml"
        file.write_text(text, encoding="utf-8")
        await gelombang("programme", "load", str(file), environment=self._system.environment)

    async def _state(self, numbers: range) -> list[str]:
        """Let people state in some processes at once; their NIKs."""
        parts = self._plan.states_at_once
        step = -(-len(numbers) // parts)
        ranges = [numbers[start : start + step] for start in range(0, len(numbers), step)]
        await asyncio.gather(*(self._bring("state", each) for each in ranges))
        return [card.nik for card in self._plan.casting.cards(numbers)]

    async def _under_contract(self, fakes: Fakes, watcher: Watcher, onlookers: Onlookers) -> None:
        """The time of the contracts: from the first question to the last answer."""
        plan, casting = self._plan, self._plan.casting
        scripts = metered(plan.faults, {c.code: c.calls_per_second for c in plan.contracts})
        asked = len(casting.by_http) + len(casting.brought_in)
        with phase(self._teller, "under contract"):
            if plan.is_usual:
                quota = max(1, round(asked * QUOTA_SHARE))
                await fakes.allow(daily_quota=quota, opens=REGISTRY_OPENS, closes=REGISTRY_CLOSES)
            clock.set_face(
                self._system.clock_file, virtual=datetime.fromisoformat(BEGINS), rate=VIRTUAL_RATE
            )
            await fakes.follow(scripts)
            killer = Killer(self._system, plan.workers, Random(plan.seed))  # noqa: S311 repeatable
            hands = Clockwork(
                self._system, watcher, outages_of(plan.faults), rate=VIRTUAL_RATE,
                seen_seconds=plan.seen_seconds,
            )  # fmt: skip
            async with watcher, _running(hands.run()), _running(onlookers.look()):
                await self._bring("go-on")
                async with _running(killer.run() if plan.kills else None):
                    await self._until_answered(fakes, is_usual=plan.is_usual)
                self._found.meters = await fakes.readings()
                self._found.killed = dict(killer.killed)
                self._found.untold = await onlookers.until_told(seconds=TOLD_SECONDS)
            self._note_memory()

    async def _until_answered(self, fakes: Fakes, *, is_usual: bool) -> None:
        """Return when nothing is open, or nothing was answered for long."""
        reader = answered(self._system)
        known = await asyncio.to_thread(reader.read)
        before, until, is_lifted = known.answered, time.monotonic() + STILL_SECONDS, not is_usual
        most_open = known.open
        while True:
            now = await asyncio.to_thread(reader.read)
            if now.is_done:
                return
            most_open = max(most_open, now.open)
            self._tell(now)
            if not is_lifted and now.open <= max(3, TAIL_SHARE * most_open):
                await fakes.follow(honest(self._plan.contracts))
                await fakes.allow()
                is_lifted = True
            if now.answered > before:
                before, until = now.answered, time.monotonic() + STILL_SECONDS
            if time.monotonic() > until:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _tell(self, now: Answered) -> None:
        self._teller.note(f"{now.answered:,} answered, {now.open:,} open")

    async def _unpaced(self, fakes: Fakes) -> Unpaced:
        """The time without a limit: other people, honest partners, no contract."""
        numbers = self._plan.casting.unpaced
        with phase(self._teller, "register unpaced", len(numbers)):
            await self._bring("hold")
            await fakes.allow()
            await fakes.follow(metered({}, dict.fromkeys(self._fakes_at, 0)))
            await self._load(f"{self._without_limit()}\n# without a limit again\n")
            await self._bring("register", numbers)
        with phase(self._teller, "state unpaced"):
            self._found.stated += await self._state(numbers)
            await until_at_rest(self._system, seconds=REST_SECONDS)
        with phase(self._teller, "unpaced"):
            found = await self._measured()
        meters = await fakes.readings()
        self._note_memory()
        return Unpaced(found.checks, found.seconds, meters)

    async def _measured(self) -> Unpaced:
        """Checks answered from the first one to the last."""
        reader = answered(self._system)
        before = (await asyncio.to_thread(reader.read)).answered
        go_on = asyncio.create_task(self._bring("go-on"))
        began: float | None = None
        latest, latest_at = before, time.monotonic()
        until = time.monotonic() + STILL_SECONDS
        while time.monotonic() < until:
            asked_at = time.monotonic()
            now = await asyncio.to_thread(reader.read)
            if now.answered > latest:
                began = began or latest_at
                latest = now.answered
                until = time.monotonic() + STILL_SECONDS
            latest_at = asked_at
            self._tell(now)
            if now.is_done and began is not None:
                break
            await asyncio.sleep(_FINE_LOOK_SECONDS)
        await go_on
        return Unpaced(latest - before, latest_at - began if began else 0.0)

    def judged(self) -> Judged:
        """Every fact of the database against the fakes' books, and everybody who stated."""
        books = books_of(self._system.data_dir)
        known = {each.code for each in self._plan.contracts}
        found = judge(
            self._found.stated,
            statements(self._system.readonly_url, self._keyring),
            {code: book for code, book in books.items() if code in known},
        )
        for book in books.values():
            book.close()
        return found

    def _partners(self, watcher: Watcher) -> tuple[PartnerFigures, ...]:
        return tuple(
            PartnerFigures(
                code=each.code,
                calls_per_second=each.calls_per_second,
                records_per_call=each.batch_size,
                use=used(watcher.samples[each.code]),
                meter=self._found.meters[each.code],
            )
            for each in self._plan.contracts
        )

    def _note_memory(self) -> None:
        pids = self._system.pids()
        for name in self._plan.workers:
            if name in pids:
                held = max(peak_megabytes(pids[name]).values(), default=0.0)
                self._found.megabytes[name] = max(held, self._found.megabytes.get(name, 0.0))

    async def _bring(
        self, what: str, numbers: range = range(0), *, only: str | None = None
    ) -> None:
        """One step of `rehearse bring-people`, a process where the product is set up."""
        chosen = ("--only", only) if only else ()
        await gelombang(
            "rehearse", "bring-people", what, "--people", str(self._plan.casting.people),
            "--seed", str(self._plan.seed), "--first", str(numbers.start),
            "--until", str(numbers.stop), *chosen, environment=self._system.environment,
        )  # fmt: skip


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None] | None) -> AsyncIterator[None]:
    """Something that goes on meanwhile, and ends with the block; its failure is raised then."""
    task = None if work is None else asyncio.create_task(work)
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
