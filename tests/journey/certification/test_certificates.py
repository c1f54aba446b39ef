"""Certificates from the completed purchase to the public page, revoked, twice, and at once."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection
from tests.journey.certification import world
from tests.journey.certification.world import BASE_URL, FINISHED, ISSUED, NAME
from tests.journey.selection.world import Someone
from tests.journey.verification.world import at_once

from gelombang import store
from gelombang.journey.certification import actions, queries
from gelombang.journey.certification.rules import (
    CertificateRevoked,
    CertificateState,
    CertificateUnknown,
    ReasonHoldsNumber,
    RevocationUnexplained,
    show_number,
)
from gelombang.journey.verification import queries as verification
from gelombang.kit.sealing import SealBroken, seal, unseal
from gelombang.records.audit.models import Entry
from gelombang.records.notices.rules import open_letter

pytestmark = pytest.mark.usefixtures("database_url")


def rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def letters(keyring, kind: str) -> list:
    found = rows("SELECT letter_sealed FROM notices_notice WHERE kind = %s ORDER BY id", kind)
    return [open_letter(keyring, bytes(sealed)) for (sealed,) in found]


def number_of(graduate) -> str:
    return queries.certificates_of(person_id=graduate.person_id)[0].number


def test_a_finished_course_becomes_a_certificate_and_a_letter_once(keyring):
    people = [Someone(), Someone(language="en"), Someone()]
    world.winners(keyring, people)
    first, second, unfinished = world.buy(people)
    world.finish(keyring, [first, second])
    assert world.issue(keyring, limit=1) == 1, "a batch is bounded"
    assert world.issue(keyring) == 1
    assert world.issue(keyring) == 0
    assert queries.certificates_of(person_id=unfinished.person_id) == []

    (own,) = queries.certificates_of(person_id=first.person_id)
    assert own.state == CertificateState.VALID
    course = first.purchase.course
    assert (own.title, own.hours, own.course_code) == (course.title, course.hours, course.code)
    assert own.provider_name == course.provider_name
    assert (own.completed_at, own.issued_at) == (FINISHED, ISSUED)
    assert own.purchase_id == first.purchase.id
    assert number_of(first) != number_of(second)

    told = letters(keyring, "certification.issued")
    indonesian, english = sorted(told, key=lambda letter: letter.subject)
    assert indonesian.subject == "Sertifikat Anda terbit"
    assert f"{BASE_URL}/saya/sertifikat/{own.number}/ulasan" in indonesian.body
    assert show_number(own.number) in indonesian.body
    assert english.subject == "Your certificate is here"
    assert course.title.en in english.body
    assert not any(NAME in letter.body for letter in (indonesian, english))
    assert queries.counts(as_of=ISSUED) == queries.Counts(issued=2, revoked=0, holders=2)
    assert queries.counts(as_of=FINISHED).issued == 0


def test_the_public_sees_a_mask_and_only_the_holder_the_name(keyring):
    holder, other = world.graduates(keyring, count=2)
    world.issue(keyring)
    number = number_of(holder)
    public = queries.certificate(number=number, keyring=keyring)
    assert public.holder == "S*** A*** P***"
    assert NAME not in repr(public)
    typed = show_number(number).lower().replace("o", "0").replace("i", "1").replace("b", "8")
    assert queries.certificate(number=f" {typed} ", keyring=keyring) == public
    for unknown in ("", "A" * 16, "A" * 17, number[:-1], f"{number}A", "🙂" * 16, "' OR 1=1 --"):
        assert queries.certificate(number=unknown, keyring=keyring) is None

    own = queries.certificate_for_holder(person_id=holder.person_id, number=number, keyring=keyring)
    assert own.holder == NAME
    assert NAME not in repr(own)
    theirs = {"number": number, "keyring": keyring}
    assert queries.certificate_for_holder(person_id=other.person_id, **theirs) is None

    rows("UPDATE certification_certificate SET holder_sealed = NULL RETURNING id")
    assert queries.certificate(number=number, keyring=keyring).holder == ""


def test_the_name_is_sealed_again_and_one_that_does_not_open_stops_issuing(keyring):
    (holder,) = world.graduates(keyring)
    person = holder.person_id
    lying = verification.sealed_names(person_ids=[person, Someone().person_id])
    assert list(lying) == [person]
    rows("UPDATE verification_identity SET name_sealed = %s RETURNING id", b"broken" * 9)
    with pytest.raises(SealBroken):
        world.issue(keyring)
    assert rows("SELECT count(*) FROM certification_certificate") == [(0,)]
    rows("UPDATE verification_identity SET name_sealed = %s RETURNING id", lying[person])
    assert world.issue(keyring) == 1
    ((sealed,),) = rows("SELECT holder_sealed FROM certification_certificate")
    assert bytes(sealed) != lying[person]
    assert unseal(keyring, bytes(sealed), purpose="name") == NAME


def test_without_a_verified_identity_nothing_is_issued_and_nobody_waits_for_it(keyring):
    stuck, fine = world.graduates(keyring, count=2)
    move = "UPDATE verification_identity SET state = %s WHERE person_id = %s RETURNING id"
    rows(move, "disputed", stuck.person_id)
    assert world.issue(keyring, limit=1) == 1
    assert queries.certificates_of(person_id=stuck.person_id) == []
    assert number_of(fine)
    assert world.issue(keyring, limit=1) == 0
    rows(move, "verified", stuck.person_id)
    assert world.issue(keyring, limit=1) == 1
    assert number_of(stuck)


def test_two_workers_and_a_crash_issue_each_certificate_and_letter_once(keyring, monkeypatch):
    world.graduates(keyring, count=6)
    owe = actions.notices.owe
    monkeypatch.setattr(actions.notices, "owe", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        world.issue(keyring)
    assert rows("SELECT count(*) FROM certification_certificate") == [(0,)]
    monkeypatch.setattr(actions.notices, "owe", owe)

    done = at_once(*[lambda: world.issue(keyring, limit=4)] * 4)
    assert all(isinstance(each, int) for each in done), done
    while world.issue(keyring, limit=4):
        pass
    assert rows("SELECT count(*), count(DISTINCT purchase_id) FROM certification_certificate") == [
        (6, 6)
    ]
    assert len(letters(keyring, "certification.issued")) == 6


def test_a_completion_that_commits_late_is_certified_and_none_is_looked_at_again(
    keyring, database_url
):
    people = [Someone(), Someone()]
    world.winners(keyring, people)
    slow, quick = world.buy(people)
    rows("UPDATE learning_purchase SET state = 'redeemed', redeemed_at = %s RETURNING id", FINISHED)
    ended = "UPDATE learning_purchase SET state = 'completed', completed_at = %s WHERE id = %s"
    with psycopg.connect(database_url) as other:
        other.execute(ended, [FINISHED, slow.purchase.id])
        rows(f"{ended} RETURNING id", FINISHED, quick.purchase.id)
        assert world.issue(keyring) == 1
        assert number_of(quick)
        assert world.issue(keyring) == 0
        other.commit()
    assert world.issue(keyring) == 1
    assert number_of(slow)
    rows("DELETE FROM certification_progress RETURNING facts")
    assert world.issue(keyring) == 0, "a look that finds nothing moves the cursor too"
    assert rows("SELECT count(*) FROM certification_due") == [(0,)]
    since, _ = queries.progress(facts=actions.COMPLETIONS)
    assert rows("SELECT count(*) FROM purchase_facts WHERE xid >= %s::text::xid8", str(since)) == [
        (0,)
    ], "the cursor is beyond what was certified"


def test_the_list_goes_on_where_many_wait_for_their_identity(keyring):
    graduates = world.graduates(keyring, count=5)
    stuck = graduates[:3]
    move = "UPDATE verification_identity SET state = %s WHERE person_id = ANY (%s) RETURNING id"
    rows(move, "disputed", [each.person_id for each in stuck])
    assert world.issue(keyring, limit=1) == 1
    assert world.issue(keyring, limit=1) == 1
    assert world.issue(keyring, limit=1) == 0
    rows(move, "verified", [each.person_id for each in stuck])
    assert world.issue(keyring, limit=5) == 3


def test_a_second_writer_of_the_same_purchase_loses_quietly(keyring, monkeypatch):
    """What the lock keeps apart, the unique purchase keeps apart as well."""
    (holder,) = world.graduates(keyring)
    due = [queries.Finished(holder.purchase.id, holder.person_id)]
    assert world.issue(keyring) == 1
    before = number_of(holder)
    monkeypatch.setattr(queries, "finished", lambda **_: due)
    assert world.issue(keyring) == 0
    assert number_of(holder) == before
    assert len(letters(keyring, "certification.issued")) == 1


def test_a_revocation_is_explained_noted_told_and_final(keyring):
    (holder,) = world.graduates(keyring, language="en")
    world.issue(keyring)
    number = number_of(holder)
    for reason, refusal in (
        ("pendek", RevocationUnexplained),
        (" .   . " * 3, RevocationUnexplained),
        ("x" * 501, RevocationUnexplained),
        ("NIK 3174 0157 0899 9901 bukan miliknya", ReasonHoldsNumber),
        ("hubungi 0812-0000-1234 untuk bukti", ReasonHoldsNumber),
    ):
        with pytest.raises(refusal) as refused:
            world.revoke(number, reason)
        assert refused.value.field == "reason"
    with pytest.raises(CertificateUnknown):
        world.revoke("A" * 16)
    with pytest.raises(CertificateUnknown):
        world.revoke("bukan nomor")
    assert world.tell_revoked(keyring) == 0

    world.revoke(show_number(number).lower())
    public = queries.certificate(number=number, keyring=keyring)
    assert (public.state, public.revoked_at) == (CertificateState.REVOKED, ISSUED)
    note = Entry.objects.get(action="certification.revoke")
    assert (note.actor, note.subject) == ("staff:petugas", f"certificate:{number}")
    assert note.detail == {"reason": "Bukti kehadiran ternyata dipalsukan"}
    with pytest.raises(CertificateRevoked):
        world.revoke(number)

    assert world.tell_revoked(keyring) == 1
    assert world.tell_revoked(keyring) == 0
    (letter,) = letters(keyring, "certification.revoked")
    assert letter.subject == "Your certificate was revoked"
    assert f"{BASE_URL}/bantuan" in letter.body
    assert queries.counts(as_of=ISSUED) == queries.Counts(issued=1, revoked=1, holders=0)


def test_one_of_two_revocations_at_once_is_told_that_it_came_second(keyring):
    (holder,) = world.graduates(keyring)
    world.issue(keyring)
    number = number_of(holder)
    done = at_once(*[lambda: world.revoke(number)] * 2)
    assert sorted(type(each).__name__ for each in done) == ["CertificateRevoked", "NoneType"]
    at_once(*[lambda: world.tell_revoked(keyring)] * 2)
    assert len(letters(keyring, "certification.revoked")) == 1


WRONG = {
    "another number": "UPDATE certification_certificate SET number = 'AAAABBBBCCCCDDDD'",
    "another title": "UPDATE certification_certificate SET title_id = 'Yang lain'",
    "another name": "UPDATE certification_certificate SET holder_sealed = 'x'",
    "revoked without reason": "UPDATE certification_certificate SET state = 'revoked'",
    "thrown away": "DELETE FROM certification_certificate",
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_the_database_keeps_a_certificate_as_it_was_issued(keyring, change):
    world.graduates(keyring)
    world.issue(keyring)
    with pytest.raises(IntegrityError):
        rows(f"{change} RETURNING id")


def test_the_database_refuses_certificates_that_no_purchase_backs(keyring, database_url):
    holder, other = world.graduates(keyring, count=2)
    (unfinished,) = world.buy([holder.someone], course=world.OTHER_COURSE)
    add = (
        "INSERT INTO certification_certificate (number, purchase_id, award_id, person_id,"
        " course_code, title_id, title_en, provider_name, hours, completed_at, issued_at, state)"
        " SELECT 'AAAABBBBCCCCDDDD', purchase_id, award_id, %s, %s, '', '', '', 1,"
        " now(), now(), 'valid' FROM purchase_facts WHERE purchase_id = %s"
    )
    with psycopg.connect(database_url, autocommit=True) as connected:
        for values in (
            (unfinished.person_id, world.OTHER_COURSE, unfinished.purchase.id),
            (other.person_id, world.COURSE, holder.purchase.id),
            (holder.person_id, world.OTHER_COURSE, holder.purchase.id),
        ):
            with pytest.raises(psycopg.errors.CheckViolation, match="does not fit its purchase"):
                connected.execute(add, values)
        connected.execute(add, (holder.person_id, world.COURSE, holder.purchase.id))
        with pytest.raises(psycopg.errors.UniqueViolation):
            connected.execute(
                add.replace("AAAA", "ZZZZ"), (holder.person_id, world.COURSE, holder.purchase.id)
            )


def test_a_revoked_certificate_stays_revoked(keyring):
    (holder,) = world.graduates(keyring)
    world.issue(keyring)
    world.revoke(number_of(holder))
    with pytest.raises(IntegrityError, match="may not become"):
        rows("UPDATE certification_certificate SET state = 'valid' RETURNING id")
    with pytest.raises(IntegrityError, match="cannot be changed"):
        rows("UPDATE certification_certificate SET revoke_reason = 'lupa' RETURNING id")


def test_a_second_course_of_a_person_is_a_second_certificate(keyring):
    (first,) = world.graduates(keyring)
    world.issue(keyring)
    bought = world.buy([first.someone], course=world.OTHER_COURSE)
    world.finish(keyring, bought)
    assert world.issue(keyring, now=ISSUED + timedelta(days=9)) == 1
    latest, earlier = queries.certificates_of(person_id=first.person_id)
    assert (latest.course_code, earlier.course_code) == (world.OTHER_COURSE, world.COURSE)
    assert queries.counts(as_of=latest.issued_at).holders == 1


def test_a_standing_is_asked_for_inside_a_transaction_by_its_holder(keyring):
    holder, other = world.graduates(keyring, count=2)
    world.issue(keyring)
    number = number_of(holder)
    with pytest.raises(store.TransactionMissing):
        queries.standing_for_share(number=number, person_id=holder.person_id)
    with store.transaction():
        held = queries.standing_for_share(number=number.lower(), person_id=holder.person_id)
        assert (held.number, held.state) == (number, "valid")
        assert queries.standing_for_share(number=number, person_id=other.person_id) is None
        assert queries.standing_for_share(number="?", person_id=holder.person_id) is None


def test_no_certificate_is_older_than_the_course_nor_a_revocation_than_it(keyring):
    """A sweep that read the clock before the provider did may still find the course completed."""
    (holder,) = world.graduates(keyring)
    world.issue(keyring, now=FINISHED - timedelta(hours=1))
    (own,) = queries.certificates_of(person_id=holder.person_id)
    assert own.issued_at == own.completed_at == FINISHED
    actions.revoke(number=own.number, reason="Bukti kehadiran palsu", actor="staff:a",
                   now=FINISHED - timedelta(hours=1), real_now=world.REAL)  # fmt: skip
    assert queries.certificates_of(person_id=holder.person_id)[0].revoked_at == FINISHED


def test_a_rotation_seals_the_holders_name_with_another_key_and_nothing_else(keyring):
    world.graduates(keyring)
    world.issue(keyring)
    newer = replace(
        keyring, sealing={**keyring.sealing, 9: bytes(range(32))}, sealing_current=9, _ciphers={}
    )
    again = seal(newer, NAME, purpose="name")
    refused = pytest.raises(IntegrityError, match="cannot be changed")
    with refused, store.transaction():
        store.execute("UPDATE certification_certificate SET holder_sealed = %s", [again])
    with store.transaction():
        store.execute("SET LOCAL gelombang.new_keys = 'on'")
        store.execute("UPDATE certification_certificate SET holder_sealed = %s", [again])
    with refused, store.transaction():
        store.execute("SET LOCAL gelombang.new_keys = 'on'")
        store.execute("UPDATE certification_certificate SET hours = hours + 1")
    [(sealed,)] = rows("SELECT holder_sealed FROM certification_certificate")
    assert unseal(newer, bytes(sealed), purpose="name") == NAME
