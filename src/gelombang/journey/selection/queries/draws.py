"""The draw: where it stands, what it said about somebody, and the proofs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gelombang import store
from gelombang.journey.selection import drawing
from gelombang.journey.selection.models import Candidate, Draw
from gelombang.journey.selection.queries.awards import AwardView, award_of_entry
from gelombang.journey.selection.queries.terms import PACKAGE, scheme_of
from gelombang.journey.selection.rules import DRAIN, Attested, DrawState
from gelombang.journey.waves import queries as waves
from gelombang.journey.waves.rules import WaveState
from gelombang.kit.words import Text
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.rules import FINISH

CHUNK = 20_000  # rows that a stream holds at a time
MOST_OPEN_CHECKS = 100_000  # counted up to here; beyond it the page says "more than"


@dataclass(frozen=True, slots=True)
class DrawView:
    """Where the draw of a wave stands."""

    wave_id: str
    state: str
    requested_at: datetime
    requested_by: str
    rules_sha256: str
    list_sha256: str
    merkle_root: str
    candidates: int | None
    published_at: datetime | None
    beacon_chain: str
    beacon_round: int | None
    beacon_at: datetime | None
    randomness: str
    signature: str
    witnesses: Sequence[str]
    draw_requested_at: datetime | None
    drawn_at: datetime | None
    awarded_at: datetime | None
    void_reason: str
    stopped_reason: str
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class FreezeWait:
    """Why a requested freeze has not begun: all zero and no flag means it may.

    Where people join while they are checked (`carries`), open checks hold nothing: whoever is
    unknown goes on in the next wave.
    """

    wave_is_open: bool
    finishes: bool
    """Whether who waited in the queue at the close may still finish."""
    drains: bool
    entry_requests: int
    open_checks: int
    carries: bool = False
    settles: bool = False
    """Whether who is unknown is yet to be carried, now that nothing else holds it."""

    @property
    def is_over(self) -> bool:
        """Whether nothing holds it."""
        still_coming = self.wave_is_open or self.finishes or self.drains
        held = self.open_checks and not self.carries
        return not (still_coming or self.entry_requests or held)


@dataclass(frozen=True, slots=True)
class ResultView:
    """What the draw said about one entry.

    `outcome` is empty for who was not eligible, and for everybody until the draw has happened.
    """

    wave_id: str
    ticket: str
    area: str
    area_name: str
    tier: str
    tier_meaning: Text | None
    eligible: bool
    reasons: Sequence[dict[str, Any]]
    age_limit: int
    decided_at: datetime
    score: str
    cutoff: str | None
    outcome: str
    won_in_pass: int | None
    waiting_rank: int | None
    withheld: str
    rechecks_since: datetime | None
    """Since when the award waits for a registry's fresh answer."""
    award: AwardView | None


@dataclass(frozen=True, slots=True)
class TicketProof:
    """That a line stands in the published list, and what became of it."""

    ticket: str
    area: str
    tier: str
    line: str
    index: int
    size: int
    leaf: str
    path: Sequence[tuple[str, str]]  # side of the neighbour, its hash
    root: str
    score: str
    cutoff: str | None
    outcome: str
    won_in_pass: int | None
    waiting_rank: int | None


def draw_of(*, wave_id: str) -> DrawView | None:
    """The draw of a wave; None before a freeze was asked for."""
    row = Draw.objects.filter(wave_id=wave_id).first()
    return _draw_view(row) if row else None


def draws() -> Sequence[DrawView]:
    """Every draw, latest first (at most 200)."""
    return [_draw_view(row) for row in Draw.objects.order_by("-id")[:200]]


def _draw_view(row: Draw) -> DrawView:
    files = []
    if row.list_written_at is not None:
        files += ["rules.json", "candidates.csv", "commitment.json"]
    if row.result_written_at is not None:
        files += ["reveal.json", "result.csv", "cutoffs.json"]
    return DrawView(
        wave_id=row.wave_id,
        state=row.state,
        requested_at=row.requested_at,
        requested_by=row.requested_by,
        rules_sha256=row.rules_sha256,
        list_sha256=row.list_sha256,
        merkle_root=row.merkle_root,
        candidates=row.candidates,
        published_at=row.published_at,
        beacon_chain=row.beacon_chain,
        beacon_round=row.beacon_round,
        beacon_at=row.beacon_at,
        randomness=row.randomness,
        signature=row.signature,
        witnesses=tuple(row.witnesses),
        draw_requested_at=row.draw_requested_at,
        drawn_at=row.drawn_at,
        awarded_at=row.awarded_at,
        void_reason=row.void_reason,
        stopped_reason=row.stopped_reason,
        files=files,
    )


