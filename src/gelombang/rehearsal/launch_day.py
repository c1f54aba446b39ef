"""The rehearsal of the first day: from an empty system to a proven draw, all of it compared."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gelombang.kit import clock
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal import commands, proof, results
from gelombang.rehearsal.actors.process import providers_process
from gelombang.rehearsal.cast import Cast, bring_together
from gelombang.rehearsal.catalogue import Offer, read_offer
from gelombang.rehearsal.curve import write_diaries
from gelombang.rehearsal.day import Day, join_until_close
from gelombang.rehearsal.expectation import expect, expect_afterwards, read_benefit
from gelombang.rehearsal.figures import HIGHEST_RATE, SNAPSHOT_AFTER, Figures
from gelombang.rehearsal.judging import Found, judge
from gelombang.rehearsal.lists import AGENCY, nomination_file, served_list
from gelombang.rehearsal.operator import Credentials, read_credentials
from gelombang.rehearsal.population import Population, invent
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.progress import DRAIN_SECONDS, Progress
from gelombang.rehearsal.publication import download, fetch_file, read_publication
from gelombang.rehearsal.report import FUNNEL, Pair, Result
from gelombang.rehearsal.seeding import fill_books, fill_payment_books
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import Teller, phase
from gelombang.rehearsal.winners import Winner, cast_winners
from gelombang.rehearsal.year import Terms, play_the_year

FUNNEL_SECONDS = 45.0  # the public file is written every ten seconds
FREEZE_SECONDS, DRAW_SECONDS = 600.0, 900.0
LATE_FINISHERS = timedelta(minutes=15)  # who stood in the queue at the close may finish till then
BEFORE_OPENING = timedelta(minutes=1)
BEACON_WAIT = timedelta(minutes=61)  # the round lies at least an hour after the commitment
OPERATOR = "gladi"
PROVIDER_KEYS = "providers.json"
_LOOK_SECONDS = 0.5
_KNOCK_SECONDS = 1.5  # the door looks at the calendar every second
_CLOSED = 409


class RehearsalFailed(Exception):
    """The rehearsal could not be played to its end; the text says where it stopped."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be rehearsed."""

    figures: Figures
    stage: Stage
    seed: int
    verifier: Path
    """`tools/verify_draw.py`."""
    publish: Path | None = None
    real_time_minute: bool = True
    rate: float = HIGHEST_RATE
    """The most registrations or joins a second outside the peak minute."""
    walkers: int = 25
    catalogue: str | None = None
    """The text of the catalogue to learn from; without one the rehearsal ends with the draw."""


