"""Contracts from the programme, permits that several workers share, parking and stopping."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from gelombang.cli.places import clone
from gelombang.records.audit.models import Entry
from gelombang.records.partners import actions, queries
from gelombang.records.partners.models import Partner
from gelombang.records.partners.queries import Agreed
from gelombang.records.partners.rules import (
    FAILURES_BEFORE_REST,
    PROBE_WAIT,
    PROBES,
    SHORTEST_REST,
)
from gelombang.records.programme import actions as programme
from gelombang.records.programme.terms import PartnerContract

pytestmark = pytest.mark.django_db

CODE = "civil_registry"
CONTRACT = PartnerContract(CODE, "Dukcapil", calls_per_second=100, burst=10, batch_size=1)
FILE = (clone() / "programmes" / "prakerja-2020.toml").read_text()
ACTOR = "job:verification"


@pytest.fixture
def at(now, real_now) -> dict:
    return {"now": now, "real_now": real_now}


@pytest.fixture
def provided(at) -> None:
    assert actions.provide(agreed=Agreed(CONTRACT, 1), actor=ACTOR, **at)


def permits(at: dict, want: int = 1000) -> int:
    return actions.take_permits(partner=CODE, want=want, **at)


def noted() -> list[tuple[str, str, str]]:
    return list(Entry.objects.order_by("id").values_list("action", "subject", "actor"))


def test_contracts_are_those_of_the_programme_loaded_latest(at):
    assert queries.agreed(code=CODE) is None
    load = {"actor": "cli:test", **at}
    first = programme.load(text=FILE, **load)
    assert queries.agreed(code=CODE) == Agreed(
        PartnerContract(CODE, "Dukcapil", calls_per_second=500, burst=25, batch_size=1), first
    )
    for code in ("education", "social_aid"):
        contract = queries.agreed(code=code).contract
        assert (contract.calls_per_second, contract.burst, contract.batch_size) == (200, 10, 200)
    assert queries.agreed(code="bank") is None
    slower = FILE.replace("calls_per_second = 500", "calls_per_second = 50")
    second = programme.load(text=slower, **load)
    found = queries.agreed(code=CODE)
    assert (found.version, found.contract.calls_per_second) == (second, 50)


def test_providing_again_changes_nothing(provided, at):
    assert permits(at, 3) == 3
    before = Partner.objects.filter(code=CODE).values().get()
    assert not actions.provide(agreed=Agreed(CONTRACT, 1), actor=ACTOR, **at)
    assert Partner.objects.filter(code=CODE).values().get() == before
    assert noted() == [("partners.provide", f"partner:{CODE}", ACTOR)]


def test_a_later_version_changes_the_contract_and_keeps_permits_and_health(provided, at):
    assert permits(at, 4) == 4
    actions.stop(partner=CODE, reason="code 03", actor=ACTOR, **at)
    actions.tell(partner=CODE, answers=2, outages=1, real_now=at["real_now"])
    before = Partner.objects.filter(code=CODE).values().get()
    other = PartnerContract(CODE, "Adminduk", calls_per_second=7, burst=5, batch_size=3)
    assert actions.provide(agreed=Agreed(other, 2), actor=ACTOR, **at)
    assert Partner.objects.filter(code=CODE).values().get() == {
        **before,
        "name": "Adminduk",
        "calls_per_second": 7,
        "burst": 5,
        "batch_size": 3,
        "programme_version": 2,
    }
    assert not actions.provide(agreed=Agreed(CONTRACT, 1), actor=ACTOR, **at), "an old reader"
    assert queries.partner(code=CODE).calls_per_second == 7


def test_what_an_operator_agrees_holds_until_a_later_version(provided, at):
    slower = replace(CONTRACT, calls_per_second=1, burst=1)
    actions.agree(contract=slower, reason="asked by phone", actor="staff:rini", **at)
    actions.provide(agreed=Agreed(CONTRACT, 1), actor=ACTOR, **at)
    assert permits(at) == 1
    assert noted()[-1] == ("partners.agree", f"partner:{CODE}", "staff:rini")
    actions.provide(agreed=Agreed(CONTRACT, 2), actor=ACTOR, **at)
    assert queries.partner(code=CODE).calls_per_second == 100
    with pytest.raises(ValueError, match="at least one"):
        actions.agree(contract=replace(slower, burst=0), reason="", actor="staff:rini", **at)


def test_nobody_is_asked_without_a_contract(at):
    assert queries.partner(code=CODE) is None
    with pytest.raises(Partner.DoesNotExist):
        permits(at)


@pytest.mark.django_db(transaction=True)
def test_workers_together_never_exceed_the_contract(provided, at):
    """Eight workers take at the same instants: what one gets, no other gets."""
    instants = [at["real_now"] + timedelta(milliseconds=10 * step) for step in range(6)]

    def worker(_: int) -> int:
        try:
            return sum(permits({**at, "real_now": instant}, 4) for instant in instants)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        granted = sum(pool.map(worker, range(8)))
    assert granted == 10 + 5  # the burst, and 50 milliseconds at 100 a second
    assert queries.partner(code=CODE).calls == granted


def test_a_parked_partner_waits_for_a_virtual_instant(provided, at):
    until = at["now"] + timedelta(hours=5)
    actions.park(partner=CODE, until=until)
    assert permits({**at, "real_now": at["real_now"] + timedelta(days=9)}) == 0
    assert permits({**at, "now": until}) == 10


def test_a_stop_ends_only_when_somebody_resumes_and_both_are_noted(provided, at):
    actions.stop(partner=CODE, reason="code 03 (login_failed)", actor=ACTOR, **at)
    actions.stop(partner=CODE, reason="code 04 (ip_mismatch)", actor=ACTOR, **at)
    assert queries.partner(code=CODE).stopped_reason == "code 03 (login_failed)"
    year = timedelta(days=365)
    assert permits({"now": at["now"] + year, "real_now": at["real_now"] + year}) == 0
    assert actions.resume(partner=CODE, actor="cli:rini", **at)
    assert not actions.resume(partner=CODE, actor="cli:rini", **at)
    assert permits(at) == 10
    assert noted()[1:] == [
        ("partners.stop", f"partner:{CODE}", ACTOR),
        ("partners.resume", f"partner:{CODE}", "cli:rini"),
    ]


def test_a_partner_that_only_fails_rests_and_is_then_probed(provided, at):
    real = at["real_now"]
    actions.tell(partner=CODE, answers=0, outages=FAILURES_BEFORE_REST - 1, real_now=real)
    assert permits(at, 1) == 1
    actions.tell(partner=CODE, answers=0, outages=1, real_now=real)
    assert permits({**at, "now": at["now"] + timedelta(days=1)}) == 0
    rested = real + SHORTEST_REST
    assert permits({**at, "real_now": rested}) == PROBES
    actions.tell(partner=CODE, answers=1, outages=1, real_now=rested)
    view = queries.partner(code=CODE)
    assert (view.failures_in_row, view.resting_until) == (0, None)
    assert (view.answers, view.outages) == (1, FAILURES_BEFORE_REST + 1)
    assert permits({**at, "real_now": rested + timedelta(seconds=1)}) == 10


def test_a_call_that_hangs_after_later_ones_were_answered_is_no_failure_in_a_row(provided, at):
    many = FAILURES_BEFORE_REST * 2
    actions.tell(partner=CODE, answers=3, outages=0, real_now=at["real_now"])
    actions.tell(partner=CODE, answers=0, outages=many, outrun=many - 1, real_now=at["real_now"])
    view = queries.partner(code=CODE)
    assert (view.failures_in_row, view.resting_until, view.outages) == (1, None, many)
    assert permits(at, 1) == 1
    actions.tell(partner=CODE, answers=0, outages=many, is_up=True, real_now=at["real_now"])
    assert queries.partner(code=CODE).failures_in_row == 0, "it says that the day is over: it is up"


def test_partners_are_listed_by_code(provided, at):
    other = replace(CONTRACT, code="bank", batch_size=20)
    actions.provide(agreed=Agreed(other, 1), actor=ACTOR, **at)
    assert [(each.code, each.records_per_second) for each in queries.partners()] == [
        ("bank", 2000),
        (CODE, 100),
    ]


AHEAD = timedelta(seconds=0.5)


def reserved(at: dict, want: int = 1000) -> actions.Reservation:
    return actions.reserve_calls(partner=CODE, want=want, ahead=AHEAD, **at)


def test_calls_are_reserved_ahead_and_count_as_made(provided, at):
    first = reserved(at)
    assert 48 <= len(first.delays) <= 51
    assert max(first.delays) <= AHEAD
    assert len(reserved(at).delays) < 25, "the next ones are not due before half a second"
    assert queries.partner(code=CODE).calls >= len(first.delays)


def row() -> Partner:
    return Partner.objects.get(code=CODE)


def test_a_permit_that_was_not_sent_in_time_is_handed_back(provided, at):
    reserved(at, 20)
    until, permits_left = row().reserved_until, row().permits
    actions.hand_back_late(partner=CODE, calls=2)
    actions.hand_back_late(partner=CODE, calls=0)
    view = queries.partner(code=CODE)
    assert (view.calls, view.unsent) == (18, 2)
    assert (row().permits, row().reserved_until) == (permits_left + 2, until)


def test_nothing_is_reserved_at_a_partner_that_is_closed(provided, at):
    actions.park(partner=CODE, until=at["now"] + timedelta(hours=5))
    assert reserved(at).delays == ()
    actions.resume(partner=CODE, actor="cli:rini", **at)
    assert reserved(at, 0).delays == ()
    assert reserved(at).delays


def test_only_one_process_probes_until_it_tells_what_came_of_it(provided, at):
    real = at["real_now"]
    actions.tell(partner=CODE, answers=0, outages=FAILURES_BEFORE_REST, real_now=real)
    rested = {**at, "real_now": real + SHORTEST_REST}
    assert len(reserved(rested).delays) == PROBES
    assert reserved(rested).delays == ()
    late = {**at, "real_now": rested["real_now"] + PROBE_WAIT}
    assert len(reserved(late).delays) == PROBES, "whoever probed has died"
    actions.tell(partner=CODE, answers=2, outages=0, real_now=late["real_now"])
    assert len(reserved(late).delays) > PROBES


def test_a_partner_that_wants_fewer_calls_is_left_alone_as_long_as_it_says(provided, at):
    real = at["real_now"]
    wait = timedelta(seconds=7)
    said = {"answers": 5, "outages": 1, "wrong_answers": 1, "asked_to_wait": [wait, wait]}
    actions.tell(partner=CODE, real_now=real, **said)
    actions.tell(partner=CODE, answers=3, outages=0, real_now=real)  # these were on their way
    assert reserved({**at, "real_now": real + timedelta(seconds=6.9)}).delays == ()
    assert reserved({**at, "real_now": real + wait}).delays
    view = queries.partner(code=CODE)
    assert (view.wrong_answers, view.throttled, view.failures_in_row) == (1, 2, 0)
