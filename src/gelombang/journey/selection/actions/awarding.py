"""From outcomes to awards: places, lifetime claims, promises of money, and letters to everybody."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.selection import letters, queries
from gelombang.journey.selection.actions.freezing import PACKAGE
from gelombang.journey.selection.models import Candidate, Draw
from gelombang.journey.selection.rechecking import ONCE, answered_again, recheck, withhold
from gelombang.journey.selection.rules import (
    DRAW_MOVES,
    DrawState,
    NoScheme,
    NotStopped,
    Outcome,
    Reason,
    sentence_of,
)
from gelombang.journey.waves import queries as waves
from gelombang.journey.waves.letters import wave_name
from gelombang.kit.sealing import Keyring
from gelombang.kit.words import Text
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    BalanceTooLow,
    Transfer,
    TransferKind,
    committed_to,
    fund_of,
)
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.people import actions as people, queries as contacts
from gelombang.records.people.rules import Contact
from gelombang.records.programme.terms import Programme, Scheme

BATCH = 2_000  # candidates that one transaction awards and tells

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What everybody selected in a wave is promised."""

    wave: waves.WaveView
    programme: Programme
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Office:
    """What a letter needs besides its words."""

    keyring: Keyring
    base_url: str
    now: datetime
    real_now: datetime


def award(
    *,
    wave_id: str,
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
    limit: int = BATCH,
) -> int:
    """Award and tell the next candidates of a draw in one transaction; how many.

    An award, its lifetime claim, the promise of its whole benefit and its letter stand or fall
    together. A promise that the budget does not cover stops awarding with nothing of the batch
    done; the operator sees why (`stopped_reason`) and resumes. Where the programme wants answers
    to be fresh, a winner whose answers have expired waits: nothing is given, refused or told until
    they are answered again. 0 when done, stopped, waiting, or another process works on it.
    """
    terms = _terms(wave_id)
    office = Office(keyring, base_url, now, real_now)
    try:
        with store.transaction():
            keys.hold(keyring=keyring)  # claims are made by the indexes that are read here
            draw = _locked(wave_id)
            if draw is None:
                return 0
            rows = store.fetch(
                store.statement(PACKAGE, "settle"),
                {"draw": draw.id, "after": draw.settled_entry, "limit": limit},
            )
            if not rows:
                return _end(draw, terms, office, limit=limit)
            _award(rows, terms, office)
            draw.settled_entry = rows[-1]["entry_id"]
            draw.save(update_fields=["settled_entry"])
    except BalanceTooLow as refused:
        _stop(wave_id, refused.code, now=now, real_now=real_now)
        return 0
    return len(rows)


def _award(rows: Sequence[Row], terms: Terms, office: Office) -> None:
    """Award, withhold or let wait each winner, and tell everybody who does not wait."""
    winners = [row for row in rows if row["place_id"] is not None]
    checked = recheck(winners, terms.programme, now=office.now)
    ready = [row for row in winners if row["entry_id"] not in checked.held]
    barred = _give(ready, terms, now=office.now)
    withheld = {**checked.reasons, **dict.fromkeys(barred, ONCE)}
    told = [row for row in rows if row["entry_id"] not in checked.waiting]
    _owe_letters(told, withheld, terms, office)


def _end(draw: Draw, terms: Terms, office: Office, *, limit: int) -> int:
    """Everybody was looked at: award who has waited and is answered about, or finish."""
    rows = answered_again(draw.id, terms.programme, now=office.now, limit=limit)
    if rows:
        _award(rows, terms, office)
        return len(rows)
    if Candidate.objects.filter(draw=draw, rechecks_since__isnull=False).exists():
        return 0
    _finish(draw, now=office.now, real_now=office.real_now)
    return 1


def _terms(wave_id: str) -> Terms:
    wave = waves.wave(wave_id=wave_id)
    if wave is None:
        raise NoScheme
    programme, scheme = queries.scheme_of(wave=wave)
    if scheme is None:
        raise NoScheme
    return Terms(wave, programme, scheme)


def _locked(wave_id: str) -> Draw | None:
    rows = Draw.objects.select_for_update(skip_locked=True)
    return rows.filter(wave_id=wave_id, state=DrawState.DRAWN, stopped_reason="").first()


def _finish(draw: Draw, *, now: datetime, real_now: datetime) -> None:
    draw.awarded_at = now
    draw.save(update_fields=["awarded_at"])
    store.move(draw, to=DrawState.AWARDED, allowed=DRAW_MOVES)
    audit.note(actor="job:selection", action="selection.awarded", subject=f"wave:{draw.wave_id}",
               now=now, real_now=real_now)  # fmt: skip


def _stop(wave_id: str, reason: str, *, now: datetime, real_now: datetime) -> None:
    with store.transaction():
        draw = Draw.objects.select_for_update().get(wave_id=wave_id)
        draw.stopped_reason = reason
        draw.save(update_fields=["stopped_reason"])
        audit.note(actor="job:selection", action="selection.stop", subject=f"wave:{wave_id}",
                   detail={"reason": reason}, now=now, real_now=real_now)  # fmt: skip


