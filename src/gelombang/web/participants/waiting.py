"""What somebody who is verified still waits for at further registries."""

from __future__ import annotations

from uuid import UUID

from gelombang.journey.verification import queries as verification
from gelombang.journey.verification.queries import FurtherWait
from gelombang.web.participants.progress import Standing
from gelombang.web.reading import Instants


def further_waits(found: Standing, *, person_id: UUID, clocks: Instants) -> list[FurtherWait]:
    """The long waits that matter to the person: until an award, and again on the way to another."""
    if found.identity_stage != "done" or (found.benefit is not None and not found.starts_over):
        return []
    return verification.further_waits_of(
        person_id=person_id, now=clocks.now, real_now=clocks.real_now
    )
