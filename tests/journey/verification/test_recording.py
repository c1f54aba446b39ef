"""What registries say, recorded in sets: verdicts, disputes, nominations, and what is kept."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import Error
from tests.journey.verification.world import (
    BASE,
    DUKCAPIL,
    NOW,
    REAL,
    STATED,
    answer,
    at_once,
    claim,
    one,
    record,
    refute,
    register,
    somebody,
    state,
    state_of,
    verify,
)

from gelombang import store
from gelombang.journey.nominations import actions as nominations
from gelombang.journey.nominations.rules import HEADER
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.models import Identity
from gelombang.journey.verification.rules import (
    IDENTITY_MOVES,
    CheckKind,
    CheckState,
    Fact,
    IdentityAlreadyVerified,
    IdentityBeingChecked,
    IdentityState,
    NoFact,
    Unknown,
)
from gelombang.kit.sealing import unseal
from gelombang.records.notices.rules import open_letter
from gelombang.records.people import actions as people

pytestmark = pytest.mark.usefixtures("database_url")
LATER = NOW + timedelta(hours=2)


def attestations():
    return store.fetch("SELECT * FROM verification_attestation ORDER BY id")


def shown(person):
    """What a person's page can tell of their statement, but for their own numbers."""
    view = queries.identity_of(person_id=person)
    wait = queries.wait_of(person_id=person, now=NOW, real_now=REAL)
    return replace(view, identity_id=0), wait


class TestVerdicts:
    def test_a_fact_verifies_settles_asks_further_attests_and_tells(self, keyring):
        person = register(keyring, language="en")
        identity = state(keyring, person, replace(STATED, province="32"))
        (question,) = claim(keyring)

        assert record(keyring, [answer(question, Fact("01"))], now=LATER) == 1

        view = queries.identity_of(person_id=person)
        assert (view.state, view.decided_at) == (IdentityState.VERIFIED, LATER)
        settled = one("SELECT nik_index FROM people_person WHERE id = %s", person)
        assert bytes(settled) == bytes(Identity.objects.get(id=identity).person_index)
        assert queries.backlog_by_kind() == {"civil_registry": 0, "education": 1, "social_aid": 1}
        assert (queries.counts(as_of=LATER), queries.counts(as_of=NOW)) == (1, 0)
        (kept,) = attestations()
        assert (kept["kind"], kept["verdict"], kept["source"], kept["code"]) == (
            "civil_registry", "fact", "Dukcapil", "01",
        )  # fmt: skip
        assert (kept["answered_at"], kept["answer_sha256"]) == (LATER, "ab" * 32)
        assert kept["expires_at"] > LATER
        (notice,) = store.fetch("SELECT * FROM notices_notice")
        assert (notice["kind"], notice["language"]) == ("verification.verified", "en")
        assert unseal(keyring, notice["address_sealed"], purpose="email") == "budi@example.id"
        letter = open_letter(keyring, notice["letter_sealed"])
        assert letter.subject == "Your identity is verified"
        assert "If you have not joined yet: join the wave" in letter.body
        assert "If you have joined: you stay in the wave" in letter.body
        assert f"{BASE}/saya" in letter.body

    def test_no_fact_refutes_and_names_the_elements(self, keyring):
        person = register(keyring)
        identity = state(keyring, person)
        (question,) = claim(keyring)
        record(keyring, [answer(question, NoFact("01", ("name", "birth_date")))], now=LATER)

        view = queries.identity_of(person_id=person)
        assert (view.state, view.decided_at) == (IdentityState.REFUTED, LATER)
        assert (view.problem_code, view.problem_elements) == ("01", ("name", "birth_date"))
        assert one("SELECT nik_index FROM people_person WHERE id = %s", person) is None
        assert queries.backlog() == 0
        assert queries.counts(as_of=LATER) == 0
        (kept,) = attestations()
        assert (kept["identity_id"], kept["verdict"]) == (identity, "no_fact")
        detail = kept["detail"]
        assert (json.loads(detail) if isinstance(detail, str) else detail) == {
            "elements": ["name", "birth_date"]
        }
        (notice,) = store.fetch("SELECT * FROM notices_notice")
        assert notice["kind"] == "verification.refuted"
        letter = open_letter(keyring, notice["letter_sealed"])
        assert letter.subject == "Data Anda belum cocok dengan Dukcapil"

    @pytest.mark.parametrize("code", ["11", "12", "13", "14", "15"])
    def test_codes_about_the_person_refute_without_elements(self, keyring, code):
        person = register(keyring)
        state(keyring, person)
        record(keyring, [answer(claim(keyring)[0], NoFact(code))])
        view = queries.identity_of(person_id=person)
        assert (view.problem_code, view.problem_elements) == (code, ())

    def test_unknown_is_asked_again_for_ever_and_never_a_verdict(self, keyring):
        person = register(keyring)
        identity = state(keyring, person)
        at = REAL
        for attempt in range(1, 15):
            (question,) = claim(keyring, real_now=at)
            assert question.attempt == attempt
            assert record(keyring, [answer(question, Unknown("silence"))], real_now=at) == 0
            assert claim(keyring, real_now=at) == [], "not before a pause"
            at += timedelta(minutes=8)
        assert state_of(identity) == "pending"
        assert attestations() == []
        assert one("SELECT count(*) FROM notices_notice") == 0
        assert queries.backlog() == 1
        verdict = answer(claim(keyring, real_now=at)[0], Fact("01"))
        assert record(keyring, [verdict], real_now=at) == 1
        assert state_of(identity) == "verified"

    def test_recording_an_answer_again_changes_nothing(self, keyring):
        person = register(keyring)
        state(keyring, person)
        (question,) = claim(keyring)
        assert record(keyring, [answer(question, Fact("01"))]) == 1
        for outcome in (Fact("01"), NoFact("01", ("name",)), Unknown("late")):
            assert record(keyring, [answer(question, outcome)], now=LATER) == 0
        assert queries.identity_of(person_id=person).decided_at == NOW
        assert len(attestations()) == 1
        assert one("SELECT count(*) FROM notices_notice") == 1

    def test_answers_of_a_batch_are_each_about_their_own_person(self, keyring):
        outcomes = [Fact("01"), NoFact("11"), Unknown("x"), NoFact("01", ("name",)), Fact("01")]
        persons = [register(keyring, f"p{number}@example.id") for number in range(len(outcomes))]
        identities = [state(keyring, each, somebody(n)) for n, each in enumerate(persons)]
        questions = claim(keyring)
        given = [answer(each, said) for each, said in zip(questions, outcomes, strict=True)]
        assert record(keyring, given[::-1]) == 4
        states = [state_of(identity) for identity in identities]
        assert states == ["verified", "refuted", "pending", "refuted", "verified"]

    def test_nothing_to_record_is_nothing(self, keyring):
        assert record(keyring, []) == 0
        assert record(keyring, [], kind=CheckKind.EDUCATION) == 0


