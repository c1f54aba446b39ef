"""Bringing people in where Django is set up: through the intake and the steps' own actions.

Nothing is written past the product: submissions and confirmations go through the front door's
writer, statements through `state_identity`. Only the pages in between are left out.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from gelombang.journey.verification import actions as verification
from gelombang.journey.verification.rules import CheckKind
from gelombang.journey.verification.statement import StatedIdentity
from gelombang.kit import clock
from gelombang.kit.email import email_for_comparison
from gelombang.kit.indexing import blind_index
from gelombang.records.partners import actions as partners, queries as partner_queries
from gelombang.records.people import queries as people_queries
from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.surge.joining import Place, register_and_confirm

ACTOR = "cli:rehearsal"
WAITING = "rehearsal: not yet"


def hold_partners(only: str | None = None) -> int:
    """Ask no registry (or not this one) anything until `go_on_with_partners`; how many are held."""
    held = 0
    for kind in _chosen(only):
        if (agreed := partner_queries.agreed(code=kind.value)) is None:
            continue
        now, real_now = clock.now(), clock.real_now()
        partners.provide(agreed=agreed, actor=ACTOR, now=now, real_now=real_now)
        partners.stop(partner=kind.value, reason=WAITING, actor=ACTOR, now=now, real_now=real_now)
        held += 1
    return held


def go_on_with_partners(only: str | None = None) -> None:
    """Let every registry (or this one) be asked from now on."""
    for kind in _chosen(only):
        if partner_queries.partner(code=kind.value) is not None:
            partners.resume(
                partner=kind.value, actor=ACTOR, now=clock.now(), real_now=clock.real_now()
            )


def _chosen(only: str | None) -> list[CheckKind]:
    return [kind for kind in CheckKind if only in {None, kind.value}]


def register(place: Place, people: Sequence[SyntheticPerson]) -> None:
    """Register and confirm everybody. Raises NotDrained."""
    asyncio.run(register_and_confirm(place, [person.email for person in people]))


def state(place: Place, people: Sequence[SyntheticPerson]) -> int:
    """Let everybody state the card they hold; how many did."""
    keyring, stated = place.door.keyring, 0
    for person in people:
        if person.card is None:
            continue
        index = blind_index(keyring, email_for_comparison(person.email), purpose="email")
        person_id = people_queries.person_of_address(email_index=index)
        if person_id is None:
            continue
        verification.state_identity(
            person_id=person_id, stated=StatedIdentity(**asdict(person.card)), keyring=keyring,
            now=clock.now(), real_now=clock.real_now(),
        )  # fmt: skip
        stated += 1
    return stated
