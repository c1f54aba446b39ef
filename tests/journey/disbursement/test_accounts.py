"""Stating and linking payout accounts: one account one person, whatever happens at once."""

import threading
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest
from django.db import IntegrityError, connection, connections, transaction
from tests.journey.certification.world import REAL
from tests.journey.disbursement import world
from tests.journey.disbursement.world import NOW, WALLET, answer, found, link, one, rows
from tests.journey.selection import world as drawn
from tests.journey.verification.world import at_once

from gelombang.journey.disbursement import queries
from gelombang.journey.disbursement.linking import (
    AccountLinkedAlready,
    AccountMalformed,
    AccountQuestionOpen,
    NoAward,
    NoSuchAccount,
    NotAnswered,
    TooManyAccounts,
)
from gelombang.journey.disbursement.rules import UnknownPartner
from gelombang.records.audit.models import Entry

pytestmark = pytest.mark.usefixtures("database_url")
COOLING = timedelta(hours=72)


def standing(person_id) -> tuple:
    """What a person sees: the linked account's ending, and the latest question's state."""
    linked = queries.account_of(person_id=person_id)
    question = queries.account_question_of(person_id=person_id)
    return (
        linked.ending if linked else None,
        (question.state, question.reason) if question else None,
    )


def test_a_stated_account_is_asked_about_and_linked(keyring):
    (person,) = world.reviewers(keyring)
    assert standing(person) == (None, None)
    world.state(keyring, person)
    assert standing(person) == (None, ("asked", ""))
    with pytest.raises(AccountQuestionOpen):
        world.state(keyring, person, account_no=world.wallet(12))
    (question,) = world.claim(keyring)
    assert question.account_no == "+6281200009911"
    assert "9911" not in repr(question)
    assert world.claim(keyring) == [], "it is in the hands of another worker"
    assert world.record(keyring, [answer(question)]) == 1
    assert world.record(keyring, [answer(question, NoSuchAccount(""))]) == 0, "it is decided"
    assert standing(person) == ("9911", None)
    view = queries.account_of(person_id=person, keyring=keyring)
    assert (view.partner_name, view.account_no) == ("GoPay", "+6281200009911")
    assert view.effective_at == view.decided_at == NOW, "the first one counts at once"
    assert "9911" not in str(rows("SELECT account_sealed, holder_sealed, account_index FROM"
                                  " disbursement_payoutaccount"))  # fmt: skip
    with pytest.raises(AccountLinkedAlready):
        world.state(keyring, person, account_no="+62 812 0000 9911")
    ((subject, body),) = world.letters(keyring, "disbursement.account_linked")
    assert "9911" in body
    assert "9911" not in subject
    note = Entry.objects.get(action="disbursement.state_account")
    assert (note.actor, note.subject, note.detail) == (
        f"person:{person}", f"person:{person}", {"partner": "gopay"},
    )  # fmt: skip


def test_what_cannot_be_an_account_is_refused_before_anybody_is_asked(keyring):
    (person,) = world.reviewers(keyring)
    for partner, number, refusal in (
        ("dana", WALLET, UnknownPartner),
        ("gopay", "0812-0000-99AB", AccountMalformed),
        ("bni", "9" * 35, AccountMalformed),
    ):
        with pytest.raises(refusal):
            world.state(keyring, person, partner=partner, account_no=number)
    stranger = drawn.Someone()
    drawn.add(keyring, [stranger])
    with pytest.raises(NoAward):
        world.state(keyring, stranger.person_id)
    assert one("SELECT count(*) FROM disbursement_payoutaccount") == 0


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (found("BUDI SANTOSO"), "name"),
        (found(active=False), "inactive"),
        (NoSuchAccount(world.SHA), "unknown_account"),
    ],
)
def test_an_account_that_is_not_the_persons_is_refused_with_the_reason(keyring, outcome, reason):
    (person,) = world.reviewers(keyring)
    link(keyring, person, outcome=outcome)
    assert standing(person) == (None, ("refused", reason))
    ((_, body),) = world.letters(keyring, "disbursement.account_refused")
    assert "BUDI" not in body, "nobody learns whose it is"
    assert one("SELECT count(*) FROM disbursement_accountowner") == 0
    assert one("SELECT holder_sealed FROM disbursement_payoutaccount") is None
    link(keyring, person)
    assert standing(person) == ("9911", None)


