"""The figures of the rehearsal, each with its limit, for people and for machines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from gelombang.rehearsal.proof import Audit
from gelombang.rehearsal.verification.fakes import total
from gelombang.rehearsal.verification.pace import Use
from gelombang.rehearsal.verification.truth import Judged

LEAST_USED, MOST_EXTRA = 95.0, 5.0  # percent
LEAST_CHECKS, AIM_CHECKS = 1_500, 3_000  # a second
LEAST_MAILS, AIM_MAILS = 800, 2_000  # a second
MOST_MEGABYTES = 300.0  # a worker


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """What one partner saw, and how its contract was used."""

    code: str
    calls_per_second: int
    records_per_call: int
    use: Use
    meter: Mapping[str, int]
    """Of its fake, under the contract."""

    @property
    def extra_percent(self) -> float:
        """Answers that told nothing new, of all calls; each technical failure forces one retry."""
        calls = self.meter["calls"]
        return 100.0 * self.meter["barren"] / calls if calls else 0.0

    def as_json(self) -> dict[str, Any]:
        """Every figure."""
        percent = self.use.percent
        return {
            "calls_per_second": self.calls_per_second,
            "records_per_call": self.records_per_call,
            "contract_used_percent": None if percent is None else round(percent, 2),
            "extra_calls_percent": round(self.extra_percent, 2),
            "busy_seconds": round(self.use.seconds, 1),
            "unsent": self.use.unsent,
            "excused_seconds": {why: round(s, 1) for why, s in sorted(self.use.excused.items())},
            "meter": dict(self.meter),
        }


@dataclass(frozen=True, slots=True)
class Mail:
    """Letters a second into a mail server of its own."""

    per_second: float
    letters: int
    arrived: int
    repeated: int
    links_tried: int
    links_good: int

    def complaints(self) -> list[str]:
        """What is off about the letters themselves."""
        found = []
        if self.arrived != self.letters:
            found.append(f"{self.arrived:,} of {self.letters:,} letters arrived")
        if self.repeated:
            found.append(f"{self.repeated} letters came twice")
        if self.links_good != self.links_tried:
            found.append(f"{self.links_tried - self.links_good} links of letters do not work")
        return found


@dataclass(frozen=True, slots=True)
class Unpaced:
    """The time without a limit."""

    checks: int
    seconds: float
    meters: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Answered checks a second, from the first of them to the last."""
        return self.checks / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """What was measured, and what each partner's meter counted meanwhile."""
        return {
            "checks": self.checks,
            "seconds": round(self.seconds, 2),
            "meters": {code: dict(meter) for code, meter in self.meters.items()},
        }


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """Everything that was found. The mail is measured on a system of its own, or not at all."""

    people: int
    citizen_errors: int
    first_error: str
    looks: int
    untold: int
    """Onlookers who did not see their verdict."""
    partners: tuple[PartnerFigures, ...]
    judged: Judged
    lost_receipts: int
    unpaced: Unpaced
    audit: Audit
    worker_megabytes: tuple[float, ...] = ()
    killed: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    mail: Mail | None = None

    @property
    def overruns(self) -> int:
        """Calls beyond a contract, by the fakes' own meters."""
        return total([each.meter for each in self.partners], "overruns")

    @property
    def bunched(self) -> int:
        """Calls that may have come in time, to a fake whose own process was held up."""
        return total([each.meter for each in self.partners], "bunched")

    @property
    def asked_twice(self) -> int:
        """Questions after a usable answer for the same version of the data."""
        meters = [*(each.meter for each in self.partners), *self.unpaced.meters.values()]
        return total(meters, "asked_twice")

    @property
    def contract_used_percent(self) -> float:
        """The lowest partner's figure; 0 where a contract was never busy."""
        return min((each.use.percent or 0.0 for each in self.partners), default=0.0)

    @property
    def extra_calls_percent(self) -> float:
        """The highest partner's figure."""
        return max((each.extra_percent for each in self.partners), default=0.0)

    @property
    def lost(self) -> int:
        """People without a final answer, and receipts without a row."""
        return self.judged.lost + self.lost_receipts

    def as_json(self) -> dict[str, Any]:
        """The agreed keys, and the detail of each partner."""
        return {
            "people": self.people,
            "citizen_errors": self.citizen_errors,
            "overruns": self.overruns,
            "bunched": self.bunched,
            "contract_used_percent": round(self.contract_used_percent, 2),
            "extra_calls_percent": round(self.extra_calls_percent, 2),
            "lost": self.lost,
            "asked_twice": self.asked_twice,
            "wrong_facts": self.judged.wrong_facts,
            "unpaced_checks_per_second": round(self.unpaced.per_second, 1),
            "mails_per_second": round(self.mail.per_second, 1) if self.mail else None,
            "audit": {"invariants": self.audit.invariants, "violations": self.audit.violations},
            "facts_compared": self.judged.compared,
            "wrong_facts_by_kind": dict(self.judged.wrong),
            "looks_at_status": self.looks,
            "onlookers_untold": self.untold,
            "worker_megabytes": [round(each, 1) for each in self.worker_megabytes],
            "killed": dict(self.killed),
            "partners": {each.code: each.as_json() for each in self.partners},
            "unpaced": self.unpaced.as_json(),
            "seconds": {name: round(value, 1) for name, value in self.seconds.items()},
        }

    def complaints(self) -> list[str]:
        """What is not within its limit, in words."""
        wrong = dict(+self.judged.wrong)
        heaviest = max(self.worker_megabytes, default=0.0)
        letters = self.mail.per_second if self.mail else LEAST_MAILS
        found = [
            words
            for is_off, words in (
                (self.citizen_errors,
                 f"citizens met {self.citizen_errors} errors: {self.first_error}"),
                (self.untold, f"{self.untold} onlookers did not see their verdict"),
                (self.overruns, f"{self.overruns} calls went beyond a contract"),
                (self.contract_used_percent < LEAST_USED,
                 f"only {self.contract_used_percent:.1f} % of a contract was used"),
                (self.extra_calls_percent > MOST_EXTRA,
                 f"{self.extra_calls_percent:.1f} % of a partner's calls told nothing new"),
                (self.lost, f"{self.lost} people or receipts are lost"),
                (self.asked_twice, f"{self.asked_twice} questions were asked twice"),
                (wrong, f"{self.judged.wrong_facts} facts are wrong: {wrong}"),
                (self.unpaced.per_second < LEAST_CHECKS,
                 f"only {self.unpaced.per_second:,.0f} checks a second without a limit"),
                (letters < LEAST_MAILS, f"only {letters:,.0f} letters a second"),
                (heaviest >= MOST_MEGABYTES, f"a worker held {heaviest:.0f} MB"),
                (self.audit.violations,
                 f"{self.audit.violations} violations: {self.audit.first_offender}"),
            )
            if is_off
        ]  # fmt: skip
        return [*found, *(self.mail.complaints() if self.mail else [])]


