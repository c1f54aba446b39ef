"""Admission, confirmation and sign-in codes against a real PostgreSQL."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import close_old_connections, connection, connections
from django.test.utils import CaptureQueriesContext

from gelombang import store
from gelombang.journey.registration import actions, queries
from gelombang.journey.registration.naming import Name, NamedBy
from gelombang.journey.registration.rules import (
    CodeExpired,
    CodeUsedUp,
    CodeWrong,
    RegistrationState,
)
from gelombang.kit.email import EmailMalformed, email_for_comparison
from gelombang.kit.ids import receipt_for
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import seal, unseal
from gelombang.kit.tokens import read_confirm_token
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import open_letter
from gelombang.settings.environment import load

BASE = "https://gelombang.example.id"
NOW = datetime(2020, 4, 11, 12, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("database_url")


def address_index(keyring, email):
    return blind_index(keyring, email_for_comparison(email), purpose="email")


def submit(keyring, *emails, key=None, language="id", received_at=NOW, phone=None):
    """What the front door writes; the receipts."""
    receipts = []
    with connection.cursor() as cursor:
        for place, email in enumerate(emails):
            nonce = f"{key or 'key'}-{email}-{place}-{time.monotonic_ns()}"
            receipt = receipt_for(key=b"r" * 32, idempotency_key=nonce)
            cursor.execute(
                "INSERT INTO registration_submission (idempotency_key, receipt, email_sealed,"
                " email_index, phone_sealed, language, received_at, real_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [nonce, receipt, seal(keyring, email, purpose="email"),
                 address_index(keyring, email), phone, language, received_at, REAL],
            )  # fmt: skip
            receipts.append(receipt)
    return receipts


def press_confirm(keyring, receipt, email, *, received_at=NOW):
    """What the front door writes when the button behind a link is pressed."""
    store.execute(
        "INSERT INTO email_confirmation (receipt, email_index, received_at, real_at)"
        " VALUES (%s, %s, %s, %s) ON CONFLICT (receipt) DO NOTHING",
        [receipt, address_index(keyring, email), received_at, REAL],
    )


def until_drained(pull):
    """Pull until nothing waits: an open transaction elsewhere in the cluster may delay it."""
    deadline, pulled = time.monotonic() + 20, 0
    while queries.backlog():
        pulled += pull()
        assert time.monotonic() < deadline, "the intake was never drained"
    return pulled


def admit(keyring, *, real_now=REAL, limit=5_000):
    return until_drained(
        lambda: actions.admit(
            keyring=keyring, base_url=BASE, now=NOW, real_now=real_now, limit=limit
        )
    )


def confirm(limit=5_000):
    return until_drained(lambda: actions.confirm(keyring=load().keyring, limit=limit))


def register(keyring, email, *, confirmed=True):
    (receipt,) = submit(keyring, email)
    admit(keyring)
    if confirmed:
        press_confirm(keyring, receipt, email)
        confirm()
    return queries.person_by_receipt(receipt=receipt)


def letters(keyring):
    """Every letter that was owed: (address, kind, subject, body, urgent)."""
    found = []
    for row in store.fetch("SELECT * FROM notices_notice ORDER BY id"):
        address = unseal(keyring, row["address_sealed"], purpose="email")
        letter = open_letter(keyring, row["letter_sealed"])
        found.append((address, row["kind"], letter.subject, letter.body, row["urgent"]))
    return found


def count(table):
    return store.fetch_value(f"SELECT count(*) FROM {table}")


def ask_code(keyring, email, *, real_now=REAL):
    """The code that was mailed, or None when none was."""
    before = len(letters(keyring))
    actions.send_code(
        keyring=keyring, base_url=BASE, email=email, language="id", now=NOW, real_now=real_now
    )
    fresh = letters(keyring)[before:]
    if not fresh:
        return None
    found = re.search(r"^\d{6}$", fresh[0][3], re.MULTILINE)
    return found.group() if found else None


def later(minutes):
    return REAL + timedelta(minutes=minutes)


def sign_in(keyring, email, code, *, real_now=REAL):
    name = Name(NamedBy.EMAIL, email)
    who = actions.sign_in(
        keyring=keyring, base_url=BASE, name=name, code=code, now=NOW, real_now=real_now
    )
    assert who.by_email
    return who.person_id


def at_once(*calls):
    """Run the calls in threads with connections of their own, started together."""
    start = threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait(10)
            return call()
        except Exception as problem:  # noqa: BLE001 the test looks at it
            return problem
        finally:
            close_old_connections()
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_a_pull_that_finds_nothing_is_one_question(keyring):
    with CaptureQueriesContext(connection) as asked:
        assert actions.admit(keyring=keyring, base_url=BASE, now=NOW, real_now=REAL) == 0
        assert actions.confirm(keyring=keyring) == 0
    assert len(asked) == 2, "no transaction, and nothing for the disk"


def test_a_pull_that_finds_nothing_reads_no_table():
    store.execute(
        "INSERT INTO email_confirmation (receipt, email_index, received_at, real_at)"
        " SELECT 'R' || n, sha256(n::text::bytea), %(at)s, %(at)s FROM generate_series(1, 20000) n",
        {"at": NOW},
    )
    store.execute("ANALYZE email_confirmation")
    question = store.statement("gelombang.journey.registration", "confirmations_wait")
    plan = store.fetch(f"EXPLAIN {question}")
    assert "Seq Scan on email_confirmation" not in "".join(row["QUERY PLAN"] for row in plan)


class TestAdmit:
    def test_a_submission_becomes_a_person_a_registration_and_a_letter(self, keyring):
        (receipt,) = submit(keyring, "Ani@example.id")

        assert admit(keyring) == 1

        person = queries.person_by_receipt(receipt=receipt)
        view = queries.registration_of(person_id=person)
        assert (view.state, view.submitted_at) == (RegistrationState.REGISTERED, NOW)
        assert view.email_confirmed_at is None
        [(address, kind, subject, body, urgent)] = letters(keyring)
        assert (address, kind, urgent) == ("Ani@example.id", "registration.confirm", False)
        assert subject == "Konfirmasi alamat surel Anda"
        token = re.search(rf"{BASE}/konfirmasi/(\S+)", body).group(1)
        proof = read_confirm_token(keyring, token, real_now=REAL + timedelta(days=6))
        assert proof.receipt == receipt
        assert proof.email_index == address_index(keyring, "ani@example.id")

    def test_spellings_of_one_address_in_one_batch_are_one_person(self, keyring):
        receipts = submit(keyring, "ani@example.id", "ANI@example.id", "budi@example.id")

        assert admit(keyring) == 3

        people = [queries.person_by_receipt(receipt=receipt) for receipt in receipts]
        assert people[0] == people[1] != people[2]
        assert count("registration_registration") == 2
        assert count("registration_admission") == 3
        kinds = [kind for address, kind, *_ in letters(keyring) if address.startswith(("a", "A"))]
        assert sorted(kinds) == ["registration.confirm", "registration.confirm_again"]

    def test_an_address_across_batches_gets_three_letters_a_day(self, keyring):
        for minute in range(5):
            submit(keyring, "ani@example.id")
            admit(keyring, real_now=REAL + timedelta(minutes=minute))
        assert len(letters(keyring)) == 3
        assert count("registration_admission") == 5

        submit(keyring, "ani@example.id")
        admit(keyring, real_now=REAL + timedelta(days=1, minutes=30))
        assert len(letters(keyring)) == 4

    def test_a_confirmed_person_who_registers_again_is_shown_the_way_in(self, keyring):
        register(keyring, "ani@example.id")
        submit(keyring, "ani@example.id", language="en")
        admit(keyring)

        _, kind, subject, body, _ = letters(keyring)[-1]
        assert (kind, subject) == ("registration.already_confirmed", "You are already registered")
        assert f"{BASE}/masuk" in body
        assert "konfirmasi/" not in body

    def test_the_first_instant_counts_whichever_batch_brings_it(self, keyring):
        (receipt,) = submit(keyring, "ani@example.id", received_at=NOW)
        admit(keyring)
        submit(keyring, "ani@example.id", received_at=NOW - timedelta(seconds=3))
        admit(keyring)

        person = queries.person_by_receipt(receipt=receipt)
        view = queries.registration_of(person_id=person)
        assert view.submitted_at == NOW - timedelta(seconds=3)

    def test_a_later_submission_does_not_change_the_phone(self, keyring):
        submit(keyring, "ani@example.id", phone=b"first")
        admit(keyring)
        submit(keyring, "ani@example.id", phone=b"second")
        admit(keyring)
        assert store.fetch_value("SELECT phone_sealed FROM people_person") == b"first"

    def test_a_batch_is_bounded_and_the_next_one_goes_on(self, keyring):
        submit(keyring, *(f"orang{n}@example.id" for n in range(7)))
        sizes = []
        while queries.backlog():
            sizes.append(
                actions.admit(keyring=keyring, base_url=BASE, now=NOW, real_now=REAL, limit=3)
            )
        assert sum(sizes) == 7
        assert max(sizes) <= 3
        assert count("registration_registration") == 7

    @pytest.mark.parametrize("broken", ["enrol", "register", "admit", "owe", "move_cursor"])
    def test_a_death_between_two_statements_leaves_nothing_half_done(
        self, keyring, monkeypatch, broken
    ):
        submit(keyring, "ani@example.id", "budi@example.id", "ani@example.id")
        real = store.statement
        died = []

        def dies(package, name):
            if name == broken and not died:
                died.append(name)
                raise SystemError("killed here")
            return real(package, name)

        monkeypatch.setattr(store, "statement", dies)
        deadline = time.monotonic() + 20
        with pytest.raises(SystemError, match="killed here"):
            while time.monotonic() < deadline:
                actions.admit(keyring=keyring, base_url=BASE, now=NOW, real_now=REAL)

        assert died == [broken]
        tables = ("people_person", "registration_registration", "registration_admission",
                  "notices_notice")  # fmt: skip
        assert [count(table) for table in tables] == [0, 0, 0, 0]
        assert queries.backlog() == 3
        assert admit(keyring) == 3
        assert [count(table) for table in tables] == [2, 2, 3, 3]

    def test_two_workers_at_once_do_no_harm(self, keyring):
        emails = [f"orang{n % 40}@example.id" for n in range(120)]
        receipts = submit(keyring, *emails)

        def work():
            deadline = time.monotonic() + 20
            while queries.backlog() and time.monotonic() < deadline:
                actions.admit(keyring=keyring, base_url=BASE, now=NOW, real_now=REAL, limit=10)

        assert at_once(work, work, work) == [None, None, None]
        assert count("registration_registration") == 40
        assert count("registration_admission") == 120
        assert len({queries.person_by_receipt(receipt=receipt) for receipt in receipts}) == 40
        assert max(Counter(address for address, *_ in letters(keyring)).values()) == 3

    def test_a_row_that_commits_late_is_not_skipped(self, keyring, database_url):
        sql = (
            "INSERT INTO registration_submission (idempotency_key, receipt, email_sealed,"
            " email_index, language, received_at, real_at) VALUES (%s, %s, %s, %s, 'id', %s, %s)"
        )
        with psycopg.connect(database_url) as slow:
            email = "lambat@example.id"
            slow.execute(sql, ["slow", "SLOW", seal(keyring, email, purpose="email"),
                               address_index(keyring, email), NOW, REAL])  # fmt: skip
            submit(keyring, "cepat@example.id")
            assert actions.admit(keyring=keyring, base_url=BASE, now=NOW, real_now=REAL) == 0
            slow.commit()
        assert admit(keyring) == 2
        assert queries.person_by_receipt(receipt="SLOW") is not None

    def test_transactions_are_pulled_in_the_order_of_their_numbers(self, keyring):
        sql = (
            "INSERT INTO registration_submission (idempotency_key, receipt, email_sealed,"
            " email_index, language, received_at, real_at, xid)"
            " VALUES (%s, %s, %s, %s, 'id', %s, %s, %s::xid8)"
        )
        for xid in ("100", "10", "9"):
            email = f"orang{xid}@example.id"
            store.execute(sql, [xid, xid, seal(keyring, email, purpose="email"),
                                address_index(keyring, email), NOW, REAL, xid])  # fmt: skip
        admitted = []
        while queries.backlog():
            actions.admit(keyring=keyring, base_url=BASE, now=NOW, real_now=REAL, limit=1)
            cursors = store.fetch("SELECT intake, xid FROM registration_intakecursor")
            admitted += [
                row["xid"] for row in cursors if row["intake"] == "registration_submission"
            ]
        assert admitted == ["9", "10", "100"]
        assert count("registration_admission") == 3


class TestConfirm:
    def test_the_registration_is_confirmed_at_the_first_press(self, keyring):
        first, second = submit(keyring, "ani@example.id", "ani@example.id")
        admit(keyring)
        press_confirm(keyring, second, "ani@example.id", received_at=NOW + timedelta(minutes=9))
        press_confirm(keyring, first, "ani@example.id", received_at=NOW + timedelta(minutes=5))

        assert confirm() == 2

        person = queries.person_by_receipt(receipt=first)
        view = queries.registration_of(person_id=person)
        assert view.state is RegistrationState.EMAIL_CONFIRMED
        assert view.email_confirmed_at == NOW + timedelta(minutes=5)
        assert queries.counts(as_of=NOW + timedelta(minutes=4)) == (1, 0)
        assert queries.counts(as_of=NOW + timedelta(minutes=5)) == (1, 1)
        assert queries.counts(as_of=NOW - timedelta(seconds=1)) == (0, 0)

    def test_a_token_for_another_address_confirms_nobody(self, keyring):
        (receipt,) = submit(keyring, "ani@example.id")
        admit(keyring)
        press_confirm(keyring, receipt, "budi@example.id")
        press_confirm(keyring, "UNKNOWNRECEIPT", "ani@example.id")

        assert confirm() == 2
        person = queries.person_by_receipt(receipt=receipt)
        assert queries.registration_of(person_id=person).state is RegistrationState.REGISTERED

    def test_the_move_is_in_the_history_and_no_other_move_is_possible(self, keyring):
        register(keyring, "ani@example.id")
        moves = store.fetch(
            "SELECT from_state, to_state FROM audit_move WHERE table_name = %s",
            ["registration_registration"],
        )
        assert moves == [{"from_state": "registered", "to_state": "email_confirmed"}]
        with pytest.raises(Exception, match="may not become registered"):
            store.execute("UPDATE registration_registration SET state = 'registered'")

    def test_intake_rows_can_neither_be_changed_nor_deleted(self, keyring):
        submit(keyring, "ani@example.id")
        for change in ("UPDATE registration_submission SET receipt = 'X'",
                       "DELETE FROM registration_submission"):  # fmt: skip
            with pytest.raises(Exception, match="append-only"):
                store.execute(change)


class TestSendCode:
    def test_a_confirmed_address_gets_an_urgent_code_that_lets_in(self, keyring):
        person = register(keyring, "ani@example.id")
        code = ask_code(keyring, " ANI@example.id ")

        assert letters(keyring)[-1][4] is True
        assert sign_in(keyring, "ani@example.id", f"{code[:3]} {code[3:]}") == person
        assert store.fetch("SELECT action, actor FROM audit_entry") == [
            {"action": "registration.sign_in", "actor": f"person:{person}"}
        ]

    def test_the_code_is_stored_only_as_a_keyed_digest(self, keyring):
        register(keyring, "ani@example.id")
        code = ask_code(keyring, "ani@example.id")
        row = store.fetch("SELECT * FROM registration_signincode")[0]
        assert code not in str(row)
        assert code.encode() not in row["code_mac"]
        assert len(row["code_mac"]) == 32

    def test_an_unconfirmed_address_gets_a_fresh_link_and_no_code(self, keyring):
        register(keyring, "ani@example.id", confirmed=False)
        assert ask_code(keyring, "ani@example.id") is None

        address, kind, _, body, urgent = letters(keyring)[-1]
        assert (address, kind, urgent) == ("ani@example.id", "registration.link", True)
        token = re.search(rf"{BASE}/konfirmasi/(\S+)", body).group(1)
        receipt = read_confirm_token(keyring, token, real_now=REAL).receipt
        press_confirm(keyring, receipt, "ani@example.id")
        confirm()
        assert ask_code(keyring, "ani@example.id", real_now=later(0.5)) is not None

    def test_links_by_form_and_by_sign_in_share_one_limit(self, keyring):
        register(keyring, "ani@example.id", confirmed=False)
        for hour in range(4):
            ask_code(keyring, "ani@example.id", real_now=later(60 * hour))
        assert len(letters(keyring)) == 3
        submit(keyring, "ani@example.id")
        admit(keyring)
        assert len(letters(keyring)) == 3

    def test_unknown_addresses_leave_the_same_row_and_no_letter(self, keyring):
        register(keyring, "ani@example.id")
        known, unknown = (
            ask_code(keyring, "ani@example.id"), ask_code(keyring, "siapa@example.id"),
        )  # fmt: skip
        assert known is not None
        assert unknown is None
        assert count("registration_signincode") == 2

    def test_the_pause_grows_with_every_code_that_nobody_used(self, keyring):
        register(keyring, "ani@example.id")
        asked = [0, 0.4, 0.5, 1.4, 1.5, 6.4, 6.5, 21.4, 21.5, 81.4, 81.5]
        got = [ask_code(keyring, "ani@example.id", real_now=later(each)) for each in asked]
        assert [each is not None for each in got] == [
            True, False, True, False, True, False, True, False, True, False, True,
        ]  # fmt: skip
        sign_in(keyring, "ani@example.id", got[-1], real_now=later(82))
        assert ask_code(keyring, "ani@example.id", real_now=later(82)) is not None

    def test_everybody_hears_the_same_time_for_the_next_code(self, keyring):
        register(keyring, "ani@example.id")
        for address in ("ani@example.id", "siapa@example.id"):
            answers = [
                actions.send_code(keyring=keyring, base_url=BASE, email=address, language="id",
                                  now=NOW, real_now=later(each))
                for each in (0, 0.2, 0.5)
            ]  # fmt: skip
            assert answers == [later(0.5), later(0.5), later(1.5)]
            known = actions.next_code(keyring=keyring, email=address, real_now=later(0.6))
            assert known == later(1.5)

    def test_the_limit_holds_for_requests_at_once(self, keyring):
        register(keyring, "ani@example.id")

        def ask():
            return actions.send_code(keyring=keyring, base_url=BASE, email="ani@example.id",
                                     language="id", now=NOW, real_now=REAL)  # fmt: skip

        assert at_once(*[ask] * 8) == [later(0.5)] * 8
        assert count("registration_signincode") == 1

    def test_a_malformed_address_is_refused(self, keyring):
        with pytest.raises(EmailMalformed):
            ask_code(keyring, "bukan surel")

    def test_old_codes_are_forgotten(self, keyring):
        register(keyring, "ani@example.id")
        ask_code(keyring, "ani@example.id")
        assert actions.forget_codes(real_now=REAL + timedelta(hours=25)) == 0
        assert actions.forget_codes(real_now=REAL + timedelta(hours=49)) == 1


class TestSignIn:
    def wrong(self, code):
        return f"{(int(code) + 1) % 10**6:06d}"

    def test_a_code_works_once(self, keyring):
        register(keyring, "ani@example.id")
        code = ask_code(keyring, "ani@example.id")
        sign_in(keyring, "ani@example.id", code)
        with pytest.raises(CodeUsedUp):
            sign_in(keyring, "ani@example.id", code)

    def test_of_two_sign_ins_at_once_one_gets_in(self, keyring):
        person = register(keyring, "ani@example.id")
        code = ask_code(keyring, "ani@example.id")
        answers = at_once(*[lambda: sign_in(keyring, "ani@example.id", code)] * 6)
        assert [answer for answer in answers if answer == person] == [person]
        assert sum(isinstance(answer, CodeUsedUp) for answer in answers) == 5

    def test_five_wrong_tries_use_a_code_up(self, keyring):
        register(keyring, "ani@example.id")
        code = ask_code(keyring, "ani@example.id")
        for left in (4, 3, 2, 1):
            with pytest.raises(CodeWrong) as refusal:
                sign_in(keyring, "ani@example.id", self.wrong(code))
            assert str(left) in refusal.value.text.id
        with pytest.raises(CodeUsedUp):
            sign_in(keyring, "ani@example.id", self.wrong(code))
        with pytest.raises(CodeUsedUp):
            sign_in(keyring, "ani@example.id", code)

    def test_ten_minutes(self, keyring):
        person = register(keyring, "ani@example.id")
        code = ask_code(keyring, "ani@example.id")
        with pytest.raises(CodeExpired):
            sign_in(keyring, "ani@example.id", code, real_now=REAL + timedelta(minutes=10))
        just_in_time = REAL + timedelta(minutes=9, seconds=59)
        assert sign_in(keyring, "ani@example.id", code, real_now=just_in_time) == person

    def test_only_the_newest_code_works(self, keyring):
        register(keyring, "ani@example.id")
        old = ask_code(keyring, "ani@example.id", real_now=REAL - timedelta(minutes=1))
        new = ask_code(keyring, "ani@example.id")
        if old != new:
            with pytest.raises(CodeWrong):
                sign_in(keyring, "ani@example.id", old)
        sign_in(keyring, "ani@example.id", new)

    def test_a_code_of_somebody_else_does_not_let_in(self, keyring):
        register(keyring, "ani@example.id")
        register(keyring, "budi@example.id")
        code = ask_code(keyring, "ani@example.id")
        with pytest.raises(CodeExpired):
            sign_in(keyring, "budi@example.id", code)

    def test_known_and_unknown_addresses_hear_the_same(self, keyring):
        register(keyring, "ani@example.id")
        register(keyring, "belum@example.id", confirmed=False)
        heard = {}
        for email in ("ani@example.id", "belum@example.id", "siapa@example.id"):
            answers = []
            for real_now in (REAL, *[REAL + timedelta(seconds=1)] * 6, REAL + timedelta(hours=2)):
                if real_now > REAL:
                    with pytest.raises((CodeWrong, CodeUsedUp, CodeExpired)) as refusal:
                        sign_in(keyring, email, "abcdef", real_now=real_now)
                    answers.append((refusal.value.code, refusal.value.text.en))
                else:
                    ask_code(keyring, email, real_now=real_now)
            heard[email] = answers
        assert len({str(answers) for answers in heard.values()}) == 1
        assert [code for code, _ in heard["siapa@example.id"]] == (
            ["code-wrong"] * 4 + ["code-used-up"] * 2 + ["code-expired"]
        )


def test_notices_are_only_owed_inside_a_transaction(keyring, now, real_now):
    with pytest.raises(store.TransactionMissing):
        notices.owe(notices=[], now=now, real_now=real_now)
