"""From a closed wave to a frozen list and a public commitment."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from gelombang import store
from gelombang.gateways.randomness.protocol import Chain
from gelombang.journey.selection import drawing, letters, queries
from gelombang.journey.selection.models import Draw, MerkleLevel
from gelombang.journey.selection.rules import (
    DRAW_MOVES,
    NOTICE,
    AlreadyFrozen,
    Attested,
    DrawState,
    Facts,
    Judged,
    NoScheme,
    WaveNotClosed,
    judge,
)
from gelombang.journey.waves import queries as waves
from gelombang.journey.waves.rules import WaveState, WaveUnknown
from gelombang.kit.instants import show_instant
from gelombang.kit.sealing import Keyring, seal, unseal
from gelombang.records.audit import actions as audit
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.programme.terms import Programme

PACKAGE = "gelombang.journey.selection"
BATCH = 5_000  # entrants that one transaction judges


def request_freeze(*, wave_id: str, actor: str, now: datetime, real_now: datetime) -> None:
    """Ask to freeze the candidates of a closed wave; the rules are fixed at once.

    Raises WaveUnknown, WaveNotClosed, AlreadyFrozen or NoScheme.
    """
    wave = waves.wave(wave_id=wave_id)
    if wave is None:
        raise WaveUnknown(wave=wave_id)
    if wave.state != WaveState.CLOSED:
        raise WaveNotClosed
    programme, scheme = queries.scheme_of(wave=wave)
    if scheme is None:
        raise NoScheme
    rules = drawing.rules_file(_rules_of(wave, programme))
    with store.transaction():
        draw, is_new = Draw.objects.get_or_create(
            wave_id=wave_id,
            defaults={
                "requested_at": now,
                "requested_by": actor,
                "rules_file": rules,
                "rules_sha256": sha256(rules.encode()).hexdigest(),
            },
        )
        if not is_new:
            raise AlreadyFrozen
        audit.note(actor=actor, action="selection.request_freeze", subject=f"wave:{wave_id}",
                   detail={"rules_sha256": draw.rules_sha256}, now=now,
                   real_now=real_now)  # fmt: skip


def _rules_of(wave: waves.WaveView, programme: Programme) -> drawing.Rules:
    return drawing.rules_of(
        wave=wave.id,
        quota=wave.quota,
        weights={area.code: area.weight for area in programme.published_areas()},
        shares={tier.code: tier.share_percent for tier in programme.tiers},
    )


def assess(
    *, wave_id: str, keyring: Keyring, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Judge the next entrants of a requested freeze in one transaction; how many.

    0 also while the freeze waits: for the drained intake, and for open checks (a partner's fault
    is never a verdict) or, where people join while they are checked, until who is still unknown
    was carried into the next wave. The cursor moves with the judgements, so that a crash repeats
    nothing.
    """
    wave = waves.wave(wave_id=wave_id)
    if wave is None or not _may_begin(wave_id, now=now, real_now=real_now):
        return 0
    programme, _ = queries.scheme_of(wave=wave)
    day = queries.closing_day(wave=wave, programme=programme)
    if day is None:
        return 0
    with store.transaction():
        draw = _locked(wave_id, DrawState.REQUESTED)
        if draw is None:
            return 0
        rows = _unjudged(draw, programme, limit=limit)
        if not rows:
            return 0
        judged = [_judge(row, programme, day, keyring) for row in rows]
        _add(draw.id, rows, judged, now=now)
        draw.assessed_entry = rows[-1]["entry_id"]
        draw.save(update_fields=["assessed_entry"])
    return len(rows)


def _may_begin(wave_id: str, *, now: datetime, real_now: datetime) -> bool:
    """Whether nothing holds the freeze; asked until the first judgement.

    After it the answer stays: nobody joins a closed wave, and a check that was answered is never
    open again.
    """
    if Draw.objects.filter(wave_id=wave_id, assessed_entry__gt=0).exists():
        return True
    wait = queries.freeze_wait(wave_id=wave_id, now=now, real_now=real_now, count_to=1)
    return wait.is_over and not wait.settles


def _locked(wave_id: str, state: DrawState) -> Draw | None:
    """The draw if it stands there and nobody else works on it."""
    rows = Draw.objects.select_for_update(skip_locked=True)
    return rows.filter(wave_id=wave_id, state=state).first()


def _judge(row: dict[str, Any], programme: Programme, day: date, keyring: Keyring) -> Judged:
    facts = Facts(
        is_verified=row["is_verified"],
        verified_at=row["decided_at"],
        birth_date=_birth_date(row["birth_date_sealed"], keyring) if row["is_verified"] else None,
        enrolled=_attested(row, "enrolled"),
        social_aid=_attested(row, "social_aid"),
        is_served=row["is_served"],
        is_refuted=row["is_refuted"],
        employed=_attested(row, "employed"),
        excluded=_attested(row, "excluded"),
    )
    return judge(
        facts,
        programme.eligibility,
        day=day,
        zone=ZoneInfo(programme.time_zone),
        tiers=[tier.code for tier in programme.tiers],
    )


def _birth_date(sealed: bytes, keyring: Keyring) -> date:
    return date.fromisoformat(unseal(keyring, sealed, purpose="birth_date"))


