"""What providers report: signatures, repeated calls, sequences, and the money that follows."""

import itertools
import json
import string
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from hypothesis import given, strategies as st
from tests.journey.learning import world

from gelombang.journey.learning import actions, queries
from gelombang.journey.learning.answers import Fault
from gelombang.journey.learning.models import Attendance, ProviderCall, Purchase
from gelombang.journey.learning.rules import (
    CODE_LETTERS,
    GIVEN_BACK,
    PurchaseState,
    Report,
    judge_report,
    read_redeem_code,
    redeem_code_of,
    show_redeem_code,
)
from gelombang.journey.learning.signing import (
    COMMIT_PATH,
    STATUS_PATH,
    SignedCall,
    is_signed,
    signature_of,
)
from gelombang.records.ledger import queries as ledger
from gelombang.records.notices.models import Notice
from gelombang.records.notices.rules import open_letter

VECTORS = json.loads(
    (Path(__file__).parents[2] / "data" / "prakerja_signature_vectors.json").read_text()
)["vectors"]
PIJAR, SANGGAR = "lp-pijar-ilmu", "lp-sanggar-karya"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each["signature"][:8])
def test_signatures_are_those_of_the_published_scheme(vector):
    call = SignedCall(
        client_code=vector["client_code"], timestamp=vector["timestamp"],
        signature=vector["signature"], method=vector["method"], path=vector["path"],
        authorization=vector["authorization"], body=vector["body"].encode(),
    )  # fmt: skip
    assert signature_of(call, sign_key=vector["sign_key"]) == vector["signature"]
    assert is_signed(call, sign_key=vector["sign_key"])
    assert not is_signed(call, sign_key=vector["sign_key"] + "x")


# Redeem codes


@given(st.integers(min_value=0, max_value=2**60 - 1))
def test_a_code_is_read_as_it_is_shown_whatever_its_case_and_gaps(number):
    code = redeem_code_of(number)
    assert read_redeem_code(code) == code
    assert read_redeem_code(show_redeem_code(code)) == code
    assert read_redeem_code(show_redeem_code(code).lower().replace("-", " ")) == code
    assert read_redeem_code(code.replace("0", "O").replace("1", "l")) == code


@given(st.lists(st.integers(min_value=0, max_value=2**60 - 1), min_size=2, max_size=2, unique=True))
def test_two_numbers_never_make_one_code(numbers):
    one, other = map(redeem_code_of, numbers)
    assert one != other


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_as_a_code_or_as_none(typed):
    code = read_redeem_code(typed)
    if code is not None:
        assert code.startswith("PK")
        assert len(code) == 14
        assert set(code[2:]) <= set(CODE_LETTERS)
        assert read_redeem_code(code) == code


@given(st.text(alphabet=string.ascii_letters + string.digits + " -", max_size=20))
def test_nothing_but_fourteen_letters_is_a_code(typed):
    letters = [each for each in typed if each not in " -"]
    if len(letters) != 14:
        assert read_redeem_code(typed) is None


# What a report means


@given(
    state=st.sampled_from(list(PurchaseState)),
    sequence=st.sampled_from([*range(1, 11), 999]),
    sessions=st.integers(min_value=1, max_value=10),
    reported=st.sets(st.sampled_from([*range(1, 11), 999])),
    passed=st.booleans(),
)
def test_a_report_is_judged_safely(state, sequence, sessions, reported, passed):
    verdict = judge_report(
        state=state, sequence=sequence, sessions=sessions, reported=reported, passed=passed
    )
    if state in GIVEN_BACK:
        assert verdict is Report.GIVEN_BACK
    if verdict in {Report.COMPLETE, Report.FAIL}:
        assert sequence == 999
        assert state in {PurchaseState.REDEEMED, PurchaseState.ATTENDING}
    if verdict is Report.COMPLETE:
        assert passed
        assert len(reported - {999}) >= sessions
    if verdict in {Report.REDEEM, Report.ATTEND, Report.COMPLETE, Report.FAIL}:
        assert sequence not in reported
        assert state != PurchaseState.COMPLETED


def test_every_order_of_reports_ends_the_same_way():
    for order in itertools.permutations([1, 2, 3, 999]):
        state, reported = PurchaseState.HELD, set()
        for sequence in order * 4:
            verdict = judge_report(
                state=state, sequence=sequence, sessions=3, reported=reported, passed=True
            )
            if verdict in {Report.REDEEM, Report.ATTEND, Report.COMPLETE}:
                reported.add(sequence)
                state = PurchaseState.COMPLETED if sequence == 999 else PurchaseState.ATTENDING
        assert (state, reported) == (PurchaseState.COMPLETED, {1, 2, 3, 999}), order


