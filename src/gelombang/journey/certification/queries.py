"""Questions about certificates: what the public, the holder and later steps may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.certification.rules import CertificateState, masked, read_number
from gelombang.kit.sealing import Keyring, unseal
from gelombang.kit.words import Text

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CertificateView:
    """What a certificate says, whoever reads it. Instants are virtual."""

    number: str
    state: CertificateState
    title: Text
    provider_name: str
    hours: int
    completed_at: datetime
    issued_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicView(CertificateView):
    """What anybody who knows the number may see: the course, and who it may be, masked."""

    holder: str  # `S*** C***`; empty once erased


@dataclass(frozen=True, slots=True)
class OwnView(CertificateView):
    """A certificate in the list of the person who holds it."""

    course_code: str
    purchase_id: int


@dataclass(frozen=True, slots=True)
class HolderView(CertificateView):
    """A certificate as its holder reads it, with the whole name; what the paper is made of."""

    holder: str = field(repr=False)  # the verified name; empty once erased


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a certificate holds."""

    certificate_id: int
    number: str
    state: CertificateState


@dataclass(frozen=True, slots=True)
class Finished:
    """A completed purchase that has no certificate yet."""

    purchase_id: int
    person_id: UUID


@dataclass(frozen=True, slots=True)
class Counts:
    """Certificates issued and revoked by an instant, and the people who hold a valid one."""

    issued: int
    revoked: int
    holders: int


def certificate(*, number: str, keyring: Keyring) -> PublicView | None:
    """What the public may know of a certificate, its number typed in any way; None if unknown."""
    row = _row(number)
    return PublicView(**_said(row), holder=masked(_name(row, keyring))) if row else None


def certificate_for_holder(*, person_id: UUID, number: str, keyring: Keyring) -> HolderView | None:
    """A certificate with its whole name, for its holder alone; None for anybody else."""
    row = _row(number)
    if row is None or row["person_id"] != person_id:
        return None
    return HolderView(**_said(row), holder=_name(row, keyring))


def certificates_of(*, person_id: UUID) -> Sequence[OwnView]:
    """The certificates of a person, latest first."""
    rows = store.fetch(store.statement(__package__, "certificates_of"), {"person_id": person_id})
    return [
        OwnView(**_said(row), course_code=row["course_code"], purchase_id=row["purchase_id"])
        for row in rows
    ]


def standing_for_share(*, number: str, person_id: UUID) -> Standing | None:
    """A person's certificate, which nobody can revoke until the caller's transaction ends.

    None when it does not exist or is somebody else's. Raises TransactionMissing.
    """
    store.transaction_required()
    rows = store.fetch(
        store.statement(__package__, "standing_for_share"),
        {"number": read_number(number) or "", "person_id": person_id},
    )
    if not rows:
        return None
    return Standing(
        certificate_id=rows[0]["id"],
        number=rows[0]["number"],
        state=CertificateState(rows[0]["state"]),
    )


def progress(*, facts: str) -> tuple[int, int]:
    """Below which transaction everything was looked at, and below which everything has ended."""
    known = store.fetch_value(
        "SELECT before_xid FROM certification_progress WHERE facts = %s", [facts]
    )
    frontier = store.fetch_value("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    return int(known or 0), int(frontier)


def finished(*, limit: int, after: int = 0) -> Sequence[Finished]:
    """The work list: listed purchases beyond one that have no certificate, oldest first."""
    rows = store.fetch(store.statement(__package__, "finished"), {"after": after, "limit": limit})
    return [Finished(**row) for row in rows]


def counts(*, as_of: datetime) -> Counts:
    """How many certificates there were at a virtual instant."""
    return Counts(**store.fetch(store.statement(__package__, "counts"), {"as_of": as_of})[0])


def _row(typed: str) -> Row | None:
    number = read_number(typed)
    if number is None:
        return None
    rows = store.fetch(store.statement(__package__, "certificate"), {"number": number})
    return rows[0] if rows else None


def _said(row: Row) -> dict[str, Any]:
    """What the certificate says, for whichever view."""
    same = ("number", "provider_name", "hours", "completed_at", "issued_at", "revoked_at")
    return {name: row[name] for name in same} | {
        "state": CertificateState(row["state"]),
        "title": Text(id=row["title_id"], en=row["title_en"]),
    }


def _name(row: Row, keyring: Keyring) -> str:
    sealed = row["holder_sealed"]
    return "" if sealed is None else unseal(keyring, bytes(sealed), purpose="name")
