"""Who plays, and what they play with: connections, citizens, walkers, an operator, a watch."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal.citizen import Acknowledged, Citizens, Surprises
from gelombang.rehearsal.crowd import Crowd, choose_walkers
from gelombang.rehearsal.inbox import Inbox
from gelombang.rehearsal.load import Caller, Meter, percentiles
from gelombang.rehearsal.operator import Operator
from gelombang.rehearsal.population import Population
from gelombang.rehearsal.progress import Watch
from gelombang.rehearsal.system import System
from gelombang.rehearsal.walker import Walkers
from gelombang.rehearsal.wire import Pool

CONNECTIONS = 192  # to the edge, for everybody together
ADDRESSES = 4096  # of this machine, that those connections come from in turn
DOOR_AT_ONCE, HOUSE_AT_ONCE = 64, 24
_OTHER_CONNECTIONS = 2


@dataclass(slots=True)
class Cast:
    """Everything that a rehearsal acts with. Close it at the end."""

    crowd: Crowd
    operator: Operator
    inbox: Inbox
    watch: Watch
    door: Caller
    house: Caller
    fakes: Pool
    meter: Meter
    peak_latencies: list[float] = field(default_factory=list)
    _pools: tuple[Pool, ...] = ()

    @property
    def acknowledged(self) -> Acknowledged:
        """What the system has promised to keep."""
        return self.crowd.citizens.acknowledged

    @property
    def surprises(self) -> Surprises:
        """Answers that nobody expected."""
        return self.crowd.citizens.surprises

    def note_peak(self) -> None:
        """Keep the latencies of the peak minute apart from what follows."""
        self.peak_latencies = list(self.meter.latencies["register"])

    def step_latencies(self) -> Iterator[tuple[str, dict[str, float]]]:
        """Percentiles of every step that was played."""
        for step, values in sorted(self.meter.latencies.items()):
            yield step, percentiles(values)

    async def knock(self, *, wave_id: str | None = None) -> int:
        """Try to register, or to join a wave, where the calendar forbids it; the status."""
        key = {"Idempotency-Key": str(uuid7())}
        if wave_id is None:
            body = {"email": "terlalu.awal@example.id"}
            path = "/api/v1/registrations"
        else:
            body, path = {}, f"/api/v1/waves/{wave_id}/entries"
            key["Authorization"] = f"Bearer {self.crowd.citizens.some_pass()}"
        answer = await self.door.ask("knock", "POST", path, json_body=body, headers=key)
        return answer.status

    async def close(self) -> None:
        """Hang up."""
        for pool in self._pools:
            await pool.close()


def bring_together(
    system: System, population: Population, *, walkers: int, keyring: Keyring | None = None
) -> Cast:
    """The cast of one rehearsal on one system; with its keys, proofs of work are minted.

    People come from as many addresses as they would at home, since the door paces each.
    """
    meter = Meter()
    edge = Pool(system.base_url, connections=CONNECTIONS, addresses=ADDRESSES)
    mail = Pool(system.mail_url, connections=_OTHER_CONNECTIONS)
    fakes = Pool(system.fakes_url, connections=_OTHER_CONNECTIONS)
    door = Caller(edge, meter, at_once=DOOR_AT_ONCE)
    house = Caller(edge, meter, at_once=HOUSE_AT_ONCE)
    inbox = Inbox(mail)
    citizens = Citizens(door=door, house=house, inbox=inbox, keyring=keyring)
    on_foot = Walkers(
        choose_walkers(population, walkers), caller=house, inbox=inbox, origin=system.base_url,
        acknowledged=citizens.acknowledged, surprises=citizens.surprises,
    )  # fmt: skip
    return Cast(
        crowd=Crowd(citizens, on_foot),
        operator=Operator(house, origin=system.base_url),
        inbox=inbox,
        watch=Watch(system.readonly_url),
        door=door,
        house=house,
        fakes=fakes,
        meter=meter,
        _pools=(edge, mail, fakes),
    )
