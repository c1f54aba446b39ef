"""The faults that a rehearsal shows. Each strikes once; the drill does the rest."""

import asyncio
import json
import os
import signal
import time
from dataclasses import dataclass
from datetime import timedelta

from gelombang.kit import clock
from gelombang.kit.ids import uuid7
from gelombang.kit.tokens import Ticket, TicketKind, door_pass, microseconds, ticket_token
from gelombang.rehearsal.faults import breaking
from gelombang.rehearsal.faults.drill import Scenario, Scene, standing
from gelombang.rehearsal.faults.probing import DOOR_PAGES
from gelombang.rehearsal.faults.report import Wanted
from gelombang.rehearsal.progress import Reader
from gelombang.rehearsal.surge.people import REGISTER_PATH, entries_path
from gelombang.rehearsal.wire import Answer, Pool, prepare

HOUSE_PAGE = "/masuk"
HOLDERS = 24
PASS_LIFE = timedelta(hours=1)
_OK, _CREATED, _SEEN, _CLOSED, _TOO_MANY = 200, 201, 303, 409, 429
_ON_THE_WAY_SECONDS = 1.0  # in which receipts of what was committed before may still arrive
_SPREAD = 3  # different Retry-After at least, of all that were told


async def kill_a_worker(scene: Scene) -> None:
    """`kill -9` of one process of the front door: the others serve, and it comes back."""
    edge = scene.system.pids()["edge"]
    before = breaking.workers_of(edge)
    doomed = min(before)
    scene.strikes()
    os.kill(doomed, signal.SIGKILL)
    until = time.monotonic() + scene.scale.patience
    while time.monotonic() < until:
        now = breaking.workers_of(edge)
        if doomed not in now and len(now) == len(before):
            scene.notes["worker_back_after"] = time.monotonic() - scene.struck_at
            return
        await asyncio.sleep(0.05)
    scene.expect(False, "the killed process did not come back")


async def kill_the_database(scene: Scene) -> None:
    """`kill -9` of the postmaster: paused, a form is kept, and its supervisor starts it again."""
    scene.strikes()
    scene.system.kill("database", signal.SIGKILL)
    await scene.until_paused()
    await _a_form_is_kept(scene)


async def _a_form_is_kept(scene: Scene) -> None:
    """A form sent now is told "paused" with everything typed in it; sent again it has a receipt."""
    key, until = str(uuid7()), time.monotonic() + scene.scale.patience
    first = await scene.probe.send_form(key)
    if first is not None and first.status == _TOO_MANY:
        scene.notes["form_kept"] = float(key.encode() in first.body and b"jaga." in first.body)
        scene.expect(scene.notes["form_kept"], "a paused form was not kept")
        scene.expect("retry-after" in first.headers, "a paused form has no Retry-After")
    answer: Answer | None = first
    while (answer is None or answer.status != _SEEN) and time.monotonic() < until:
        await asyncio.sleep(0.5)
        answer = await scene.probe.send_form(key)
    scene.expect(answer and answer.status == _SEEN, "a kept form did not get its receipt")


async def stop_the_database(scene: Scene) -> None:
    """SIGSTOP of every process of PostgreSQL, and SIGCONT after the outage."""
    scene.strikes()
    stopped = breaking.stop(scene.system.pids()["database"])
    silent_at = time.monotonic() + _ON_THE_WAY_SECONDS
    try:
        await asyncio.sleep(scene.scale.outage_seconds)
    finally:
        scene.is_over()
        breaking.go_on(stopped)
    taken = [each for each in scene.probe.notes.heard
             if each.status == _CREATED and silent_at < each.heard_at < scene.over_at]  # fmt: skip
    scene.expect(not taken, f"{len(taken)} receipts were given while nothing could be committed")


