"""Planning what an award promises and letting it fall due, with the books and with what hinders."""

import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, connections, transaction
from tests.journey.certification import world as certificates
from tests.journey.disbursement import world
from tests.journey.disbursement.world import (
    NOW,
    REVIEWED,
    award_of,
    fall_due,
    link,
    one,
    plan,
    rows,
)
from tests.journey.feedback import world as feedback
from tests.journey.verification.world import at_once

from gelombang import store
from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.actions.accounts import INSTALMENTS
from gelombang.journey.disbursement.queries import Heap
from gelombang.journey.disbursement.rules import HeldBack, HeldReason, InstalmentState
from gelombang.records.ledger import actions as ledger, queries as books
from gelombang.records.ledger.rules import Transfer, TransferKind, committed_to, fund_of

pytestmark = pytest.mark.usefixtures("database_url")
MONTHS = [  # the review was on 5 May 2020, 03.31 in Jakarta
    REVIEWED,
    datetime(2020, 6, 4, 20, 31, tzinfo=UTC),
    datetime(2020, 7, 4, 20, 31, tzinfo=UTC),
    datetime(2020, 8, 4, 20, 31, tzinfo=UTC),
]


def timeline(person) -> list[tuple]:
    payments = queries.payments_of(person_id=person)
    return [
        (each.kind.split("_")[0], each.number, each.state, each.held_reason) for each in payments
    ]


def states(person) -> list[str]:
    return [f"{each[2]} {each[3]}".strip() for each in timeline(person)]


def owed(person) -> tuple[int, int]:
    """What is committed to and what is due to somebody, in rupiah."""
    holder = f"award:{award_of(person)}"
    return tuple(
        books.balance(kind=kind, holder=holder) for kind in ("committed", "instalments_due")
    )


def test_the_first_review_plans_every_instalment_once(keyring):
    ((person, number),) = feedback.holders(keyring)
    assert plan() == 0, "the certificate alone earns nothing"
    world.review(person, number)
    assert plan() == 5
    assert plan() == 0
    payments = queries.payments_of(person_id=person)
    assert [each.due_at for each in payments] == [*MONTHS, None]
    assert [(each.kind, each.number, each.times, each.amount) for each in payments] == [
        *(("completion_incentive", number, 4, 600_000) for number in (1, 2, 3, 4)),
        ("survey_incentive", 1, 1, 150_000),
    ]
    assert {each.state for each in payments} == {"planned"}
    assert queries.next_due_at(person_id=person) == REVIEWED
    world.answer_survey(person)
    assert plan() == 1
    survey = queries.payments_of(person_id=person)[1]
    assert (survey.kind, survey.due_at) == ("survey_incentive", REVIEWED)
    assert plan() == 0


def test_a_survey_that_was_answered_before_the_planning_counts(keyring):
    (person,) = world.reviewers(keyring)
    world.answer_survey(person)
    assert plan() == 5
    kinds = {each.kind: each.due_at for each in queries.payments_of(person_id=person)}
    assert kinds["survey_incentive"] == REVIEWED


def test_a_revoked_certificate_or_an_ended_award_plans_nothing(keyring):
    (first, number), (second, theirs) = feedback.holders(keyring, count=2)
    world.review(first, number)
    world.review(second, theirs)
    certificates.revoke(number)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE selection_award SET state = 'revoked', ended_at = now() WHERE person_id = %s",
            [second],
        )
    assert plan() == 0
    assert rows("SELECT 1 FROM disbursement_instalment") == []


def test_many_are_planned_in_small_batches_and_none_is_missed(keyring, database_url):
    people = world.reviewers(keyring, 7)
    with psycopg.connect(database_url) as slow:  # a long transaction holds the frontier back
        slow.execute("SELECT pg_current_xact_id()")
        planned = [plan(limit=3) for _ in range(4)]
        assert planned == [15, 15, 5, 0]
    assert plan(limit=3) == 0
    assert int(one("SELECT before_xid FROM disbursement_progress WHERE facts = 'reviews'")) > 0
    for person in people:
        world.answer_survey(person)
        assert plan(limit=3) == 1
    assert one("SELECT count(*) FROM disbursement_instalment") == 35
    assert one("SELECT count(*) FROM disbursement_instalment WHERE due_at IS NULL") == 0


