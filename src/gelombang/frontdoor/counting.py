"""`/antrean.json`: one small document a queue, made once a second and the same for everybody."""

from datetime import datetime

import msgspec

from gelombang.frontdoor.calendar import Calendar, DoorState
from gelombang.frontdoor.core import Request
from gelombang.frontdoor.queues import HOUSE, Queues
from gelombang.frontdoor.waiting import SECOND_US
from gelombang.kit.tokens import microseconds

_UNTOLD_US = 5 * SECOND_US
STATES = {
    DoorState.UNANNOUNCED: "closed",
    DoorState.BEFORE: "preparing",
    DoorState.PREPARING: "preparing",
    DoorState.OPEN: "open",
    DoorState.PAUSED: "paused",
    DoorState.CLOSED: "closed",
}


class Counts:
    """Keeps the documents of this second, and how far each queue was ever said to be called."""

    def __init__(self, *, calendar: Calendar, queues: Queues) -> None:
        self._calendar = calendar
        self._queues = queues
        self._second = 0
        self._made: dict[str, bytes] = {}
        self._said: dict[str, int] = {}

    def watermark(self, subject: str, real_now: datetime) -> int:
        """How far a queue is called, in microseconds of its axis; what was said never goes back.

        Where nobody waits it follows the clock, some seconds behind: so old is what another
        process may have handed out and not told yet.
        """
        standing = self._queues.known(subject)
        found = microseconds(real_now) - _UNTOLD_US
        if standing.seconds:
            found = max(standing.watermark_us, standing.seconds[0] * SECOND_US)
        found = max(found, self._said.get(subject, 0))
        self._said[subject] = found
        return found

    def document(self, subject: str, request: Request) -> bytes:
        """The document of a queue; that of an unknown one says "closed" and is not kept."""
        second = int(request.real_now.timestamp())
        if second != self._second:
            self._second, self._made = second, {}
        made = self._made.get(subject)
        if made is None:
            made = msgspec.json.encode(self._content(subject, request))
            if subject == HOUSE or subject in self._calendar.facts.subjects:
                self._made[subject] = made
        return made

    def _content(self, subject: str, request: Request) -> dict[str, object]:
        facts = self._calendar.facts
        found = facts.subjects.get(subject)
        state = "open" if subject == HOUSE else STATES[facts.state(subject, request.now)]
        if not self._calendar.reachable and state == "open":
            state = "paused"
        standing = self._queues.known(subject)
        admission = facts.controls.admission_per_second
        is_called = state != "preparing" and (found is not None or subject == HOUSE)
        return {
            "watermark": self.watermark(subject, request.real_now) if is_called else None,
            "opened_at": found.opens_at if found else None,
            "issued_per_second": round(standing.issued_per_second, 1),
            "served_per_second": round(
                self._queues.speed(subject, admission_per_second=admission), 1
            ),
            "waiting": standing.waiting,
            "state": state,
            "as_of": request.now,
        }