# The two calls


@pytest.fixture
def person(transactional_db, keyring):
    """Somebody with a training balance."""
    (found,) = world.recipients(keyring)
    return found


def _state(purchase):
    return Purchase.objects.get(id=purchase.id).state


def _payable(provider):
    return ledger.balance(kind="provider_payable", holder=f"provider:{provider}")


def _fault(said):
    status, document = said
    assert status == 400
    assert document["success"] is False
    return next(each for each in Fault if each.code == document["code"])


def test_a_course_goes_from_its_code_to_completion(person, keyring):
    bought = world.buy(person, world.LONG)
    code = bought.redeem_code

    def report(**members):
        return world.report(keyring, SANGGAR, code, **members)

    assert _fault(report(sequence=2)) is Fault.NOT_REDEEMED
    assert _fault(report(sequence=999)) is Fault.NOT_REDEEMED
    status, said = report()
    assert (status, said) == (
        200,
        {
            "success": True,
            "message": "OK",
            "data": {"redeem_code": code, "course_code": world.LONG, "status": 1},
        },
    )
    later = world.REAL + timedelta(seconds=5)
    assert _fault(report(at=later)) is Fault.DONE_BEFORE
    assert _fault(report(at=later, sequence=999)) is Fault.SESSIONS_MISSING
    assert _fault(report(sequence=3)) is Fault.NO_SUCH_SESSION
    assert _state(bought) == "redeemed"
    assert report(sequence=2, at=later)[0] == 200
    assert _state(bought) == "attending"
    assert _payable("sanggar-karya") == 0
    done_at = later + timedelta(seconds=5)
    assert report(sequence=999, at=done_at)[1]["data"]["status"] == 2
    assert (_state(bought), _payable("sanggar-karya")) == ("completed", 250_000)
    again = done_at + timedelta(seconds=1)
    assert _fault(report(sequence=999, at=again)) is Fault.DONE_BEFORE
    assert _fault(report(sequence=999, at=again, passed=False)) is Fault.DONE_BEFORE
    assert _fault(report(sequence=3, at=again)) is Fault.FINISHED
    assert _payable("sanggar-karya") == 250_000
    view = queries.purchase(person_id=person, purchase_id=bought.id)
    assert (view.attended, view.completed_at, view.redeemed_at) == (2, world.NOW, world.NOW)


def test_a_report_is_not_dated_before_what_it_follows(transactional_db, keyring):
    early = world.NOW - timedelta(minutes=5)
    finished, failed = world.recipients(keyring, 2)
    for person, passed in ((finished, True), (failed, False)):
        bought = world.buy(person)
        for sequence in (1, 999):
            said = {"redeem_code": bought.redeem_code, "sequence": sequence, "passed": passed}
            call = world.signed("lp-pijar-ilmu", COMMIT_PATH, json.dumps(said).encode())
            answered = actions.answer_call(
                call=call, keyring=keyring, base_url=world.BASE_URL, now=early,
                real_now=world.REAL,
            )  # fmt: skip
            assert answered.status == 200
        (own,) = queries.purchases_of(person_id=person)
        ended = own.completed_at if passed else own.ended_at
        assert own.bought_at == own.redeemed_at == ended == world.NOW


def test_the_status_call_tells_everything_and_changes_nothing(person, keyring):
    bought = world.buy(person, world.LONG)
    status, said = world.ask(keyring, SANGGAR, bought.shown_code.lower())
    assert status == 200
    assert said["data"] == {
        "redeem_code": bought.redeem_code,
        "course_code": world.LONG,
        "invoice_code": f"INV-{bought.id}",
        "schedule_code": "SK-WARUNG-07-A",
        "status": 0,
        "attendance_status": 0,
        "redeem_at": None,
        "dp_platform": "Gelombang",
        "schedule_start_end": "Dua Minggu pagi, 08.00-11.00 WIB",
        "course_type": 2,
        "course_type_label": "Webinar",
        "course_learning_method": "webinar",
        "is_online_attendance": True,
        "sequence": 1,
    }
    assert _state(bought) == "held"
    assert not Attendance.objects.exists()
    world.report(keyring, SANGGAR, bought.redeem_code)
    _, said = world.ask(keyring, SANGGAR, bought.redeem_code, sequence=1)
    data = said["data"]
    assert (data["status"], data["attendance_status"]) == (1, 1)
    assert data["redeem_at"] == world.NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    _, said = world.ask(keyring, SANGGAR, bought.redeem_code, sequence=2)
    assert (said["data"]["attendance_status"], said["data"]["sequence"]) == (0, 2)


