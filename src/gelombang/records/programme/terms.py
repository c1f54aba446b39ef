"""What a programme file says, as frozen values. Amounts are whole rupiah, dates are local (WIB)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gelombang.kit.words import Text

DRAW = "draw"
ENTITLEMENT = "entitlement"
TRAINING_AID = "training_aid"
COMPLETION_INCENTIVE = "completion_incentive"
SURVEY_INCENTIVE = "survey_incentive"
RANK = "rank"
EXCLUDE = "exclude"
IDENTITY_VERIFIED = "identity_verified"
IDENTITY_SUBMITTED = "identity_submitted"
REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A regulation that the programme rests on (R007)."""

    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Funder:
    """Who pays (R028)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Budget:
    """One version of a funder's budget, in force from its date on (R005)."""

    funder: str
    version: int
    amount: int
    effective_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announced calendar of `registration` or of a wave (R008)."""

    subject: str
    name: str
    opens_at: datetime
    closes_at: datetime | None
    announced_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Area:
    """A node of the area tree; `weight` decides its share of a wave's places."""

    code: str
    name: str
    level: str
    parent: str
    weight: int


@dataclass(frozen=True, slots=True)
class PhasedStart:
    """Areas in which the programme began earlier (R014)."""

    areas: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Tier:
    """A rank of candidates. `expected_percent`: the part of those who join that it will hold."""

    code: str
    meaning: Text
    share_percent: int
    expected_percent: int


@dataclass(frozen=True, slots=True)
class AgeRule:
    """Old enough on the day the wave closes, in the programme's zone (R063)."""

    version: int
    years: int
    inclusive: bool
    note: str


@dataclass(frozen=True, slots=True)
class PlainRule:
    """A rule without settings of its own."""

    code: str
    version: int
    note: str


@dataclass(frozen=True, slots=True)
class SocialAidRule:
    """What social aid does to a candidate: ranks into a later tier, or excludes (R065)."""

    version: int
    effect: str
    receiving_tier: str
    other_tier: str
    note: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All rules that a candidate is judged by."""

    age: AgeRule
    not_enrolled: PlainRule | None
    once_in_a_lifetime: PlainRule
    social_aid: SocialAidRule | None
    not_employed: PlainRule | None = None
    """Nobody whom the employment insurer counts as an active employee."""
    not_excluded: PlainRule | None = None
    """Nobody on a list of officials, civil servants, soldiers or police."""

    def needs(self) -> Mapping[str, bool]:
        """Which facts the rules need of everybody, as parameters of a statement."""
        return {
            "needs_enrolled": self.not_enrolled is not None,
            "needs_social_aid": self.social_aid is not None,
            "needs_employed": self.not_employed is not None,
            "needs_excluded": self.not_excluded is not None,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a benefit: `times` payments of `amount`."""

    kind: str
    amount: int
    times: int
    every: str

    @property
    def total(self) -> int:
        """All its payments together, in rupiah."""
        return self.amount * self.times


@dataclass(frozen=True, slots=True)
class Scheme:
    """A benefit in force from one date until (not including) another (R025)."""

    code: str
    version: int
    name: Text
    selection: str
    entitled: tuple[str, ...]
    funder: str
    effective_from: date
    effective_until: date | None
    lifetime_claim: bool
    total: int
    parts: tuple[Part, ...]
    first_purchase_days: int = 0
    """Local days after the award's own in which the first course must be bought; 0: no such
    deadline."""
    spend_by: date | None = None
    """The last local day on which the training balance can be spent."""
    lapse_bars: bool = True
    """Whether who lets an award lapse keeps the once-in-a-lifetime claim (R075)."""

    def part(self, kind: str) -> Part | None:
        """The part of one kind: training_aid, completion_incentive or survey_incentive."""
        return next((part for part in self.parts if part.kind == kind), None)

    def purchase_deadline(self, *, awarded_at: datetime, zone: ZoneInfo) -> datetime | None:
        """The instant at which an award without a purchase lapses; None without a deadline.

        It is the midnight that ends the last local day, so that whole days count (R075). Nobody
        can buy after the balance expired, so it is never later than that.
        """
        ends = self.spending_deadline(zone=zone)
        if not self.first_purchase_days:
            return ends
        awarded_on = awarded_at.astimezone(zone).date()
        own = _end_of(awarded_on + timedelta(days=self.first_purchase_days), zone)
        return min(own, ends) if ends is not None else own

    def spending_deadline(self, *, zone: ZoneInfo) -> datetime | None:
        """The instant at which an unspent training balance expires; None if it never does."""
        return _end_of(self.spend_by, zone) if self.spend_by is not None else None

    def is_in_force(self, day: date) -> bool:
        """Whether it applies to an award of that day."""
        ended = self.effective_until is not None and day >= self.effective_until
        return self.effective_from <= day and not ended


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The midnight after a local day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone)


