"""From the tables of a programme file to its values."""

from datetime import UTC, date, datetime

from gelombang.kit.words import Text
from gelombang.records.programme.reading import MOST_RUPIAH, Table
from gelombang.records.programme.terms import (
    COMPLETION_INCENTIVE,
    DRAW,
    ENTITLEMENT,
    EXCLUDE,
    IDENTITY_SUBMITTED,
    IDENTITY_VERIFIED,
    RANK,
    REGISTRIES,
    SURVEY_INCENTIVE,
    TRAINING_AID,
    AgeRule,
    Announcement,
    Area,
    AreaStage,
    Budget,
    Eligibility,
    Funder,
    LegalBasis,
    Part,
    PartnerContract,
    PayoutTerms,
    PhasedStart,
    PlainRule,
    Programme,
    Recheck,
    Scheme,
    SocialAidRule,
    Tier,
    WavePlan,
)

RULE_CODES = (
    "age_at_close", "not_employed", "not_enrolled", "not_excluded", "once_in_a_lifetime",
    "social_aid",
)  # fmt: skip
REQUIRED_RULES = ("age_at_close", "once_in_a_lifetime")
PART_KINDS = (TRAINING_AID, COMPLETION_INCENTIVE, SURVEY_INCENTIVE)
MOST_DAYS = 3_660  # ten years: a longer deadline is a slip of the hand
NO_DAY = date(1970, 1, 1)  # stands for a date that the file lacks, which is noted as a mistake
NO_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)


def read(file: Table) -> Programme:
    """The whole file. Mistakes are noted in the table's problems, never raised."""
    head, waves, areas = file.table("programme"), file.table("waves"), file.table("areas")
    quota = waves.whole("weekly_quota")
    programme = Programme(
        code=head.text("code"),
        name=head.both("name"),
        time_zone=head.text("time_zone"),
        target=head.whole("target"),
        notes=head.words("notes"),
        legal_basis=tuple(
            LegalBasis(title=each.text("title"), about=each.text("about"))
            for each in file.tables("legal_basis")
        ),
        funders=tuple(
            Funder(code=each.text("code"), name=each.text("name"))
            for each in file.tables("funders")
        ),
        budgets=tuple(_budget(each) for each in file.tables("budgets")),
        calendar=tuple(_announcement(each) for each in file.tables("calendar")),
        weekly_quota=quota,
        expected_entries=waves.whole("expected_entries"),
        join_requires=waves.choice("join_requires", (IDENTITY_VERIFIED, IDENTITY_SUBMITTED)),
        waves=tuple(_wave(each, quota=quota) for each in waves.tables("plan")),
        area_level=areas.text("level"),
        areas=tuple(_area(each) for each in areas.tables("nodes")),
        phased_starts=tuple(
            PhasedStart(areas=each.words("areas"), note=each.text("note"))
            for each in file.tables("phased_starts", required=False)
        ),
        tiers=tuple(_tier(each) for each in file.tables("tiers")),
        eligibility=_eligibility(file),
        schemes=tuple(_scheme(each) for each in file.tables("schemes")),
        partners=tuple(_partner(each) for each in file.tables("partners")),
        payouts=_payouts(file.table("payouts", required=False)),
        recheck=_recheck(file.table("recheck", required=False)),
    )
    for table in (head, waves, areas, file):
        table.close()
    return programme


def _budget(table: Table) -> Budget:
    return Budget(
        funder=table.text("funder"),
        version=table.whole("version"),
        amount=table.whole("amount", most=MOST_RUPIAH),
        effective_on=table.day("effective_on") or NO_DAY,
        reason=table.text("reason"),
    )


def _announcement(table: Table) -> Announcement:
    return Announcement(
        subject=table.text("subject"),
        name=table.text("name"),
        opens_at=table.instant("opens_at") or NO_INSTANT,
        closes_at=table.instant("closes_at", required=False),
        announced_at=table.instant("announced_at") or NO_INSTANT,
        reason=table.text("reason"),
    )


def _wave(table: Table, *, quota: int) -> WavePlan:
    return WavePlan(
        id=table.text("id"),
        number=table.whole("number", most=9999),
        quota=table.whole("quota", default=quota),
        stages=tuple(
            AreaStage(
                name=each.both("name"),
                areas=each.words("areas"),
                opens_at=each.instant("opens_at") or NO_INSTANT,
            )
            for each in table.tables("stages", required=False)
        ),
        rest_opens_at=table.instant("rest_opens_at", required=False),
    )


def _area(table: Table) -> Area:
    return Area(
        code=table.text("code"),
        name=table.text("name"),
        level=table.text("level"),
        parent=table.text("parent", default=""),
        weight=table.whole("weight", least=0, default=0),
    )


