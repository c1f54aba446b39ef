"""`/antrean.json`: one small document a queue, made once a second and the same for everybody."""

import msgspec

from gelombang.frontdoor.calendar import Calendar, DoorState
from gelombang.frontdoor.core import Request
from gelombang.frontdoor.queues import HOUSE, Queues
from gelombang.kit.tokens import microseconds

STATES = {
    DoorState.UNANNOUNCED: "closed",
    DoorState.BEFORE: "preparing",
    DoorState.PREPARING: "preparing",
    DoorState.OPEN: "open",
    DoorState.PAUSED: "paused",
    DoorState.CLOSED: "closed",
}


class Counts:
    """Keeps the documents of this second."""

    def __init__(self, *, calendar: Calendar, queues: Queues) -> None:
        self._calendar = calendar
        self._queues = queues
        self._second = 0
        self._made: dict[str, bytes] = {}

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
        watermark = standing.watermark_us
        if standing.waiting == 0 and state in ("open", "closed"):
            watermark = max(watermark, microseconds(request.real_now))
        return {
            "watermark": watermark,
            "opened_at": found.opens_at if found else None,
            "issued_per_second": round(standing.issued_per_second, 1),
            "served_per_second": round(standing.served_per_second, 1),
            "waiting": standing.waiting,
            "state": state,
            "as_of": request.now,
        }