@dataclass(frozen=True, slots=True)
class PayoutTerms:
    """How money leaves: thresholds, waits and the least likeness of names (money.md)."""

    second_check_above: int = 1_000_000_000
    """Rupiah above which a batch needs a second checker (money.md rule 12)."""
    cooling_hours: int = 72
    """Virtual hours for which a changed account is paid nothing (money.md rule 8)."""
    name_score_at_least: int = 80
    """Likeness of an account's name to its owner's, of 100."""
    enquiry_seconds: int = 90
    """Virtual seconds between two enquiries, at least (money.md rule 3)."""
    enquiries: int = 3
    """Enquiries about one payment, at most (money.md rule 3)."""
    grace_minutes: int = 15
    """Virtual minutes after which a partner's "not found" means that nothing was sent."""


@dataclass(frozen=True, slots=True)
class AreaStage:
    """Areas whose people may join a wave from an instant of their own."""

    name: Text
    areas: tuple[str, ...]
    """Codes of the published level: the area that the civil registry vouches for."""
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class WavePlan:
    """One planned wave; its instants are in the calendar under its id."""

    id: str
    number: int
    quota: int
    stages: tuple[AreaStage, ...] = ()
    """In the order of the file; none where all areas join from the wave's opening."""
    rest_opens_at: datetime | None = None
    """From when areas that no stage names may join; None: from the wave's opening."""


REGISTRIES = ("civil_registry", "education", "social_aid", "employment", "exclusions")


@dataclass(frozen=True, slots=True)
class Recheck:
    """Whose answers must not have expired before somebody is awarded, and before each payment."""

    before_award: tuple[str, ...] = ()
    before_payment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartnerContract:
    """How fast a data owner lets us ask."""

    code: str
    name: str
    calls_per_second: int
    burst: int
    batch_size: int


@dataclass(frozen=True, slots=True)
class Programme:
    """A whole programme file."""

    code: str
    name: Text
    time_zone: str
    target: int
    notes: tuple[str, ...]
    legal_basis: tuple[LegalBasis, ...]
    funders: tuple[Funder, ...]
    budgets: tuple[Budget, ...]
    calendar: tuple[Announcement, ...]
    weekly_quota: int
    expected_entries: int
    join_requires: str
    waves: tuple[WavePlan, ...]
    area_level: str
    areas: tuple[Area, ...]
    phased_starts: tuple[PhasedStart, ...]
    tiers: tuple[Tier, ...]
    eligibility: Eligibility
    schemes: tuple[Scheme, ...]
    partners: tuple[PartnerContract, ...]
    payouts: PayoutTerms = PayoutTerms()
    recheck: Recheck = Recheck()

    def wanted_of(self, registry: str) -> str:
        """The verdict of a registry that the rules want; empty where any will do."""
        if registry == "civil_registry":
            return "fact"
        rules = self.eligibility
        aid = rules.social_aid
        bars = {
            "education": rules.not_enrolled is not None,
            "social_aid": aid is not None and aid.effect == EXCLUDE,
            "employment": rules.not_employed is not None,
            "exclusions": rules.not_excluded is not None,
        }
        return "no_fact" if bars[registry] else ""

    @property
    def joins_pending(self) -> bool:
        """Whether people may join while the registry still checks the identity they stated."""
        return self.join_requires == IDENTITY_SUBMITTED

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days and months the programme counts."""
        return ZoneInfo(self.time_zone)

    def published_areas(self) -> tuple[Area, ...]:
        """The areas of the published level, by code."""
        found = (area for area in self.areas if area.level == self.area_level)
        return tuple(sorted(found, key=lambda area: area.code))

    def scheme_on(self, day: date) -> Scheme | None:
        """The scheme that a draw of that day awards."""
        drawn = (each for each in self.schemes if each.selection == DRAW and each.is_in_force(day))
        return next(drawn, None)

    def budgets_of(self, funder: str) -> tuple[Budget, ...]:
        """The budget versions of one funder, in order."""
        own = (budget for budget in self.budgets if budget.funder == funder)
        return tuple(sorted(own, key=lambda budget: budget.version))
