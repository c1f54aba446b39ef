"""Winners whose answers have expired wait for fresh ones before they are awarded."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.journey.selection import world
from tests.journey.selection.world import AFTER, WAVE, Someone

from gelombang.journey.selection import queries
from gelombang.records.programme import queries as programmes

pytestmark = pytest.mark.usefixtures("database_url")
TABLE = 'before_award = ["civil_registry", "education", "social_aid"]'
RECHECK = (TABLE, 'before_award = ["civil_registry", "education"]')
LATER = AFTER + timedelta(days=90)


def attest(people, kind: str, verdict: str, *, expires_at=LATER) -> None:
    """What a registry answered about people just after the close."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO verification_attestation (identity_id, kind, verdict, source, code,"
            " detail, answer_sha256, answered_at, expires_at)"
            " SELECT id, %s, %s, 'Pusdatin', 'active', '{}', '', %s, %s"
            " FROM verification_identity WHERE person_id = ANY (%s)",
            [kind, verdict, AFTER, expires_at, [each.person_id for each in people]],
        )


def value(sql: str):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture
def drawn(keyring):
    """Four winners: all their answers were valid at the freeze only."""
    world.load(quota=4, changes=[RECHECK])
    people = [Someone() for _ in range(4)]
    world.join(keyring, people, valid_for=timedelta(days=1))
    world.close()
    world.freeze(keyring)
    world.draw()
    return people


def letters() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, count(*) FROM notices_notice WHERE kind LIKE 'selection.%%'"
            " AND person_id IS NOT NULL GROUP BY kind"
        )
        return dict(cursor.fetchall())


def test_who_waits_has_no_award_no_letter_and_no_refusal(keyring, drawn):
    world.award_all(keyring)
    view = queries.draw_of(wave_id=WAVE)
    assert (view.state, queries.rechecking(wave_id=WAVE)) == ("drawn", 4)
    assert value("SELECT count(*) FROM selection_award") == 0
    assert value("SELECT count(*) FROM people_lifetimeclaim") == 0
    assert letters() == {}
    result = queries.result_of(person_id=drawn[0].person_id, wave_id=WAVE)
    assert (result.outcome, result.withheld, result.award) == ("selected", "", None)
    assert result.rechecks_since is not None
    # An outage lasts as long as it lasts: looking again changes nothing.
    assert world.award_all(keyring) == 0
    assert queries.draw_of(wave_id=WAVE).state == "drawn"
    wanted = queries.to_recheck(limit=100)
    assert set(wanted) == {
        (each.person_id, kind) for each in drawn for kind in ("civil_registry", "education")
    }


def test_each_is_awarded_once_answered_and_a_changed_fact_is_told_with_its_reason(keyring, drawn):
    world.award_all(keyring)
    unchanged, at_school, gone, silent = drawn
    attest([unchanged, at_school], "civil_registry", "fact")
    attest([unchanged, gone], "education", "no_fact")
    attest([at_school], "education", "fact")
    attest([gone], "civil_registry", "no_fact")
    world.award_all(keyring, limit=1)
    found = {
        each.person_id: queries.result_of(person_id=each.person_id, wave_id=WAVE) for each in drawn
    }
    assert found[unchanged.person_id].award is not None
    assert found[at_school.person_id].withheld == "not_enrolled"
    assert found[gone.person_id].withheld == "identity_refuted"
    assert found[silent.person_id].rechecks_since is not None
    assert letters() == {"selection.selected": 1, "selection.withheld": 2}
    assert queries.draw_of(wave_id=WAVE).state == "drawn"
    attest([silent], "civil_registry", "fact")
    attest([silent], "education", "no_fact")
    world.award_all(keyring)
    assert queries.draw_of(wave_id=WAVE).state == "awarded"
    assert letters() == {"selection.selected": 2, "selection.withheld": 2}


def test_who_has_valid_answers_is_awarded_at_once(keyring, drawn):
    attest(drawn, "civil_registry", "fact")
    attest(drawn, "education", "no_fact")
    world.award_all(keyring)
    assert queries.draw_of(wave_id=WAVE).state == "awarded"
    assert letters() == {"selection.selected": 4}


def test_a_dispute_holds_an_award_like_an_outage(keyring, drawn):
    attest(drawn, "civil_registry", "fact")
    attest(drawn, "education", "no_fact")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE verification_identity SET state = 'disputed' WHERE person_id = %s",
                       [drawn[0].person_id])  # fmt: skip
    world.award_all(keyring)
    assert queries.rechecking(wave_id=WAVE) == 1
    assert letters() == {"selection.selected": 3}


def test_who_found_work_or_an_office_since_the_freeze_is_told_so(keyring):
    named = (TABLE, 'before_award = ["employment", "exclusions"]')
    world.load(quota=3, changes=[named, world.FURTHER_RULES])
    people = [Someone(employed="no_fact", excluded="no_fact") for _ in range(3)]
    world.add(keyring, people, valid_for=timedelta(days=1))
    world.ask(people)
    world.enter_all(keyring)
    world.close()
    world.freeze(keyring)
    world.draw()
    hired, elected, unchanged = people
    attest([hired], "employment", "fact")
    attest([elected, unchanged], "employment", "no_fact")
    attest([elected], "exclusions", "fact")
    attest([hired, unchanged], "exclusions", "no_fact")
    world.award_all(keyring)
    assert [
        queries.result_of(person_id=each.person_id, wave_id=WAVE).withheld for each in people
    ] == ["not_employed", "not_excluded", ""]
    assert letters() == {"selection.selected": 1, "selection.withheld": 2}


def test_a_programme_that_does_not_say_so_checks_nobody_again(keyring):
    world.load(quota=2, changes=[(TABLE, "")])
    assert programmes.needed(before="award").kinds == []
    people = [Someone(), Someone()]
    world.add(keyring, people, valid_for=timedelta(days=1))
    world.ask(people)
    world.enter_all(keyring)
    world.close()
    world.freeze(keyring)
    world.draw()
    world.award_all(keyring)
    assert queries.draw_of(wave_id=WAVE).state == "awarded"