def table(result: VerificationResult) -> Table:
    """The sheet: each figure beside its limit."""
    shown = Table(title=f"Verification of {result.people:,} people", title_justify="left")
    shown.add_column("figure")
    shown.add_column("found", justify="right")
    shown.add_column("limit", justify="right")
    mail = result.mail
    for name, value, limit in (
        (f"errors in {result.looks:,} looks of citizens", f"{result.citizen_errors}", "0"),
        ("calls beyond a contract", f"{result.overruns}", "0"),
        ("the same, while the fake itself was held up", f"{result.bunched}", ""),
        ("contract used, lowest partner", f"{result.contract_used_percent:.1f} %",
         f"at least {LEAST_USED:.0f} %"),
        ("extra calls, highest partner", f"{result.extra_calls_percent:.2f} %",
         f"at most {MOST_EXTRA:.0f} %"),
        ("lost", f"{result.lost}", "0"),
        ("asked twice", f"{result.asked_twice}", "0"),
        (f"wrong facts of {result.judged.compared:,}", f"{result.judged.wrong_facts}", "0"),
        ("checks a second without a limit", f"{result.unpaced.per_second:,.0f}",
         f"{LEAST_CHECKS:,}, aim {AIM_CHECKS:,}"),
        ("letters a second", f"{mail.per_second:,.0f}" if mail else "not measured",
         f"{LEAST_MAILS:,}, aim {AIM_MAILS:,}"),
        ("memory of a worker", f"{max(result.worker_megabytes, default=0.0):.0f} MB",
         f"below {MOST_MEGABYTES:.0f} MB"),
        (f"violations of {result.audit.invariants} invariants", f"{result.audit.violations}", "0"),
    ):  # fmt: skip
        shown.add_row(name, value, limit)
    return shown


def partners_table(result: VerificationResult) -> Table:
    """What each partner saw under its contract."""
    shown = Table(title="Partners under their contracts", title_justify="left")
    shown.add_column("partner", no_wrap=True)
    for heading in ("contract", "calls", "used", "in", "extra", "over", "twice"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for each in result.partners:
        percent = each.use.percent
        shown.add_row(
            each.code,
            f"{each.calls_per_second:,}/s of {each.records_per_call}",
            f"{each.meter['calls']:,}",
            "–" if percent is None else f"{percent:.1f} %",
            f"{each.use.seconds:.0f} s",
            f"{each.meter['barren']:,}",
            f"{each.meter['overruns']:,}",
            f"{each.meter['asked_twice']:,}",
        )
    return shown
