"""The verification sweeps against the invented registries over HTTP, on good days and bad ones."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from django.db import OperationalError, connection
from structlog.testing import capture_logs
from tests.jobs.calls_here import CallsHere
from tests.jobs.patience import in_time
from tests.journey.verification.world import NOW, REAL, STATED, register, somebody, state

from gelombang import store
from gelombang.cli.places import clone
from gelombang.gateways import faults as faults_of_fakes, serve
from gelombang.gateways.civil_registry import client as civil_registry
from gelombang.gateways.dci import client as dci
from gelombang.jobs import verification as jobs
from gelombang.jobs.loop import Context
from gelombang.journey.verification import queries
from gelombang.journey.verification.recording import DECIDERS
from gelombang.journey.verification.rules import FOLLOW_UPS_IF_AGREED, CheckKind
from gelombang.journey.verification.statement import StatedIdentity
from gelombang.records.partners import queries as partners
from gelombang.records.programme import actions as programme
from gelombang.settings.environment import load

pytestmark = pytest.mark.usefixtures("database_url")
NAMES = ("dukcapil", "pendidikan", "bansos")
FAULTS = {
    "cut connections": {"outage": True},
    "errors": {"error_rate": 1.0},
    "an HTML page": {"html": True},
    "cut answers": {"truncate": True},
    "no answer at all": {"hang": True},
}


@dataclass
class Town:
    """The invented registries in a thread of their own, and the lines that ask them."""

    url: str
    lines: tuple[jobs.Line, ...]
    real_now: datetime = REAL

    def call(self, method: str, path: str, **body: Any) -> Any:
        """One request to an admin page."""

        async def ask() -> Any:
            async with (
                aiohttp.ClientSession() as session,
                session.request(method, f"{self.url}{path}", **body) as answer,
            ):
                assert answer.status == 200, await answer.text()
                return await answer.json()

        return asyncio.run(ask())

    def set_faults(self, *names: str, **faults: Any) -> None:
        for name in names or NAMES:
            self.call("PUT", f"/{name}/_admin/faults", json=faults)

    def run(self, rounds: int, *lines: jobs.Line) -> None:
        """So many rounds of every line (or of some), a second apart by the clock they are told."""
        for _ in range(rounds):
            self.real_now += timedelta(seconds=1)
            context = replace(self.context(), real_now=self.real_now)
            for line in lines or self.lines:
                line(context)

    def run_until_answered(self) -> None:
        """Until nothing is open; fails when that never comes."""
        for _ in range(900):
            if not queries.backlog():
                return
            self.run(1)
        pytest.fail(f"still open: {queries.backlog_by_kind()}")

    def context(self) -> Context:
        environment = load().model_copy(
            update={
                "civil_registry_url": f"{self.url}/dukcapil",
                "education_url": f"{self.url}/pendidikan",
                "social_aid_url": f"{self.url}/bansos",
            }
        )
        return Context(
            now=NOW, real_now=self.real_now, keyring=environment.keyring,
            base_url=environment.base_url, environment=environment, stop=threading.Event(),
        )  # fmt: skip


@contextmanager
def served(books: Path) -> Iterator[str]:
    """The invented registries on a free port."""
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), []
    stop = asyncio.Event()

    async def run() -> None:
        runner = web.AppRunner(
            serve.application(books, NAMES), access_log=None, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
        ready.set()
        await stop.wait()
        await runner.cleanup()
        hanging = asyncio.all_tasks() - {asyncio.current_task()}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(timeout=10)
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=20)
        loop.close()


PATIENCE_ROUNDS = 10


def lines_here(lines: Iterable[jobs.Line]) -> tuple[jobs.Line, ...]:
    """The same lines with few calls at once, made in this process, where time-outs are short."""
    return tuple(
        jobs.Line(
            line.kind, line.make_ask, most_calls=20, most_per_call=line.most_per_call,
            open_calls=CallsHere.open,
        )
        for line in lines
    )  # fmt: skip


@pytest.fixture
def town(database_url, tmp_path, monkeypatch) -> Iterator[Town]:
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0.01)  # the town's clock is not the machine's
    monkeypatch.setattr(civil_registry, "TIME_OUT_SECONDS", 0.5)
    monkeypatch.setattr(dci, "TIME_OUT_SECONDS", 0.5)
    monkeypatch.setattr(faults_of_fakes, "HANG_SECONDS", 1.0)
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    programme.load(text=text, actor="cli:test", now=NOW - timedelta(days=3), real_now=REAL)
    lines = lines_here(line for line in jobs.LINES if line.kind not in FOLLOW_UPS_IF_AGREED)
    with served(tmp_path) as url:
        try:
            yield Town(url, lines)
        finally:
            for line in lines:
                line.close()


# What Dukcapil knows of each person who states the truth, or not quite.
CAST: dict[str, tuple[dict[str, Any], str, str, tuple[str, ...]]] = {
    "right": ({}, "verified", "", ()),
    "student": ({}, "verified", "", ()),
    "aided": ({}, "verified", "", ()),
    "deceased": ({"status": "deceased"}, "refuted", "11", ()),
    "duplicate": ({"status": "duplicate"}, "refuted", "12", ()),
    "unknown": ({}, "refuted", "13", ()),
    "inactive": ({"status": "inactive"}, "refuted", "14", ()),
    "misnamed": ({"name": "WAYAN SUKARNO"}, "refuted", "01", ("name",)),
    "spelt alike": ({"name": "BUDI PERCOBAANN"}, "verified", "", ()),
    "elsewhere": ({"province": "51"}, "refuted", "01", ("province",)),
    "other card": ({"family_card_no": "3174010101199999"}, "refuted", "01", ("family_card_no",)),
}
VERIFIED = sum(1 for _, expected, *_ in CAST.values() if expected == "verified")


def civil_record(stated: StatedIdentity) -> dict[str, Any]:
    return {
        "nik": stated.nik, "family_card_no": stated.family_card_no, "name": stated.name,
        "sex": stated.sex, "birth_place": stated.birth_place,
        "birth_date": stated.birth_date.isoformat(), "province": stated.province,
    }  # fmt: skip


def move_in(town: Town, keyring) -> dict[str, Any]:
    """Register the cast, let them state who they are, and write the registries' books."""
    persons, books = {}, {name: [] for name in NAMES}
    for number, (who, (known, *_)) in enumerate(CAST.items()):
        stated = somebody(number)
        persons[who] = register(keyring, f"p{number}@example.id")
        state(keyring, persons[who], stated)
        if who != "unknown":
            books["dukcapil"].append({**civil_record(stated), **known})
        if who == "student":
            books["pendidikan"].append(
                {"nik": stated.nik, "level": "S1", "institution_code": "1", "status": "active"}
            )
        if who == "aided":
            books["bansos"].append({"nik": stated.nik, "programmes": ["PKH"], "decile": 2})
    for name, people in books.items():
        lines = "\n".join(json.dumps(each) for each in people)
        town.call("POST", f"/{name}/_admin/people", data=lines)
    return persons


