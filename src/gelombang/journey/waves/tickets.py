"""Give tickets to entries that have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.waves.rules import new_ticket

TICKET_TRIES = 20  # each try leaves about one in a million of the last one's collisions


@dataclass(frozen=True, slots=True)
class Entering:
    """Somebody who is in a wave from now on, with the number of the wave."""

    wave_id: str
    person_id: UUID
    number: int


def give_tickets(entering: Sequence[Entering]) -> dict[tuple[str, UUID], str]:
    """Tickets for the entries that have none yet; those given now, by wave and person.

    Inside the caller's transaction. Raises RuntimeError when the numbers of a wave are used up.
    """
    store.transaction_required()
    numbers = {each.wave_id: each.number for each in entering}
    columns: dict[str, Any] = {
        "waves": [each.wave_id for each in entering],
        "people": [each.person_id for each in entering],
    }
    rows = store.fetch(store.statement(__package__, "entries_of"), columns)
    lacking = {row["id"]: row for row in rows if row["ticket"] is None}
    given: dict[tuple[str, UUID], str] = {}
    for _ in range(TICKET_TRIES):
        if not lacking:
            return given
        tickets = {key: new_ticket(numbers[row["wave_id"]]) for key, row in lacking.items()}
        taken = store.fetch(
            store.statement(__package__, "give_tickets"),
            {"tickets": list(tickets.values()), "entries": list(tickets)},
        )
        for entry_id in (row["entry_id"] for row in taken):
            row = lacking.pop(entry_id)
            given[row["wave_id"], row["person_id"]] = tickets[entry_id]
    raise RuntimeError("no free ticket numbers: the space of this wave is full")