def test_a_review_that_commits_late_is_planned(keyring, database_url):
    (first, number), (second, theirs) = feedback.holders(keyring, count=2)
    insert = (
        "INSERT INTO feedback_review (certificate_id, award_id, person_id, course_code, rating,"
        " words, reviewed_at) SELECT certificate_id, award_id, person_id, course_code, 5,"
        " 'Baik sekali', %s FROM certificate_facts WHERE number = %s"
    )
    with psycopg.connect(database_url) as slow:
        slow.execute(insert, [REVIEWED, number])
        world.review(second, theirs)
        assert plan() == 5
        assert plan() == 0
    assert plan() == 5
    assert len(queries.payments_of(person_id=first)) == 5


def test_two_planners_and_two_sweeps_at_once_do_no_harm(keyring):
    people = world.reviewers(keyring, 4)
    for number, person in enumerate(people):
        link(keyring, person, account_no=world.wallet(60 + number))
    assert sum(at_once(*(plan for _ in range(3)))) == 20
    assert sum(at_once(*(lambda: fall_due(keyring) for _ in range(3)))) == 4
    assert [owed(person)[1] for person in people] == [600_000] * 4


def test_a_day_that_has_come_is_owed_in_the_books_once(keyring):
    (person,) = world.reviewers(keyring)
    link(keyring, person)
    plan()
    before, _ = owed(person)
    assert fall_due(keyring, now=REVIEWED - timedelta(seconds=1)) == 0
    assert fall_due(keyring) == 1
    assert fall_due(keyring) == 0
    assert states(person) == ["due", "planned", "planned", "planned", "planned"]
    assert owed(person) == (before - 600_000, 600_000)
    payment = queries.payments_of(person_id=person)[0]
    assert payment.became_due_at == NOW
    booked = books.transfer(reference=f"due:{payment.instalment_id}")
    assert (booked.amount, booked.kind) == (600_000, "due")
    assert queries.next_due_at(person_id=person) == MONTHS[1]
    world.answer_survey(person)
    plan()
    assert fall_due(keyring, now=MONTHS[3]) == 4
    assert states(person) == ["due"] * 5
    assert owed(person) == (before - 2_550_000, 2_550_000)
    assert before - 2_550_000 == 0, "the whole promise of money is owed"
    summary = queries.due_summary(now=MONTHS[3])
    assert summary.due == {"gopay": Heap(5, 2_550_000)}
    assert summary.payable == Heap(5, 2_550_000)


def test_without_an_account_it_is_held_and_told_once_and_comes_due_with_the_account(keyring):
    (person,) = world.reviewers(keyring)
    plan()
    fall_due(keyring)
    fall_due(keyring, now=MONTHS[1])
    assert states(person)[:2] == ["held no_account", "held no_account"]
    assert owed(person)[1] == 0
    ((_, body),) = world.letters(keyring, "disbursement.no_account")
    assert "Rp600.000" in body
    assert fall_due(keyring, now=MONTHS[1] + timedelta(days=1)) == 0, "nothing has changed"
    assert queries.waiting(now=MONTHS[1]).look_again == 0
    link(keyring, person, now=MONTHS[1])
    assert queries.waiting(now=MONTHS[1]).look_again == 2
    assert fall_due(keyring, now=MONTHS[1]) == 2
    assert states(person)[:2] == ["due", "due"]
    assert owed(person)[1] == 1_200_000


def test_a_changed_account_cools_before_money_goes_there(keyring):
    (person,) = world.reviewers(keyring)
    plan()
    link(keyring, person)
    change = NOW + timedelta(minutes=1)
    link(keyring, person, account_no=world.wallet(12), now=change)
    fall_due(keyring, now=change)
    assert states(person)[0] == "held cooling"
    payment = queries.payments_of(person_id=person)[0]
    assert payment.look_again_at == change + timedelta(hours=72)
    assert fall_due(keyring, now=change + timedelta(hours=72, seconds=-1)) == 0
    another = change + timedelta(hours=70)
    link(keyring, person, account_no=world.wallet(13), now=another)
    assert fall_due(keyring, now=change + timedelta(hours=72)) == 0, "the clock begins anew"
    assert fall_due(keyring, now=another + timedelta(hours=72)) == 1
    assert states(person)[0] == "due"