def test_who_did_not_pass_gets_the_price_back_and_a_letter(person, keyring):
    bought = world.buy(person)
    world.report(keyring, PIJAR, bought.redeem_code)
    status, said = world.report(keyring, PIJAR, bought.redeem_code, sequence=999, passed=False)
    assert (status, said["data"]["status"], _state(bought)) == (200, 3, "failed")
    assert (world.balance(person), _payable("pijar-ilmu")) == (world.AID, 0)
    later = world.REAL + timedelta(seconds=1)
    again = world.report(keyring, PIJAR, bought.redeem_code, sequence=999, at=later)
    assert _fault(again) is Fault.GIVEN_BACK
    (letter,) = Notice.objects.filter(kind="learning.not_passed")
    assert "Rp50.000" in open_letter(keyring, letter.letter_sealed).body
    world.buy(person)


def test_a_code_is_known_to_its_own_provider_only(person, keyring):
    bought = world.buy(person)
    foreign = [
        world.report(keyring, SANGGAR, bought.redeem_code),
        world.ask(keyring, SANGGAR, bought.redeem_code),
        world.report(keyring, PIJAR, "PK000000000000"),
        world.report(keyring, PIJAR, "\0'; DROP TABLE"),
    ]
    assert {_fault(each) for each in foreign} == {Fault.UNKNOWN_CODE}
    assert _state(bought) == "held"
    actions.cancel(person_id=person, purchase_id=bought.id, actor=f"person:{person}",
                   now=world.NOW, real_now=world.REAL)  # fmt: skip
    assert _fault(world.report(keyring, PIJAR, bought.redeem_code)) is Fault.GIVEN_BACK


def _call(body: bytes, *, path=COMMIT_PATH, at=world.REAL, key=None, client=PIJAR):
    return world.signed(client, path, body, at=at, key=key)


def _answered(keyring, call, **kwargs):
    said = world.answer(keyring, call, **kwargs)
    return said.status, json.loads(said.body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"sequence":1}',
        b'{"redeem_code":7}',
        b'{"redeem_code":"PK000000000000","sequence":0}',
        b'{"redeem_code":"PK000000000000","sequence":11}',
        b'{"redeem_code":"PK000000000000","sequence":"1"}',
        b'{"redeem_code":"PK000000000000","sequence":true}',
        b'{"redeem_code":"PK000000000000","sequence":99999999999999999999999}',
        b'{"redeem_code":"PK000000000000","passed":"no"}',
        b'{"redeem_code":"\xff\xfe"}',
        b"[" * 10_000,
    ],
)
def test_a_body_that_says_nothing_is_refused(transactional_db, keyring, body):
    world.load_courses(keyring)
    assert _fault(_answered(keyring, _call(body))) is Fault.BODY


def test_unknown_clients_and_wrong_signatures_are_told_the_same(person, keyring):
    body = json.dumps({"redeem_code": world.buy(person).redeem_code}).encode()
    right = _call(body)
    wrong = [
        SignedCall("lp-tidak-ada", right.timestamp, right.signature, COMMIT_PATH, body),
        SignedCall("\0", right.timestamp, right.signature, COMMIT_PATH, body),
        _call(body, client="lp-tidak-ada", key=world.KEYS["lp-balai-sinar"]),
        SignedCall(PIJAR, right.timestamp, right.signature.upper(), COMMIT_PATH, body),
        SignedCall(PIJAR, right.timestamp, "", COMMIT_PATH, body),
        SignedCall(PIJAR, right.timestamp, "é" * 40, COMMIT_PATH, body),
        SignedCall(PIJAR, right.timestamp, right.signature, STATUS_PATH, body),
        SignedCall(PIJAR, right.timestamp, right.signature, COMMIT_PATH, body + b" "),
        SignedCall(PIJAR, "1" + right.timestamp, right.signature, COMMIT_PATH, body),
        _call(body, key="kunci lain"),
        _call(b"", key=""),
    ]
    answers = {world.answer(keyring, each).body for each in wrong}
    assert len(answers) == 1
    assert json.loads(answers.pop())["code"] == Fault.SIGNATURE.code
    assert not ProviderCall.objects.exists()
    assert world.answer(keyring, right).status == 200


