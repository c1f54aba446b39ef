"""Courses and certificates at the desk: a class is called off, a certificate is taken back."""

import pytest
from tests.journey.certification import world as certified
from tests.journey.learning import world as learning
from tests.journey.selection.world import Someone
from tests.web.conftest import page

from gelombang.journey.certification import queries as certificates
from gelombang.journey.certification.rules import show_number
from gelombang.journey.learning import queries as courses
from gelombang.kit import clock
from gelombang.web.authority import (
    AUDITOR,
    FINANCE_MAKER,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    SUPPORT_AGENT,
)

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Pengajar sakit dan kelas tidak diganti"


def trail(action):
    from gelombang.records.audit.models import Entry

    return list(Entry.objects.filter(action=action).order_by("id"))


@pytest.fixture
def buyers(keyring, web_clock):
    """Two people who bought; the clock of the pages stands at the day."""
    people = [Someone(), Someone()]
    certified.winners(keyring, people)
    clock.set_face(web_clock, virtual=certified.ISSUED, rate=0)
    return certified.buy(people)


@pytest.fixture
def number(keyring, buyers):
    """The number of a valid certificate."""
    certified.finish(keyring, buyers[:1])
    certified.issue(keyring)
    return certificates.certificates_of(person_id=buyers[0].person_id)[0].number


def test_a_class_is_called_off_for_a_reason_and_its_typed_code(keyring, buyers, at_desk):
    desk = at_desk(PROGRAMME_OFFICER)
    code = certified.COURSE
    listed = page(desk.get("/meja/pelatihan"))
    assert f'href="/meja/pelatihan/{code}/batal"' in listed
    assert "Belum ada ulasan" in listed
    place = f"/meja/pelatihan/{code}/batal"
    assert "2 pembelian yang belum selesai" in page(desk.get(place))
    for typed, words in (
        ({"alasan": REASON, "kode": "LAIN-01"}, f"Ketik persis {code}"),
        ({"alasan": REASON, "kode": code.lower()}, f"Ketik persis {code}"),
        ({"alasan": "ok", "kode": code}, "paling sedikit 10 huruf"),
        ({"alasan": "NIK 3174011708959901 minta begitu", "kode": code}, "Jangan tulis NIK"),
        ({}, f"Ketik persis {code}"),
    ):
        answer = desk.post(place, typed)
        assert answer.status_code == 422
        assert words in page(answer)
    assert courses.course(code=code).is_on_sale
    answer = desk.post(place, {"alasan": REASON, "kode": code})
    assert answer["Location"] == "/meja/pelatihan"
    assert [entry.detail["reason"] for entry in trail("learning.cancel_course")] == [REASON]
    assert courses.counts()["cancelled"] == 2
    shown = page(desk.get("/meja/pelatihan"))
    assert "Dibatalkan" in shown
    assert REASON in shown
    assert f'href="{place}"' not in shown
    again = desk.post(place, {"alasan": REASON, "kode": code})
    assert "sudah dibatalkan" in page(again)
    assert len(trail("learning.cancel_course")) == 1
    assert desk.get("/meja/pelatihan/TIDAK-ADA/batal").status_code == 404


def test_an_empty_catalogue_says_how_to_load_one(at_desk):
    assert "gelombang courses load" in page(at_desk(OPERATOR).get("/meja/pelatihan"))


def test_a_certificate_is_found_however_it_is_typed(number, at_desk):
    desk = at_desk(SUPPORT_AGENT)
    assert "sertifikat terbit" in page(desk.get("/meja/sertifikat"))
    for typed in (number, show_number(number), number.lower(), f" {show_number(number)} "):
        answer = desk.get("/meja/sertifikat", {"nomor": typed})
        assert answer["Location"] == f"/meja/sertifikat/{number}"
    shown = page(desk.get(f"/meja/sertifikat/{number}"))
    assert "S*** A*** P***" in shown
    assert certified.NAME not in shown
    assert "Hanya petugas program" in shown
    for typed, words in (("x", "16 huruf"), ("", "16 huruf"), ("A" * 16, "Tidak ada sertifikat")):
        answer = desk.get("/meja/sertifikat", {"nomor": typed})
        assert answer.status_code == 422
        assert words in page(answer)
    assert desk.get("/meja/sertifikat/AAAAAAAAAAAAAAAA").status_code == 404
    assert desk.get(f"/meja/sertifikat/{number}/cabut").status_code == 403


def test_a_certificate_is_taken_back_for_a_reason_and_its_typed_number(keyring, number, at_desk):
    desk, place = at_desk(PROGRAMME_DIRECTOR), f"/meja/sertifikat/{number}/cabut"
    assert f'href="{place}"' in page(desk.get(f"/meja/sertifikat/{number}"))
    for typed, words in (
        ({"alasan": REASON, "nomor": "A" * 16}, f"Ketik persis {show_number(number)}"),
        ({"alasan": "ok", "nomor": number}, "paling sedikit 10 huruf"),
        ({"alasan": "NIK 3174011708959901 minta begitu", "nomor": number}, "Jangan tulis NIK"),
    ):
        answer = desk.post(place, typed)
        assert answer.status_code == 422
        assert words in page(answer)
    answer = desk.post(place, {"alasan": REASON, "nomor": show_number(number)})
    assert answer["Location"] == f"/meja/sertifikat/{number}"
    shown = page(desk.get(f"/meja/sertifikat/{number}"))
    assert "Dicabut" in shown
    assert REASON in shown
    assert "petugas" in shown
    assert certificates.certificate(number=number, keyring=keyring).state == "revoked"
    again = desk.post(place, {"alasan": REASON, "nomor": number})
    assert "sudah dicabut" in page(again)
    assert len(trail("certification.revoke")) == 1


def test_who_sees_courses_and_certificates_and_who_decides(number, at_desk):
    both = {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, AUDITOR, SUPPORT_AGENT}
    deciders = {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR}
    pages = {
        "/meja/pelatihan": both | {OPERATOR},
        f"/meja/pelatihan/{learning.SHORT}/batal": deciders,
        "/meja/sertifikat": both,
        f"/meja/sertifikat/{number}": both,
        f"/meja/sertifikat/{number}/cabut": deciders,
    }
    for group in (*both, OPERATOR, FINANCE_MAKER):
        desk = at_desk(group, username=group)
        for path, groups in pages.items():
            assert (desk.get(path).status_code == 200) == (group in groups), (group, path)
