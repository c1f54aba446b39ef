"""Holding what happened against what should have: the one place where a rehearsal is judged."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from gelombang.rehearsal.cast import Cast
from gelombang.rehearsal.expectation import Afterwards, Expectation
from gelombang.rehearsal.load import percentiles
from gelombang.rehearsal.progress import Progress
from gelombang.rehearsal.proof import Audit
from gelombang.rehearsal.publication import Publication
from gelombang.rehearsal.report import FUNNEL, Money, Pair, Result
from gelombang.rehearsal.results import Told
from gelombang.rehearsal.winners import Fault
from gelombang.rehearsal.year import Earned

MOST_COMPLAINTS = 12


@dataclass(slots=True)
class Found:
    """What the phases brought home."""

    funnel: dict[str, int] = field(default_factory=dict)
    progress: Progress | None = None
    """At the close of the wave."""
    publication: Publication | None = None
    told: Told = field(default_factory=Told)
    comparisons: dict[str, Pair] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    audit: Audit | None = None
    earned: Earned | None = None
    """Of the months after the draw; None where the rehearsal ended with it."""
    afterwards: Afterwards | None = None
    """What was expected of those months."""


def judge(
    found: Found, cast: Cast, expected: Expectation, *, phases: Mapping[str, float], seconds: float
) -> Result:
    """The result of a rehearsal that was played to its end."""
    if found.publication is None or found.progress is None or found.audit is None:
        raise ValueError("a rehearsal is judged when all of its phases are over")
    wanted = {name: int(getattr(expected, name)) for name in FUNNEL}
    return Result(
        funnel={name: Pair(wanted[name], found.funnel[name]) for name in FUNNEL},
        entries=Pair(expected.entries, found.progress.joined),
        eligible=Pair(expected.eligible, found.publication.candidates),
        winners=Pair(expected.winners, found.publication.winners),
        comparisons=found.comparisons
        | _further(found, found.publication, expected)
        | _of_the_months(found),
        complaints=tuple([*found.complaints, *_surprises(cast, found)][:MOST_COMPLAINTS]),
        latency_ms=percentiles(cast.peak_latencies or cast.meter.latencies["register"]),
        step_latencies=dict(cast.step_latencies()),
        lost=found.audit.lost,
        duplicated=_duplicated(found.progress, cast),
        errors_5xx=cast.meter.errors_5xx,
        resets=cast.meter.resets,
        phases=dict(phases),
        seconds=seconds,
        audit={"invariants": found.audit.invariants, "violations": found.audit.violations},
        money=_money(found),
    )


def _money(found: Found) -> Money | None:
    """The sums of the months after the draw, as the system's own ledger has them."""
    if found.earned is None or found.earned.standing is None or found.afterwards is None:
        return None
    standing, expected = found.earned.standing, found.afterwards
    return Money(
        paid_idr=Pair(expected.paid_idr, int(standing.paid_idr)),
        training_idr=Pair(expected.training_idr, int(standing.training_idr)),
        lapsed=Pair(expected.lapsed, standing.lapsed),
        unknown_left=standing.unknown,
    )


def _of_the_months(found: Found) -> dict[str, Pair]:
    """Every step after the draw, and the partners' own books: each payment once."""
    earned, expected = found.earned, found.afterwards
    if earned is None or expected is None or earned.standing is None or earned.books is None:
        return {}
    standing, books = earned.standing, earned.books
    silent = expected.faults[Fault.TIMED_OUT]  # a worker that dies leaves more of them
    return earned.comparisons | {
        "winners told by letter": Pair(expected.winners, earned.winners),
        "courses completed": Pair(expected.learners, standing.completed),
        "courses cancelled": Pair(expected.cancelled, standing.cancelled),
        "certificates": Pair(expected.learners, standing.certificates),
        "reviews": Pair(expected.learners, standing.reviews),
        "surveys": Pair(expected.learners, standing.surveys),
        "accounts refused": Pair(expected.refused_accounts, standing.accounts_refused),
        "instalments planned": Pair(expected.payments, standing.instalments),
        "instalments paid": Pair(expected.payments, standing.paid),
        "recipients paid, as published": Pair(expected.learners, earned.public["recipients_paid"]),
        "rupiah paid, as published": Pair(expected.paid_idr, earned.public["paid_idr"]),
        "rupiah for training, as published": Pair(
            expected.training_idr, earned.public["training_idr"]
        ),
        "rupiah back in the fund": Pair(expected.forfeited_idr, int(standing.forfeited_idr)),
        "references of paid payouts": Pair(standing.payouts_paid, standing.references_paid),
        "payments in the partners' books": Pair(standing.payouts_paid, books.payments),
        "rupiah in the partners' books": Pair(int(standing.paid_idr), books.amount),
        "payments booked twice by partners": Pair(0, books.booked_twice),
        "silent payments found by asking": Pair(silent, min(silent, standing.enquired)),
        "payments refused by full wallets": Pair(expected.faults[Fault.WALLET_FULL], books.refused),
        "payments pending at partners": Pair(0, books.pending),
    }


def _further(found: Found, publication: Publication, expected: Expectation) -> dict[str, Pair]:
    refused = {
        f"refused by {rule}": Pair(count, found.told.refusals[rule])
        for rule, count in sorted(expected.refused.items())
    }
    return {
        **refused,
        "candidates in their cells": Pair(
            expected.eligible, _common(Counter(expected.cells), publication.cells)
        ),
        "people told the truth": Pair(found.told.asked, found.told.agreeing),
    }


def _common(wanted: Counter[tuple[str, str]], actual: Counter[tuple[str, str]]) -> int:
    """Candidates that stand in the cell where they belong, as far as counts can say."""
    return (wanted & actual).total()


def _duplicated(progress: Progress, cast: Cast) -> int:
    """Receipts given twice, and people or entries beyond those that were asked for."""
    acknowledged = cast.acknowledged
    return (
        acknowledged.given_twice
        + max(0, progress.registered - len(acknowledged.addresses))
        + max(0, progress.joined - len(acknowledged.joined))
    )


def _surprises(cast: Cast, found: Found) -> list[str]:
    said = [f"{count} x {what}" for what, count in cast.surprises.counts.most_common()]
    said += [f"{count} x {what}" for what, count in found.told.contradictions.most_common()]
    if cast.meter.first_5xx:
        said.append(f"first server error: {cast.meter.first_5xx}")
    if found.audit is not None and found.audit.first_offender:
        said.append(f"auditor: {found.audit.first_offender}")
    return said
