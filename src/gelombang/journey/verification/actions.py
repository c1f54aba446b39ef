"""State an identity, claim what is due, record what registries said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import queries as registration
from gelombang.journey.registration.consent_copies import owe_copy
from gelombang.journey.verification import queries
from gelombang.journey.verification.interruptions import (
    tell_waits as tell_waits,  # noqa: PLC0414 offered to callers, as the next one
    watch_partners as watch_partners,  # noqa: PLC0414
)
from gelombang.journey.verification.models import Check, Identity, MatchedList
from gelombang.journey.verification.news import (
    LostWork as LostWork,  # noqa: PLC0414 offered to callers, as the next two
    heed_news as heed_news,  # noqa: PLC0414
    take_news as take_news,  # noqa: PLC0414
)
from gelombang.journey.verification.recording import (
    DECIDERS,
    ask_further as ask_further,  # noqa: PLC0414 offered to callers, as the next one
    record as record,  # noqa: PLC0414
)
from gelombang.journey.verification.rules import (
    LEASE,
    VERSIONS_PER_DAY,
    CheckKind,
    EmailNotConfirmed,
    IdentityAlreadyVerified,
    IdentityBeingChecked,
    IdentityState,
    Question,
    StatedIdentity,
    TooManyCorrections,
    check_stated,
    shares,
)
from gelombang.journey.verification.sampling import sample_backlogs as sample_backlogs  # noqa: PLC0414
from gelombang.kit.indexing import Frontier
from gelombang.kit.sealing import Keyring, seal, unseal
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.people import actions as people
from gelombang.records.people.consent_texts import identity_check_version
from gelombang.records.people.rules import Purpose

MOST_CLAIMED = 2_000


def state_identity(
    *,
    person_id: UUID,
    stated: StatedIdentity,
    keyring: Keyring,
    now: datetime,
    real_now: datetime,
    agreed_to: Sequence[CheckKind] = (),
    base_url: str = "",
) -> int:
    """Keep what a person states, sealed, and owe the civil registry the question (R044, R059).

    The identity's id. A correction after a refutation is a new version. Nothing here depends on
    who else stated this NIK, so nobody learns from it. Stating agrees to the words that name the
    registries of `agreed_to`, those asked now unless told otherwise; with an address of ours in
    `base_url` a copy of them is owed. Raises EmailNotConfirmed, the refusals of
    `check_stated`, IdentityBeingChecked, IdentityAlreadyVerified or TooManyCorrections.
    """
    plain = check_stated(stated, now=now)
    consent = identity_check_version(agreed_to or queries.registries_asked())
    found = registration.registration_of(person_id=person_id)
    if found is None or found.email_confirmed_at is None:
        raise EmailNotConfirmed
    with store.transaction():
        frontier = keys.hold(keyring=keyring)
        store.lock(f"verification.state:{person_id}")
        version = _next_version(person_id, now=now)
        identity = _keep(person_id, version, plain, frontier, keyring, now=now)
        former = Check.objects.filter(
            identity__person_id=person_id,
            identity__version=version - 1,
            kind=CheckKind.CIVIL_REGISTRY.value,
        ).first()
        Check.objects.create(
            identity=identity,
            kind=CheckKind.CIVIL_REGISTRY.value,
            due_at=real_now,
            needed_by=former.needed_by if former else None,
        )
        is_new = people.give_consent(
            person_id=person_id, purpose=Purpose.IDENTITY_CHECK, version=consent, now=now
        )
        if is_new and base_url:
            owe_copy(
                person_id=person_id, purpose=Purpose.IDENTITY_CHECK, version=consent,
                keyring=keyring, base_url=base_url, now=now, real_now=real_now,
            )  # fmt: skip
        audit.note(
            actor=f"person:{person_id}",
            action="verification.state",
            subject=f"identity:{identity.id}",
            detail={"version": version, "consent": consent},
            now=now,
            real_now=real_now,
        )
        return identity.id


def _next_version(person_id: UUID, *, now: datetime) -> int:
    latest = Identity.objects.filter(person_id=person_id).order_by("-version").first()
    if latest is None:
        return 1
    if latest.state == IdentityState.VERIFIED:
        raise IdentityAlreadyVerified
    if latest.state != IdentityState.REFUTED:
        raise IdentityBeingChecked
    recent = Identity.objects.filter(
        person_id=person_id, submitted_at__gt=now - timedelta(hours=24)
    ).count()
    if recent >= VERSIONS_PER_DAY:
        raise TooManyCorrections
    return latest.version + 1


def _keep(
    person_id: UUID,
    version: int,
    stated: StatedIdentity,
    frontier: Frontier,
    keyring: Keyring,
    *,
    now: datetime,
) -> Identity:
    """Sealed, and with every index that the NIK ever needs: later it is opened for asking only."""

    def sealed(value: str, purpose: str) -> bytes:
        return seal(keyring, value, purpose=purpose)

    def index(value: str, purpose: str) -> bytes:
        return frontier.index(keyring, value, purpose=purpose)

    return Identity.objects.create(
        person_id=person_id,
        version=version,
        state=IdentityState.PENDING.value,
        nik_sealed=sealed(stated.nik, "nik"),
        family_card_sealed=sealed(stated.family_card_no, "family_card"),
        name_sealed=sealed(stated.name, "name"),
        sex_sealed=sealed(stated.sex, "sex"),
        birth_place_sealed=sealed(stated.birth_place, "birth_place"),
        birth_date_sealed=sealed(stated.birth_date.isoformat(), "birth_date"),
        province_sealed=sealed(stated.province, "province"),
        person_index=index(stated.nik, "person"),
        nomination_index=index(stated.nik, "nomination"),
        lifetime_index=index(stated.nik, "lifetime"),
        family_card_index=index(stated.family_card_no, "family_card"),
        submitted_at=now,
    )


def claim_due(
    *, kind: CheckKind, limit: int, keyring: Keyring, real_now: datetime, before: int = 0
) -> list[Question]:
    """Take up to `limit` due questions of a kind under a lease (real time), opened for asking.

    Who waits for the next close goes first, but for the share of the oldest (`rules.shares`);
    `before` is how many this caller has claimed already. After a crash the lease runs out and they
    are asked again; otherwise nobody is asked about twice. Only the civil registry gets more than
    the NIK.
    """
    limit = min(limit, MOST_CLAIMED)
    soonest, _ = shares(limit, before=before)
    with store.transaction():
        store.read_in_index_order()
        rows = store.fetch(
            store.statement(__package__, "claim_due"),
            {
                "kind": kind.value,
                "real_now": real_now,
                "leased_until": real_now + LEASE,
                "soonest": soonest,
                "limit": limit,
            },
        )
    whole = kind is CheckKind.CIVIL_REGISTRY
    return [
        Question(
            check_id=row["check_id"],
            attempt=row["attempt"],
            nik=unseal(keyring, row["nik_sealed"], purpose="nik"),
            stated=queries.open_row(row=row, keyring=keyring) if whole else None,
        )
        for row in sorted(rows, key=lambda each: each["check_id"])
    ]


def need_by(*, needed: Sequence[tuple[int, datetime]]) -> int:
    """Note by which virtual instant the answers to open checks are needed; how many were news.

    `needed` are ids of checks, each once, with the close of the wave that the person is in.
    """
    if not needed:
        return 0
    ordered = sorted(needed)
    with store.transaction():
        return store.execute_set(
            store.statement(__package__, "need_by"),
            {"ids": [each[0] for each in ordered], "instants": [each[1] for each in ordered]},
        )


def ask_held_again(*, kind: CheckKind, actor: str, now: datetime, real_now: datetime) -> int:
    """Ask anew what a registry could not process, once people have looked; how many questions."""
    with store.transaction():
        count = store.execute(
            store.statement(__package__, "ask_held_again"),
            {"kind": kind.value, "real_now": real_now},
        )
        if count:
            audit.note(
                actor=actor,
                action="verification.ask_held_again",
                subject=f"partner:{kind.value}",
                detail={"questions": count},
                now=now,
                real_now=real_now,
            )
    return count


def ask_again(*, wanted: Sequence[tuple[UUID, str]], before: datetime, real_now: datetime) -> int:
    """Make questions due again whose answers expire before an instant; how many.

    `wanted` are (person, kind of check), a bounded set. What stands is kept until another answer
    comes: nobody loses anything because a registry is slow. May be repeated.
    """
    if not wanted:
        return 0
    with store.transaction():
        return store.execute_set(
            store.statement(__package__, "ask_again"),
            {
                "people": [person_id for person_id, _ in wanted],
                "kinds": [kind for _, kind in wanted],
                "before": before,
                "real_now": real_now,
            },
        )


def match_nominations(*, now: datetime) -> int:
    """Compare one list of nominations with everybody verified before it came (R058).

    1 when a list was compared, 0 when none is left. Nominations of people who are verified later
    are matched in the same transaction as their verdict.
    """
    if queries.unmatched_list() is None:
        return 0  # as nearly always: whoever writes verdicts need not wait for that
    with store.transaction():
        store.lock(DECIDERS)  # no verdict slips between this comparison and its own
        list_id = queries.unmatched_list()
        if list_id is None:
            return 0
        store.execute(store.statement(__package__, "match_list"), {"list_id": list_id, "now": now})
        MatchedList.objects.create(list_id=list_id, matched_at=now)
        return 1
