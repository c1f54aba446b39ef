"""Who states an identity: the same people in every process, and every way to be refuted."""

from collections import Counter

from gelombang.rehearsal.people import REFUTED_WAYS, Way
from gelombang.rehearsal.verification.people import cast_people, rows_of_books


def test_the_same_people_come_in_every_process(programme):
    first, second = (cast_people(300, seed=5, programme=programme) for _ in range(2))
    assert first.population == second.population


def test_everybody_has_a_part_and_a_number_of_their_own(programme):
    cast = cast_people(400, seed=5, programme=programme)
    parts = (cast.by_http, cast.early, cast.brought_in, cast.unpaced)
    assert [number for part in parts for number in part] == list(range(800))
    assert cast.people == 400
    niks = [card.nik for part in parts for card in cast.cards(part)]
    assert len(set(niks)) == 800


def test_some_meet_a_registry_that_contradicts_in_every_way(programme):
    cast = cast_people(400, seed=5, programme=programme)
    ways = Counter(person.way for person in cast.population.people)
    assert set(REFUTED_WAYS) <= ways.keys()
    assert ways[Way.VERIFIED] == 750
    known = {row["nik"] for row in rows_of_books(cast.population)["dukcapil"]}
    assert len(known) == 800 - ways[Way.UNKNOWN_NIK]