def freeze_wait(
    *, wave_id: str, now: datetime, real_now: datetime, count_to: int = MOST_OPEN_CHECKS
) -> FreezeWait:
    """What a freeze of this wave waits for: the close, late finishers, the intake, open checks.

    Open checks are counted up to `count_to`: 1 suffices to know whether there is one.
    """
    wave = waves.wave(wave_id=wave_id)
    if (
        wave is None
        or wave.state != WaveState.CLOSED
        or wave.closed_at is None
        or wave.closed_real_at is None
    ):
        return FreezeWait(
            wave_is_open=True, finishes=False, drains=False, entry_requests=0, open_checks=0
        )
    programme = programmes.version(version_id=wave.programme_version_id).programme
    return FreezeWait(
        wave_is_open=False,
        finishes=now < wave.closed_at + FINISH,
        drains=real_now < wave.closed_real_at + DRAIN,
        entry_requests=waves.backlog(),
        open_checks=store.fetch_value(
            store.statement(PACKAGE, "open_checks"),
            {
                "wave": wave_id,
                "is_pending_open": programme.joins_pending,
                "limit": count_to,
                **programme.eligibility.needs(),
            },
        ),
        carries=programme.joins_pending,
        settles=programme.joins_pending and wave.settled_at is None,
    )


def unfinished() -> Sequence[DrawView]:
    """The work list: draws that are neither awarded nor void, first come first."""
    done = (DrawState.AWARDED, DrawState.VOID)
    rows = Draw.objects.exclude(state__in=done).order_by("id")
    return [_draw_view(row) for row in rows[:20]]


def unpublished() -> Sequence[str]:
    """Waves whose files are not all written yet."""
    rows = Draw.objects.filter(list_written_at=None).exclude(list_sha256="")
    drawn = Draw.objects.filter(result_written_at=None).exclude(randomness="")
    return [row.wave_id for row in (rows | drawn).order_by("id")[:20]]


def void_draws() -> Sequence[DrawView]:
    """Draws that ended without a result, whose waves end with them."""
    rows = Draw.objects.filter(state=DrawState.VOID).order_by("id")[:200]
    return [_draw_view(row) for row in rows]


def counts(*, wave_id: str) -> dict[str, int]:
    """Entries, eligible, selected, waiting and withheld of a draw."""
    row = Draw.objects.get(wave_id=wave_id)
    return store.fetch(store.statement(PACKAGE, "counts"), {"draw": row.id})[0]


def refused_by_rule(*, wave_id: str) -> dict[str, int]:
    """How many each rule refused; who was refused by two counts at both."""
    row = Draw.objects.get(wave_id=wave_id)
    rows = store.fetch(store.statement(PACKAGE, "refused_by_rule"), {"draw": row.id})
    return {each["rule"]: each["people"] for each in rows}


def rechecking(*, wave_id: str) -> int:
    """How many winners of a wave wait for a registry's fresh answer before their award."""
    rows = Candidate.objects.filter(draw__wave_id=wave_id, rechecks_since__isnull=False)
    return rows.count()


def to_recheck(*, limit: int) -> list[tuple[UUID, str]]:
    """People whose awards wait, and the answers about them that must be fresh."""
    rows = store.fetch(store.statement(PACKAGE, "rechecking"), {"limit": limit})
    wanted = programmes.needed(before="award")
    kinds: dict[int, list[str]] = {}
    for version, kind in zip(wanted.versions, wanted.kinds, strict=True):
        kinds.setdefault(version, []).append(kind)
    return [
        (row["person_id"], kind)
        for row in rows
        for kind in kinds.get(row["programme_version_id"], [])
    ]


def conservation(*, wave_id: str) -> Sequence[dict[str, Any]]:
    """The terms of the conservation equation, per cell of the place (draw.md)."""
    row = Draw.objects.get(wave_id=wave_id)
    return store.fetch(store.statement(PACKAGE, "conservation"), {"draw": row.id})


