"""Record what registries said, in sets: checks, attestations, verdicts, disputes, what follows.

One transaction per batch. Decisions about identities are taken by one transaction at a time
(`DECIDERS`), so that two confirmed claims on one NIK always see each other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.verification import letters
from gelombang.journey.verification.rules import (
    FOLLOW_UPS,
    SOURCES,
    UNPROCESSED_WAITS,
    VALIDITY,
    Answer,
    CheckKind,
    Fact,
    IdentityState,
    NoFact,
    Unknown,
    Verdict,
)
from gelombang.kit.sealing import Keyring, unseal
from gelombang.kit.words import LANGUAGES
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.partners.rules import retry_after
from gelombang.records.people import actions as people, queries as contacts

DECIDERS = "verification.decide"
ACTOR = "job:verification"
MOST_CAUGHT_UP = 5_000  # statements


@dataclass(frozen=True, slots=True)
class _Claim:
    """A pending statement that the registry has just judged."""

    check_id: int
    identity_id: int
    person_id: UUID
    person_index: bytes


def record(
    *,
    kind: CheckKind,
    answers: Sequence[Answer],
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
    further: Sequence[CheckKind] = FOLLOW_UPS,
) -> int:
    """Write a bounded batch of answers; how many were usable and new.

    Whoever is verified is asked about at the registries of `further`.
    Unknown outcomes are due again after a back-off and are never a verdict (R066). What a registry
    cannot process is asked a few times over two days, then held for people, and the person is told.
    Recording an answer a second time changes nothing.
    """
    usable = {a.check_id: a for a in answers if not isinstance(a.outcome, Unknown)}
    unknown = [a for a in answers if isinstance(a.outcome, Unknown)]
    with store.transaction():
        keys.hold(keyring=keyring)  # NIKs are compared by the indexes that are read here
        if usable and kind is CheckKind.CIVIL_REGISTRY:
            store.lock(DECIDERS)
        held = _postpone(unknown, real_now=real_now)
        if kind is CheckKind.CIVIL_REGISTRY:
            letter = letters.unprocessed(base_url=base_url)
            _owe_letters({"unprocessed": (held, letter)}, keyring, now=now, real_now=real_now)
        rows = _close_checks(sorted(usable))
        _attest(kind, rows, usable, now=now)
        if kind is CheckKind.CIVIL_REGISTRY:
            _note_uses(rows)
            sole = _decide(rows, usable, keyring, base_url, now=now, real_now=real_now)
            _ask_further(sole, further, real_now=real_now)
        return len(rows)


def _postpone(unknown: Sequence[Answer], *, real_now: datetime) -> list[_Claim]:
    """Make questions due again; the claims whose question is held now."""
    if not unknown:
        return []
    ordered = sorted(unknown, key=lambda answer: answer.check_id)
    rows = store.fetch_set(
        store.statement(__package__, "postpone"),
        {
            "ids": [answer.check_id for answer in ordered],
            "attempts": [answer.attempt for answer in ordered],
            "due_at": [
                real_now + retry_after(attempts=answer.attempt, salt=answer.check_id)
                for answer in ordered
            ],
            "unprocessed": [_is_unprocessed(answer) for answer in ordered],
            "waits": list(UNPROCESSED_WAITS),
            "real_now": real_now,
        },
    )
    return [_Claim(row["check_id"], row["identity_id"], row["person_id"], b"") for row in rows]


def _is_unprocessed(answer: Answer) -> bool:
    return isinstance(answer.outcome, Unknown) and answer.outcome.is_unprocessed


def _close_checks(check_ids: Sequence[int]) -> list[dict[str, Any]]:
    if not check_ids:
        return []
    rows = store.fetch_set(store.statement(__package__, "answered"), {"ids": list(check_ids)})
    return sorted(rows, key=lambda row: row["check_id"])


def _attest(
    kind: CheckKind,
    rows: Sequence[Mapping[str, Any]],
    usable: Mapping[int, Answer],
    *,
    now: datetime,
) -> None:
    if not rows:
        return
    found = [usable[row["check_id"]] for row in rows]
    outcomes = [answer.outcome for answer in found]
    store.execute_set(
        store.statement(__package__, "attest"),
        {
            "kind": kind.value,
            "source": SOURCES[kind],
            "now": now,
            "expires_at": now + VALIDITY[kind],
            "identities": [row["identity_id"] for row in rows],
            "verdicts": [_verdict(outcome).value for outcome in outcomes],
            "codes": [getattr(outcome, "code", "") for outcome in outcomes],
            "details": [json.dumps(_detail(outcome)) for outcome in outcomes],
            "sha256s": [answer.answer_sha256 for answer in found],
            "as_ofs": [answer.as_of for answer in found],
        },
    )


def _note_uses(rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        ids = [row["check_id"] for row in rows]
        store.execute_set(store.statement(__package__, "note_uses"), {"ids": ids})


def _verdict(outcome: object) -> Verdict:
    return Verdict.FACT if isinstance(outcome, Fact) else Verdict.NO_FACT


def _detail(outcome: object) -> dict[str, list[str]]:
    if isinstance(outcome, NoFact) and outcome.elements:
        return {"elements": list(outcome.elements)}
    return {}


def _decide(
    rows: Sequence[Mapping[str, Any]],
    usable: Mapping[int, Answer],
    keyring: Keyring,
    base_url: str,
    *,
    now: datetime,
    real_now: datetime,
) -> list[int]:
    """Write verdicts and owe their letters; the identities that are verified now."""
    pending = [
        _Claim(row["check_id"], row["identity_id"], row["person_id"], bytes(row["person_index"]))
        for row in rows
        if row["state"] == IdentityState.PENDING
    ]
    if not pending:
        return []
    confirmed = [c for c in pending if isinstance(usable[c.check_id].outcome, Fact)]
    refuted = [c for c in pending if not isinstance(usable[c.check_id].outcome, Fact)]
    sole = _without_disputes(confirmed, now=now, real_now=real_now)
    _write_verdicts(sole, refuted, keyring, now=now)
    ids = [claim.identity_id for claim in sole]
    store.execute_set(store.statement(__package__, "match_people"), {"ids": ids, "now": now})
    kinds = {
        "verified": (sole, letters.verified(base_url=base_url)),
        "refuted": (refuted, letters.refuted(base_url=base_url)),
    }
    _owe_letters(kinds, keyring, now=now, real_now=real_now)
    return ids


def ask_further(
    *, kinds: Sequence[CheckKind], after: int, real_now: datetime, limit: int = MOST_CAUGHT_UP
) -> int:
    """Ask registries about people who were verified before the programme named them.

    The next verified statements after an id; the last one's id, or `after` where there are none.
    Whoever was asked about keeps their question. May be repeated.
    """
    with store.transaction():
        rows = store.fetch(
            store.statement(__package__, "verified_after"), {"after": after, "limit": limit}
        )
        ids = [row["id"] for row in rows]
        _ask_further(ids, kinds, real_now=real_now)
    return ids[-1] if ids else after


def _ask_further(
    identity_ids: Sequence[int], further: Sequence[CheckKind], *, real_now: datetime
) -> None:
    if identity_ids:
        kinds = [kind.value for kind in further]
        store.execute_set(
            store.statement(__package__, "ask_follow_ups"),
            {"ids": list(identity_ids), "kinds": kinds, "real_now": real_now},
        )


def _without_disputes(
    confirmed: Sequence[_Claim], *, now: datetime, real_now: datetime
) -> list[_Claim]:
    """The claims that nobody else has; every other becomes one side of a dispute."""
    if not confirmed:
        return []
    rows = store.fetch_set(
        store.statement(__package__, "rivals"),
        {"indexes": sorted({claim.person_index for claim in confirmed})},
    )
    earlier = [
        _Claim(0, row["identity_id"], row["person_id"], bytes(row["person_index"])) for row in rows
    ]
    claimers: dict[bytes, set[UUID]] = {}
    for claim in (*earlier, *confirmed):
        claimers.setdefault(claim.person_index, set()).add(claim.person_id)
    alone = {c.person_id: c for c in confirmed if len(claimers[c.person_index]) == 1}
    niks = {person_id: claim.person_index for person_id, claim in alone.items()}
    taken = people.settle_niks(niks=niks).taken
    contested = {index for index, who in claimers.items() if len(who) > 1}
    contested |= {alone[person_id].person_index for person_id in taken}
    sides = [claim for claim in (*earlier, *confirmed) if claim.person_index in contested]
    _dispute(sides, now=now, real_now=real_now)
    return [claim for claim in confirmed if claim.person_index not in contested]


def _dispute(sides: Sequence[_Claim], *, now: datetime, real_now: datetime) -> None:
    if not sides:
        return
    indexes = [side.person_index for side in sides]
    ids = [side.identity_id for side in sides]
    opened = store.fetch_set(
        store.statement(__package__, "open_disputes"), {"indexes": indexes, "now": now}
    )
    store.execute_set(
        store.statement(__package__, "dispute_claims"), {"indexes": indexes, "ids": ids}
    )
    store.execute_set(store.statement(__package__, "dispute"), {"ids": sorted(ids)})
    for row in opened:
        audit.note(
            actor=ACTOR,
            action="verification.dispute",
            subject=f"dispute:{row['id']}",
            now=now,
            real_now=real_now,
        )


def _write_verdicts(
    verified: Sequence[_Claim], refuted: Sequence[_Claim], keyring: Keyring, *, now: datetime
) -> None:
    areas = _areas([claim.identity_id for claim in verified], keyring)
    decisions = [(i, IdentityState.VERIFIED.value, area) for i, area in areas.items()]
    decisions += [(claim.identity_id, IdentityState.REFUTED.value, "") for claim in refuted]
    decisions.sort()
    store.execute_set(
        store.statement(__package__, "decide"),
        {
            "ids": [each[0] for each in decisions],
            "states": [each[1] for each in decisions],
            "areas": [each[2] for each in decisions],
            "now": now,
        },
    )


def _areas(identity_ids: Sequence[int], keyring: Keyring) -> dict[int, str]:
    rows = store.fetch_set(store.statement(__package__, "provinces"), {"ids": list(identity_ids)})
    return {row["id"]: unseal(keyring, row["province_sealed"], purpose="province") for row in rows}


def _owe_letters(
    kinds: Mapping[str, tuple[Sequence[_Claim], letters.Letter]],
    keyring: Keyring,
    *,
    now: datetime,
    real_now: datetime,
) -> None:
    """One letter for each. Every person of a kind and language gets the same sealed words."""
    everybody = [claim.person_id for claims, _ in kinds.values() for claim in claims]
    if not everybody:
        return
    reachable = contacts.contacts(person_ids=everybody)
    owed = []
    for name, (claims, letter) in kinds.items():
        words = {
            language: seal_letter(
                keyring, letter.subject.in_language(language), letter.body.in_language(language)
            )
            for language in LANGUAGES
        }
        owed += [
            Owed(
                key=f"verification:{claim.identity_id}:{name}",
                person_id=claim.person_id,
                kind=f"verification.{name}",
                address_sealed=reachable[claim.person_id].address_sealed,
                language=reachable[claim.person_id].language,
                letter_sealed=words[reachable[claim.person_id].language],
            )
            for claim in claims
            if claim.person_id in reachable
        ]
    notices.owe(notices=owed, now=now, real_now=real_now)