async def fill_the_disk(scene: Scene) -> None:
    """No byte is free on the database's file system; after the outage there is room again."""
    disk = scene.system.small_disk
    if disk is None:
        raise ValueError("this system has no small disk to fill")
    scene.notes["ballast_bytes"] = float(await asyncio.to_thread(breaking.fill, disk))
    scene.strikes()
    try:
        await scene.until_paused()
        await asyncio.sleep(scene.scale.outage_seconds)
    finally:
        breaking.free(disk)
    scene.is_over()


async def kill_the_house(scene: Scene) -> None:
    """`kill -9` of the house: its visitors read "paused", the front door does not notice."""
    scene.strikes()
    scene.system.kill("house", signal.SIGKILL)
    await scene.until_paused()
    paused = {each.path for each in scene.probe.notes.heard
              if each.is_paused and each.sent_at >= scene.struck_at}  # fmt: skip
    scene.expect(paused <= {HOUSE_PAGE}, f"the front door paused too: {sorted(paused)}")


async def storm_after_an_outage(scene: Scene) -> None:
    """Half of the storm hears "paused", the rest comes at the very moment of the return."""
    half, patience = scene.scale.storm // 2, scene.scale.patience
    async with (
        standing(scene.crowd("turned-away", half)) as turned_away,
        standing(scene.crowd("at-the-return", half)) as returning,
    ):
        scene.strikes()
        await asyncio.to_thread(scene.system.end, "database")
        await scene.until_paused()
        turned_away.begin()
        await asyncio.sleep(scene.scale.outage_seconds)
        scene.is_over()
        await asyncio.to_thread(scene.system.restart, "database")
        await scene.probe.until_heard(
            [REGISTER_PATH], _CREATED, since=scene.over_at, seconds=patience
        )
        returning.begin()
        scene.crowds += [await each.outcome(seconds=2 * patience)
                         for each in (turned_away, returning)]  # fmt: skip
    told = {each.retry_after for each in scene.probe.notes.heard if each.is_paused}
    scene.notes["retry_after_values"] = float(len(told))
    scene.expect(len(told) >= min(_SPREAD, _paused_count(scene)), "Retry-After is not spread")
    scene.notes["told_to_come_again"] = float(sum(each.tally.paced for each in scene.crowds))
    scene.notes["given_tickets"] = float(sum(each.tally.ticketed for each in scene.crowds))
    broken = sum(each.tally.resets for each in scene.crowds)
    scene.notes["storm_broken"] = float(broken)
    scene.expect(not broken, f"{broken} connections of the storm broke")


def _paused_count(scene: Scene) -> int:
    return sum(each.is_paused for each in scene.probe.notes.heard)


