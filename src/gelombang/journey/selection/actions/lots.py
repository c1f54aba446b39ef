"""The draw: the beacon's round makes outcomes and places of a frozen list."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from gelombang import store
from gelombang.journey.selection import drawing, queries
from gelombang.journey.selection.actions.freezing import PACKAGE
from gelombang.journey.selection.models import Draw
from gelombang.journey.selection.rules import DOUBT, DRAW_MOVES, PATIENCE, DrawState, NotFrozen
from gelombang.records.audit import actions as audit

CHUNK = 10_000  # outcomes that one statement writes


def request_draw(*, wave_id: str, actor: str, now: datetime, real_now: datetime) -> None:
    """Ask for the draw of a frozen list; it happens once the committed round exists.

    Asking again changes nothing. Raises NotFrozen.
    """
    with store.transaction():
        draw = Draw.objects.select_for_update().filter(wave_id=wave_id).first()
        if draw is None or draw.state in {DrawState.REQUESTED, DrawState.VOID}:
            raise NotFrozen
        if draw.draw_requested_at is not None:
            return
        draw.draw_requested_at = now
        draw.save(update_fields=["draw_requested_at"])
        audit.note(actor=actor, action="selection.request_draw", subject=f"wave:{wave_id}",
                   now=now, real_now=real_now)  # fmt: skip


def draw(
    *,
    wave_id: str,
    chain: str,
    number: int,
    randomness: str,
    signature: str,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Draw a frozen list with the round that it committed to, in one transaction.

    The caller has checked the round's signature. False when there is nothing to draw, or the round
    is not the committed one. Whatever is killed on the way leaves the frozen list as it was, and
    the same round gives the same result: there is no second draw.
    """
    with store.transaction():
        rows = Draw.objects.select_for_update(skip_locked=True)
        row = rows.filter(wave_id=wave_id, state=DrawState.FROZEN).first()
        if row is None or row.draw_requested_at is None:
            return False
        if (row.beacon_chain, row.beacon_round) != (chain, number):
            return False
        result = _result(row, randomness)
        _write(row, result)
        row.randomness, row.signature, row.drawn_at = randomness, signature, now
        row.cutoffs_file = drawing.cutoffs_file(result)
        row.save(update_fields=["randomness", "signature", "drawn_at", "cutoffs_file"])
        store.move(row, to=DrawState.DRAWN, allowed=DRAW_MOVES)
        detail = {
            "randomness": randomness,
            "selected": sum(each.won_in_pass is not None for each in result.drawn),
            "unfilled": result.unfilled,
        }
        audit.note(actor="job:selection", action="selection.draw", subject=f"wave:{wave_id}",
                   detail=detail, now=now, real_now=real_now)  # fmt: skip
    return True


def _result(row: Draw, randomness: str) -> drawing.Result:
    rules = drawing.read_rules(row.rules_file)
    seed = drawing.seed_of(
        wave=row.wave_id,
        list_sha256=row.list_sha256,
        rules_sha256=row.rules_sha256,
        randomness=randomness,
    )
    candidates = queries.stream(name="listed", params={"draw": row.id})
    return drawing.draw(rules, ((t, a, r) for t, a, r in candidates), seed)


def _write(row: Draw, result: drawing.Result) -> None:
    store.execute(
        store.statement(PACKAGE, "add_places"),
        {
            "draw": row.id,
            "areas": [cell.area for cell in result.cells],
            "tiers": [cell.tier for cell in result.cells],
            "counts": [cell.places for cell in result.cells],
        },
    )
    rest = iter(result.drawn)
    while chunk := list(islice(rest, CHUNK)):
        _write_chunk(row.id, chunk)


def _write_chunk(draw_id: int, chunk: Sequence[drawing.Drawn]) -> None:
    places = [each.place or (None, None, None) for each in chunk]
    store.execute(
        store.statement(PACKAGE, "add_outcomes"),
        {
            "draw": draw_id,
            "tickets": [each.ticket for each in chunk],
            "scores": [each.score for each in chunk],
            "outcomes": [each.outcome for each in chunk],
            "passes": [each.won_in_pass for each in chunk],
            "ranks": [each.waiting_rank for each in chunk],
            "areas": [area for area, _, _ in places],
            "tiers": [tier for _, tier, _ in places],
            "numbers": [number for _, _, number in places],
        },
    )


def note_missing_round(*, wave_id: str, reason: str, now: datetime, real_now: datetime) -> bool:
    """Note that the committed round could not be had; void in public after 24 hours (draw.md).

    True when the draw ended by it. Only an outage that lasts counts: a clock that jumps ahead by
    a day leaves a minute of real time to fetch the round.
    """
    with store.transaction():
        draw = Draw.objects.select_for_update().get(wave_id=wave_id)
        if draw.state != DrawState.FROZEN or draw.beacon_at is None:
            return False
        if draw.round_failed_at is None:
            draw.round_failed_at = real_now
            draw.save(update_fields=["round_failed_at"])
        lasts = real_now - draw.round_failed_at >= DOUBT
        if not lasts or now < draw.beacon_at + PATIENCE:
            return False
        draw.void_reason = reason
        draw.save(update_fields=["void_reason"])
        store.move(draw, to=DrawState.VOID, allowed=DRAW_MOVES)
        audit.note(actor="job:selection", action="selection.void", subject=f"wave:{wave_id}",
                   detail={"reason": reason}, now=now, real_now=real_now)  # fmt: skip
    return True


def lines_of_result(row: Draw) -> Iterable[str]:
    """`result.csv` from the stored outcomes, streamed."""
    yield drawing.RESULT_HEADER
    tiers = list(drawing.read_rules(row.rules_file).tiers)
    rows = queries.stream(name="result", params={"draw": row.id, "tiers": tiers})
    for ticket, area, tier, score, outcome, won_in_pass in rows:
        won = "" if won_in_pass is None else won_in_pass
        yield f"{ticket},{area},{tier},{score},{outcome},{won}\n"