class TestLateAnswers:
    def test_a_late_unknown_of_an_expired_claim_changes_nothing(self, keyring):
        state(keyring, register(keyring))
        (first,) = claim(keyring)
        expired = REAL + actions.LEASE
        (second,) = claim(keyring, real_now=expired)
        record(keyring, [answer(first, Unknown("slow"))], real_now=expired)
        check = "SELECT state FROM verification_check WHERE id = %s"
        assert one(check, second.check_id) == CheckState.ASKED
        assert record(keyring, [answer(second, Fact("01"))], real_now=expired) == 1

    def test_a_late_verdict_of_an_expired_claim_counts_once(self, keyring):
        identity = state(keyring, register(keyring))
        (first,) = claim(keyring)
        (second,) = claim(keyring, real_now=REAL + actions.LEASE)
        assert record(keyring, [answer(first, Fact("01"))]) == 1
        assert record(keyring, [answer(second, NoFact("01", ("name",)))]) == 0
        assert state_of(identity) == "verified"
        assert len(attestations()) == 1

    def test_a_verdict_that_comes_while_the_question_rests_counts(self, keyring):
        identity = state(keyring, register(keyring))
        (first,) = claim(keyring)
        expired = REAL + actions.LEASE
        (second,) = claim(keyring, real_now=expired)
        record(keyring, [answer(second, Unknown("slow"))], real_now=expired)
        assert record(keyring, [answer(first, Fact("01"))], real_now=expired) == 1
        assert state_of(identity) == "verified"
        assert queries.backlog_by_kind()["civil_registry"] == 0