def result_of(*, person_id: UUID, wave_id: str) -> ResultView | None:
    """What the draw of a wave said about a person.

    None before the list is frozen, or when the person was not in the wave.
    """
    candidate = (
        Candidate.objects.select_related("draw")
        .filter(person_id=person_id, draw__wave_id=wave_id)
        .exclude(draw__state=DrawState.REQUESTED)
        .first()
    )
    if candidate is None:
        return None
    wave = waves.wave(wave_id=wave_id)
    if wave is None:
        return None
    programme, _ = scheme_of(wave=wave)
    tier = next((each for each in programme.tiers if each.code == candidate.tier), None)
    area = next((each for each in programme.areas if each.code == candidate.area), None)
    return ResultView(
        wave_id=wave_id,
        ticket=candidate.ticket,
        area=candidate.area,
        area_name=area.name if area else candidate.area,
        tier=candidate.tier,
        tier_meaning=tier.meaning if tier else None,
        eligible=candidate.eligible,
        reasons=tuple(candidate.reasons),
        age_limit=programme.eligibility.age.years,
        decided_at=candidate.decided_at,
        score=candidate.score,
        cutoff=_cutoff(candidate.draw, candidate.area, candidate.tier),
        outcome=candidate.outcome,
        won_in_pass=candidate.won_in_pass,
        waiting_rank=candidate.waiting_rank,
        withheld=candidate.withheld,
        rechecks_since=candidate.rechecks_since,
        award=award_of_entry(entry_id=candidate.entry_id),
    )


def _cutoff(draw: Draw, area: str, tier: str) -> str | None:
    """The highest winning score of pass 1 in a cell, from the published file."""
    if not draw.cutoffs_file:
        return None
    cells = json.loads(draw.cutoffs_file)["cells"]
    found = (cell["cutoff"] for cell in cells if (cell["area"], cell["tier"]) == (area, tier))
    return next(found, None)


def ticket_proof(*, wave_id: str, ticket: str) -> TicketProof | None:
    """That a ticket stands in the frozen list, by its path to the root; None when it does not."""
    candidate = (
        Candidate.objects.select_related("draw")
        .filter(ticket=ticket, draw__wave_id=wave_id, eligible=True)
        .exclude(draw__list_sha256="")
        .first()
    )
    if candidate is None:
        return None
    draw, line = candidate.draw, f"{candidate.ticket},{candidate.area},{candidate.tier}"
    index = store.fetch_value(
        store.statement(PACKAGE, "list_position"), {"draw": draw.id, "ticket": ticket}
    )
    size = draw.candidates or 0
    return TicketProof(
        ticket=ticket,
        area=candidate.area,
        tier=candidate.tier,
        line=line,
        index=index,
        size=size,
        leaf=drawing.leaf_hash(line).hex(),
        path=_path(draw.id, index, size),
        root=draw.merkle_root,
        score=candidate.score,
        cutoff=_cutoff(draw, candidate.area, candidate.tier),
        outcome=candidate.outcome,
        won_in_pass=candidate.won_in_pass,
        waiting_rank=candidate.waiting_rank,
    )


def _path(draw_id: int, index: int, size: int) -> list[tuple[str, str]]:
    places = drawing.path_places(index, size)
    nodes = store.fetch(
        store.statement(PACKAGE, "proof_nodes"),
        {
            "draw": draw_id,
            "levels": [level for level, _, _ in places],
            "positions": [position for _, position, _ in places],
            "sides": [side for _, _, side in places],
        },
    )
    return [(node["side"], bytes(node["hash"]).hex()) for node in nodes]


def social_aid_of(*, person_id: UUID) -> Attested | None:
    """What the social registry said about somebody: the fact behind their tier."""
    rows = store.fetch(
        "SELECT social_aid_verdict, social_aid_source, social_aid_code, social_aid_at"
        " FROM verification_facts WHERE person_id = %s",
        [person_id],
    )
    if not rows or rows[0]["social_aid_verdict"] is None:
        return None
    row = rows[0]
    return Attested(
        row["social_aid_verdict"],
        row["social_aid_source"],
        row["social_aid_code"],
        row["social_aid_at"],
    )


def stream(*, name: str, params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of one of this package's statements, a bounded number in memory at a time.

    Reads by a cursor of the database, inside the caller's transaction.
    """
    store.transaction_required()
    with connection.chunked_cursor() as cursor:
        cursor.execute(store.statement(PACKAGE, name), params)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