def _attested(row: dict[str, Any], name: str) -> Attested:
    return Attested(
        verdict=row[f"{name}_verdict"],
        source=row[f"{name}_source"] or "",
        code=row[f"{name}_code"] or "",
        at=row[f"{name}_at"],
    )


def _add(
    draw_id: int, rows: Sequence[dict[str, Any]], judged: Sequence[Judged], *, now: datetime
) -> None:
    store.execute(
        store.statement(PACKAGE, "add_candidates"),
        {
            "draw": draw_id,
            "now": now,
            "entries": [row["entry_id"] for row in rows],
            "people": [row["person_id"] for row in rows],
            "tickets": [row["ticket"] for row in rows],
            "areas": [row["area"] for row in rows],
            "tiers": [each.tier for each in judged],
            "reasons": [drawing.write_json(list(each.reasons)) for each in judged],
        },
    )


def commit(
    *,
    wave_id: str,
    chain: Chain,
    witnesses: Sequence[str],
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Freeze the judged list and commit to it and to a future round of the beacon.

    Call it when `assess` found nobody left. False when the freeze still waits or was done by
    another process. The digests go to the witnesses and into the audit trail in the same
    transaction (draw.md).
    """
    wave = waves.wave(wave_id=wave_id)
    if wave is None or not _may_begin(wave_id, now=now, real_now=real_now):
        return False
    programme, _ = queries.scheme_of(wave=wave)
    with store.transaction():
        draw = _locked(wave_id, DrawState.REQUESTED)
        if draw is None or _unjudged(draw, programme, limit=1):
            return False
        _fix_list(draw)
        draw.witnesses = list(witnesses)
        draw.published_at = now
        draw.beacon_chain = chain.hash
        draw.beacon_round = chain.round_after(now, at_least=NOTICE)
        draw.beacon_at = chain.instant_of(draw.beacon_round)
        draw.commitment_file = _commitment(draw)
        draw.save()
        store.move(draw, to=DrawState.FROZEN, allowed=DRAW_MOVES)
        _tell_witnesses(draw, keyring=keyring, base_url=base_url, now=now, real_now=real_now)
        detail = {
            "list_sha256": draw.list_sha256,
            "rules_sha256": draw.rules_sha256,
            "merkle_root": draw.merkle_root,
            "candidates": draw.candidates,
            "beacon_chain": draw.beacon_chain,
            "beacon_round": draw.beacon_round,
        }
        audit.note(actor="job:selection", action="selection.commit", subject=f"wave:{wave_id}",
                   detail=detail, now=now, real_now=real_now)  # fmt: skip
    return True


def _unjudged(draw: Draw, programme: Programme, *, limit: int) -> list[dict[str, Any]]:
    """The next entrants whom nobody has judged."""
    return store.fetch(
        store.statement(PACKAGE, "assess"),
        {
            "wave": draw.wave_id,
            "after": draw.assessed_entry,
            "limit": limit,
            **programme.eligibility.needs(),
        },
    )


def list_lines(draw_id: int) -> Iterator[str]:
    """The data lines of `candidates.csv` without line feeds, streamed in their order."""
    for ticket, area, tier in queries.stream(name="listed", params={"draw": draw_id}):
        yield f"{ticket},{area},{tier}"


def _fix_list(draw: Draw) -> None:
    """Digest, Merkle tree and count of the list, from one pass over it."""
    digest, leaves = sha256(drawing.LIST_HEADER.encode()), []
    for line in list_lines(draw.id):
        digest.update(f"{line}\n".encode())
        leaves.append(drawing.leaf_hash(line))
    levels = drawing.tree_levels(leaves)
    MerkleLevel.objects.bulk_create(
        [
            MerkleLevel(draw=draw, level=number, hashes=b"".join(level))
            for number, level in enumerate(levels)
        ],
        batch_size=1,  # the lowest level of a national wave is 20 MB
    )
    draw.list_sha256 = digest.hexdigest()
    draw.merkle_root = drawing.merkle_root(levels)
    draw.candidates = len(leaves)


def _commitment(draw: Draw) -> str:
    published = draw.published_at.astimezone(UTC) if draw.published_at else None
    return drawing.write_json(
        {
            "wave": draw.wave_id,
            "published_at": published.isoformat(timespec="seconds") if published else None,
            "candidates": draw.candidates,
            "list_sha256": draw.list_sha256,
            "rules_sha256": draw.rules_sha256,
            "merkle_root": draw.merkle_root,
            "beacon": {"chain": draw.beacon_chain, "round": draw.beacon_round},
            "witnesses": draw.witnesses,
        }
    )


def _tell_witnesses(
    draw: Draw, *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime
) -> None:
    subject, body = letters.to_witness(
        wave=draw.wave_id,
        commitment=draw.commitment_file,
        beacon_at=show_instant(draw.beacon_at).id if draw.beacon_at else "",
        draw=f"{base_url}/undian/{draw.wave_id}/",
    )
    owed = [
        Owed(
            key=f"selection.commitment:{draw.wave_id}:{number}",
            person_id=None,
            kind="selection.commitment",
            address_sealed=seal(keyring, witness, purpose="email"),
            language="id",
            letter_sealed=seal_letter(keyring, subject, body),
        )
        for number, witness in enumerate(draw.witnesses, start=1)
    ]
    notices.owe(notices=owed, now=now, real_now=real_now)
