"""The one clock. Entrances read it once and pass the instant on.

Virtual time drives the programme (calendar, waves, deadlines); real time drives everything between
machines (latency, codes, links, sessions). They are the same unless `GELOMBANG_CLOCK` names a file
`{"virtual_origin": RFC 3339, "real_origin": RFC 3339, "rate": number}`, shared by every process of
a demo or rehearsal. The file may be rewritten; virtual time never goes back.
"""

import fcntl
import json
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CLOCK_VARIABLE = "GELOMBANG_CLOCK"
WIB, WITA, WIT = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))


@dataclass(frozen=True, slots=True)
class ClockFace:
    """How virtual time follows real time: virtual = origin + (real - real origin) x rate."""

    virtual_origin: datetime
    real_origin: datetime
    rate: float  # virtual seconds that pass in one real second; 0 holds the clock

    def at(self, real: datetime) -> datetime:
        """The virtual instant that belongs to the real one."""
        return self.virtual_origin + (real - self.real_origin) * self.rate


class ClockWentBack(ValueError):
    """Somebody tried to set virtual time to an instant before the present one."""


class ClockUnreadable(ValueError):
    """The clock file does not hold a face: two instants with their zones, a rate of 0 or more."""


# While a new face is being written, others still read the old one. A change of rate therefore
# starts from what the old face shows this much later, so that nobody sees time go back.
HANDOVER = timedelta(milliseconds=50)
_TRUSTED_SECONDS = 0.01  # a face that was looked at just now is not looked at again

_seen: dict[str, tuple[tuple[int, int], ClockFace]] = {}
_looked_at: dict[str, float] = {}


def real_now() -> datetime:
    """The real instant, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The virtual instant, in UTC; the real one where no clock file is named."""
    path = os.environ.get(CLOCK_VARIABLE)
    return _face_of_now(path).at(real_now()) if path else real_now()


def _face_of_now(path: str) -> ClockFace:
    """The face as it was 10 ms ago at most: the front door asks thousands of times a second.

    `HANDOVER` is longer, so that nobody sees time go back.
    """
    monotonic = time.monotonic()
    known = _seen.get(path)
    if known is None or monotonic - _looked_at.get(path, -math.inf) > _TRUSTED_SECONDS:
        face = read_face(path)
        _looked_at[path] = monotonic
        return face
    return known[1]


def read_face(path: str | Path) -> ClockFace:
    """The face that the clock file shows, read again only when the file changed.

    Raises FileNotFoundError, or ClockUnreadable.
    """
    name = str(path)
    file = os.stat(name)  # noqa: PTH116 - asked at every request, and making a Path costs more
    version = (file.st_ino, file.st_mtime_ns)
    known = _seen.get(name)
    if known is not None and known[0] == version:
        return known[1]
    face = _parse_face(Path(name).read_text(encoding="utf-8"))
    _seen[name] = (version, face)
    return face


def _parse_face(text: str) -> ClockFace:
    try:
        raw = json.loads(text)
        face = ClockFace(
            virtual_origin=datetime.fromisoformat(raw["virtual_origin"]),
            real_origin=datetime.fromisoformat(raw["real_origin"]),
            rate=float(raw["rate"]),
        )
    except (ValueError, KeyError, TypeError) as broken:
        raise ClockUnreadable("the clock file does not hold two instants and a rate") from broken
    if face.virtual_origin.tzinfo is None or face.real_origin.tzinfo is None:
        raise ClockUnreadable("the instants of the clock file need a zone")
    if not (math.isfinite(face.rate) and face.rate >= 0):
        raise ClockUnreadable("the rate of the clock is 0 or more")
    return face


def set_face(path: str | Path, *, virtual: datetime | None = None, rate: float) -> ClockFace:
    """Rewrite the clock file: go on from `virtual` (by default the present instant) at `rate`.

    Raises ClockWentBack when `virtual` lies before the present virtual instant of an existing file
    or the rate is negative, ValueError for a `virtual` without a zone.
    """
    with _alone_with(Path(path)) as target:
        return _set_face(target, virtual=virtual, rate=rate)


@contextmanager
def _alone_with(target: Path) -> Iterator[Path]:
    """Wait until no other writer is between reading the old face and writing its own."""
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield target
    finally:
        os.close(directory)  # and with it goes the lock


def _set_face(target: Path, *, virtual: datetime | None, rate: float) -> ClockFace:
    if virtual is not None and virtual.tzinfo is None:
        raise ValueError("an instant without a zone says nothing")
    if not (math.isfinite(rate) and rate >= 0):
        raise ClockWentBack(f"at a rate of {rate} time would go back")
    real = real_now()
    face = read_face(target) if target.exists() else None
    start = virtual or (face.at(real + HANDOVER) if face else real)
    if face is not None and start < face.at(real):
        raise ClockWentBack(f"{start.isoformat()} is before {face.at(real).isoformat()}")
    face = ClockFace(virtual_origin=start, real_origin=real, rate=rate)
    _write_face(target, face)
    return face


def _write_face(target: Path, face: ClockFace) -> None:
    draft = target.with_suffix(f".{os.getpid()}.new")
    draft.write_text(
        json.dumps(
            {
                "virtual_origin": face.virtual_origin.isoformat(),
                "real_origin": face.real_origin.isoformat(),
                "rate": face.rate,
            }
        ),
        encoding="utf-8",
    )
    # Several rewrites may fall into one tick of the kernel and reuse an inode; a reader who missed
    # one of them still knows the next by its exact time.
    written = time.time_ns()
    os.utime(draft, ns=(written, written))
    draft.replace(target)
    _looked_at.pop(str(target), None)


def advance(path: str | Path, by: timedelta) -> ClockFace:
    """Jump ahead by `by`, keeping the rate. Raises ClockWentBack when `by` is negative."""
    if by < timedelta(0):
        raise ClockWentBack(f"{by} would go back")
    with _alone_with(Path(path)) as target:
        face = read_face(target)
        ahead = face.at(real_now() + HANDOVER) + by
        return _set_face(target, virtual=ahead, rate=face.rate)