def test_a_fault_is_never_a_verdict(keyring):
    (person,) = world.reviewers(keyring)
    world.state(keyring, person)
    at, waits = REAL, []
    for _ in range(4):
        (question,) = world.claim(keyring, real_now=at)
        world.record(keyring, [answer(question, NotAnswered("Outage"))], real_now=at)
        again = one("SELECT next_attempt_at FROM disbursement_payoutaccount")
        waits.append((again - at).total_seconds())
        assert world.claim(keyring, real_now=at) == []
        at = again
    assert all(later > sooner * 1.3 for sooner, later in pairwise(waits))
    assert standing(person) == (None, ("asked", ""))
    (question,) = world.claim(keyring, real_now=at)
    lost = world.claim(keyring, real_now=at + timedelta(minutes=2))
    assert [each.account_id for each in lost] == [question.account_id], "the lease has run out"
    late = answer(question, NotAnswered("Outage"))
    world.record(keyring, [late], real_now=at + timedelta(minutes=2))
    assert world.record(keyring, [answer(lost[0])]) == 1


def test_somebody_whose_identity_is_in_doubt_is_asked_about_later(keyring):
    (person,) = world.reviewers(keyring)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE verification_identity SET state = 'disputed'")
    world.state(keyring, person)
    (question,) = world.claim(keyring)
    assert world.record(keyring, [answer(question)]) == 0
    assert standing(person) == (None, ("asked", ""))


def test_an_account_that_was_erased_meanwhile_is_asked_about_no_more(keyring):
    (person,) = world.reviewers(keyring)
    world.state(keyring, person)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disbursement_payoutaccount SET account_sealed = NULL")
    assert queries.questions_waiting(partner="gopay", limit=9, real_now=REAL) == 0
    assert world.claim(keyring) == []


def test_a_change_cools_and_is_told(keyring):
    (person,) = world.reviewers(keyring)
    link(keyring, person)
    later = NOW + timedelta(days=3)
    link(keyring, person, account_no="9900009911", partner="bni", now=later)
    linked = queries.account_of(person_id=person)
    assert (linked.partner, linked.effective_at) == ("bni", later + COOLING)
    states = rows("SELECT partner, state FROM disbursement_payoutaccount ORDER BY id")
    assert states == [("gopay", "replaced"), ("bni", "linked")]
    ((_, body),) = world.letters(keyring, "disbursement.account_changed")
    assert "Bukan Anda?" in body
    assert "11 Mei 2020" in body  # 5 May in Jakarta, three days later, and 72 hours
    assert one("SELECT urgent FROM notices_notice WHERE kind = 'disbursement.account_changed'")
    back = later + timedelta(days=1)
    link(keyring, person, now=back)
    linked = queries.account_of(person_id=person)
    assert (linked.partner, linked.effective_at) == ("gopay", back + COOLING), (
        "its owner comes back"
    )


def test_a_refused_change_leaves_the_linked_account_alone(keyring):
    (person,) = world.reviewers(keyring)
    link(keyring, person)
    link(keyring, person, account_no=world.wallet(12), outcome=found("BUDI SANTOSO"))
    assert standing(person) == ("9911", ("refused", "name"))


def test_nobody_tries_many_numbers_in_a_day(keyring):
    (person,) = world.reviewers(keyring)
    for number in range(5):
        link(keyring, person, account_no=world.wallet(20 + number), outcome=NoSuchAccount(""))
    with pytest.raises(TooManyAccounts):
        world.state(keyring, person)
    tomorrow = NOW + timedelta(days=1)
    world.state(keyring, person, now=tomorrow)
    assert standing(person) == (None, ("asked", ""))


def test_a_partner_that_never_answers_locks_nobody_in(keyring):
    """Else somebody whose account the partner cannot name, or who left us, is never paid."""
    (person,) = world.reviewers(keyring)
    world.state(keyring, person)
    (slow,) = world.claim(keyring)
    almost, tomorrow = NOW + timedelta(hours=23, minutes=59), NOW + timedelta(days=1)
    with pytest.raises(AccountQuestionOpen):
        world.state(keyring, person, partner="ovo", now=almost)
    world.state(keyring, person, partner="ovo", now=tomorrow)
    assert world.record(keyring, [answer(slow)], now=tomorrow) == 0, "it was withdrawn"
    assert standing(person) == (None, ("asked", ""))
    (question,) = world.claim(keyring, partner="ovo")
    assert world.record(keyring, [answer(question)], now=tomorrow) == 1
    assert queries.account_of(person_id=person).partner == "ovo"
    decided = rows("SELECT state, reason FROM disbursement_payoutaccount ORDER BY id")
    assert decided == [("refused", "withdrawn"), ("linked", "")]