def test_what_ended_is_held_and_never_dropped(keyring):
    (first, number), (second, theirs) = feedback.holders(keyring, count=2)
    for person, certificate in ((first, number), (second, theirs)):
        world.review(person, certificate)
        link(keyring, person, account_no=world.wallet(70 + (person == first)))
    plan()
    certificates.revoke(number)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE selection_award SET state = 'revoked', ended_at = now() WHERE person_id = %s",
            [second],
        )
    assert fall_due(keyring) == 2
    assert states(first)[0] == "held certificate_revoked"
    assert states(second)[0] == "held award_ended"
    assert fall_due(keyring, now=NOW + timedelta(days=1)) == 0
    assert queries.due_summary(now=NOW).held == {
        "certificate_revoked": Heap(1, 600_000), "award_ended": Heap(1, 600_000),
    }  # fmt: skip


def test_another_reviewed_certificate_puts_a_revoked_one_right(keyring):
    (graduate,) = certificates.graduates(keyring)
    certificates.issue(keyring)
    number = feedback.number_of(graduate.person_id)
    world.review(graduate.person_id, number)
    link(keyring, graduate.person_id)
    plan()
    certificates.revoke(number)
    fall_due(keyring)
    assert states(graduate.person_id)[0] == "held certificate_revoked"
    again = certificates.buy([graduate.someone], course=certificates.OTHER_COURSE)
    certificates.finish(keyring, again)
    certificates.issue(keyring)
    world.review(graduate.person_id, feedback.number_of(graduate.person_id))
    assert plan() == 0, "planned once"
    assert fall_due(keyring) == 1
    assert states(graduate.person_id)[0] == "due"


def _hold(person, reason: HeldReason, *, now: datetime) -> int:
    """Hold somebody's first instalment back as a failed payout does."""
    payment = queries.payments_of(person_id=person)[0]
    account = queries.account_of(person_id=person)
    held = HeldBack(payment.instalment_id, reason, account.account_id)
    with store.transaction():
        return actions.hold_back(held=[held], now=now)


def test_a_refused_account_is_put_right_by_another_one(keyring):
    (person,) = world.reviewers(keyring)
    link(keyring, person)
    plan()
    fall_due(keyring)
    assert _hold(person, HeldReason.ACCOUNT_REFUSED, now=NOW) == 1
    assert _hold(person, HeldReason.ACCOUNT_REFUSED, now=NOW) == 0, "only due ones are held back"
    assert fall_due(keyring, now=NOW + timedelta(days=20)) == 0
    other = NOW + timedelta(days=1)
    link(keyring, person, account_no=world.wallet(12), now=other)
    assert states(person)[0] == "held cooling"
    assert fall_due(keyring, now=other + timedelta(hours=72)) == 1
    assert states(person)[0] == "due"
    assert owed(person)[1] == 600_000, "owed in the books once"


def test_an_account_that_was_changed_while_the_payment_was_under_way_counts(keyring):
    (person,) = world.reviewers(keyring)
    link(keyring, person)
    plan()
    fall_due(keyring)
    payment = queries.payments_of(person_id=person)[0]
    old = queries.account_of(person_id=person)
    link(keyring, person, account_no=world.wallet(12), now=NOW)
    held = HeldBack(payment.instalment_id, HeldReason.ACCOUNT_REFUSED, old.account_id)
    with store.transaction():
        actions.hold_back(held=[held], now=NOW)
    assert fall_due(keyring, now=NOW + timedelta(hours=72)) == 1
    assert states(person)[0] == "due"


def test_a_full_account_is_tried_again_next_month(keyring):
    (person,) = world.reviewers(keyring)
    link(keyring, person)
    plan()
    fall_due(keyring)
    _hold(person, HeldReason.LIMIT, now=NOW)
    june = datetime(2020, 5, 31, 17, tzinfo=UTC)  # midnight in Jakarta
    assert fall_due(keyring, now=june - timedelta(seconds=1)) == 0
    assert fall_due(keyring, now=june) == 1
    assert states(person)[0] == "due"