def resume_awards(*, wave_id: str, actor: str, now: datetime, real_now: datetime) -> None:
    """Go on awarding after what stopped it was put right. Raises NotStopped."""
    with store.transaction():
        draw = Draw.objects.select_for_update().filter(wave_id=wave_id).first()
        if draw is None or not draw.stopped_reason:
            raise NotStopped
        reason, draw.stopped_reason = draw.stopped_reason, ""
        draw.save(update_fields=["stopped_reason"])
        audit.note(actor=actor, action="selection.resume_awards", subject=f"wave:{wave_id}",
                   detail={"stopped_by": reason}, now=now, real_now=real_now)  # fmt: skip


def _give(winners: Sequence[Row], terms: Terms, *, now: datetime) -> set[int]:
    """Claims first, then awards and promises for those whose claim stands; who was barred."""
    if not winners:
        return set()
    found = store.fetch(store.statement(PACKAGE, "award_ids"), {"count": len(winners)})
    ids = {row["entry_id"]: int(new["id"]) for row, new in zip(winners, found, strict=True)}
    claims = [
        (bytes(row["lifetime_index"]), f"award:{ids[row['entry_id']]}")
        for row in winners
        if row["lifetime_index"] is not None
    ]
    held = people.claim_lifetime(claims=claims, now=now).held
    given = [row for row in winners if f"award:{ids[row['entry_id']]}" in held]
    _add_awards(given, ids, terms, now=now)
    _promise([ids[row["entry_id"]] for row in given], terms, now=now)
    barred = {row["entry_id"] for row in winners} - {row["entry_id"] for row in given}
    withhold(dict.fromkeys(barred, ONCE))
    return barred


def _add_awards(
    given: Sequence[Row], ids: Mapping[int, int], terms: Terms, *, now: datetime
) -> None:
    scheme, zone = terms.scheme, terms.programme.zone
    store.execute(
        store.statement(PACKAGE, "add_awards"),
        {
            "scheme": scheme.code,
            "version": terms.wave.programme_version_id,
            "amount": scheme.total,
            "now": now,
            "purchase_by": scheme.purchase_deadline(awarded_at=now, zone=zone),
            "spend_by": scheme.spending_deadline(zone=zone),
            "ids": [ids[row["entry_id"]] for row in given],
            "candidates": [row["entry_id"] for row in given],
            "places": [row["place_id"] for row in given],
            "people": [row["person_id"] for row in given],
        },
    )


def _promise(awards: Sequence[int], terms: Terms, *, now: datetime) -> None:
    """Commit the whole benefit of each award from the fund of its scheme (R030)."""
    fund = fund_of(terms.programme.code, terms.scheme.funder)
    ledger.transfer(
        transfers=[
            Transfer(
                debit=fund,
                credit=committed_to(number),
                amount=terms.scheme.total,
                kind=TransferKind.COMMIT,
                reference=f"commit:award:{number}",
            )
            for number in awards
        ],
        now=now,
    )


def _owe_letters(
    rows: Sequence[Row], withheld: Mapping[int, Reason], terms: Terms, office: Office
) -> None:
    reachable = contacts.contacts(person_ids=[row["person_id"] for row in rows])
    owed = []
    for row in rows:
        contact = reachable.get(UUID(str(row["person_id"])))
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        kind, letter = _letter(row, contact, terms, office, withheld=withheld.get(row["entry_id"]))
        owed.append(
            letter_to(
                contact,
                letter,
                key=f"selection.result:{row['ticket']}",
                kind=f"selection.{kind}",
                person_id=row["person_id"],
                keyring=office.keyring,
            )
        )
    notices.owe(notices=owed, now=office.now, real_now=office.real_now)


def _letter(
    row: Row, contact: Contact, terms: Terms, office: Office, *, withheld: Reason | None
) -> tuple[str, letters.Letter]:
    base, wave_id, ticket = office.base_url, terms.wave.id, str(row["ticket"])
    language = contact.language
    wave = wave_name(terms.wave.number, language)
    result, help_page = f"{base}/saya/hasil/{wave_id}", f"{base}/bantuan"
    years = terms.programme.eligibility.age.years
    if withheld is not None:
        reasons: list[Text] = [sentence_of(withheld, years=years)]
        return "withheld", letters.withheld(
            language=language, wave=wave, ticket=ticket, reasons=reasons, help_page=help_page
        )
    if not row["eligible"]:
        reasons = [sentence_of(reason, years=years) for reason in json.loads(row["reasons"])]
        return "ineligible", letters.ineligible(
            language=language, wave=wave, ticket=ticket, reasons=reasons, result=result,
            help_page=help_page,
        )  # fmt: skip
    if row["outcome"] == Outcome.SELECTED:
        return "selected", letters.selected(
            language=language, wave=wave, ticket=ticket, amount=terms.scheme.total, result=result
        )
    return "waiting", letters.waiting(
        language=language, wave=wave, ticket=ticket, rank=row["waiting_rank"], result=result,
        draw=f"{base}/undian/{wave_id}/",
    )  # fmt: skip