@pytest.mark.parametrize(
    ("seconds", "passes"), [(-301, False), (-300, True), (300, True), (301, False)]
)
def test_a_timestamp_may_differ_by_five_real_minutes(transactional_db, keyring, seconds, passes):
    world.load_courses(keyring)
    call = _call(b'{"redeem_code":"PRAT-TC1-001-200"}', at=world.REAL + timedelta(seconds=seconds))
    status, said = _answered(keyring, call)
    assert (status == 200) is passes
    if not passes:
        assert said["code"] == Fault.TIMESTAMP.code


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1.5", "9" * 40, "²"])
def test_a_timestamp_that_is_no_number_is_refused(transactional_db, keyring, timestamp):
    world.load_courses(keyring)
    bare = SignedCall(PIJAR, timestamp, "", COMMIT_PATH, b"{}")
    made = signature_of(bare, sign_key=world.KEYS[PIJAR])
    call = SignedCall(PIJAR, timestamp, made, COMMIT_PATH, b"{}")
    assert _fault(_answered(keyring, call)) is Fault.TIMESTAMP


def test_the_same_call_again_gets_its_answer_to_the_byte_and_does_nothing(person, keyring):
    bought = world.buy(person)
    call = _call(json.dumps({"redeem_code": bought.redeem_code}).encode())
    refused = _call(json.dumps({"redeem_code": bought.redeem_code, "sequence": 999}).encode())
    first_no = world.answer(keyring, refused)
    first = world.answer(keyring, call)
    assert (first_no.status, first.status) == (400, 200)
    assert world.answer(keyring, call, real_now=world.REAL + timedelta(seconds=299)) == first
    assert world.answer(keyring, refused) == first_no  # though it would be right by now
    assert Attendance.objects.count() == 1
    actions.forget_calls(real_now=world.REAL + timedelta(minutes=59))
    assert ProviderCall.objects.count() == 2
    assert actions.forget_calls(real_now=world.REAL + timedelta(minutes=61)) == 2


def _at_once(*deeds):
    gate, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        gate.wait(timeout=20)
        try:
            results[place] = deed()
        except Exception as error:  # noqa: BLE001 looked at by the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_identical_calls_at_once_have_one_effect_and_one_answer(transactional_db, keyring):
    for person in world.recipients(keyring, 3):
        bought = world.buy(person)
        call = _call(json.dumps({"redeem_code": bought.redeem_code}).encode())
        answers = _at_once(*[lambda what=call: world.answer(keyring, what)] * 4)
        assert len(set(answers)) == 1
        assert answers[0].status == 200
        assert Attendance.objects.filter(purchase_id=bought.id).count() == 1


def test_completions_at_once_pay_once(transactional_db, keyring):
    people = world.recipients(keyring, 3)
    for number, person in enumerate(people, start=1):
        bought = world.buy(person)
        world.report(keyring, PIJAR, bought.redeem_code)
        calls = [
            _call(
                json.dumps({"redeem_code": bought.redeem_code, "sequence": 999}).encode(),
                at=world.REAL + timedelta(seconds=second),
            )
            for second in range(4)
        ]
        answers = _at_once(*[lambda what=each: _answered(keyring, what) for each in calls])
        assert sorted(status for status, _ in answers) == [200, 400, 400, 400]
        assert _payable("pijar-ilmu") == number * 50_000


# Codes to try out


@pytest.mark.parametrize(
    ("code", "sequence", "status", "course_type"),
    [
        ("PRAT-TC1-001-200", 1, 200, 1),
        ("PRAT-TC1-999-200", 999, 200, 1),
        ("PRAT-TC2-001-200", 1, 200, 2),
        ("PRAT-TC2-999-200", 999, 200, 2),
        ("PRAT-TC3-002-200", 2, 200, 3),
        ("PRAT-TC1-001-400", 1, 400, None),
        ("PRAT-TC1-001-200", 2, 400, None),
        ("PRAT-TC9-001-200", 1, 400, None),
        ("PRAT-", 1, 400, None),
    ],
)
def test_codes_to_try_out_always_answer_the_same(
    transactional_db, keyring, code, sequence, status, course_type
):
    world.load_courses(keyring)
    for _ in range(2):
        found, said = world.ask(keyring, PIJAR, code, sequence=sequence)
        assert found == status
        assert said.get("data", {}).get("course_type") == course_type
        assert world.report(keyring, PIJAR, code, sequence=sequence)[0] == status
    assert not Attendance.objects.exists()