class LaunchDay:
    """One rehearsal on one system. `play` is the whole of it."""

    def __init__(
        self, system: System, plan: Plan, teller: Teller, *, scratch: Path,
        keyring: Keyring | None = None,
    ) -> None:  # fmt: skip
        self._system = system
        self._keyring = keyring  # with the system's keys, proofs of work are minted
        self._plan = plan
        self._stage = plan.stage
        self._teller = teller
        self._scratch = scratch
        self._found = Found()
        self._credentials = Credentials("", "", "")
        self._publication = plan.publish or scratch / "publication"

    async def play(self) -> Result:
        """Play every phase and compare.

        Raises RehearsalFailed, CommandFailed, NotDrained, DeskUnfit, CatalogueUnfit or
        ProvidersMissing when it cannot go on.
        """
        begun = time.perf_counter()
        with phase(self._teller, "population"):
            population = invent(
                seed=self._plan.seed, figures=self._plan.figures,
                programme=self._stage.population_terms,
            )  # fmt: skip
            expected = expect(population, self._stage.population_terms)
        async with self._cast(population) as cast:
            await self._prepare(cast, population)
            await self._first_21_hours(cast, population)
            await self._snapshot(cast)
            await self._fill_the_wave(cast, population)
            await self._freeze(cast)
            await self._draw(cast)
            await self._results(cast, population)
            if self._plan.catalogue is not None:
                await self._go_on(cast, population, self._plan.catalogue)
            await self._prove(cast)
        return judge(
            self._found, cast, expected,
            phases=self._teller.seconds, seconds=time.perf_counter() - begun,
        )  # fmt: skip

    @asynccontextmanager
    async def _cast(self, population: Population) -> AsyncIterator[Cast]:
        cast = bring_together(
            self._system, population, walkers=self._plan.walkers, keyring=self._keyring
        )
        following = asyncio.create_task(cast.inbox.follow())
        try:
            yield cast
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
            await cast.close()

    async def _prepare(self, cast: Cast, population: Population) -> None:
        """Programme, partners' books, staff, nominations and the list of people served before."""
        with phase(self._teller, "prepare"):
            await self._require_an_empty_system(cast)
            self._set_clock(self._stage.opens_at - timedelta(hours=1), rate=0)
            await fill_books(cast.fakes, population)
            await self._command("programme", "load", self._file("programme.toml", self._stage.text))
            await commands.sign_off_the_opening(
                environment=self._system.environment, reason="Gladi hari pembukaan"
            )
            served = self._file("served.csv", served_list(population))
            self._credentials, *_ = await asyncio.gather(
                self._engage_operator(),
                self._command("claims", "import", served, "--reason", "Gladi hari pembukaan"),
                self._nominate(population),
            )

    async def _require_an_empty_system(self, cast: Cast) -> None:
        there = (await cast.watch.look()).registered
        if there:
            raise RehearsalFailed(f"this needs an empty system, and {there} people are in this one")

    async def _engage_operator(self) -> Credentials:
        """An account of the rehearsal's own: the code of a second factor serves only once."""
        added = await self._command(
            "operators", "add", OPERATOR, "--group", "programme_officer",
            "--group", "programme_director", "--group", "operator",
        )  # fmt: skip
        return read_credentials(OPERATOR, added.output)

    async def _nominate(self, population: Population) -> None:
        listed = nomination_file(population)
        errors = self._scratch / "nomination-errors.csv"
        await self._command(
            "nominations", "import", self._file("nominations.csv", listed.text),
            "--agency", AGENCY, "--errors", str(errors),
        )  # fmt: skip
        rejected = len(errors.read_text(encoding="utf-8").splitlines()) - 1
        self._found.comparisons["nominations rejected"] = Pair(listed.rejected, rejected)

    async def _first_21_hours(self, cast: Cast, population: Population) -> None:
        with phase(self._teller, "before_opening"):
            self._set_clock(self._stage.opens_at - BEFORE_OPENING, rate=0)
            await self._expect_closed(cast, "before the opening")
        diaries = write_diaries(population.people, seed=population.seed)
        day = Day(
            system=self._system, crowd=cast.crowd, wave_id=self._stage.wave_id,
            opens_at=self._stage.opens_at, rate=self._plan.rate, seed=population.seed,
            on_step=self._step_of("register"),
        )  # fmt: skip
        first = [pair for pair in diaries if pair[0].in_peak_minute]
        rest = [pair for pair in diaries if not pair[0].in_peak_minute]
        if self._plan.real_time_minute:
            with phase(self._teller, "peak_minute", len(first)):
                await day.peak_minute(first)
            cast.note_peak()
        else:
            rest = [*first, *rest]
        with phase(self._teller, "first_21_hours", len(rest)):
            await day.compressed(rest)

    async def _snapshot(self, cast: Cast) -> None:
        """Hold the clock before hour 21, drain, reach hour 21, read the public figures once."""
        with phase(self._teller, "snapshot"):
            await self._drain(cast)
            moment = self._stage.opens_at + SNAPSHOT_AFTER
            self._set_clock(moment, rate=0)
            self._found.funnel = await self._public_funnel(cast, moment)

    async def _public_funnel(self, cast: Cast, moment: datetime) -> dict[str, int]:
        """The figures that were counted at or after `moment`: one consistent read by the system."""
        until = time.monotonic() + FUNNEL_SECONDS
        while time.monotonic() < until:
            answer = await cast.house.ask("funnel", "GET", "/api/v1/funnel")
            document = json.loads(answer.body) if answer.status == 200 else {}  # noqa: PLR2004
            if document and datetime.fromisoformat(document["as_of"]) >= moment:
                return {name: int(document[name]) for name in FUNNEL}
            await asyncio.sleep(_LOOK_SECONDS)
        raise RehearsalFailed(f"no public figures of hour 21 within {FUNNEL_SECONDS:.0f} s")

    async def _fill_the_wave(self, cast: Cast, population: Population) -> None:
        late = [person for person in population.verified() if not person.joins_early]
        with phase(self._teller, "until_the_close", len(late)):
            await join_until_close(
                late, system=self._system, crowd=cast.crowd, wave_id=self._stage.wave_id,
                closes_at=self._stage.closes_at, rate=self._plan.rate,
                on_step=self._step_of("join"),
            )  # fmt: skip
            self._found.progress = await self._drain(cast)

    async def _freeze(self, cast: Cast) -> None:
        with phase(self._teller, "freeze"):
            self._set_clock(self._stage.closes_at, rate=0)
            await self._expect_closed(cast, "after the close", wave_id=self._stage.wave_id)
            self._set_clock(self._stage.closes_at + LATE_FINISHERS, rate=0)
            await cast.operator.sign_in(self._credentials)
            await self._persist(lambda: cast.operator.freeze(self._stage.wave_id), "freeze")
            await self._published(cast, "commitment.json", FREEZE_SECONDS)

    async def _draw(self, cast: Cast) -> None:
        with phase(self._teller, "draw"):
            self._set_clock(self._now() + BEACON_WAIT, rate=0)
            await self._persist(lambda: cast.operator.draw(self._stage.wave_id), "draw")
            await self._published(cast, "result.csv", DRAW_SECONDS)
            await self._published(cast, "cutoffs.json", DRAW_SECONDS)
            await download(cast.house, self._stage.wave_id, self._publication)
            self._found.publication = read_publication(self._publication)

    async def _results(self, cast: Cast, population: Population) -> None:
        if self._found.publication is None:
            raise RehearsalFailed("nothing was published")
        with phase(self._teller, "results"):
            self._found.told = await results.ask_everybody_concerned(
                cast, population, self._stage, self._found.publication,
                on_step=self._step_of("results"),
            )  # fmt: skip
            entrants = [person for person in population.verified() if person.joins]
            letters = await results.count_result_letters(cast.inbox, entrants)
            self._found.comparisons["one letter with the result"] = Pair(len(entrants), letters)

    async def _cast_winners(
        self, cast: Cast, population: Population, catalogue: str, offer: Offer
    ) -> tuple[Winner, ...]:
        """Who won, by their own letters; with a catalogue to learn from and accounts to fill."""
        winners = cast_winners(
            results.who_won(population, self._found.publication, cast.inbox),
            seed=population.seed, courses=offer.courses, cancelled=offer.cancelled,
        )  # fmt: skip
        with phase(self._teller, "catalogue"):
            await self._command(
                "courses", "load", self._file("catalogue.toml", catalogue),
                "--keys", str(self._system.data_dir / PROVIDER_KEYS),
            )  # fmt: skip
            await fill_payment_books(cast.fakes, winners)
        return winners

    async def _go_on(self, cast: Cast, population: Population, catalogue: str) -> None:
        """From the awards to the last rupiah, with providers as a process of their own."""
        offer = read_offer(catalogue)
        benefit = read_benefit(self._stage.text)
        self._found.afterwards = expect_afterwards(
            expect(population, self._stage.population_terms).winners,
            seed=population.seed, offer=offer, benefit=benefit,
        )  # fmt: skip
        winners = await self._cast_winners(cast, population, catalogue, offer)
        async with providers_process(self._system.environment) as address:
            self._found.earned = await play_the_year(
                self._system, cast, winners=winners, providers_at=address,
                terms=Terms(offer, benefit, self._found.afterwards), teller=self._teller,
            )  # fmt: skip

    async def _prove(self, cast: Cast) -> None:
        """Verifier and auditor, as processes that share nothing with the product."""
        with phase(self._teller, "verify"):
            outcome = await proof.verify_draw(
                self._plan.verifier, self._publication, system=self._system
            )
            if outcome.status != 0:
                self._found.complaints.append(f"verify_draw: {outcome.last_words()}")
        with phase(self._teller, "audit"):
            receipts = cast.acknowledged.all_receipts()
            self._found.audit = await proof.audit(self._system, receipts, scratch=self._scratch)

    async def _drain(self, cast: Cast) -> Progress:
        return await cast.watch.drained(
            cast.acknowledged, tell=self._teller.note, seconds=DRAIN_SECONDS
        )

    async def _expect_closed(self, cast: Cast, when: str, *, wave_id: str | None = None) -> None:
        """Knock where the calendar says no: the answer is 409, never an error."""
        await asyncio.sleep(_KNOCK_SECONDS)
        status = await cast.knock(wave_id=wave_id)
        if status != _CLOSED:
            self._found.complaints.append(f"{when} the door answered {status} instead of {_CLOSED}")

    async def _persist(self, action: Callable[[], Awaitable[str]], name: str) -> None:
        """Press a button of the desk until it is accepted: the freeze waits for the intake."""
        until, refusal = time.monotonic() + FREEZE_SECONDS, ""
        while time.monotonic() < until:
            refusal = await action()
            if not refusal:
                return
            self._teller.note(refusal)
            await asyncio.sleep(1.0)
        raise RehearsalFailed(f"the desk refuses to {name}: {refusal}")

    async def _published(self, cast: Cast, name: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while await fetch_file(cast.house, self._stage.wave_id, name) is None:
            if time.monotonic() > until:
                raise RehearsalFailed(f"{name} was not published within {seconds:.0f} s")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _command(self, *arguments: str) -> commands.Outcome:
        return await commands.gelombang(*arguments, environment=self._system.environment)

    def _file(self, name: str, text: str) -> str:
        path = self._scratch / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def _now(self) -> datetime:
        return clock.read_face(self._system.clock_file).at(clock.real_now())

    def _set_clock(self, virtual: datetime, *, rate: float) -> None:
        ahead = virtual if virtual > self._now() else None  # a clock that ran on is left there
        clock.set_face(self._system.clock_file, virtual=ahead, rate=rate)

    def _step_of(self, counted: str) -> Callable[[str], None]:
        def step(name: str) -> None:
            if name == counted:
                self._teller.step()

        return step