class TestFollowUps:
    @pytest.mark.parametrize("kind", [CheckKind.EDUCATION, CheckKind.SOCIAL_AID])
    @pytest.mark.parametrize(
        ("outcome", "verdict"), [(Fact("yes"), "fact"), (NoFact("not_found"), "no_fact")]
    )
    def test_what_they_say_is_kept_and_is_no_verdict_on_the_identity(
        self, keyring, kind, outcome, verdict
    ):
        person = register(keyring)
        identity = verify(keyring, person)
        (question,) = claim(keyring, kind)
        said = replace(answer(question, outcome), as_of=NOW - timedelta(days=3))
        assert record(keyring, [said], kind=kind, now=LATER) == 1
        (kept,) = [row for row in attestations() if row["kind"] == kind.value]
        assert (kept["verdict"], kept["code"]) == (verdict, outcome.code)
        assert kept["as_of"] == NOW - timedelta(days=3)
        assert state_of(identity) == "verified"
        assert queries.identity_of(person_id=person).decided_at == NOW

    def test_unknown_is_asked_again(self, keyring):
        verify(keyring, register(keyring))
        (question,) = claim(keyring, CheckKind.EDUCATION)
        record(keyring, [answer(question, Unknown("x"))], kind=CheckKind.EDUCATION)
        assert claim(keyring, CheckKind.EDUCATION) == []
        soon = REAL + timedelta(seconds=2)
        (again,) = claim(keyring, CheckKind.EDUCATION, real_now=soon)
        assert again.attempt == 2

    def test_the_facts_view_tells_later_steps_what_was_promised(self, keyring):
        person = register(keyring)
        identity = verify(keyring, person, replace(STATED, province="35"))
        (row,) = store.fetch("SELECT * FROM verification_facts")
        assert list(row) == [
            "person_id", "identity_id", "state", "area", "decided_at", "birth_date_sealed",
            "lifetime_index", "enrolled_verdict", "enrolled_source", "enrolled_code", "enrolled_at",
            "social_aid_verdict", "social_aid_source", "social_aid_code", "social_aid_at",
            "nominated", "employed_verdict", "employed_source", "employed_code", "employed_at",
            "excluded_verdict", "excluded_source", "excluded_code", "excluded_at",
        ]  # fmt: skip
        assert (row["person_id"], row["identity_id"], row["area"]) == (person, identity, "35")
        assert (row["enrolled_verdict"], row["social_aid_verdict"]) == (None, None)
        assert unseal(keyring, row["birth_date_sealed"], purpose="birth_date") == "1995-08-17"

        for kind, said in (
            (CheckKind.EDUCATION, NoFact("not_found")),
            (CheckKind.SOCIAL_AID, Fact("aid_received")),
        ):
            record(keyring, [answer(claim(keyring, kind)[0], said)], kind=kind, now=LATER)
        (row,) = store.fetch("SELECT * FROM verification_facts")
        assert (row["enrolled_verdict"], row["enrolled_code"]) == ("no_fact", "not_found")
        assert (row["social_aid_verdict"], row["social_aid_code"]) == ("fact", "aid_received")
        assert (row["enrolled_at"], row["social_aid_at"]) == (LATER, LATER)
        assert (row["enrolled_source"], row["social_aid_source"]) == ("Dapodik & PDDikti", "DTKS")