async def close_the_wave(scene: Scene) -> None:
    """The wave closes while people hold its form: they may finish, later comers may not (F29)."""
    stage, face = scene.stage, scene.system.clock_file
    pool = Pool(scene.system.base_url, connections=HOLDERS, addresses=HOLDERS + 1)
    clock.set_face(face, virtual=stage.closes_at - timedelta(minutes=1), rate=1)
    holders = [_Presser(scene, pool) for _ in range(HOLDERS)]
    prompt, late, slow = holders[: HOLDERS // 3], holders[HOLDERS // 3 :], _Presser(scene, pool)
    scene.strikes()
    await _all(scene, prompt, _CREATED, "somebody could not join before the close")
    clock.set_face(face, virtual=stage.closes_at + timedelta(minutes=5), rate=1)
    scene.is_over()
    await _all(scene, late, _CREATED, "somebody with a form from before the close was refused")
    after = [_Presser(scene, pool) for _ in range(HOLDERS)]
    bare = [_Presser(scene, pool, has_ticket=False) for _ in range(HOLDERS)]
    await _all(scene, [*after, *bare], _CLOSED, "somebody came in after the close")
    clock.set_face(face, virtual=stage.closes_at + timedelta(minutes=15, seconds=1), rate=1)
    await _all(scene, [slow], _CLOSED, "a form counted for longer than a quarter of an hour")
    await _all(scene, [*prompt, *late], _CREATED, "a receipt was not given again after the close")
    await pool.close()
    scene.entries = [(each.key, each.receipt) for each in (*prompt, *late)]
    known = {"wave_id": stage.wave_id, "closes_at": stage.closes_at}
    reader = Reader(scene.system.readonly_url, "cut_off", CutOff, package=__package__)
    found = await asyncio.to_thread(reader.read, known)
    scene.notes |= {"late": float(found.late), "claimed_before": float(found.claimed_before)}
    scene.expect(
        found.late == found.claimed_before == len(late), "the rows do not prove the cut-off"
    )


@dataclass(frozen=True, slots=True)
class CutOff:
    """Entry requests that arrived after a close."""

    late: int
    claimed_before: int
    """Those of them that claim an instant from before it."""


class _Presser:
    """Somebody who presses Join, with a form of this instant or none.

    The ticket is the one that the wave's page would carry: the house serves its button only to who
    signed in and is verified, and these people have a pass and nothing else.
    """

    def __init__(self, scene: Scene, pool: Pool, *, has_ticket: bool = True) -> None:
        self.key, self.receipt = str(uuid7()), ""
        self._pool = pool
        wave, real_now = scene.stage.wave_id, clock.real_now()
        issued_us = microseconds(clock.read_face(scene.system.clock_file).at(real_now))
        number = int.from_bytes(os.urandom(8))
        ticket = Ticket(TicketKind.FORM, wave, microseconds(real_now), issued_us, number)
        content = {"ticket": ticket_token(scene.keyring, ticket)} if has_ticket else {}
        token = door_pass(scene.keyring, person_id=uuid7(), expires_at=real_now + PASS_LIFE)
        self._request = prepare(
            "POST", entries_path(wave), host=pool.host, body=json.dumps(content).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": self.key,
                     "Authorization": f"Bearer {token}"},
        )  # fmt: skip

    async def press(self, wanted: int, *, until: float) -> bool:
        """Whether the answer is the wanted one, after every "come again in a moment"."""
        while True:
            answer = await self._pool.call(self._request)
            if answer.status == _CREATED:
                self.receipt = json.loads(answer.body)["receipt"]
            if answer.status != _TOO_MANY or time.monotonic() > until:
                return answer.status == wanted
            await asyncio.sleep(1.0)


async def _all(scene: Scene, pressers: list[_Presser], wanted: int, words: str) -> None:
    until = time.monotonic() + scene.scale.patience
    answers = await asyncio.gather(*(each.press(wanted, until=until) for each in pressers))
    scene.expect(all(answers), words)


KILLED_WORKER = Scenario("door-worker-killed", kill_a_worker, Wanted(pause=False, breaks=True))
KILLED_DATABASE = Scenario("database-killed", kill_the_database)
# The database is heard five times a second, silence is suspicious after 0.5 s, and whoever waits is
# told when a commit has owed its answer for a second; the rest is for a machine with other work.
STOPPED_DATABASE = Scenario(
    "database-stopped", stop_the_database, Wanted(pause_within=1.0, answer_within=3.0)
)
KILLED_HOUSE = Scenario(
    "house-killed", kill_the_house, pages=(*DOOR_PAGES, HOUSE_PAGE), is_routed=True,
    recovers=(HOUSE_PAGE, _OK),
)  # fmt: skip
STORM = Scenario("storm-after-outage", storm_after_an_outage)
CLOSING = Scenario("wave-closes", close_the_wave, Wanted(pause=False))
FULL_DISK = Scenario("disk-full", fill_the_disk)
ON_ONE_SYSTEM = (KILLED_WORKER, KILLED_DATABASE, KILLED_HOUSE, STOPPED_DATABASE, STORM, CLOSING)
"""In this order: the last moves the calendar on."""
ALL = (*ON_ONE_SYSTEM, FULL_DISK)
