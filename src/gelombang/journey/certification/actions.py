"""Issue certificates for finished courses, revoke them, and tell their holders."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.journey.certification import letters, queries
from gelombang.journey.certification.models import Certificate
from gelombang.journey.certification.rules import (
    CERTIFICATE_MOVES,
    NUMBER_LETTERS,
    CertificateRevoked,
    CertificateState,
    CertificateUnknown,
    check_reason,
    read_number,
    show_number,
)
from gelombang.journey.verification import queries as verification
from gelombang.kit.ids import random_letters
from gelombang.kit.sealing import Keyring, seal, unseal
from gelombang.kit.words import Language, Text
from gelombang.records.audit import actions as audit
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.people import queries as contacts

ISSUER = "certification.issue"
COMPLETIONS = "completions"
BATCH = 500  # certificates that one transaction issues and tells

Row = Mapping[str, Any]
Written = Callable[[Row, Language], tuple[str, str]]


def issue(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Issue the next certificates for completed purchases in one transaction; how many (R082).

    A certificate and its letter stand or fall together, and a purchase has one for ever, so a
    crash anywhere is healed by the next run. One worker issues at a time: 0 also means that
    another one is at it. Raises SealBroken when a verified name does not open: a bug.
    """
    with store.transaction():
        if not store.lock_or_leave(ISSUER):
            return 0
        names = _names_due(limit)
        if not names:
            return 0
        issued = _add(names, keyring, now=now)
        store.execute(store.statement(__package__, "strike_off"), {"purchases": list(names)})
        _owe(
            issued,
            kind="certification.issued",
            written=lambda row, language: _issued_letter(row, language, base_url),
            keyring=keyring,
            now=now,
            real_now=real_now,
        )
    return len(issued)


def _names_due(limit: int) -> dict[int, bytes]:
    """The sealed names for the next certificates, by purchase: new completions come into the list.

    People whose identity is in dispute are passed over until it is settled; nobody waits for them.
    """
    while True:
        taken = _take_up(limit)
        if (names := _names_waiting(limit)) or taken < limit:
            return names


def _take_up(limit: int) -> int:
    """List the completions of the next transactions that have ended; how many.

    Everything below the frontier, which is read first, is visible then: nothing that commits late
    is ever passed by.
    """
    since, frontier = queries.progress(facts=COMPLETIONS)
    (found,) = store.fetch(
        store.statement(__package__, "take_up"), {"since": str(since), "limit": limit}
    )
    until = frontier if found["taken"] < limit else min(frontier, int(found["last"]))
    if until > since:
        store.execute(
            store.statement(__package__, "move_progress"),
            {"facts": COMPLETIONS, "before_xid": str(until)},
        )
    return int(found["taken"])


def _names_waiting(limit: int) -> dict[int, bytes]:
    after = 0
    while due := queries.finished(after=after, limit=limit):
        names = verification.sealed_names(person_ids=[each.person_id for each in due])
        if found := {
            each.purchase_id: names[each.person_id] for each in due if each.person_id in names
        }:
            return found
        after = due[-1].purchase_id
    return {}


def _add(names: Mapping[int, bytes], keyring: Keyring, *, now: datetime) -> Sequence[Row]:
    return store.fetch_set(
        store.statement(__package__, "add_certificates"),
        {
            "purchases": list(names),
            "numbers": [random_letters(NUMBER_LETTERS) for _ in names],
            "holders": [_sealed_again(keyring, sealed) for sealed in names.values()],
            "now": now,
        },
    )


def _sealed_again(keyring: Keyring, sealed: bytes) -> bytes:
    """A seal of its own: no certificate carries a name that cannot be opened."""
    return seal(keyring, unseal(keyring, sealed, purpose="name"), purpose="name")


def _issued_letter(row: Row, language: Language, base_url: str) -> tuple[str, str]:
    return letters.issued(
        language=language,
        title=Text(id=row["title_id"], en=row["title_en"]),
        number=show_number(row["number"]),
        page=f"{base_url}/saya/sertifikat/{row['number']}",
        check=f"{base_url}/sertifikat/{row['number']}",
    )


def revoke(*, number: str, reason: str, actor: str, now: datetime, real_now: datetime) -> None:
    """Take a certificate back for a reason of 10 letters or more, which the trail keeps.

    The holder is told by `tell_revoked`. Raises CertificateUnknown, CertificateRevoked,
    RevocationUnexplained or ReasonHoldsNumber.
    """
    why = check_reason(reason)
    with store.transaction():
        found = (
            Certificate.objects.select_for_update().filter(number=read_number(number) or "").first()
        )
        if found is None:
            raise CertificateUnknown(field="number")
        if found.state == CertificateState.REVOKED:
            raise CertificateRevoked
        _take_back(found, why, actor=actor, now=now)
        audit.note(actor=actor, action="certification.revoke",
                   subject=f"certificate:{found.number}", detail={"reason": why},
                   now=now, real_now=real_now)  # fmt: skip


def _take_back(found: Certificate, reason: str, *, actor: str, now: datetime) -> None:
    """State and reason in one statement: the table refuses the one without the other."""
    if CertificateState.REVOKED not in CERTIFICATE_MOVES[found.state]:
        raise store.MoveRefused(f"{found.state} may not become revoked")
    found.state = CertificateState.REVOKED
    found.revoked_at = max(now, found.issued_at)
    found.revoked_by, found.revoke_reason = actor, reason
    found.save(update_fields=["state", "revoked_at", "revoked_by", "revoke_reason"])


def tell_revoked(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Owe a letter to the holders of revoked certificates that have none yet; how many."""
    with store.transaction():
        rows = store.fetch(store.statement(__package__, "untold"), {"limit": limit})
        _owe(
            rows,
            kind="certification.revoked",
            written=lambda row, language: letters.revoked(
                language=language,
                title=Text(id=row["title_id"], en=row["title_en"]),
                number=show_number(row["number"]),
                help_page=f"{base_url}/bantuan",
            ),
            keyring=keyring,
            now=now,
            real_now=real_now,
        )
        told = [row["id"] for row in rows]
        store.execute(store.statement(__package__, "mark_told"), {"ids": told, "now": now})
    return len(told)


def _owe(
    rows: Sequence[Row],
    *,
    kind: str,
    written: Written,
    keyring: Keyring,
    now: datetime,
    real_now: datetime,
) -> None:
    """A letter to every holder who can be written to, once per certificate and kind."""
    reachable = contacts.contacts(person_ids=[row["person_id"] for row in rows])
    owed = []
    for row in rows:
        contact = reachable.get(row["person_id"])
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        owed.append(
            letter_to(
                contact,
                written(row, contact.language),
                key=f"{kind}:{row['number']}",
                kind=kind,
                person_id=row["person_id"],
                keyring=keyring,
            )
        )
    notices.owe(notices=owed, now=now, real_now=real_now)
