"""Waves, entries and answers, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.waves.models import Entry, EntryAnswer, Ticket, Wave
from gelombang.journey.waves.rules import EntryState, WaveState
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.queries import Calendar
from gelombang.records.programme.rules import FINISH

ENTRY_INTAKE = "wave_entry_request"


@dataclass(frozen=True, slots=True)
class WaveView:
    """A wave with its calendar in force."""

    id: str
    number: int
    quota: int
    state: str
    name: str
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    closed_real_at: datetime | None
    programme_version_id: int
    settled_at: datetime | None
    """When every entry was settled or carried, where people join while they are checked."""

    def is_open(self, now: datetime) -> bool:
        """Whether the calendar lets people join at this virtual instant."""
        if self.opens_at is None or now < self.opens_at:
            return False
        return self.closes_at is None or now < self.closes_at

    @property
    def finish_until(self) -> datetime | None:
        """Until when somebody with a ticket from before the close may finish; None without one."""
        return self.closes_at + FINISH if self.closes_at is not None else None

    def may_finish(self, now: datetime, *, since: datetime) -> bool:
        """Whether who holds a ticket issued at `since` may still join after the close."""
        if self.closes_at is None or self.finish_until is None:
            return False
        return since < self.closes_at <= now < self.finish_until


@dataclass(frozen=True, slots=True)
class EntryView:
    """Where somebody stands in a wave; `refusal` is a code of rules.REFUSALS, empty when in."""

    state: str
    ticket: str
    joined_at: datetime | None
    refusal: str


def _view(row: Wave, calendar: Calendar | None) -> WaveView:
    return WaveView(
        id=row.id,
        number=row.number,
        quota=row.quota,
        state=row.state,
        name=calendar.name if calendar else row.id,
        opens_at=calendar.opens_at if calendar else None,
        closes_at=calendar.closes_at if calendar else None,
        closed_at=row.closed_at,
        closed_real_at=row.closed_real_at,
        programme_version_id=row.programme_version_id,
        settled_at=row.settled_at,
    )


def waves() -> Sequence[WaveView]:
    """Every wave, by number (at most 200)."""
    calendars = {each.subject: each for each in programmes.schedules()}
    rows = Wave.objects.order_by("number", "id")[:200]
    return [_view(row, calendars.get(row.id)) for row in rows]


def wave(*, wave_id: str) -> WaveView | None:
    """One wave by its id."""
    row = Wave.objects.filter(id=wave_id).first()
    return _view(row, programmes.schedule(subject=wave_id)) if row else None


def open_wave(*, now: datetime) -> WaveView | None:
    """The wave that people can join at this virtual instant; the first one if there are several."""
    return open_among(known=waves(), now=now)


def open_among(*, known: Sequence[WaveView], now: datetime) -> WaveView | None:
    """The same among waves that were read already."""
    return next((each for each in known if each.is_open(now) and not _is_over(each)), None)


def _is_over(view: WaveView) -> bool:
    return view.state in {WaveState.CLOSED, WaveState.VOID}


def next_wave(*, now: datetime) -> WaveView | None:
    """The next wave that will open after this virtual instant."""
    return next_among(known=waves(), now=now)


def next_among(*, known: Sequence[WaveView], now: datetime) -> WaveView | None:
    """The same among waves that were read already."""
    coming = [each for each in known if each.opens_at is not None and each.opens_at > now]
    return min(coming, key=lambda each: each.opens_at or now, default=None)


def entry_of(*, person_id: UUID, wave_id: str) -> EntryView | None:
    """Somebody's entry in a wave, else the latest refusal, else None."""
    entry = Entry.objects.filter(wave_id=wave_id, person_id=person_id).first()
    if entry is not None:
        return _entry_view(entry)
    refused = (
        EntryAnswer.objects.filter(wave_id=wave_id, person_id=person_id)
        .order_by("-request_id")
        .first()
    )
    return EntryView("", "", None, refused.refusal) if refused else None


def _entry_view(entry: Entry) -> EntryView:
    ticket = Ticket.objects.filter(entry_id=entry.id).first()
    return EntryView(entry.state, ticket.ticket if ticket else "", entry.joined_at, "")


def answer_to(*, receipt: str) -> EntryView | None:
    """What became of an entry request; None while it waits to be decided, or is unknown."""
    answer = EntryAnswer.objects.select_related("entry").filter(request__receipt=receipt).first()
    if answer is None:
        return None
    if answer.entry is None:
        return EntryView("", "", None, answer.refusal)
    return _entry_view(answer.entry)


def counts(*, as_of: datetime) -> int:
    """People who had joined a wave before this virtual instant and are still in it."""
    found: int = store.fetch_value(store.statement(__package__, "joined"), {"as_of": as_of})
    return found


def entries(*, wave_id: str) -> int:
    """People who are in a wave."""
    return Entry.objects.filter(wave_id=wave_id, state=EntryState.JOINED).count()


def joins_pending(*, wave: WaveView) -> bool:
    """Whether people may join a wave while the registry still checks the identity they stated."""
    version = programmes.version(version_id=wave.programme_version_id)
    return version.programme.joins_pending


def carried_to(*, person_id: UUID, wave_id: str) -> str | None:
    """The id of the wave in which somebody goes on who was carried; None until it is open."""
    found: str | None = (
        Entry.objects.filter(wave_id=wave_id, person_id=person_id)
        .values_list("continues_as__wave_id", flat=True)
        .first()
    )
    return found


@dataclass(frozen=True, slots=True)
class Awaited:
    """Checks that waves wait for, by id with their close; and the entry looked at last."""

    checks: Sequence[tuple[int, datetime]]
    upto: int


def awaited_checks(*, after: int, limit: int) -> Awaited:
    """Open checks of the next `limit` entrants after an entry, where their need is not noted yet.

    Entries become visible in the order of their ids: one process at a time enters people.
    """
    rows = store.fetch(
        store.statement(__package__, "awaited_checks"), {"after": after, "limit": limit}
    )
    found = {row["check_id"]: row["closes_at"] for row in rows if row["check_id"] is not None}
    return Awaited(list(found.items()), max((row["entry_id"] for row in rows), default=after))


def area_opens_at(*, wave_id: str, area: str) -> datetime | None:
    """From when people of a verified area may join a wave; None from its opening.

    Nobody knows the area of who is still being checked (empty): they join from the latest stage on.
    """
    if not area:
        found = programmes.stages(subject=wave_id)
        return max((each.opens_at for each in found), default=None)
    stage = programmes.stage_of(subject=wave_id, area=area)
    return stage.opens_at if stage else None


def backlog() -> int:
    """Entry requests that came and are not answered yet."""
    found: int = store.fetch_value(
        store.statement(__package__, "backlog"), {"intake": ENTRY_INTAKE}
    )
    return found
