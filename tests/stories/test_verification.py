"""A small rehearsal of verification on a whole system, and what is planted in it afterwards."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop
from rich.console import Console

from gelombang.cli.postgres import free_port
from gelombang.cli.surge import keyring_for
from gelombang.cli.verification import Setting, plan_of, registries_apart
from gelombang.gateways.books import Books
from gelombang.rehearsal.telling import LineTeller
from gelombang.rehearsal.verification.contracts import Contract
from gelombang.rehearsal.verification.play import Verification

pytestmark = [pytest.mark.system, pytest.mark.long]
PEOPLE = 200
CONTRACTS = (
    Contract("civil_registry", 40, 1),
    Contract("education", 8, 6),
    Contract("social_aid", 20, 3),
)


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    plan = replace(plan_of(Setting(PEOPLE, contracts=CONTRACTS)), seen_seconds=1.5)
    ports = {each.code: free_port() for each in CONTRACTS}
    with (
        registries_apart(plan.stage, ports, keep=False, durable=False) as system,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        played = Verification(
            system, plan, LineTeller(Console(stderr=True)), fakes_at=ports,
            keyring=keyring_for(system.environment), scratch=Path(tmp_path_factory.mktemp("play")),
        )  # fmt: skip
        result = runner.run(played.play())
        yield system, plan, played, result


def test_nobody_noticed_that_partners_failed(rehearsal):
    *_, result = rehearsal
    document = result.as_json()
    off = ("citizen_errors", "overruns", "lost", "asked_twice", "wrong_facts", "onlookers_untold")
    assert {name: document[name] for name in off} == dict.fromkeys(off, 0), result.complaints()
    assert document["audit"]["violations"] == 0
    assert result.extra_calls_percent < 15, "of a few hundred calls"


def test_partners_did_fail_and_were_kept_busy(rehearsal):
    *_, result = rehearsal
    registry, education, aid = (each.meter for each in result.partners)
    assert registry["people"] == PEOPLE * 0.75
    assert registry["answers_status_500"] > 0
    assert min(education["people"], aid["people"]) > PEOPLE * 0.85
    assert result.partners[0].use.excused.keys() >= {"outage", "closed or spent"}
    assert all(0 < (each.use.percent or 0) < 110 for each in result.partners)
    assert result.judged.compared > 5 * PEOPLE
    assert result.unpaced.checks > 2 * PEOPLE
    assert result.looks > 0


def test_a_fact_that_is_not_the_registrys_and_a_person_without_a_row_are_found(rehearsal):
    system, plan, played, _ = rehearsal
    cards = plan.casting.cards(plan.casting.brought_in)
    books = Books(system.data_dir / "fakes" / "dukcapil.sqlite3")
    known = (record for card in cards if (record := books.read(card.nik)) is not None)
    truth = next(record for record in known if record["status"] == "active")
    books.write([{**truth, "birth_date": "1900-01-01"}])
    try:
        found = played.judged()
    finally:
        books.write([truth])
        books.close()
    assert found.wrong_facts >= 1
    assert played.judged().wrong_facts == 0
