"""The sweeps of accounts and instalments against invented payment partners over HTTP."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from aiohttp import web
from django.db import connections
from pydantic import SecretStr
from tests.journey.certification.world import NAME, REAL
from tests.journey.disbursement import world
from tests.journey.disbursement.world import NOW

from gelombang.gateways import faults as faults_of_fakes, serve
from gelombang.gateways.payments.protocol import PARTNERS
from gelombang.jobs import instalments as jobs, worker
from gelombang.jobs.loop import Context
from gelombang.journey.disbursement import queries
from gelombang.records.partners import actions as partners, queries as partner_queries
from gelombang.settings.environment import Environment, load

pytestmark = pytest.mark.usefixtures("database_url")
FAULTS = {
    "cut connections": {"outage": True},
    "errors": {"error_rate": 1.0},
    "an HTML page": {"html": True},
    "cut answers": {"truncate": True},
}


@dataclass
class Street:
    """The invented payment partners in a thread of their own, and the lines that ask them."""

    url: str
    environment: Environment
    lines: tuple[jobs.AccountLine, ...]
    real_now: datetime = REAL
    stop: threading.Event = field(default_factory=threading.Event)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        async def ask() -> Any:
            async with (
                aiohttp.ClientSession() as session,
                session.request(method, f"{self.url}{path}", json=body) as answer,
            ):
                assert answer.status == 200, await answer.text()
                return await answer.json()

        return asyncio.run(ask())

    def keep(self, partner: str, number: str, name: str = NAME, **other: Any) -> None:
        """Open an account at a partner."""
        account = {"account_no": number, "name": name, **other}
        self.call("PUT", f"/{partner}/_admin/accounts", [account])

    def set_faults(self, **faults: Any) -> None:
        for name in PARTNERS:
            self.call("PUT", f"/{name}/_admin/faults", faults)

    def run(self, rounds: int = 1) -> int:
        """So many rounds of every line, ten seconds apart by the clock they are told."""
        asked = 0
        for _ in range(rounds):
            self.real_now += timedelta(seconds=10)
            asked += sum(line(self.context()) for line in self.lines)
        return asked

    def context(self) -> Context:
        return Context(
            now=NOW, real_now=self.real_now, keyring=self.environment.keyring,
            base_url=self.environment.base_url, environment=self.environment, stop=self.stop,
        )  # fmt: skip


@contextmanager
def served(books: Path) -> Iterator[str]:
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), []
    over = asyncio.Event()

    async def run() -> None:
        runner = web.AppRunner(
            serve.application(books, PARTNERS), access_log=None, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
        ready.set()
        await over.wait()
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
        loop.call_soon_threadsafe(over.set)
        thread.join(timeout=20)
        loop.close()


def environment_at(url: str, **changes: str) -> Environment:
    """The environment with our partners at this address, and other settings of all of them."""
    environment = load()
    accounts = json.loads(environment.payment_partners.get_secret_value())
    for code, account in accounts.items():
        account |= {"base_url": f"{url}/{code}", **changes}
    moved = environment.model_copy(update={"payment_partners": SecretStr(json.dumps(accounts))})
    moved.__dict__.pop("payment_accounts", None)
    return moved


@pytest.fixture
def street(database_url, tmp_path, monkeypatch) -> Iterator[Street]:
    monkeypatch.setattr(faults_of_fakes, "HANG_SECONDS", 3.0)
    lines = tuple(jobs.AccountLine(partner) for partner in PARTNERS)
    with served(tmp_path) as url:
        try:
            yield Street(url, environment_at(url), lines)
        finally:
            for line in lines:
                line.close()


def standing(person) -> str:
    """`gopay 9911` once linked, else the state of the question and its reason."""
    linked = queries.account_of(person_id=person)
    if linked:
        return f"{linked.partner} {linked.ending}"
    question = queries.account_question_of(person_id=person)
    return f"{question.state} {question.reason}".strip()


def test_every_partner_is_asked_in_its_own_way_and_its_answer_is_heeded(street, keyring):
    people = world.reviewers(keyring, 8)
    kept = [
        ("gopay", world.wallet(1), {}, "gopay 9901"),
        ("ovo", world.wallet(2), {"name": f"Hj. {NAME.title()}, S.Kom"}, "ovo 9902"),
        ("linkaja", world.wallet(3), {}, "linkaja 9903"),
        ("bni", "9900000004", {}, "bni 0004"),
        ("gopay", world.wallet(5), {"name": "BUDI PERCOBAAN"}, "refused name"),
        ("ovo", world.wallet(6), {"status": "dormant"}, "refused inactive"),
        ("bni", "9900000007", {"status": "dormant"}, "refused inactive"),
        ("linkaja", world.wallet(8), {"status": "closed"}, "refused unknown_account"),
    ]
    for person, (partner, number, other, _) in zip(people, kept, strict=True):
        street.keep(partner, number, **other)
        world.state(keyring, person, partner=partner, account_no=number)
    assert street.run() == 8
    assert [standing(person) for person in people] == [expected for *_, expected in kept]
    assert street.run() == 0, "nobody is asked twice"
    gopay = partner_queries.partner(code="gopay")
    assert (gopay.calls, gopay.answers, gopay.outages) == (2, 2, 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_a_partner_is_a_verdict_and_it_is_asked_again(street, keyring, fault):
    people = world.reviewers(keyring, 2)
    numbers = {"gopay": world.wallet(1), "bni": "9900000002"}
    for person, (partner, number) in zip(people, numbers.items(), strict=True):
        street.keep(partner, number)
        world.state(keyring, person, partner=partner, account_no=number)
    street.set_faults(**FAULTS[fault])
    assert street.run(3) >= 4
    assert [standing(person) for person in people] == ["asked", "asked"]
    assert partner_queries.partner(code="gopay").outages >= 2
    street.set_faults()
    street.run(3)
    assert [standing(person) for person in people] == ["gopay 9901", "bni 0002"]
    street.run()


def test_a_fault_of_ours_stops_the_partner_until_somebody_repairs_it(street, keyring):
    (person,) = world.reviewers(keyring)
    street.keep("gopay", world.wallet(1))
    world.state(keyring, person, account_no=world.wallet(1))
    right, street.environment = street.environment, environment_at(street.url, client_secret="x")
    street.run(2)
    stopped = partner_queries.partner(code="gopay")
    assert stopped.stopped_reason
    assert stopped.calls == 1
    assert standing(person) == "asked"
    street.environment = right
    for line in street.lines:
        line.close()
    assert street.run() == 0
    partners.resume(partner="gopay", actor="staff:a", now=NOW, real_now=street.real_now)
    street.run(2)
    assert standing(person) == "gopay 9901"


def test_a_stop_is_heeded_during_a_call_that_hangs_with_no_transaction_open(
    street, keyring, database_url
):
    (person,) = world.reviewers(keyring)
    street.keep("gopay", world.wallet(1))
    world.state(keyring, person, account_no=world.wallet(1))
    street.set_faults(hang=True)
    gopay = street.lines[0]

    def ask() -> int:
        try:
            return gopay(street.context())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, psycopg.connect(database_url, autocommit=True) as watcher:
        round_ = pool.submit(ask)
        deadline = time.monotonic() + 3
        while street.call("GET", "/gopay/_admin/meter")["calls"] < 1:
            assert time.monotonic() < deadline, "it was never asked"
        in_transaction = watcher.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        ).fetchone()
        began = time.monotonic()
        street.stop.set()
        round_.result(timeout=10)
        took = time.monotonic() - began
    assert in_transaction == (0,)
    assert took < 2
    assert standing(person) == "asked"
    street.stop.clear()
    street.set_faults()
    street.real_now += timedelta(minutes=2)  # the lease has run out
    street.run()
    assert standing(person) == "gopay 9901"


def test_two_workers_together_ask_once_about_each_account(street, keyring):
    people = world.reviewers(keyring, 12)
    for number, person in enumerate(people):
        street.keep("gopay", world.wallet(number))
        world.state(keyring, person, account_no=world.wallet(number))
    lines = [jobs.AccountLine("gopay") for _ in range(2)]
    moments = [replace(street.context(), real_now=REAL + timedelta(seconds=n)) for n in range(4)]

    def work(line: jobs.AccountLine) -> int:
        try:
            return sum(line(moment) for moment in moments)
        finally:
            line.close()
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, lines)) == 12
    assert all(standing(person).startswith("gopay") for person in people)
    assert street.call("GET", "/gopay/_admin/meter")["asked_again"] == 0


def test_without_a_contract_or_an_account_of_ours_nobody_is_asked(street, keyring, monkeypatch):
    (person,) = world.reviewers(keyring)
    world.state(keyring, person, account_no=world.wallet(1))
    with monkeypatch.context() as nothing:
        nothing.setattr(partner_queries, "agreed", lambda **_: None)
        assert street.run() == 0
    only_bni = environment_at(street.url)
    accounts = {"bni": only_bni.payment_accounts["bni"]}
    only_bni.__dict__["payment_accounts"] = accounts
    street.environment = only_bni
    assert street.run() == 0
    assert street.call("GET", "/gopay/_admin/meter")["calls"] == 0
    assert standing(person) == "asked"


def test_the_other_sweeps_plan_and_let_fall_due(street, keyring):
    (person,) = world.reviewers(keyring)
    sweeps = {sweep.name: sweep for sweep in jobs.SWEEPS}
    assert set(sweeps) == {
        *(f"disbursement.accounts.{partner}" for partner in PARTNERS),
        "disbursement.plan", "disbursement.fall_due",
    }  # fmt: skip
    context = street.context()
    assert sweeps["disbursement.plan"].run(context) == 5
    assert sweeps["disbursement.fall_due"].run(context) == 1
    assert sweeps["disbursement.plan"].run(context) == 0
    assert sweeps["disbursement.fall_due"].run(context) == 0
    assert queries.payments_of(person_id=person)[0].held_reason == "no_account"
    assert set(sweeps) <= {sweep.name for sweep in worker.all_sweeps()}
