"""Every request in the house raises or hangs: the front door on the same listener goes on."""

import asyncio
from types import SimpleNamespace

import pytest
from tests.faults import broken_house
from tests.frontdoor.conftest import IN_WAVE_TWO
from tests.frontdoor.standing import environment_of, load_programme, standing_door

from gelombang.cli.places import clone
from gelombang.rehearsal import proof
from gelombang.rehearsal.faults.drill import people
from gelombang.rehearsal.faults.probing import DOOR_PAGES, Probe
from gelombang.rehearsal.surge.comparison import compare
from gelombang.rehearsal.surge.people import REGISTER_PATH
from gelombang.rehearsal.surge.processes import Crew, generators
from gelombang.settings.environment import load

pytestmark = pytest.mark.system
ROOMS = ("/masuk", "/meja/", "/saya")
VISITORS = 64  # at a time in the house: more than it has places
QUICK = 10  # seconds, on a machine with other work
COMMAND = ("-m", "tests.faults.broken_house")


@pytest.fixture(scope="module")
def url(postgres_server) -> str:
    url = postgres_server.copy_template("house")
    load_programme(url)
    return url


async def register_meanwhile(base: str, manner: str, scratch):
    """A load and a probe, while the house is full of visitors; what both found."""
    errands = people(load().keyring, 60, seconds=4.0, group=manner)
    crew = Crew(addresses=64, connections=4, most_connections=64, patience=60)
    probe = Probe(base, load().keyring, group=manner)
    rooms = [
        Probe(base, load().keyring, group=f"{manner}.{n}", pages=ROOMS)
        for n in range(VISITORS // 8)
    ]
    with generators(base, REGISTER_PATH, errands, crew=crew, scratch=scratch) as running:
        running.begin()
        async with probe:
            for each in rooms:
                await each.__aenter__()
            await asyncio.sleep(5)
            for each in rooms:
                await each.__aexit__()
        outcome = await running.outcome(seconds=120)
    owed = [await each.settle(seconds=60) for each in (probe, *rooms)]
    assert owed == [0] * len(owed)
    return outcome, probe, rooms


@pytest.mark.parametrize("manner", ["raising", "hanging"])
async def test_the_door_does_not_notice_a_broken_house(manner, url, tmp_path):
    settings = {broken_house.MANNER: manner, "PYTHONPATH": str(clone())}
    with standing_door(
        url, at=IN_WAVE_TWO, place=tmp_path / "door", settings=settings, command=COMMAND
    ) as door:
        base = f"http://127.0.0.1:{door.port}"
        outcome, probe, rooms = await register_meanwhile(base, manner, tmp_path)
    tally, notes = outcome.tally, probe.notes
    assert (tally.accepted, tally.errors_5xx, tally.resets) == (tally.offered, 0, 0)
    assert {each.status for each in notes.of(DOOR_PAGES, since=0)} == {200}
    registered = [
        each for one in (probe, *rooms) for each in one.notes.of([REGISTER_PATH], since=0)
    ]
    assert {each.status for each in registered} == {201}
    heard = [*notes.heard, *registered]
    assert max(each.heard_at - each.sent_at for each in heard) < QUICK
    visits = [each.status for one in rooms for each in one.notes.of(ROOMS, since=0)]
    assert set(visits) == ({500} if manner == "raising" else {429})

    receipts = [*outcome.receipts, *(r for one in (probe, *rooms)
                                     for r in one.notes.acknowledged.items())]  # fmt: skip
    environment = environment_of(url)
    reader = environment["GELOMBANG_DATABASE_READONLY_URL"]
    found = compare(reader, receipts, of_entries=False)
    assert (found.lost, found.duplicated) == (0, 0)
    system = SimpleNamespace(readonly_url=reader, environment=environment)
    audit = await proof.audit(system, [receipt for _, receipt in receipts], scratch=tmp_path)
    assert (audit.lost, audit.violations) == (0, 0), audit.first_offender
