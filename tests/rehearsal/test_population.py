import re
from collections import Counter
from dataclasses import replace

from gelombang.kit.nik import parse_nik
from gelombang.kit.phone import normalise_phone
from gelombang.rehearsal.books import civil_registry_book, education_book, social_aid_book
from gelombang.rehearsal.expectation import expect, is_too_young, reasons_against
from gelombang.rehearsal.figures import at_scale
from gelombang.rehearsal.people import REFUTED_WAYS, Detour, Submitting, Way
from gelombang.rehearsal.population import invent


def test_the_same_seed_makes_the_same_people(population, programme):
    again = invent(seed=7, figures=at_scale("0.0050"), programme=programme)
    assert again == population


def test_another_seed_makes_other_people(population, programme):
    other = invent(seed=8, figures=population.figures, programme=programme)
    assert not {p.email for p in other.people} & {p.email for p in population.people}
    assert {p.card.nik for p in other.people if p.card} != {
        p.card.nik for p in population.people if p.card
    }


def test_the_funnel_is_exact(population, programme):
    figures, expected = population.figures, expect(population, programme)
    assert (expected.registered, expected.email_verified) == (
        figures.registered, figures.email_verified,
    )  # fmt: skip
    assert (expected.nik_verified, expected.joined) == (figures.nik_verified, figures.joined)
    assert expected.entries == figures.nik_verified
    assert expected.winners == figures.quota


def test_every_kind_of_person_exists(population):
    ways = Counter(person.way for person in population.people)
    assert set(ways) == set(Way)
    assert all(ways[way] >= 1 for way in REFUTED_WAYS)
    assert {p.detour for p in population.people} == set(Detour)
    assert {p.submitting for p in population.people} == set(Submitting)
    verified = list(population.verified())
    for trait in ("enrolled", "served", "aided", "nominated", "joins_early"):
        assert 0 < sum(getattr(p, trait) for p in verified) < len(verified), trait


def test_even_the_smallest_useful_scale_has_every_way_to_be_refuted(programme):
    tiny = invent(seed=1, figures=at_scale("0.0005"), programme=programme)
    assert {p.way for p in tiny.people} == set(Way)


def test_identity_cards_agree_with_themselves(population):
    for person in population.people:
        if person.card is None:
            continue
        nik, parts = parse_nik(person.card.nik)
        assert nik == person.card.nik
        assert parts.sex == person.card.sex
        assert person.card.birth_date in parts.birth_dates()
        assert 9900 <= parts.serial <= 9999
        assert re.fullmatch(r"\d{12}99\d{2}", person.card.family_card_no)


def test_only_rivals_share_a_nik_and_they_share_it_in_pairs(population):
    owners = Counter(person.card.nik for person in population.people if person.card)
    rivals = Counter(p.card.nik for p in population.people if p.way is Way.RIVAL)
    assert rivals
    assert set(rivals.values()) == {2}
    assert {nik for nik, count in owners.items() if count > 1} == set(rivals)


def test_addresses_and_numbers_are_plainly_invented(population):
    for person in population.people:
        assert person.email.endswith("@example.id")
        assert normalise_phone(person.phone).startswith("+628120000")
    assert len({p.email for p in population.people}) == len(population.people)


def test_some_people_have_one_name_and_some_three(population):
    lengths = Counter(len(p.card.name.split()) for p in population.people if p.card)
    assert set(lengths) == {1, 2, 3}


def test_areas_follow_the_weights(population):
    areas = Counter(p.card.province for p in population.people if p.card)
    assert areas.most_common(1)[0][0] in {"32", "35"}
    assert areas["32"] > 3 * areas["12"] / 2


def test_the_age_border_is_tried_from_both_sides(population, programme):
    born = {p.card.birth_date for p in population.people if p.card}
    limit = programme.closes_on.replace(year=programme.closes_on.year - 18)
    assert limit in born
    assert limit.replace(day=limit.day + 1) in born
    assert not is_too_young(limit, programme)
    assert is_too_young(limit, replace(programme, age_inclusive=False))
    assert is_too_young(limit.replace(day=limit.day + 1), programme)


def test_the_expectation_counts_people_once_and_reasons_each(population, programme):
    expected = expect(population, programme)
    refused = [p for p in population.verified() if reasons_against(p, programme)]
    assert expected.eligible == expected.entries - len(refused)
    assert sum(expected.cells.values()) == expected.eligible
    assert sum(expected.refused.values()) >= len(refused)
    assert set(expected.refused) == {"age_at_close", "not_enrolled", "once_in_a_lifetime"}


def test_the_civil_registry_contradicts_exactly_those_who_are_to_be_refuted(population):
    book = {row["nik"]: row for row in civil_registry_book(population)}
    for person in population.people:
        if person.card is None:
            continue
        row = book.get(person.card.nik)
        agrees = (
            row is not None
            and row["status"] == "active"
            and {k: v for k, v in row.items() if k != "status"} == person.card.as_json()
        )
        assert agrees == (person.way in {Way.VERIFIED, Way.RIVAL}), person.way


def test_partners_know_who_is_enrolled_and_who_is_aided(population):
    active = {row["nik"] for row in education_book(population) if row["status"] == "active"}
    aided = {row["nik"] for row in social_aid_book(population)}
    verified = list(population.verified())
    assert active == {p.card.nik for p in verified if p.enrolled}
    assert aided == {p.card.nik for p in verified if p.aided}
    graduates = {row["nik"] for row in education_book(population)} - active
    assert graduates, "somebody must be known to the registry without being enrolled"