def assert_truth(persons) -> None:
    """Everybody has the verdict that the registries' books imply."""
    for who, (_, expected, code, elements) in CAST.items():
        view = queries.identity_of(person_id=persons[who])
        assert (view.state, view.problem_code, view.problem_elements) == (
            expected, code, elements,
        ), who  # fmt: skip
    facts = {row["person_id"]: row for row in store.fetch("SELECT * FROM verification_facts")}
    for who, (_, expected, *_) in CAST.items():
        row = facts[persons[who]]
        if expected == "refuted":
            assert (row["enrolled_verdict"], row["social_aid_verdict"]) == (None, None), who
            continue
        assert row["enrolled_verdict"] == ("fact" if who == "student" else "no_fact"), who
        assert row["social_aid_verdict"] == ("fact" if who == "aided" else "no_fact"), who
    assert facts[persons["student"]]["enrolled_code"] == "enrolled"
    assert facts[persons["aided"]]["social_aid_code"] == "aid_received"


def verdicts() -> int:
    return store.fetch_value("SELECT count(*) FROM verification_attestation")


def test_an_honest_day_asks_once_and_gives_everybody_the_right_verdict(town, keyring):
    persons = move_in(town, keyring)
    town.run_until_answered()
    assert_truth(persons)
    meters = town.call("GET", "/_admin/meter")
    assert {name: meters[name]["asked_again"] for name in NAMES} == dict.fromkeys(NAMES, 0)
    assert meters["dukcapil"]["calls"] == len(CAST)
    assert meters["pendidikan"]["records"] == meters["bansos"]["records"] == VERIFIED
    assert meters["pendidikan"]["calls"] <= VERIFIED


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_never_a_verdict_and_all_ends_well(town, keyring, faults):
    persons = move_in(town, keyring)
    town.set_faults(**faults)
    town.run(25)  # longer than the time-out of a call that hangs
    assert verdicts() == 0
    views = [queries.identity_of(person_id=each) for each in persons.values()]
    assert {view.state for view in views} == {"pending"}
    assert store.fetch_value("SELECT count(*) FROM notices_notice") == 0
    assert partners.partner(code="civil_registry").outages > 0
    assert partners.partner(code="civil_registry").stopped_reason == ""

    town.set_faults()
    town.run_until_answered()
    assert_truth(persons)


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_faults_of_the_further_registries_decide_nothing(town, keyring, faults):
    persons = move_in(town, keyring)
    town.set_faults("pendidikan", "bansos", **faults)
    for _ in range(PATIENCE_ROUNDS):  # a call that comes too late on a busy machine is asked again
        town.run(14)
        if verdicts() == len(CAST):
            break
    assert queries.backlog_by_kind() == {
        "civil_registry": 0, "education": VERIFIED, "social_aid": VERIFIED,
    }  # fmt: skip
    assert verdicts() == len(CAST)

    town.set_faults()
    town.run_until_answered()
    assert_truth(persons)