def test_an_answer_that_comes_while_it_is_withdrawn_counts(keyring, database_url):
    (person,) = world.reviewers(keyring)
    world.state(keyring, person)
    world.claim(keyring)
    tomorrow = NOW + timedelta(days=1)
    refused: list[Exception] = []

    def restate() -> None:
        try:
            world.state(keyring, person, partner="ovo", now=tomorrow)
        except Exception as refusal:  # noqa: BLE001
            refused.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=restate)
    with psycopg.connect(database_url) as recorder:
        recorder.execute("UPDATE disbursement_payoutaccount SET state = 'refused', reason = 'name',"
                         " decided_at = asked_at")  # fmt: skip
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits for whoever writes the answer down"
    thread.join(10)
    assert [type(each) for each in refused] == [AccountQuestionOpen]
    assert standing(person) == (None, ("refused", "name"))


def test_an_account_belongs_to_one_person_for_ever(keyring):
    first, second = world.reviewers(keyring, 2)
    link(keyring, first)
    link(keyring, second)
    assert standing(second) == (None, ("refused", "taken"))
    link(keyring, first, account_no=world.wallet(12))
    link(keyring, second)
    assert standing(second) == (None, ("refused", "taken")), "also after its owner left it"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows("UPDATE disbursement_accountowner SET person_id = %s RETURNING 1", second)
    with pytest.raises(IntegrityError, match="account_of_owner"), transaction.atomic():
        rows(
            "INSERT INTO disbursement_payoutaccount (person_id, partner, account_index, held_index,"
            " ending, state, asked_at, effective_at, attempts, next_attempt_at)"
            " SELECT %s, partner, account_index, account_index, ending, 'linked', asked_at,"
            " asked_at, 0, asked_at FROM disbursement_payoutaccount LIMIT 1 RETURNING 1",
            second,
        )


def test_two_people_who_link_one_account_at_once_do_not_both_get_it(keyring):
    first, second = world.reviewers(keyring, 2)
    for round_ in range(5):
        number = world.wallet(30 + round_)
        at = NOW + timedelta(days=round_)
        for person in (first, second):
            world.state(keyring, person, account_no=number, now=at)
        questions = world.claim(keyring)
        assert len(questions) == 2
        if round_ == 0:  # in one batch as well
            world.record(keyring, [answer(each) for each in questions], now=at)
        else:
            done = at_once(
                *(
                    lambda q=each, at=at: world.record(keyring, [answer(q)], now=at)
                    for each in questions
                )
            )
            assert done == [1, 1]
        states = rows(
            "SELECT state, reason FROM disbursement_payoutaccount WHERE id = ANY(%s) ORDER BY 1",
            [each.account_id for each in questions],
        )
        assert states == [("linked", ""), ("refused", "taken")]
    owners = rows("SELECT person_id FROM disbursement_accountowner")
    assert len(owners) == 5


def test_one_person_who_states_two_accounts_at_once_states_one(keyring):
    (person,) = world.reviewers(keyring)
    done = at_once(
        *(lambda n=number: world.state(keyring, person, account_no=world.wallet(40 + n))
          for number in range(4))
    )  # fmt: skip
    assert sorted(type(each).__name__ for each in done) == ["AccountQuestionOpen"] * 3 + [
        "NoneType"
    ]
    with pytest.raises(IntegrityError, match="one_question"), transaction.atomic():
        rows(
            "INSERT INTO disbursement_payoutaccount (person_id, partner, account_index, ending,"
            " state, asked_at, attempts, next_attempt_at) SELECT person_id, 'ovo', '', '', 'asked',"
            " asked_at, 0, asked_at FROM disbursement_payoutaccount RETURNING 1"
        )


def test_two_workers_never_ask_about_the_same_account(keyring):
    people = world.reviewers(keyring, 6)
    for number, person in enumerate(people):
        world.state(keyring, person, account_no=world.wallet(50 + number))
    claimed = at_once(*(lambda: world.claim(keyring, limit=4) for _ in range(2)))
    taken = [each.account_id for batch in claimed for each in batch]
    assert len(taken) == len(set(taken))
    assert world.claim(keyring, partner="ovo") == []
