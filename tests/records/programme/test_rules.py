"""`programme check`: every mistake of a file is named with its key path, in both languages."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from gelombang.cli.places import clone
from gelombang.cli.programme import app
from gelombang.records.programme import rules
from gelombang.records.programme.terms import DRAW, ENTITLEMENT, PayoutTerms, Scheme

PROGRAMMES = clone() / "programmes"
MAIN = (PROGRAMMES / "prakerja-2020.toml").read_text(encoding="utf-8")


def problems(text: str) -> dict[str, str]:
    return {each.key_path: each.message.en for each in rules.check(text).problems}


def main() -> "rules.Programme":
    return rules.check(MAIN).programme


def test_the_programme_of_2020_says_what_the_sources_say():
    programme = main()
    assert (programme.weekly_quota, programme.target) == (164_872, 5_600_000)
    assert programme.expected_entries == 624_090
    assert [b.amount for b in programme.budgets_of("apbn")] == [10**13, 2 * 10**13]
    assert programme.join_requires == "identity_verified"
    published = programme.published_areas()
    assert len(published) == 34
    assert sum(area.weight for area in published) == 270_203_917  # the census of 2020
    assert programme.phased_starts[0].areas == ("14", "51", "71", "35.78")
    assert programme.eligibility.age.inclusive
    assert programme.eligibility.age.years == 18
    pandemic, layoff = programme.schemes
    assert [(p.amount, p.times) for p in pandemic.parts] == [
        (1_000_000, 1),
        (600_000, 4),
        (150_000, 1),
    ]
    assert (pandemic.total, pandemic.selection) == (3_550_000, DRAW)
    assert [(p.amount, p.times) for p in layoff.parts] == [(2_000_000, 1), (1_000_000, 3)]
    assert (layoff.selection, layoff.funder) == (ENTITLEMENT, "bp-jamsostek")
    assert layoff.lifetime_claim
    assert pandemic.lifetime_claim
    assert layoff.entitled == ("bp_jamsostek_member", "laid_off_from_formal_work")


@pytest.mark.parametrize(
    ("file", "total"),
    [("prakerja-setelah-pandemi", 650_000), ("prakerja-setelah-pandemi-versi-lain", 5_650_000)],
)
def test_both_press_versions_of_the_later_scheme_are_kept(file, total):
    checked = rules.check((PROGRAMMES / f"{file}.toml").read_text(encoding="utf-8"))
    assert checked.programme is not None
    assert checked.programme.schemes[0].total == total


def test_the_whole_target_fits_the_budget_by_less_than_one_percent():
    programme = main()
    cost = programme.target * programme.schemes[0].total
    assert 0.99 < cost / programme.budgets_of("apbn")[-1].amount < 1


SPOILT = [
    ("share_percent = 100", "share_percent = 90", "tiers", "sum to 90"),
    ("share_percent = 100", "share_percent = 101", "tiers[0].share_percent", "at most 100"),
    ("share_percent = 100", 'share_percent = "100"', "tiers[0].share_percent", "not text"),
    ("share_percent = 100", "share_percent = 99.5", "tiers[0].share_percent", "not a decimal"),
    ("share_percent = 100", "share_percent = true", "tiers[0].share_percent", "true or false"),
    ("expected_percent = 20", "expected_percent = 0", "tiers[1].expected_percent", "disclose"),
    ("expected_percent = 20\n", "", "tiers[1].expected_percent", "disclose"),
    ('code = "T2"', 'code = "miskin"', "tiers[1].code", "neutral"),
    ('code = "T2"', 'code = "T1"', "tiers", "2 times"),
    ("weekly_quota = 164_872", "weekly_quota = 0", "waves.weekly_quota", "1 or more"),
    ("weekly_quota", "weekly_qouta", "waves.weekly_qouta", "did you mean “weekly_quota”"),
    ("[waves]", "[gelombang]", "waves", "is missing"),
    ("weight = 701_814", "weight = 0", "areas.nodes[25].weight", "1 or more"),
    ("weight = 701_814", "weight = -3", "areas.nodes[25].weight", "0 or more"),
    ("weight = 701_814", "weight = 100", "tiers[0].expected_percent", "Kalimantan Utara"),
    ('level = "province"\nnodes', 'level = "city"\nnodes', "areas.level", "33 areas"),
    ('level = "province"\nnodes', 'level = "village"\nnodes', "areas.level", "village"),
    ('parent = "35"', 'parent = "99"', "areas.nodes[16].parent", "no area"),
    ('"ID", name = "Indonesia", level = "country"', '"ID", name = "I", level = "x", parent = "11"',
     "areas.nodes[0].parent", "below itself"),
    ('"35.78"]', '"35.99"]', "phased_starts[0].areas", "35.99"),
    ("total = 3_550_000", "total = 3_500_000", "schemes[0].total", "sum to 3550000"),
    ('selection = "entitlement"', 'selection = "draw"', "schemes[1].effective_from", "overlap"),
    ('selection = "entitlement"', 'selection = "lotere"', "schemes[1].selection", "lotere"),
    ('funder = "bp-jamsostek"', 'funder = "bpjs"', "schemes[1].funder", "bpjs"),
    ('entitled = ["bp_jamsostek_member", "laid_off_from_formal_work"]\n', "",
     "schemes[1].entitled", "required"),
    ("effective_from = 2020-04-11\nlifetime_claim = true\nfirst",
     "effective_from = 2020-04-17\nlifetime_claim = true\nfirst", "waves.plan[0]", "no scheme"),
    ("first_purchase_days = 30", "first_purchase_days = -1", "schemes[0].first_purchase_days",
     "0 or more"),
    ("first_purchase_days = 30", "first_purchase_days = 3_661", "schemes[0].first_purchase_days",
     "at most"),
    ("first_purchase_days = 30", 'first_purchase_days = "30"', "schemes[0].first_purchase_days",
     "a whole number"),
    ("first_purchase_days = ", "first_purchase_dais = ", "schemes[0].first_purchase_dais",
     "did you mean “first_purchase_days”"),
    ("spend_by = 2020-12-31", "spend_by = 2020-05-10", "schemes[0].spend_by", "2020-05-11"),
    ("spend_by = 2020-12-31", "spend_by = 2020-12-31T00:00:00+07:00", "schemes[0].spend_by",
     "a date"),
    ("lapse_bars = true", 'lapse_bars = "yes"', "schemes[0].lapse_bars", "true or false"),
    ('kind = "training_aid", amount = 1_000_000', 'kind = "survey_incentive", amount = 1_000_000',
     "schemes[0].first_purchase_days", "no training_aid"),
    ('first_purchase_days = 30\nspend_by = 2020-12-31\nlapse_bars = true\ntotal = 3_550_000\n'
     'parts = [\n  { kind = "training_aid"',
     'spend_by = 2020-12-31\ntotal = 3_550_000\nparts = [\n  { kind = "survey_incentive"',
     "schemes[0].spend_by", "no training_aid"),
    ('kind = "survey_incentive", amount = 150_000', 'kind = "training_aid", amount = 150_000',
     "schemes[0].parts", "2 times"),
    ("second_check_above = 1_000_000_000", "second_check_above = 0", "payouts.second_check_above",
     "1 or more"),
    ("cooling_hours = 72", "cooling_hours = 721", "payouts.cooling_hours", "at most"),
    ("name_score_at_least = 80", "name_score_at_least = 101", "payouts.name_score_at_least",
     "at most 100"),
    ("enquiry_seconds = 90", "enquiry_seconds = 89", "payouts.enquiry_seconds", "90 or more"),
    ("enquiries = 3", "enquiries = 4", "payouts.enquiries", "at most 3"),
    ("grace_minutes = 15", "grace_minutes = 0", "payouts.grace_minutes", "1 or more"),
    ("grace_minutes = 15", "grace_minutes = 15\ngrace = 1", "payouts.grace", "not known"),
    ("[payouts]", "[[payouts]]", "payouts", "a table"),
    ("version = 2\namount", "version = 3\namount", "budgets", "without a gap"),
    ("effective_on = 2020-03-31", "effective_on = 2019-03-31", "budgets", "earlier"),
    ("effective_on = 2020-03-31", 'effective_on = "31 Maret"', "budgets[1].effective_on", "a date"),
    ("2020-04-16T16:00:00+07:00", "2020-04-16T16:00:00", "calendar[3].closes_at", "zone"),
    ("2020-04-16T16:00:00+07:00", "2020-04-11T16:00:00+07:00", "calendar[3].closes_at", "after"),
    ('subject = "PKJ-2020-W04"', 'subject = "PKJ-2020-W05"', "calendar", "PKJ-2020-W04"),
    ('"PKJ-2020-W04", number', '"pkj w4", number', "waves.plan[3].id", "A-Z"),
    ('time_zone = "Asia/Jakarta"', 'time_zone = "Asia/Jakartaa"', "programme.time_zone", "no time"),
    ('join_requires = "identity_verified"', 'join_requires = "photo"', "waves.join_requires",
     "identity_verified"),
    ('before_payment = ["civil_registry"]', 'before_payment = ["dukcapil"]',
     "recheck.before_payment", "civil_registry"),
    ('rule = "not_enrolled"', 'rule = "not_enroled"', "eligibility[1].rule",
     "did you mean “not_enrolled”"),
    ('rule = "not_enrolled"', 'rule = "not_employed"', "eligibility", "needs employment"),
    ('rule = "not_enrolled"', 'rule = "not_excluded"', "eligibility", "needs exclusions"),
    ('before_payment = ["civil_registry"]', 'before_payment = ["employment"]',
     "recheck.before_payment", "needs employment"),
    ('rule = "once_in_a_lifetime"\nversion = 1\n', 'rule = "not_enrolled"\nversion = 1\n',
     "eligibility[2].rule", "already"),
    ("inclusive = true", "", "eligibility[0].inclusive", "missing"),
    ('receiving_tier = "T2"', 'receiving_tier = "T9"', "eligibility", "T9"),
    ('effect = "rank"', 'effect = "ban"', "eligibility[3].effect", "ban"),
    ('name = { id = "Kartu Prakerja 2020", en = "Pre-Employment Card 2020" }', 'name = "Kartu"',
     "programme.name", "a table"),
    ('code = "PKJ-2020"', 'code = "pkj 2020"', "programme.code", "A-Z"),
    ('reason = "Rencana mingguan"', 'reason = ""', "calendar[4].reason", "empty"),
    ('reason = "Rencana mingguan"', 'reason = "a\\u0000b"', "calendar[4].reason", "seen"),
    ("calls_per_second = 500", "calls_per_second = 0", "partners[0].calls_per_second", "1 or"),
    ("amount = 20_000_000_000_000", f"amount = {10**16}", "budgets[1].amount", "at most"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "key", "words"), SPOILT)
def test_a_mistake_is_named_with_its_key_path(right, wrong, key, words):
    assert right in MAIN
    checked = rules.check(MAIN.replace(right, wrong, 1))
    assert checked.programme is None
    found = [each for each in checked.problems if each.key_path == key]
    assert found, problems(MAIN.replace(right, wrong, 1))
    assert words is None or any(words in each.message.en for each in found), found
    assert all(each.message.id and each.message.en for each in checked.problems)


WIB = ZoneInfo("Asia/Jakarta")


def pandemic(*changes: tuple[str, str]) -> Scheme:
    text = MAIN
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    checked = rules.check(text)
    assert checked.programme is not None, checked.problems
    return checked.programme.schemes[0]


def test_the_deadlines_of_an_award_are_whole_local_days():
    scheme = pandemic()
    late_that_day = datetime(2020, 4, 17, 23, 59, tzinfo=WIB)
    assert scheme.purchase_deadline(awarded_at=late_that_day, zone=WIB) == datetime(
        2020, 5, 18, tzinfo=WIB
    )
    past_midnight_in_utc_terms = datetime(2020, 4, 16, 18, tzinfo=UTC)  # 17 April, 01.00 WIB
    assert scheme.purchase_deadline(awarded_at=past_midnight_in_utc_terms, zone=WIB) == datetime(
        2020, 5, 18, tzinfo=WIB
    )
    assert scheme.spending_deadline(zone=WIB) == datetime(2021, 1, 1, tzinfo=WIB)


def test_nobody_has_longer_to_begin_than_to_spend():
    scheme = pandemic()
    december = datetime(2020, 12, 20, 12, tzinfo=WIB)
    end_of_year = datetime(2021, 1, 1, tzinfo=WIB)
    assert scheme.purchase_deadline(awarded_at=december, zone=WIB) == end_of_year
    without_days = pandemic(("first_purchase_days = 30\n", ""))
    assert without_days.purchase_deadline(awarded_at=december, zone=WIB) == end_of_year
    without_any = pandemic(("first_purchase_days = 30\nspend_by = 2020-12-31\n", ""))
    assert without_any.purchase_deadline(awarded_at=december, zone=WIB) is None
    assert without_any.spending_deadline(zone=WIB) is None


def test_a_file_that_says_nothing_of_deadlines_and_payouts_has_the_usual_ones():
    text = re.sub(r"\[payouts\]\n(.*\n)+?\n", "", MAIN)
    text = re.sub(r"(first_purchase_days|spend_by|lapse_bars) = .*\n", "", text)
    programme = rules.check(text).programme
    assert (programme.payouts, main().payouts) == (PayoutTerms(), PayoutTerms())
    scheme = programme.schemes[0]
    assert (scheme.first_purchase_days, scheme.spend_by, scheme.lapse_bars) == (0, None, True)
    assert not pandemic(("lapse_bars = true", "lapse_bars = false")).lapse_bars


def test_a_scheme_knows_its_parts():
    pandemic_scheme, layoff = main().schemes
    assert pandemic_scheme.part("completion_incentive").total == 2_400_000
    assert layoff.part("survey_incentive") is None


def test_every_mistake_is_named_not_only_the_first():
    spoilt = MAIN
    for right, wrong in (
        ("weekly_quota = 164_872", "weekly_quota = 0"),
        ("share_percent = 100", "share_percent = 90"),
        ("total = 3_550_000", "total = 1"),
        ("inclusive = true", 'inclusive = "ya"'),
    ):
        spoilt = spoilt.replace(right, wrong, 1)
    assert {"waves.weekly_quota", "tiers", "schemes[0].total", "eligibility[0].inclusive"} <= set(
        problems(spoilt)
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [("[programme]\ncode = \n", 2), ("a = 1\na = 2\n", 2), ("[x", 1), ("x = '''\n\nabc", 3)],
)
def test_a_syntax_error_is_named_with_its_line(text, line):
    (problem,) = rules.check(text).problems
    assert problem.line == line


def test_an_empty_file_names_every_part_that_is_missing():
    assert {"programme", "funders", "budgets", "calendar", "waves", "areas", "tiers",
            "eligibility", "schemes", "partners"} <= set(problems(""))  # fmt: skip


def test_a_budget_below_one_wave_is_a_warning_and_no_mistake():
    text = re.sub(r"amount = 20_000_000_000_000", "amount = 10_000_000", MAIN)
    text = text.replace("amount = 10_000_000_000_000", "amount = 5_000_000")
    checked = rules.check(text)
    assert checked.programme is not None
    assert [(p.key_path, p.is_warning) for p in checked.problems] == [("schemes[0].total", True)]


def test_a_scaled_programme_is_no_mistake():
    assert rules.check(MAIN.replace("weekly_quota = 164_872", "weekly_quota = 33")).programme


def test_the_command_names_mistakes_and_ends_with_status_one(tmp_path):
    file = tmp_path / "salah.toml"
    file.write_text(MAIN.replace("share_percent = 100", "share_percent = 90"))
    answer = CliRunner().invoke(app, ["check", str(file)], env={"COLUMNS": "200"})
    assert answer.exit_code == 1
    assert "tiers" in answer.output
    assert "bukan" not in answer.stdout


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[programme", b""])
def test_the_command_survives_any_file(tmp_path, content):
    file = tmp_path / "salah.toml"
    file.write_bytes(content)
    assert CliRunner().invoke(app, ["check", str(file)]).exit_code == 1


def test_the_command_says_that_a_file_is_missing(tmp_path):
    answer = CliRunner().invoke(app, ["check", str(tmp_path / "tidak-ada.toml")])
    assert answer.exit_code == 1
    assert "tidak-ada.toml" in answer.output


@pytest.mark.parametrize(
    "file", sorted(PROGRAMMES.glob("prakerja-*.toml")), ids=lambda file: file.stem
)
def test_every_shipped_programme_passes(file: Path):
    assert CliRunner().invoke(app, ["check", str(file)]).exit_code == 0
