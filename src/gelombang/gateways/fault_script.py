"""Fault scripts: what goes wrong at which partner and when, in a TOML or JSON file.

One table for each fake holds its switches and its contract (`calls_per_second`). Its `phases` add
switches for a while: `from` and `until` are virtual instants, `after_seconds` and `before_seconds`
real seconds since the script was given.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Any

_P99 = NormalDist().inv_cdf(0.99)
_PACE = "calls_per_second"


class ScriptInvalidError(ValueError):
    """A fault script names what does not exist; the text says where."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The switches of one partner; all off is an honest day. Shares are 0 to 1 (true is 1)."""

    latency_ms: int = 0
    """Every answer takes so long; the median where a 99th percentile is given."""
    latency_p99_ms: int = 0
    """One answer in a hundred takes longer than this: latencies are log-normal."""
    error_rate: float = 0.0
    """Share of calls that end in status 500."""
    unavailable: float = 0.0
    """Share of calls that end in status 503."""
    too_many: float = 0.0
    """Share of calls that end in status 429."""
    retry_after_seconds: int = 1
    """What a 429 says in Retry-After."""
    hang: float = 0.0
    """Share of calls that are taken and answered only after `hang_seconds`."""
    hang_seconds: float = 0.0
    """0 is longer than any client waits."""
    html: float = 0.0
    """Share of answers that are an HTML page with status 200, as gateways in front like to send."""
    truncate: float = 0.0
    """Share of answers whose JSON ends in the middle."""
    swap: float = 0.0
    """Share of answers that are about somebody else."""
    expire_tokens: bool = False
    """Every token counts as expired."""
    receipts_lost: float = 0.0
    """Share of text messages that are taken and whose receipt never comes."""
    receipts_late_seconds: float = 0.0
    """Receipts of text messages come so much later (real seconds)."""
    outage: bool = False
    """The connection is cut without an answer."""
    outage_until: str = ""
    """RFC 3339: the same, until this virtual instant."""

    def __post_init__(self) -> None:
        """Raise ScriptInvalidError for a value that is none."""
        for name in ("error_rate", "unavailable", "too_many", "hang", "html", "truncate", "swap",
                     "receipts_lost"):  # fmt: skip
            if not 0 <= getattr(self, name) <= 1:
                raise ScriptInvalidError(f"{name} is a share from 0 to 1")
        if self.outage_until:
            _instant("outage_until", self.outage_until)

    def is_out(self, now: datetime) -> bool:
        """Whether it is down at the virtual instant."""
        ends = datetime.fromisoformat(self.outage_until) if self.outage_until else None
        return self.outage or (ends is not None and now < ends)

    def latency(self, chance: Random) -> float:
        """Seconds that one answer takes."""
        median = self.latency_ms / 1000
        if self.latency_p99_ms <= self.latency_ms or not median:
            return median
        spread = self.latency_p99_ms / self.latency_ms
        return float(median * spread ** (chance.gauss(0.0, 1.0) / _P99))


@dataclass(frozen=True, slots=True)
class Phase:
    """Switches that hold for a while; bounds that are None are open."""

    switches: Mapping[str, Any]
    starts: datetime | None = None  # virtual
    ends: datetime | None = None  # virtual
    after: float = 0.0  # real seconds
    before: float = float("inf")

    def holds(self, *, now: datetime, seconds: float) -> bool:
        """Whether it holds at a virtual instant, so many real seconds after the script came."""
        return (
            (self.starts is None or self.starts <= now)
            and (self.ends is None or now < self.ends)
            and self.after <= seconds < self.before
        )


@dataclass(frozen=True, slots=True)
class Script:
    """What one partner does over time."""

    faults: Faults = Faults()
    phases: tuple[Phase, ...] = ()
    calls_per_second: int | None = None  # the contract that its meter holds us to

    def at(self, *, now: datetime, seconds: float) -> Faults:
        """The switches of a moment: later phases win over earlier ones."""
        found = self.faults
        for phase in self.phases:
            if phase.holds(now=now, seconds=seconds):
                found = replace(found, **phase.switches)
        return found


def read_script(said: Mapping[str, Any]) -> Script:
    """One partner's script from its table. Raises ScriptInvalidError."""
    own = dict(said)
    phases = own.pop("phases", [])
    pace = own.pop(_PACE, None)
    if pace is not None and (not isinstance(pace, int) or pace < 0):
        raise ScriptInvalidError(f"{_PACE} is a whole number")
    if not isinstance(phases, list) or not all(isinstance(each, dict) for each in phases):
        raise ScriptInvalidError("phases are a list of tables")
    return Script(read_faults(own), tuple(_phase(each) for each in phases), pace)


def read_faults(said: Mapping[str, Any]) -> Faults:
    """The switches named in a table, all others off. Raises ScriptInvalidError."""
    if unknown := sorted(said.keys() - {each.name for each in fields(Faults)}):
        raise ScriptInvalidError(f"no switch is called {', '.join(unknown)}")
    try:
        return Faults(**said)
    except TypeError:
        raise ScriptInvalidError("a switch has a value of another kind") from None


def read_scripts(said: Mapping[str, Any]) -> dict[str, Script]:
    """Scripts by the name of the fake. Raises ScriptInvalidError, which names the fake."""
    scripts = {}
    for name, table in said.items():
        if not isinstance(table, Mapping):
            raise ScriptInvalidError(f"{name}: a table of switches")
        try:
            scripts[name] = read_script(table)
        except ScriptInvalidError as wrong:
            raise ScriptInvalidError(f"{name}: {wrong}") from None
    return scripts


def read_file(file: Path) -> dict[str, Script]:
    """The scripts of a TOML or JSON file. Raises ScriptInvalidError, and OSError without a file."""
    return read_scripts(read_tables(file))


def read_tables(file: Path) -> dict[str, Any]:
    """The tables of a script file as they stand. Raises ScriptInvalidError, and OSError."""
    text = file.read_text(encoding="utf-8")
    try:
        said = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except ValueError as wrong:
        raise ScriptInvalidError(f"{file.name}: {wrong}") from None
    if not isinstance(said, dict):
        raise ScriptInvalidError(f"{file.name}: one table for each fake")
    return said


def _phase(said: Mapping[str, Any]) -> Phase:
    own = dict(said)
    starts, ends = own.pop("from", None), own.pop("until", None)
    after, before = own.pop("after_seconds", 0.0), own.pop("before_seconds", float("inf"))
    read_faults(own)
    return Phase(
        switches=own,
        starts=None if starts is None else _instant("from", starts),
        ends=None if ends is None else _instant("until", ends),
        after=float(after),
        before=float(before),
    )


def _instant(name: str, said: object) -> datetime:
    try:
        found = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
    except ValueError:
        raise ScriptInvalidError(f"{name} is an instant, RFC 3339") from None
    if found.tzinfo is None:
        raise ScriptInvalidError(f"{name} has no zone")
    return found
