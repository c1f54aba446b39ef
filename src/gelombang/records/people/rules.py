"""What may happen to the records of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gelombang.kit.words import Language


class ClaimState(StrEnum):
    """The once-in-a-lifetime claim on the benefit (R075)."""

    HELD = "held"
    """An award holds it; nothing was spent yet."""
    USED = "used"
    """The benefit was used: no second one, ever."""
    RELEASED = "released"
    """The award ended before anything was spent, and the programme lets the person try again."""


CLAIM_MOVES: Mapping[str, frozenset[str]] = {
    ClaimState.HELD: frozenset({ClaimState.USED, ClaimState.RELEASED}),
    ClaimState.USED: frozenset(),
    ClaimState.RELEASED: frozenset(),
}
BARRING = (ClaimState.HELD, ClaimState.USED)


class NikSettledOtherwise(RuntimeError):
    """Code asked to give a person a second NIK: verification must never get that far."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is known of somebody at their first registration."""

    email_index: bytes
    email_sealed: bytes
    phone_index: bytes | None
    phone_sealed: bytes | None
    language: str
    enrolled_at: datetime  # virtual


@dataclass(frozen=True, slots=True)
class Contact:
    """Where mail for a person goes; the address is sealed for the purpose `email`."""

    address_sealed: bytes
    language: Language


@dataclass(frozen=True, slots=True)
class OwnContact:
    """Address and number of a person, sealed and by their indexes (`email`, `phone`)."""

    email_sealed: bytes
    email_index: bytes
    phone_sealed: bytes | None
    phone_index: bytes | None
    language: Language


@dataclass(frozen=True, slots=True)
class NikSettlement:
    """Who holds their NIK now, and who claims one that somebody else already holds."""

    settled: frozenset[UUID]
    taken: Mapping[UUID, UUID]
    """Claimer to present holder."""


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """What became of a set of lifetime claims, by the `basis` of each."""

    held: frozenset[str]
    """Claims that stand, also those that stood already from an earlier run of the same set."""
    refused: frozenset[str]
    """Claims of people who have, or had, the benefit on another basis."""


def settle(
    wanted: Mapping[UUID, bytes],
    *,
    holders: Mapping[bytes, UUID],
    own: Mapping[UUID, bytes],
) -> NikSettlement:
    """Who gets the NIK they ask for: the first in the order of `wanted`, unless somebody has it.

    `holders` are the people who hold one of the NIKs now, `own` the NIKs that the claimers hold.
    Raises NikSettledOtherwise when a claimer already holds another NIK.
    """
    if any(own.get(person, index) != index for person, index in wanted.items()):
        raise NikSettledOtherwise("a person already holds another NIK")
    first: dict[bytes, UUID] = dict(holders)
    for person, index in wanted.items():
        first.setdefault(index, person)
    return NikSettlement(
        settled=frozenset(p for p, index in wanted.items() if first[index] == p),
        taken={p: first[index] for p, index in wanted.items() if first[index] != p},
    )


class Purpose(StrEnum):
    """What a person may agree to, each by itself."""

    IDENTITY_CHECK = "identity_check"
    """Stated data are compared with other registries: without it nobody can take part."""
    RESEARCH = "research"
    """Answers to surveys may be used for research, without a name: nothing depends on it."""


OPTIONAL_PURPOSES = frozenset({Purpose.RESEARCH})


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What stands, or stood last, for a purpose; instants are virtual."""

    purpose: Purpose
    version: str
    given_at: datetime
    withdrawn_at: datetime | None
