"""The desk: who gets in, what each group may do, and that every deed is typed, reasoned, noted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.conftest import page

from gelombang.kit import clock
from gelombang.web.authority import (
    AGENCY_OFFICER,
    AUDITOR,
    FINANCE,
    FINANCE_CHECKER,
    GROUPS,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    SUPPORT_AGENT,
)

pytestmark = pytest.mark.django_db
WAVE = "PKJ-2020-W01"
REASON = "Sesuai keputusan rapat hari ini"
HEADER = "nik,name,phone,agency_type,sector,employment_status,area,reason\n"


def trail(action):
    from gelombang.records.audit.models import Entry

    return list(Entry.objects.filter(action=action).order_by("id"))


def test_password_and_code_open_the_desk_and_are_noted(at_desk):
    desk = at_desk(OPERATOR)
    assert "Ringkasan" in page(desk.get("/meja/"))
    assert [entry.actor for entry in trail("staff.sign_in")] == ["staff:petugas"]


def test_questions_that_a_partner_cannot_process_are_shown_with_what_to_do(at_desk, verified):
    from gelombang.journey.verification.models import Check
    from gelombang.records.partners import actions as partners
    from gelombang.records.partners.queries import Agreed
    from gelombang.records.programme.terms import PartnerContract

    agreed = Agreed(PartnerContract("civil_registry", "Dukcapil", 10, 10, 1), 1)
    deed = {"actor": "cli:test", "now": clock.now(), "real_now": clock.real_now()}
    partners.provide(agreed=agreed, **deed)
    desk = at_desk(OPERATOR)
    assert "ask-again" not in page(desk.get("/meja/"))
    Check.objects.filter(kind="civil_registry").update(state="due")
    Check.objects.filter(kind="civil_registry").update(state="asked")
    Check.objects.filter(kind="civil_registry").update(state="held")
    shown = page(desk.get("/meja/"))
    assert "1 pertanyaan ke Dukcapil ditahan." in shown
    assert "gelombang partners ask-again civil_registry" in shown


@pytest.mark.parametrize(
    "wrong", [{"password": "salah"}, {"kode": "000000"}, {"kode": ""}, {"username": "siapa"}]
)
def test_one_answer_for_a_wrong_name_password_or_code(make_staff, wrong):
    account = make_staff(OPERATOR)
    answer = Client().post("/meja/masuk", account.form(**wrong))
    assert answer.status_code == 422
    assert "Nama, kata sandi, atau kode belum cocok" in page(answer)
    assert account.password not in page(answer)


def test_a_code_works_once(make_staff):
    account = make_staff(OPERATOR)
    form = account.form()
    assert Client().post("/meja/masuk", form).status_code == 303
    assert Client().post("/meja/masuk", form).status_code == 422


def test_five_misses_lock_the_name_also_for_the_right_password(make_staff):
    account = make_staff(OPERATOR)
    answers = [
        Client().post("/meja/masuk", account.form(password="salah")).status_code for _ in range(5)
    ]
    assert answers[-1] == 429
    locked = Client().post("/meja/masuk", account.form())
    assert locked.status_code == 429
    assert "Tunggu 15 menit" in page(locked)
    assert int(locked["Retry-After"]) > 0


def test_wrong_codes_lock_like_wrong_passwords(make_staff):
    account = make_staff(OPERATOR)
    answers = [
        Client().post("/meja/masuk", account.form(kode="000000")).status_code for _ in range(6)
    ]
    assert answers[-1] == 429


def test_a_password_alone_is_not_enough(make_staff):
    from django.contrib.auth.models import User

    make_staff(OPERATOR)
    browser = Client()
    browser.force_login(
        User.objects.get(username="petugas"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert browser.get("/meja/").status_code == 303


def test_a_citizen_is_nobody_at_the_desk_and_staff_nobody_among_citizens(
    person, signed_in, at_desk
):
    assert signed_in(person).get("/meja/")["Location"] == "/masuk?ke=%2Fmeja%2F".replace(
        "/masuk", "/meja/masuk"
    )
    assert at_desk(OPERATOR).get("/saya")["Location"].startswith("/masuk")


def test_signing_in_as_staff_ends_the_citizens_session(person, signed_in, make_staff):
    browser = signed_in(person)
    account = make_staff(OPERATOR)
    browser.post("/meja/masuk", account.form())
    assert browser.get("/meja/").status_code == 200
    assert browser.get("/saya").status_code == 303


def test_signing_out_ends_it(at_desk):
    desk = at_desk(OPERATOR)
    desk.post("/meja/keluar")
    assert desk.get("/meja/").status_code == 303


def test_two_idle_hours_end_it_and_work_prolongs_it(at_desk, monkeypatch):
    desk = at_desk(OPERATOR)
    begun = clock.real_now()
    for minutes, status in ((0, 200), (100, 200), (200, 200), (330, 303), (331, 303)):
        later = begun + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "real_now", lambda later=later: later)
        assert desk.get("/meja/").status_code == status, minutes


ROUTES = {
    "/meja/": set(GROUPS),
    "/meja/gelombang": {OPERATOR, PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, AUDITOR},
    f"/meja/gelombang/{WAVE}": {OPERATOR, PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, AUDITOR},
    f"/meja/gelombang/{WAVE}/buka": {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR},
    f"/meja/gelombang/{WAVE}/tutup": {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR},
    f"/meja/gelombang/{WAVE}/bekukan": {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR},
    f"/meja/gelombang/{WAVE}/undi": {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR},
    "/meja/orang": {SUPPORT_AGENT, PROGRAMME_OFFICER},
    "/meja/pintu": {OPERATOR, PROGRAMME_DIRECTOR},
    "/meja/pintu/jeda": {OPERATOR, PROGRAMME_DIRECTOR},
    "/meja/pintu/langsung": {OPERATOR, PROGRAMME_DIRECTOR, AUDITOR},
    "/meja/pintu/atur": {OPERATOR, PROGRAMME_DIRECTOR},
    "/meja/kesiapan": {OPERATOR, PROGRAMME_DIRECTOR, PROGRAMME_OFFICER, AUDITOR},
    "/meja/kesiapan/sahkan": {OPERATOR, PROGRAMME_DIRECTOR},
    "/meja/kesiapan/abaikan": {PROGRAMME_DIRECTOR},
    f"/meja/jadwal/{WAVE}": {OPERATOR, PROGRAMME_DIRECTOR},
    "/meja/program": {OPERATOR, PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, AUDITOR},
    "/meja/jejak": {OPERATOR, AUDITOR, PROGRAMME_DIRECTOR},
    "/meja/jam": {OPERATOR},
    "/meja/nominasi": {AGENCY_OFFICER, PROGRAMME_OFFICER},
    "/meja/pelatihan": {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, OPERATOR, AUDITOR, SUPPORT_AGENT},
    "/meja/sertifikat": {PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, AUDITOR, SUPPORT_AGENT},
    "/meja/uang": {*FINANCE, PROGRAMME_DIRECTOR, OPERATOR, AUDITOR},
    "/meja/uang/tak-pasti": {*FINANCE, PROGRAMME_DIRECTOR, OPERATOR, AUDITOR},
}  # fmt: skip


@pytest.mark.parametrize(
    "group",
    [
        OPERATOR,
        PROGRAMME_OFFICER,
        PROGRAMME_DIRECTOR,
        AGENCY_OFFICER,
        SUPPORT_AGENT,
        AUDITOR,
        FINANCE_CHECKER,
    ],
)
def test_each_group_opens_its_pages_and_no_other(at_desk, loaded_programme, group):
    desk = at_desk(group, agency="Dinas" if group == AGENCY_OFFICER else "")
    opened = {path for path in ROUTES if desk.get(path).status_code == 200}
    refused = {path for path in ROUTES if desk.get(path).status_code == 403}
    assert opened == {path for path, groups in ROUTES.items() if group in groups}
    assert opened | refused == set(ROUTES)
    linked = page(desk.get("/meja/"))
    for path in ROUTES:
        if path in refused:
            assert f'<a href="{path}"' not in linked


@pytest.mark.parametrize("path", list(ROUTES))
def test_nobody_comes_in_unknown(loaded_programme, path):
    answer = Client().get(path)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/meja/masuk?ke=")


@pytest.fixture
def officer(at_desk, loaded_programme):
    return at_desk(PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, OPERATOR, AUDITOR)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"gelombang": "PKJ-2020-W02", "alasan": REASON}, f"Ketik persis {WAVE}"),
        ({"gelombang": WAVE.lower(), "alasan": REASON}, f"Ketik persis {WAVE}"),
        ({"gelombang": WAVE, "alasan": "ok"}, "paling sedikit 10 huruf"),
        ({"gelombang": WAVE, "alasan": "NIK 3174011708959901 minta begitu"}, "Jangan tulis NIK"),
        ({}, f"Ketik persis {WAVE}"),
    ],
)
def test_nothing_is_closed_without_its_name_and_a_reason(officer, typed, words):
    answer = officer.post(f"/meja/gelombang/{WAVE}/tutup", typed)
    assert answer.status_code == 422
    assert words in page(answer)
    assert not trail("programme.reschedule")


def test_closing_moves_the_schedule_and_waits_for_the_worker(officer, web_clock, now):
    answer = officer.post(f"/meja/gelombang/{WAVE}/tutup", {"gelombang": WAVE, "alasan": REASON})
    assert answer["Location"] == f"/meja/gelombang/{WAVE}"
    assert trail("programme.reschedule")[0].detail["reason"] == REASON
    clock.set_face(web_clock, virtual=now + timedelta(seconds=1), rate=0)
    assert "pekerja menutup gelombang ini" in page(officer.get(f"/meja/gelombang/{WAVE}"))
    assert REASON in page(officer.get("/jadwal"))


def test_freezing_an_open_wave_is_refused_in_words(officer):
    answer = officer.post(f"/meja/gelombang/{WAVE}/bekukan", {"gelombang": WAVE, "alasan": REASON})
    assert answer.status_code == 422
    assert "Gelombang ini belum ditutup" in page(answer)


def test_drawing_before_the_freeze_is_refused_in_words(officer):
    answer = officer.post(f"/meja/gelombang/{WAVE}/undi", {"gelombang": WAVE, "alasan": REASON})
    assert answer.status_code == 422
    assert "belum dibekukan" in page(answer)


def test_a_closed_wave_can_be_frozen_once(officer, web_clock, now, real_now):
    from gelombang.journey.waves import actions as waves

    closed = datetime(2020, 4, 16, 9, 30, tzinfo=UTC)
    clock.set_face(web_clock, virtual=closed, rate=0)
    waves.close_due(now=closed, real_now=real_now)
    form = {"gelombang": WAVE, "alasan": REASON}
    assert officer.post(f"/meja/gelombang/{WAVE}/bekukan", form).status_code == 303
    assert trail("desk.freeze")[0].detail == {"reason": REASON}
    control = page(officer.get(f"/meja/gelombang/{WAVE}"))
    assert "Sedang dibekukan" in control
    assert "Menunggu:" in control
    assert officer.post(f"/meja/gelombang/{WAVE}/bekukan", form).status_code == 422


@pytest.mark.parametrize("quota", ["0", "-1", "banyak", "1.5", "١٢", "9" * 30])
def test_a_quota_that_is_none_is_refused(officer, quota):
    form = {"gelombang": WAVE, "alasan": REASON, "quota": quota}
    assert officer.post(f"/meja/gelombang/{WAVE}/buka", form).status_code == 422


def test_scheduling_a_planned_wave(officer):
    form = {
        "gelombang": "PKJ-2020-W02", "alasan": REASON, "quota": "1000",
        "opens_at": "2020-04-20T08:00", "closes_at": "2020-04-25T16:00",
    }  # fmt: skip
    assert officer.post("/meja/gelombang/PKJ-2020-W02/buka", form).status_code == 303
    shown = page(officer.get("/meja/gelombang"))
    assert "1.000" in shown
    assert "20 April 2020, 08.00 WIB" in shown


def test_pausing_the_door_takes_a_reason_and_shows_everywhere(officer):
    assert officer.post("/meja/pintu/jeda", {"menjadi": "jeda"}).status_code == 422
    officer.post("/meja/pintu/jeda", {"menjadi": "jeda", "alasan": REASON})
    assert "Pintu depan dijeda" in page(officer.get("/meja/"))
    officer.post("/meja/pintu/jeda", {"menjadi": "lanjut", "alasan": REASON})
    assert "Pintu depan dijeda" not in page(officer.get("/meja/"))
    assert [entry.detail["paused"] for entry in trail("programme.set_door")] == [True, False]


@pytest.mark.parametrize(
    ("opens", "closes"), [("", ""), ("besok", ""), ("2020-04-20T08:00", "2020-04-19T08:00")]
)
def test_a_schedule_that_makes_no_sense_is_refused(officer, opens, closes):
    form = {"opens_at": opens, "closes_at": closes, "alasan": REASON}
    assert officer.post("/meja/jadwal/PKJ-2020-W02", form).status_code == 422


def test_the_demo_clock_goes_on_and_never_back(officer, web_clock, now):
    officer.post("/meja/jam", {"maju": "1-jam"})
    assert clock.now() == now + timedelta(hours=1)
    assert officer.post("/meja/jam", {"sampai": "2020-04-01T00:00"}).status_code == 422
    assert officer.post("/meja/jam", {"sampai": "2120-04-01T00:00"}).status_code == 422
    assert officer.post("/meja/jam", {"sampai": "kapan-kapan"}).status_code == 422
    officer.post("/meja/jam", {"sampai": "2020-04-14T08:00"})
    assert clock.now() == datetime(2020, 4, 14, 1, tzinfo=UTC)
    officer.post("/meja/jam", {"laju": "jam"})
    assert clock.read_face(web_clock).rate == 3600
    assert len(trail("clock.set")) == 3


def test_without_a_demo_there_is_no_clock(officer, settings):
    settings.GELOMBANG = settings.GELOMBANG.model_copy(update={"demo": False})
    assert officer.get("/meja/jam").status_code == 404
    assert "/meja/jam" not in page(officer.get("/meja/"))


def test_a_person_is_found_by_receipt_for_a_reason(at_desk, verified, loaded_programme):
    desk = at_desk(SUPPORT_AGENT)
    shown = page(
        desk.post("/meja/orang", {"tanda_terima": verified.receipt.lower(), "alasan": REASON})
    )
    assert "b•••@example.id" in shown
    assert "Dukcapil menyatakan cocok" in shown
    for secret in (verified.email, "3174011708959901", "Budi Santoso", "3174 0117"):
        assert secret not in shown
    (entry,) = trail("people.look_up")
    assert (entry.actor, entry.subject) == ("staff:petugas", f"person:{verified.id}")
    assert entry.detail == {"reason": REASON, "found": True}


def test_a_search_without_reason_finds_and_notes_nothing(at_desk, verified):
    desk = at_desk(SUPPORT_AGENT)
    answer = desk.post("/meja/orang", {"tanda_terima": verified.receipt, "alasan": ""})
    assert answer.status_code == 422
    assert "b•••" not in page(answer)
    assert not trail("people.look_up")


@pytest.mark.parametrize("typed", ["", "123", "1" * 24, "' OR 1=1 --", "A" * 23])
def test_what_is_no_receipt_is_explained(at_desk, typed):
    answer = at_desk(SUPPORT_AGENT).post("/meja/orang", {"tanda_terima": typed, "alasan": REASON})
    assert answer.status_code == 422
    assert "24 huruf" in page(answer)


def test_an_unknown_receipt_is_told_and_noted(at_desk):
    answer = at_desk(SUPPORT_AGENT).post(
        "/meja/orang", {"tanda_terima": "A" * 24, "alasan": REASON}
    )
    assert answer.status_code == 422
    assert trail("people.look_up")[0].detail["found"] is False


def test_a_list_is_imported_with_its_error_file(at_desk):
    desk = at_desk(AGENCY_OFFICER, agency="Dinas Contoh")
    good = "3174011708959901,Budi,081200001111,regional,ritel,laid_off,31,PHK\n"
    bad = "123,Ani,081200002222,regional,ritel,laid_off,31,PHK\n"
    file = SimpleUploadedFile("usulan.csv", (HEADER + good + bad).encode())
    answer = desk.post("/meja/nominasi", {"berkas": file})
    assert answer.status_code == 303, page(answer)
    shown = page(desk.get(answer["Location"]))
    assert "2 baris, 1 baik, 1 perlu diperbaiki" in shown
    number = answer["Location"].rpartition("=")[2]
    errors = desk.get(f"/meja/nominasi/{number}/perlu-diperbaiki.csv")
    assert errors["Content-Type"].startswith("text/csv")
    assert errors["Content-Disposition"].startswith("attachment")
    other = at_desk(AGENCY_OFFICER, username="lain", agency="Dinas Lain")
    assert other.get(f"/meja/nominasi/{number}/perlu-diperbaiki.csv").status_code == 404
    assert "Dinas Contoh" not in page(other.get("/meja/nominasi"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"nama,nik\nBudi,1\n", "Baris pertama harus berisi"),
        (HEADER.encode("utf-16"), "UTF-8"),
        ((HEADER + "x,Ren\xe9,,,,,,\n").encode("latin-1"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_list_is_explained(at_desk, content, words):
    desk = at_desk(AGENCY_OFFICER, agency="Dinas Contoh")
    answer = desk.post("/meja/nominasi", {"berkas": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert words in page(answer)


def test_a_form_without_a_file_is_explained(at_desk):
    desk = at_desk(AGENCY_OFFICER, agency="Dinas Contoh")
    assert desk.post("/meja/nominasi", {}).status_code == 422


def test_the_trail_pages_backwards_and_filters(officer):
    for _ in range(3):
        officer.post("/meja/jam", {"maju": "10-menit"})
    assert "clock.set" in page(officer.get("/meja/jejak"))
    assert "clock.set" in page(officer.get("/meja/jejak?subject=clock"))
    assert "clock.set" not in page(officer.get("/meja/jejak?actor=cli:nobody"))
    for odd in ("sebelum=x", "sebelum=" + "9" * 40, "subject=%00", "sebelum=-1", "sebelum=١"):
        assert officer.get(f"/meja/jejak?{odd}").status_code == 200