def _tier(table: Table) -> Tier:
    share = table.whole("share_percent", least=0, most=100)
    return Tier(
        code=table.text("code"),
        meaning=table.both("meaning"),
        share_percent=share,
        expected_percent=table.whole("expected_percent", least=0, most=100, default=share),
    )


def _eligibility(file: Table) -> Eligibility:
    age = AgeRule(version=0, years=0, inclusive=True, note="")
    plain: dict[str, PlainRule] = {}
    aid: SocialAidRule | None = None
    seen: list[str] = []
    for table in file.tables("eligibility"):
        code = table.choice("rule", RULE_CODES)
        if code in seen:
            table.problems.add(table.at("rule"), id="{code} sudah ada di atas",
                               en="{code} is there already", code=code)  # fmt: skip
        seen.append(code)
        version, note = table.whole("version"), table.text("note", default="")
        if code == "age_at_close":
            years = table.whole("years", most=120)
            age = AgeRule(version, years, table.yes_or_no("inclusive"), note)
        elif code == "social_aid":
            aid = SocialAidRule(
                version=version,
                effect=table.choice("effect", (RANK, EXCLUDE)),
                receiving_tier=table.text("receiving_tier"),
                other_tier=table.text("other_tier"),
                note=note,
            )
        else:
            plain[code] = PlainRule(code, version, note)
    for code in REQUIRED_RULES:
        if seen and code not in seen:
            missing = Text(id=f"aturan {code} belum ada", en=f"the rule {code} is missing")
            file.problems.add_broken("eligibility", missing)
    return Eligibility(
        age=age,
        not_enrolled=plain.get("not_enrolled"),
        once_in_a_lifetime=plain.get(
            "once_in_a_lifetime", PlainRule("once_in_a_lifetime", version=0, note="")
        ),
        social_aid=aid,
        not_employed=plain.get("not_employed"),
        not_excluded=plain.get("not_excluded"),
    )


def _scheme(table: Table) -> Scheme:
    return Scheme(
        code=table.text("code"),
        version=table.whole("version"),
        name=table.both("name"),
        selection=table.choice("selection", (DRAW, ENTITLEMENT)),
        entitled=table.words("entitled"),
        funder=table.text("funder"),
        effective_from=table.day("effective_from") or NO_DAY,
        effective_until=table.day("effective_until", required=False),
        lifetime_claim=table.yes_or_no("lifetime_claim"),
        total=table.whole("total", most=MOST_RUPIAH),
        parts=tuple(
            Part(
                kind=each.choice("kind", PART_KINDS),
                amount=each.whole("amount", most=MOST_RUPIAH),
                times=each.whole("times"),
                every=each.choice("every", ("once", "month"), default="once"),
            )
            for each in table.tables("parts")
        ),
        first_purchase_days=table.whole("first_purchase_days", least=0, most=MOST_DAYS, default=0),
        spend_by=table.day("spend_by", required=False),
        lapse_bars=table.yes_or_no("lapse_bars", default=True),
    )


def _payouts(table: Table) -> PayoutTerms:
    usual = PayoutTerms()
    terms = PayoutTerms(
        second_check_above=table.whole(
            "second_check_above", most=MOST_RUPIAH, default=usual.second_check_above
        ),
        cooling_hours=table.whole("cooling_hours", least=0, most=720, default=usual.cooling_hours),
        name_score_at_least=table.whole(
            "name_score_at_least", most=100, default=usual.name_score_at_least
        ),
        enquiry_seconds=table.whole(
            "enquiry_seconds", least=90, most=86_400, default=usual.enquiry_seconds
        ),
        enquiries=table.whole("enquiries", most=3, default=usual.enquiries),
        grace_minutes=table.whole("grace_minutes", most=1_440, default=usual.grace_minutes),
    )
    table.close()
    return terms


def _recheck(table: Table) -> Recheck:
    """Which registries' answers must be fresh; absent: none is asked again."""
    named = {key: table.words(key) for key in ("before_award", "before_payment")}
    for key, registries in named.items():
        for registry in sorted(set(registries) - set(REGISTRIES)):
            table.problems.add(
                table.at(key), id="“{value}” tidak dikenal; pilihannya: {words}",
                en="“{value}” is not known; choose from: {words}",
                value=registry, words=", ".join(REGISTRIES),
            )  # fmt: skip
    table.close()
    return Recheck(**named)


def _partner(table: Table) -> PartnerContract:
    return PartnerContract(
        code=table.text("code"),
        name=table.text("name"),
        calls_per_second=table.whole("calls_per_second"),
        burst=table.whole("burst"),
        batch_size=table.whole("batch_size"),
    )