def test_answers_that_change_places_are_about_nobody(town, keyring):
    persons = move_in(town, keyring)
    registry, *further = town.lines
    for _ in range(14):  # so that the further registries are asked about all in one call
        town.run(1, registry)
    town.set_faults("pendidikan", "bansos", swap=True)
    town.run(1)
    town.run(1)
    assert verdicts() == len(CAST)
    for line in further:
        assert partners.partner(code=line.kind.value).outages == 1

    town.set_faults()
    town.run_until_answered()
    assert_truth(persons)


def test_a_partner_that_fails_half_the_time_only_takes_longer(town, keyring):
    persons = move_in(town, keyring)
    town.set_faults(error_rate=0.5)
    town.run_until_answered()
    assert_truth(persons)
    checks = store.fetch_value("SELECT count(*) FROM verification_check WHERE state <> 'answered'")
    assert checks == 0
    assert verdicts() == store.fetch_value("SELECT count(*) FROM verification_check")


def test_our_own_fault_stops_the_partner_and_refutes_nobody(town, keyring):
    persons = move_in(town, keyring)
    town.call("PUT", "/dukcapil/_admin/contract", json={"user_active": False})
    town.run(5)
    stopped = partners.partner(code="civil_registry")
    assert stopped.stopped_reason == "code 17 (user_inactive)"
    assert verdicts() == 0
    calls = town.call("GET", "/dukcapil/_admin/meter")["calls"]
    town.run(5)
    assert town.call("GET", "/dukcapil/_admin/meter")["calls"] == calls
    wait = queries.wait_of(person_id=persons["right"], now=NOW, real_now=town.real_now)
    assert wait.minutes_from is None


def test_a_spent_quota_parks_the_partner_until_midnight(town, keyring):
    persons = move_in(town, keyring)
    town.call("PUT", "/dukcapil/_admin/contract", json={"daily_quota": 3})
    town.run(5)
    parked = partners.partner(code="civil_registry").parked_until
    assert parked == datetime.fromisoformat("2020-04-14T00:00:00+07:00")
    states = [queries.identity_of(person_id=each).state for each in persons.values()]
    assert states.count("pending") == len(CAST) - 3


def test_others_hear_what_a_partner_says_of_us_while_answers_wait_to_be_written(town, keyring):
    move_in(town, keyring)
    town.call("PUT", "/dukcapil/_admin/contract", json={"daily_quota": 3})
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            with suppress(OperationalError):  # nobody waits for a lock for ever
                town.run(1)
        connection.close()

    def is_parked() -> bool:
        return bool((found := partners.partner(code="civil_registry")) and found.parked_until)

    rounds = threading.Thread(target=run)
    try:
        with store.transaction():
            store.lock(DECIDERS)
            rounds.start()
            assert in_time(is_parked)
            assert verdicts() == 0
        assert in_time(lambda: verdicts() >= 3)
    finally:
        done.set()
        rounds.join()


def test_neither_logs_nor_stored_faults_tell_who_was_asked(town, keyring, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    move_in(town, keyring)
    with capture_logs() as logs:
        for faults in (*FAULTS.values(), {}):
            town.set_faults(**faults)
            town.run(6)
        town.run_until_answered()
    out, err = capfd.readouterr()
    whole = f"{logs} {caplog.text} {out} {err}"
    assert "partner.trouble" in whole
    for number in range(len(CAST)):
        assert somebody(number).nik not in whole
    assert STATED.name not in whole
    assert STATED.family_card_no not in whole


def test_work_that_a_dead_worker_had_taken_is_done_by_the_next(town, keyring):
    persons = move_in(town, keyring)
    town.set_faults("dukcapil", hang=True)
    town.run(1)
    assert store.fetch_value("SELECT count(*) FROM verification_check WHERE state = 'asked'")
    for line in town.lines:
        line.close()  # what it held in memory is gone, as after a kill
    town.set_faults()
    town.run_until_answered()
    assert_truth(persons)


def test_there_is_a_line_for_every_registry_and_a_sweep_for_lists():
    assert {line.kind for line in jobs.LINES} == set(CheckKind)
    names = {sweep.name for sweep in jobs.SWEEPS}
    assert names == {f"verification.{kind.value}" for kind in CheckKind} | {
        "verification.match_nominations"
    }