def test_one_promise_that_the_books_do_not_cover_never_stops_its_neighbours(keyring):
    people = world.reviewers(keyring, 5)
    for number, person in enumerate(people):
        link(keyring, person, account_no=world.wallet(80 + number))
    plan()
    robbed = people[2]
    with store.transaction():
        ledger.transfer(
            transfers=[
                Transfer(
                    debit=committed_to(award_of(robbed)), credit=fund_of("PKJ-2020", "apbn"),
                    amount=owed(robbed)[0], kind=TransferKind.FORFEIT, reference="forfeit:test",
                )
            ],
            now=NOW,
        )  # fmt: skip
    while fall_due(keyring, limit=5):
        pass
    assert [states(person)[0] for person in people] == [
        "due", "due", "held uncovered", "due", "due",
    ]  # fmt: skip
    assert [owed(person)[1] for person in people] == [600_000, 600_000, 0, 600_000, 600_000]


def test_nobody_is_held_for_lack_of_an_account_that_is_being_linked(keyring):
    people = world.reviewers(keyring, 4)
    plan()
    for number, person in enumerate(people):
        world.state(keyring, person, account_no=world.wallet(90 + number))
    questions = world.claim(keyring)
    at_once(
        *(lambda q=each: world.record(keyring, [world.answer(q)]) for each in questions),
        lambda: fall_due(keyring, limit=2),
        lambda: fall_due(keyring, limit=2),
    )
    while fall_due(keyring):
        pass
    assert [states(person)[0] for person in people] == ["due"] * 4


def test_linking_and_falling_due_wait_for_each_other(keyring, database_url):
    """Otherwise who finds no account could hold it after whoever links one looked for held ones."""
    linker, planned = world.reviewers(keyring, 2)
    plan()
    world.state(keyring, linker)
    (question,) = world.claim(keyring)
    done: list[str] = []
    works = {
        "linked": lambda: world.record(keyring, [world.answer(question)]),
        "fell due": lambda: fall_due(keyring),
        "planned": plan,
    }

    def run(name: str) -> None:
        try:
            works[name]()
            done.append(name)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(name,)) for name in works]
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [INSTALMENTS])
        for thread in threads:
            thread.start()
        threads[0].join(0.5)
        assert done == []
    for thread in threads:
        thread.join(10)
    assert sorted(done) == ["fell due", "linked", "planned"]
    fall_due(keyring)
    assert (states(linker)[0], states(planned)[0]) == ("due", "held no_account")


def test_an_english_reader_gets_english_letters_and_an_erased_person_none(keyring):
    people = world.reviewers(keyring, 2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET language = 'en' WHERE id = %s", [people[0]])
        cursor.execute("UPDATE people_person SET email_sealed = NULL WHERE id = %s", [people[1]])
    plan()
    assert fall_due(keyring) == 2
    ((subject, body),) = world.letters(keyring, "disbursement.no_account")
    assert subject == "Your incentive waits for an account"
    assert "/saya/akun" in body


def test_the_database_refuses_what_must_not_be(keyring):
    (person,) = world.reviewers(keyring)
    plan()
    again = (
        "INSERT INTO disbursement_instalment (award_id, person_id, kind, number, times, amount,"
        " state, held_reason, planned_at) SELECT award_id, person_id, kind, number, times, amount,"
        " 'planned', '', planned_at FROM disbursement_instalment RETURNING 1"
    )
    for statement, constraint in (
        (again, "instalment_once"),
        ("UPDATE disbursement_instalment SET state = 'held' RETURNING 1", "held_for_a_reason"),
        ("UPDATE disbursement_instalment SET state = 'paid' RETURNING 1", "may not become paid"),
        ("UPDATE disbursement_instalment SET amount = 0 RETURNING 1", "instalment_sound"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows(statement)
    assert timeline(person)[0][2] == InstalmentState.PLANNED
