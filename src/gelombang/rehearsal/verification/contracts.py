"""What partners allow in the rehearsal, and what goes wrong there.

A contract is as fast as the people keep it busy for about a minute: 500 calls a second for 20,000
people, 8 for few. A quarter of the people is known to the civil registry before: the hubs, which
are asked in bulk, are behind with them from the begin, and slow enough to stay behind to the end.
All contracts together allow fewer checks a second than the pipeline must carry without any: else
the use of a contract would tell how fast the machine is, and not how well it is paced.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gelombang.rehearsal.verification.people import EARLY_SHARE

BUSY_SECONDS = 30.0  # that the civil registry would take without any failure
SLOWEST, FASTEST = 8, 500
USABLE = 0.65  # of the calls, with the faults below
HUBS = {"education": 8, "social_aid": 60}
"""Calls a second of each further partner when the civil registry allows `FASTEST`."""
LONGER = 2.0  # times as long as the civil registry, that the hubs take for everybody
MOST_RECORDS = 200
HANG_SECONDS = 11.0  # the clients wait ten: nobody must guess which of them was first
UNPACED = 100_000  # calls a second: a contract without a limit for us
VIRTUAL_RATE = 10.0  # virtual seconds in a real one while nothing is waited for
OUTAGE = timedelta(hours=6)
REGISTRY_OPENS, REGISTRY_CLOSES = "04:00", "22:00"
QUOTA_SHARE = 0.6  # of the people it is asked about: then the civil registry's day is over
BEGINS = "2020-04-12T08:00:00+07:00"
"""The virtual instant at which partners begin to be asked."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What one partner allows."""

    code: str
    calls_per_second: int
    batch_size: int

    @property
    def burst(self) -> int:
        """What may come at once: a twentieth of a second, at least one."""
        return max(1, self.calls_per_second // 20)


def contracts_for(people: int) -> tuple[Contract, ...]:
    """The contracts that so many people keep busy for about a minute, failures included."""
    at_registry = people * (1 - EARLY_SHARE)
    registry = min(FASTEST, max(SLOWEST, round(at_registry / BUSY_SECONDS)))
    seconds = LONGER * at_registry / registry
    found = [Contract("civil_registry", registry, 1)]
    for code, pace in HUBS.items():
        calls = max(SLOWEST, round(pace * registry / FASTEST))
        records = int(people / calls / seconds)
        found.append(Contract(code, calls, min(MOST_RECORDS, max(1, records))))
    return tuple(found)


def without_limit(contracts: Sequence[Contract]) -> tuple[Contract, ...]:
    """The same partners, asked as fast as we can."""
    return tuple(
        Contract(each.code, UNPACED, MOST_RECORDS if each.code in HUBS else 1) for each in contracts
    )


def at_pace_of(contracts: Sequence[Contract], script: Mapping[str, Any]) -> tuple[Contract, ...]:
    """The contracts with the paces that a fault script gives its fakes."""
    return tuple(
        Contract(
            each.code,
            int(script.get(each.code, {}).get("calls_per_second", each.calls_per_second)),
            each.batch_size,
        )
        for each in contracts
    )


def with_contracts(text: str, contracts: Sequence[Contract]) -> str:
    """A programme file with these contracts and everything else as it is.

    Raises ValueError for a partner that the file does not have.
    """
    for each in contracts:
        block = re.compile(
            rf'(\[\[partners\]\]\ncode = "{each.code}"\nname = "[^"\n]*"\n)'
            r"calls_per_second = \d+\nburst = \d+\nbatch_size = \d+\n"
        )
        agreed = (
            f"calls_per_second = {each.calls_per_second}\nburst = {each.burst}\n"
            f"batch_size = {each.batch_size}\n"
        )
        text, replaced = block.subn(rf"\g<1>{agreed}", text)
        if replaced != 1:
            raise ValueError(f"the programme has no contract with {each.code}")
    return text


def usual_faults(contracts: Sequence[Contract], *, people: int) -> dict[str, dict[str, Any]]:
    """The script of the rehearsal, by partner: 30 % errors, hangs, 429s, lies and outages.

    The civil registry is down for six virtual hours; the hubs for some real seconds.
    """
    seconds = people * (1 - EARLY_SHARE) / contracts[0].calls_per_second / USABLE
    return {each.code: _script(each, seconds=seconds) for each in contracts}


def honest(contracts: Sequence[Contract]) -> dict[str, dict[str, Any]]:
    """No faults any more; the meters go on."""
    return {each.code: {} for each in contracts}


def _script(contract: Contract, *, seconds: float) -> dict[str, Any]:
    throttling = [_for_a_while(seconds * at, 1.0, too_many=0.5, retry_after_seconds=1)
                  for at in (0.15, 0.70)]  # fmt: skip
    if contract.code == "civil_registry":
        begins = datetime.fromisoformat(BEGINS) + timedelta(seconds=VIRTUAL_RATE * seconds * 0.3)
        ends = begins + OUTAGE
        outage = {"from": begins.isoformat(), "until": ends.isoformat(), "outage": True}
    else:
        outage = _for_a_while(seconds * 0.5, max(4.0, seconds * 0.08), outage=True)
    return {
        "latency_ms": 20, "latency_p99_ms": 300,
        "error_rate": 0.27, "html": 0.01, "truncate": 0.01, "swap": 0.01,
        "hang": 0.01, "hang_seconds": HANG_SECONDS,
        "phases": [*throttling, outage],
    }  # fmt: skip


def _for_a_while(at: float, seconds: float, **switches: Any) -> dict[str, Any]:
    return {"after_seconds": round(at, 1), "before_seconds": round(at + seconds, 1), **switches}