class TestDisputes:
    def assert_disputed(self, *identities):
        assert [state_of(each) for each in identities] == ["disputed"] * len(identities)
        assert one("SELECT count(*) FROM verification_dispute") == 1
        assert one("SELECT count(*) FROM verification_disputeclaim") == len(identities)
        assert one("SELECT count(*) FROM audit_entry WHERE action = 'verification.dispute'") == 1

    def test_two_confirmed_claims_in_one_batch_are_both_disputed(self, keyring):
        ani, budi = register(keyring, "ani@example.id"), register(keyring, "budi@example.id")
        identities = [state(keyring, each) for each in (ani, budi)]
        record(keyring, [answer(each, Fact("01")) for each in claim(keyring)])
        self.assert_disputed(*identities)
        assert queries.counts(as_of=LATER) == 0
        assert one("SELECT count(*) FROM people_person WHERE nik_index IS NOT NULL") == 0
        assert queries.backlog() == 0, "nobody asks further about a contested person"

    def test_a_later_confirmed_claim_disputes_the_earlier_too_and_nobody_can_tell(self, keyring):
        ani, budi = register(keyring, "ani@example.id"), register(keyring, "budi@example.id")
        pending = register(keyring, "cici@example.id")
        first, second = verify(keyring, ani), state(keyring, budi)
        record(keyring, [answer(each, Fact("01")) for each in claim(keyring)], now=LATER)
        self.assert_disputed(first, second)
        assert queries.counts(as_of=LATER) == 0

        state(keyring, pending, somebody(7))
        assert shown(ani) == shown(budi) == shown(pending)
        assert shown(ani)[0].state is IdentityState.PENDING
        for person in (ani, budi):
            with pytest.raises(IdentityBeingChecked):
                state(keyring, person, somebody(8))
        told = store.fetch(
            "SELECT kind FROM notices_notice WHERE person_id = ANY(%s)", [[ani, budi]]
        )
        assert [row["kind"] for row in told] == ["verification.verified"], "no letter about it"

    def test_a_third_claim_joins_the_dispute(self, keyring):
        identities = []
        for number in range(3):
            identities.append(state(keyring, register(keyring, f"p{number}@example.id")))
            record(keyring, [answer(each, Fact("01")) for each in claim(keyring)])
        self.assert_disputed(*identities)

    def test_a_claim_with_wrong_data_changes_nothing_for_the_owner(self, keyring):
        owner, stranger = register(keyring), register(keyring, "stranger@example.id")
        own = verify(keyring, owner)
        before = shown(owner)
        guess = refute(keyring, stranger, replace(STATED, name="ORANG LAIN"))
        assert (state_of(own), state_of(guess)) == ("verified", "refuted")
        assert shown(owner) == before
        assert one("SELECT count(*) FROM verification_dispute") == 0

    def test_a_strangers_pending_or_refuted_claim_does_not_hold_up_the_owner(self, keyring):
        stranger, other = register(keyring, "s@example.id"), register(keyring, "t@example.id")
        refute(keyring, other)
        waiting = state(keyring, stranger)
        (held,) = claim(keyring)
        own = verify(keyring, register(keyring))
        assert (state_of(own), state_of(waiting)) == ("verified", "pending")
        record(keyring, [answer(held, NoFact("01", ("name",)))])
        assert (state_of(own), state_of(waiting)) == ("verified", "refuted")

    def test_stating_a_nik_that_somebody_holds_looks_like_any_other(self, keyring):
        owner, stranger = register(keyring), register(keyring, "stranger@example.id")
        verify(keyring, owner)
        with pytest.raises(IdentityAlreadyVerified):
            state(keyring, owner)
        state(keyring, stranger)
        view, wait = shown(stranger)
        assert (view.state, view.version, wait.before) == (IdentityState.PENDING, 1, 0)

    def test_a_nik_that_people_hold_already_is_never_verified_twice(self, keyring):
        holder, claimer = register(keyring, "holder@example.id"), register(keyring)
        identity = state(keyring, claimer)
        index = bytes(Identity.objects.get(id=identity).person_index)
        with store.transaction():
            assert people.settle_nik(person_id=holder, person_index=index)
        record(keyring, [answer(claim(keyring)[0], Fact("01"))])
        self.assert_disputed(identity)

    def test_confirmations_at_the_same_moment_see_each_other(self, keyring):
        pairs = 6
        identities = []
        for number in range(2 * pairs):
            person = register(keyring, f"p{number}@example.id")
            identities.append(state(keyring, person, somebody(number // 2)))
        answers = [answer(each, Fact("01")) for each in claim(keyring)]
        recorded = at_once(
            lambda: record(keyring, answers[0::2]), lambda: record(keyring, answers[1::2])
        )
        assert recorded == [pairs, pairs]
        assert {state_of(each) for each in identities} == {"disputed"}
        assert one("SELECT count(*) FROM verification_dispute") == pairs
        assert one("SELECT count(*) FROM verification_disputeclaim") == 2 * pairs

    def test_the_same_answers_recorded_twice_at_once_count_once(self, keyring):
        state(keyring, register(keyring))
        answers = [answer(claim(keyring)[0], Fact("01"))]
        recorded = at_once(*[lambda: record(keyring, answers)] * 3)
        assert sorted(recorded) == [0, 0, 1]
        assert len(attestations()) == 1
        assert one("SELECT count(*) FROM notices_notice") == 1


class TestNominations:
    def nominate(self, keyring, agency="Dinas Contoh", nik=STATED.nik):
        cells = (nik, "BUDI", "", "dinas", "ritel", "PHK", "31", "")
        file = "\r\n".join((",".join(HEADER), ",".join(cells))).encode()
        return nominations.import_list(
            agency=agency, file=file, keyring=keyring, actor="cli:test", now=NOW, real_now=REAL
        ).list_id

    def match(self):
        while actions.match_nominations(now=LATER):
            pass

    def matched(self):
        rows = store.fetch(
            "SELECT identity_id FROM verification_nominationmatch ORDER BY nomination_id"
        )
        return [row["identity_id"] for row in rows]

    def test_a_nomination_before_the_verdict_is_matched_with_it(self, keyring):
        self.nominate(keyring)
        self.match()
        assert self.matched() == []
        identity = verify(keyring, register(keyring))
        assert self.matched() == [identity]
        assert one("SELECT nominated FROM verification_facts") is True

    def test_a_nomination_after_the_verdict_is_matched_by_its_list(self, keyring):
        identity = verify(keyring, register(keyring))
        assert one("SELECT nominated FROM verification_facts") is False
        self.nominate(keyring)
        assert self.matched() == []
        self.match()
        assert self.matched() == [identity]
        assert one("SELECT nominated FROM verification_facts") is True

    def test_lists_of_several_agencies_in_any_order_are_each_matched_once(self, keyring):
        self.nominate(keyring, "Dinas A")
        identity = verify(keyring, register(keyring))
        self.nominate(keyring, "Dinas B")
        for _ in range(2):
            self.match()
            assert self.matched() == [identity, identity]
        assert queries.unmatched_list() is None

    def test_only_verified_people_are_matched(self, keyring):
        self.nominate(keyring)
        refute(keyring, register(keyring))
        state(keyring, register(keyring, "other@example.id"))
        self.match()
        assert self.matched() == []

    def test_another_nik_is_another_person(self, keyring):
        self.nominate(keyring, nik=somebody(5).nik)
        verify(keyring, register(keyring))
        self.match()
        assert self.matched() == []


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE verification_attestation SET verdict = 'no_fact'",
            "DELETE FROM verification_attestation",
            "TRUNCATE verification_attestation",
        ],
    )
    def test_attestations_are_never_edited(self, keyring, statement):
        verify(keyring, register(keyring))
        with pytest.raises(Error):
            store.execute(statement)
        assert [row["verdict"] for row in attestations()] == ["fact"]

    @pytest.mark.parametrize(
        ("before", "after"),
        [(one, two) for one in IdentityState for two in IdentityState
         if one != two and two not in IDENTITY_MOVES[one]],
    )  # fmt: skip
    def test_an_identity_makes_no_other_move(self, keyring, before, after):
        identity = state(keyring, register(keyring))
        if before is not IdentityState.PENDING:
            store.execute("UPDATE verification_identity SET state = %s", [before.value])
        with pytest.raises(Error):
            store.execute("UPDATE verification_identity SET state = %s", [after.value])
        assert state_of(identity) == before.value

    @pytest.mark.parametrize(
        ("steps", "after"),
        [((), "nonsense"), (("asked", "answered"), "asked")],
    )
    def test_a_check_makes_no_other_move(self, keyring, steps, after):
        state(keyring, register(keyring))
        for step in steps:
            store.execute("UPDATE verification_check SET state = %s", [step])
        with pytest.raises(Error):
            store.execute("UPDATE verification_check SET state = %s", [after])

    def test_two_verified_statements_of_one_nik_cannot_be_written(self, keyring):
        verify(keyring, register(keyring))
        other = state(keyring, register(keyring, "other@example.id"))
        with pytest.raises(Error):
            store.execute(
                "UPDATE verification_identity SET state = 'verified' WHERE id = %s", [other]
            )

    def test_one_question_of_a_kind_about_a_version(self, keyring):
        state(keyring, register(keyring))
        with pytest.raises(Error):
            store.execute(
                "INSERT INTO verification_check (identity_id, kind, state, due_at, attempts)"
                " SELECT identity_id, kind, 'due', due_at, 0 FROM verification_check"
            )
        assert one("SELECT count(*) FROM verification_check WHERE kind = %s", DUKCAPIL.value) == 1
