"""Hold winners whose answers have expired until they are answered again, before they are awarded.

An outage holds, and never refuses; an answer that has changed leads to what the rules say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gelombang import store
from gelombang.journey.selection.rules import Reason
from gelombang.records.programme.terms import Programme

PACKAGE = "gelombang.journey.selection"
RULES = {
    "civil_registry": "identity_refuted",
    "education": "not_enrolled",
    "social_aid": "social_aid",
    "employment": "not_employed",
    "exclusions": "not_excluded",
}
"""The rule by which a registry's newer answer bars an award."""
ONCE: Reason = {
    "rule": "once_in_a_lifetime",
    "version": 1,
    "fact": "served",
    "source": "lifetime_claims",
    "date": date.min.isoformat(),
}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rechecked:
    """Which winners wait, and which newer answers bar whom, by entry."""

    waiting: frozenset[int]
    reasons: Mapping[int, Reason]

    @property
    def held(self) -> frozenset[int]:
        """Who is given nothing now."""
        return self.waiting | frozenset(self.reasons)


def recheck(winners: Sequence[Row], programme: Programme, *, now: datetime) -> Rechecked:
    """Judge winners by the latest answers, and write down who waits or is barred.

    Inside the caller's transaction. Without `[recheck]` in the programme nobody waits.
    """
    store.transaction_required()
    kinds = list(programme.recheck.before_award)
    if not winners or not kinds:
        return Rechecked(frozenset(), {})
    rows = store.fetch_set(
        store.statement(PACKAGE, "recheck"),
        {
            "people": [row["person_id"] for row in winners],
            "kinds": kinds,
            "wanted": [programme.wanted_of(kind) for kind in kinds],
            "now": now,
        },
    )
    found = {row["person_id"]: row for row in rows}
    answers = [(row["entry_id"], found[row["person_id"]]) for row in winners]
    waiting = frozenset(entry for entry, answer in answers if answer["is_stale"])
    reasons = {
        entry: _reason(answer, programme)
        for entry, answer in answers
        if not answer["is_stale"] and answer["changed"]
    }
    _note("rechecked", [entry for entry, _ in answers if entry not in waiting])
    _note("wait_for_recheck", sorted(waiting), now=now)
    withhold(reasons)
    return Rechecked(waiting, reasons)


def answered_again(draw_id: int, programme: Programme, *, now: datetime, limit: int) -> list[Row]:
    """The next winners of a draw who waited and need not wait any more."""
    return store.fetch(
        store.statement(PACKAGE, "settle_waiting"),
        {
            "draw": draw_id,
            "kinds": list(programme.recheck.before_award),
            "now": now,
            "limit": limit,
        },
    )


def withhold(reasons: Mapping[int, Reason]) -> None:
    """Keep by which rule winners may not have their award, by entry."""
    if not reasons:
        return
    entries = sorted(reasons)
    store.execute(
        store.statement(PACKAGE, "withhold"),
        {"candidates": entries, "reasons": [reasons[entry]["rule"] for entry in entries]},
    )


def _note(name: str, candidates: Sequence[int], **more: Any) -> None:
    if candidates:
        store.execute(store.statement(PACKAGE, name), {"candidates": list(candidates)} | more)


def _reason(answer: Row, programme: Programme) -> Reason:
    local = answer["answered_at"].astimezone(programme.zone)
    return {
        "rule": RULES[answer["changed"]],
        "version": 1,
        "fact": answer["code"],
        "source": answer["source"],
        "date": local.date().isoformat(),
    }
