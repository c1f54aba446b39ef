"""The sweeps of waves and draws: with the beacon over HTTP, and killed at any point."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from django.db import connection
from tests.journey.selection import world
from tests.journey.selection.world import AFTER, DURING, LATER_REAL, REAL, WAVE, Someone

from gelombang.cli.selection import _verifier, draw as draw_commands, quota as quota_commands
from gelombang.gateways.randomness.fake import FakeBeacon
from gelombang.gateways.randomness.invented import CHAIN
from gelombang.jobs import funnel, selection, waves
from gelombang.jobs.loop import Context
from gelombang.journey.selection import actions, queries
from gelombang.journey.waves import queries as wave_queries
from gelombang.kit import clock
from gelombang.kit.errors import Outage
from gelombang.records.programme import queries as programmes
from gelombang.settings.environment import load

pytestmark = pytest.mark.usefixtures("database_url")
RUN = {sweep.name: sweep.run for sweep in (*waves.SWEEPS, *selection.SWEEPS, *funnel.SWEEPS)}


class Beacon:
    """The invented beacon in a thread of its own, by HTTP."""

    def __init__(self, fake: FakeBeacon, port: int) -> None:
        self.fake, self.url = fake, f"http://127.0.0.1:{port}"


@contextmanager
def served() -> Iterator[Beacon]:
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), None
    fake, ports = FakeBeacon(), []

    async def serve() -> None:
        nonlocal stop
        stop = asyncio.Event()
        runner = web.AppRunner(fake.application())
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ports.append(runner.addresses[0][1])
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(timeout=10)
    try:
        yield Beacon(fake, ports[0])
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        loop.close()


@pytest.fixture
def beacon() -> Iterator[Beacon]:
    with served() as running:
        yield running


@pytest.fixture
def at(tmp_path, keyring, beacon, monkeypatch):
    """A context at a virtual instant; every process reads the same clock."""
    file = tmp_path / "clock.json"
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(file))

    def make(now, real_now=LATER_REAL) -> Context:
        clock.set_face(file, virtual=now, rate=0)
        environment = load().model_copy(
            update={
                "data_dir": tmp_path, "beacon_url": beacon.url, "beacon_chain": CHAIN.hash,
                "beacon_public_key": CHAIN.public_key, "beacon_genesis": CHAIN.genesis,
                "beacon_period": CHAIN.period, "witnesses": world.WITNESSES,
            }
        )  # fmt: skip
        return Context(now, real_now, keyring, world.BASE_URL, environment, threading.Event())

    return make


def until_idle(name: str, context: Context) -> int:
    total = 0
    while done := RUN[name](context):
        total += done
    return total


def closed_wave(keyring, at, *, people: int = 12, quota: int = 4) -> None:
    world.load(quota=quota)
    crowd = [Someone() for _ in range(people)]
    world.add(keyring, crowd)
    world.ask(crowd)
    assert until_idle("waves.enter", at(DURING)) == people
    assert until_idle("waves.close", at(AFTER, REAL)) == 1


def test_the_sweeps_run_a_wave_to_its_publication(keyring, at, tmp_path):
    closed_wave(keyring, at)
    assert until_idle("selection.freeze", at(AFTER)) == 0, "nobody has asked yet"
    actions.request_freeze(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    assert until_idle("selection.freeze", at(AFTER, REAL)) == 0, "the intake drains"
    assert until_idle("selection.freeze", at(AFTER)) == 13  # twelve people and the commitment
    until_idle("selection.publish", at(AFTER))
    frozen = queries.draw_of(wave_id=WAVE)
    assert until_idle("selection.draw", at(AFTER)) == 0
    actions.request_draw(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    assert until_idle("selection.draw", at(frozen.beacon_at - timedelta(seconds=1))) == 0
    assert until_idle("selection.draw", at(frozen.beacon_at)) == 1
    assert until_idle("selection.award", at(frozen.beacon_at)) == 13
    until_idle("selection.publish", at(frozen.beacon_at))
    assert queries.draw_of(wave_id=WAVE).state == "awarded"
    directory = tmp_path / "publications" / WAVE
    assert _verifier().main([str(directory)]) == 0
    check_commands(directory)


def check_commands(directory: Path) -> None:
    from typer.testing import CliRunner

    runner = CliRunner()
    answer = runner.invoke(draw_commands, ["verify", str(directory)])
    assert answer.exit_code == 0, answer.output
    assert "signature is right" in answer.output
    other = ["verify", str(directory), "--public-key", "83cf" + CHAIN.public_key[4:]]
    assert runner.invoke(draw_commands, other).exit_code == 1
    answer = runner.invoke(quota_commands, ["check"], env={"COLUMNS": "200"})
    assert answer.exit_code == 0, answer.output
    assert "total" in answer.output
    assert runner.invoke(quota_commands, ["check", "PKJ-2020-W02"]).exit_code == 1
    reveal = json.loads((directory / "reveal.json").read_text())
    reveal["beacon"]["signature"] = "ab" * 48
    (directory / "reveal.json").write_text(json.dumps(reveal))
    assert runner.invoke(draw_commands, ["verify", str(directory)]).exit_code == 1


def frozen_wave(keyring, at) -> queries.DrawView:
    closed_wave(keyring, at)
    actions.request_freeze(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    until_idle("selection.freeze", at(AFTER))
    actions.request_draw(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    return queries.draw_of(wave_id=WAVE)


def test_a_wrong_signature_is_an_outage_and_never_a_draw(keyring, at, beacon):
    frozen = frozen_wave(keyring, at)
    beacon.fake.wrong_signature = True
    with pytest.raises(Outage):
        RUN["selection.draw"](at(frozen.beacon_at))
    assert queries.draw_of(wave_id=WAVE).state == "frozen"
    beacon.fake.wrong_signature = False
    assert until_idle("selection.draw", at(frozen.beacon_at)) == 1


def test_a_day_without_the_round_voids_draw_and_wave(keyring, at, beacon):
    frozen = frozen_wave(keyring, at)
    beacon.fake.partner.switch(outage=True)
    for hours, seconds in ((1, 0), (25, 30)):
        with pytest.raises(Outage):
            RUN["selection.draw"](
                at(frozen.beacon_at + timedelta(hours=hours),
                   LATER_REAL + timedelta(seconds=seconds))
            )  # fmt: skip
    late = at(frozen.beacon_at + timedelta(hours=26), LATER_REAL + timedelta(seconds=61))
    assert RUN["selection.draw"](late) == 1
    assert until_idle("selection.void_waves", late) == 1
    assert queries.draw_of(wave_id=WAVE).state == "void"
    assert wave_queries.wave(wave_id=WAVE).state == "void"
    beacon.fake.partner.switch(outage=False)
    assert until_idle("selection.draw", late) == 0


class KilledError(Exception):
    """Stands for the process dying: whatever was not committed is gone."""


@pytest.mark.parametrize("at_statement", range(2, 40, 3))
def test_killed_at_any_statement_the_result_is_the_same(keyring, at, tmp_path, at_statement):
    """Every step dies once at the n-th statement, then goes on; files and awards are as without."""
    closed_wave(keyring, at, people=9, quota=3)
    actions.request_freeze(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    killing(lambda: until_idle("selection.freeze", at(AFTER)), at_statement)
    frozen = queries.draw_of(wave_id=WAVE)
    actions.request_draw(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    for name in ("selection.draw", "selection.award", "selection.publish"):
        killing(lambda name=name: until_idle(name, at(frozen.beacon_at)), at_statement)
    assert queries.draw_of(wave_id=WAVE).state == "awarded"
    assert _verifier().main([str(tmp_path / "publications" / WAVE)]) == 0
    assert queries.counts(wave_id=WAVE)["selected"] == 3
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM selection_award), (SELECT count(*) FROM"
            " people_lifetimeclaim), (SELECT count(*) FROM ledger_transfer WHERE kind = 'commit'),"
            " (SELECT count(*) FROM notices_notice WHERE key LIKE 'selection.result:%'),"
            " (SELECT count(*) FROM selection_candidate), (SELECT count(*) FROM selection_place)"
        )
        assert cursor.fetchone() == (3, 3, 3, 9, 9, 3)


def killing(step, at_statement: int) -> None:
    """Run a step, dying at its n-th statement; then run it to its end."""
    left = at_statement

    def die(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if left == 0:
            raise KilledError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die):
        try:
            step()
        except KilledError:
            connection.close()
    step()


def test_the_budget_and_the_waves_are_picked_up_by_the_worker(at):
    from gelombang.records.ledger import queries as ledger
    from gelombang.records.programme import actions as programme

    programme.load(text=world.programme_text(), actor="cli:test", now=DURING, real_now=REAL)
    until_idle("waves.plan", at(DURING))
    until_idle("ledger.take_budgets", at(DURING))
    assert ledger.left_to_promise(programme="PKJ-2020", funder="apbn") == 20_000_000_000_000
    assert len(wave_queries.waves()) == 4
    assert until_idle("waves.enter", at(DURING)) == 1, "the wave opens by its calendar"


def test_a_cut_below_what_is_promised_is_left_to_people(keyring, at):
    from gelombang.records.ledger import queries as ledger
    from gelombang.records.programme import actions as programme

    world.load(quota=2, budget=3 * 3_550_000)
    world.join(keyring, [Someone(), Someone()])
    world.close()
    world.freeze(keyring)
    world.draw()
    world.award_all(keyring)
    lower = (
        '[[budgets]]\nfunder = "apbn"\nversion = 3\namount = 3_550_000\n'
        'effective_on = 2020-04-16\nreason = "dipotong"\n\n# Every announced'
    )
    text = world.programme_text(quota=2, budget=3 * 3_550_000).replace("# Every announced", lower)
    programme.load(text=text, actor="cli:test", now=AFTER, real_now=LATER_REAL)
    assert RUN["ledger.take_budgets"](at(AFTER)) == 0
    assert ledger.left_to_promise(programme="PKJ-2020", funder="apbn") == 3_550_000


def test_the_funnel_is_one_consistent_read_in_one_whole_file(keyring, at, tmp_path):
    world.load()
    crowd = [Someone() for _ in range(3)]
    world.join(keyring, crowd)
    RUN["funnel.publish"](replace(at(AFTER)))
    content = json.loads((tmp_path / "public" / "funnel.json").read_text())
    assert content == {
        "as_of": AFTER.isoformat(timespec="seconds"), "registered": 0, "email_verified": 0,
        "nik_verified": 3, "joined": 3, "denominator": "registered",
    }  # fmt: skip
    RUN["funnel.publish"](at(AFTER + timedelta(hours=1)))
    assert [path.name for path in (tmp_path / "public").iterdir()] == ["funnel.json"]


def test_the_sweeps_of_deadlines_remind_lapse_and_expire(keyring):
    idle, learner = world.winners(keyring, 2)
    world.accept(learner)
    assert world.hold(learner.id, 1, 400_000)
    world.resolve(learner.id, 1, 400_000, is_proven=True)
    ends = (idle.purchase_by - timedelta(hours=1), idle.purchase_by, idle.spend_by)
    done = []
    for instant in ends:
        context = Context(
            now=instant, real_now=REAL, keyring=keyring, base_url=world.BASE_URL,
            environment=load(), stop=threading.Event(),
        )  # fmt: skip
        done.append(
            {
                name: RUN[f"selection.{name}"](context)
                for name in ("remind", "lapse", "expire_balances")
            }
        )
    assert done == [
        {"remind": 2, "lapse": 0, "expire_balances": 0},
        {"remind": 0, "lapse": 1, "expire_balances": 0},
        {"remind": 0, "lapse": 0, "expire_balances": 1},
    ]
    assert queries.award(award_id=idle.id).state == "lapsed"


def unsettled_wave(keyring, at) -> list[Someone]:
    """Twelve people in a wave that people join while they are checked; four are still unknown."""
    asked = 'join_requires = "identity_verified"'
    world.load(quota=4, changes=[(asked, 'join_requires = "identity_submitted"')])
    crowd = [Someone(state="verified" if place % 3 else "pending") for place in range(12)]
    world.add(keyring, crowd)
    world.ask(crowd)
    assert until_idle("waves.enter", at(DURING)) == 12
    assert until_idle("waves.close", at(AFTER, REAL)) == 1
    actions.request_freeze(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    return [each for each in crowd if each.state == "pending"]


def test_the_freeze_carries_who_is_unknown_and_draws_among_the_others(keyring, at):
    unknown = unsettled_wave(keyring, at)
    until_idle("selection.freeze", at(AFTER))
    assert queries.draw_of(wave_id=WAVE).candidates == 8
    opens = programmes.schedule(subject="PKJ-2020-W02").opens_at
    assert until_idle("waves.enter", at(opens)) == 1 + 4  # the wave opens, four go on in it
    following = [
        wave_queries.entry_of(person_id=each.person_id, wave_id="PKJ-2020-W02") for each in unknown
    ]
    assert {each.state for each in following} == {"joined"}


@pytest.mark.parametrize("at_statement", range(2, 60, 5))
def test_a_carry_killed_at_any_statement_ends_the_same(keyring, at, at_statement):
    unsettled_wave(keyring, at)
    opens = programmes.schedule(subject="PKJ-2020-W02").opens_at
    for name, context in (("selection.freeze", at(AFTER)), ("waves.enter", at(opens))):
        killing(lambda name=name, context=context: until_idle(name, context), at_statement)
        until_idle(name, context)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(continues_as_id), count(DISTINCT continues_as_id)"
            " FROM waves_entry WHERE state = 'carried'"
        )
        assert cursor.fetchone() == (4, 4, 4)
        cursor.execute(
            "SELECT kind, count(*), count(DISTINCT person_id) FROM notices_notice"
            " WHERE kind LIKE 'waves.%%' GROUP BY kind ORDER BY kind"
        )
        assert cursor.fetchall() == [("waves.carried", 4, 4), ("waves.joined", 16, 12)]
    assert queries.draw_of(wave_id=WAVE).candidates == 8
