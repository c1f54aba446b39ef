"""Stating an identity: question by question, checked as typed, sent once, corrected if refuted."""

from datetime import timedelta

import pytest
from tests.web.conftest import ANSWERS, answer_all, page

from gelombang.journey.verification import queries as verification
from gelombang.journey.verification.rules import SOURCES, CheckKind, Counted, estimate
from gelombang.records.partners.forecasting import Band, Days, Hold, Pace

pytestmark = pytest.mark.django_db
STEADY = Pace(8.0, 0.1, Days(), Hold.NONE, None, timedelta())


@pytest.fixture
def browser(person, signed_in, loaded_programme):
    return signed_in(person)


def test_six_questions_lead_to_the_check_and_then_to_being_checked(browser):
    place = "/saya/identitas"
    for slug, typed in ANSWERS.items():
        answer = browser.get(place, follow=True)
        assert f'action="/saya/identitas/{slug}"' in page(answer)
        place = browser.post(f"/saya/identitas/{slug}", typed)["Location"]
    assert place == "/saya/identitas/periksa"
    check = page(browser.get(place))
    assert "3174 0117 0895 9901" in check
    assert "17 Agustus 1995" in check
    assert "DKI Jakarta" in check
    sent = browser.post(place, {"setuju": "ya"})
    assert sent["Location"] == "/saya/identitas"
    assert "Data Anda sedang diperiksa" in page(browser.get("/saya/identitas"))


@pytest.mark.parametrize(
    ("slug", "typed", "words"),
    [
        ("nik", {"nik": ""}, "16 angka"),
        ("nik", {"nik": "317401170895990"}, "Anda mengetik 15"),
        ("nik", {"nik": "3174O11708959901"}, "hanya berisi angka"),
        ("nik", {"nik": "٣١٧٤٠١١٧٠٨٩٥٩٩٠١"}, "hanya berisi angka"),
        ("nik", {"nik": "3174013102959901"}, "310295"),
        ("nik", {"nik": "9974011708959901"}, "(99)"),
        ("nik", {"nik": "3174011708950000"}, "0000"),
        ("nik", {"nik": "x" * 100_000}, "hanya berisi angka"),
        ("kk", {"family_card_no": "31740101"}, "Anda mengetik 8"),
        ("nama", {"name": ""}, "nama lengkap"),
        ("nama", {"name": "4nton"}, "angka"),
        ("nama", {"name": "<b>Budi</b>"}, "huruf"),
        ("kelamin", {}, "Pilih laki-laki atau perempuan"),
        ("kelamin", {"sex": "robot"}, "Pilih laki-laki atau perempuan"),
        ("lahir", {"birth_place": "", "birth_date_hari": "1"}, "tempat lahir"),
        (
            "lahir",
            {"birth_place": "Jakarta", "birth_date_hari": "31", "birth_date_bulan": "2",
             "birth_date_tahun": "1995"},
            "tidak ada di kalender",
        ),
        (
            "lahir",
            {"birth_place": "Jakarta", "birth_date_hari": "1", "birth_date_bulan": "1",
             "birth_date_tahun": "2090"},
            "masa depan",
        ),
        ("provinsi", {"province": "99"}, "Pilih provinsi"),
    ],
)  # fmt: skip
def test_a_doubtful_answer_is_explained_and_kept_on_the_page(browser, slug, typed, words):
    answer = browser.post(f"/saya/identitas/{slug}", typed)
    assert answer.status_code == 422
    shown = page(answer)
    assert "Ada yang perlu diperbaiki" in shown
    assert words in shown
    assert "<b>Budi</b>" not in shown


def test_a_womans_day_for_a_man_is_shown_before_anything_is_sent(browser):
    answer_all(browser, nik={"nik": "3174015708959901"})
    check = browser.get("/saya/identitas/periksa")
    assert check.status_code == 422
    assert "perempuan" in page(check)
    assert '<a href="#nik">' in page(check)
    assert browser.post("/saya/identitas/periksa", {"setuju": "ya"}).status_code == 422


def test_nothing_is_sent_without_consent(browser):
    answer_all(browser)
    answer = browser.post("/saya/identitas/periksa", {})
    assert answer.status_code == 422
    assert "Centang persetujuan" in page(answer)
    assert "sedang diperiksa" not in page(browser.get("/saya"))


def test_sending_twice_is_harmless(browser):
    answer_all(browser)
    for _ in range(2):
        answer = browser.post("/saya/identitas/periksa", {"setuju": "ya"})
        assert answer["Location"] == "/saya/identitas"


def test_a_refutation_names_what_differs_and_keeps_the_answers(browser, judge):
    answer_all(browser)
    browser.post("/saya/identitas/periksa", {"setuju": "ya"})
    judge("name", "birth_place")
    shown = page(browser.get("/saya/identitas"))
    assert "Data Anda belum cocok dengan Dukcapil" in shown
    assert "Nama lengkap" in shown
    assert "Tempat lahir" in shown
    assert "Halo Dukcapil" in shown
    assert browser.post("/saya/identitas/perbaiki")["Location"] == "/saya/identitas/periksa"
    browser.post("/saya/identitas/nama", {"name": "Budi Santosa"})
    assert "Budi Santosa" in page(browser.get("/saya/identitas/periksa"))
    again = browser.post("/saya/identitas/periksa", {"setuju": "ya"})
    assert again["Location"] == "/saya/identitas"
    judge()
    done = page(browser.get("/saya/identitas"))
    assert "Identitas Anda terkonfirmasi" in done
    assert "3174 •••• •••• ••01" in done
    assert "3174 0117 0895 9901" not in done


@pytest.mark.parametrize(
    ("code", "indonesian", "english"),
    [
        ("11", "pemilik NIK ini sudah meninggal dunia", "holder of this NIK has died"),
        ("12", "datanya tercatat ganda", "recorded more than once"),
        ("13", "tidak ada dalam data kependudukan", "not in the civil registry"),
        ("14", "statusnya tidak aktif", "is not active"),
        ("15", "Susunan angka NIK ini tidak sesuai", "digits of this NIK are not arranged"),
    ],
)
def test_each_word_about_a_nik_is_told_truly(browser, judge, code, indonesian, english):
    answer_all(browser)
    browser.post("/saya/identitas/periksa", {"setuju": "ya"})
    judge(code=code)
    shown = page(browser.get("/saya/identitas"))
    assert indonesian in shown
    assert ("menemukan NIK ini, tetapi" in shown) is (code in {"12", "14"})
    assert ("Dukcapil tidak menemukan NIK ini" in shown) is (code in {"13", "15"})
    assert "Bagian yang berbeda" not in page(browser.get("/saya"))
    assert english in page(browser.get("/saya/identitas", headers={"Accept-Language": "en"}))


def test_disputed_looks_exactly_like_being_checked(
    make_person, signed_in, state_identity, judge, loaded_programme
):
    first, second, third = (make_person(f"{name}@example.id") for name in ("adi", "eko", "ika"))
    state_identity(first)
    judge()
    state_identity(second)
    judge()
    from dataclasses import replace

    from tests.web.making import STATED

    state_identity(third, replace(STATED, nik="3174011708959902"))
    shown = [
        page(signed_in(who).get(path))
        for path in ("/saya/identitas", "/saya")
        for who in (second, third)
    ]
    assert shown[0] == shown[1]
    assert shown[2] == shown[3]


def test_unknown_questions_do_not_exist(browser):
    assert browser.get("/saya/identitas/gaji").status_code == 404


def test_the_pages_of_somebody_else_cannot_be_reached(make_person, signed_in, loaded_programme):
    mine, theirs = (signed_in(make_person(f"{name}@example.id")) for name in ("adi", "eko"))
    mine.post("/saya/identitas/nik", {"nik": "3174011708959901"})
    assert "9901" not in page(theirs.get("/saya/identitas/nik"))
    assert "9901" not in page(theirs.get("/saya/identitas/periksa", follow=True))


def test_an_unknown_district_is_doubted_once_and_never_refused(browser):
    odd = {"nik": "3174 9917 0895 9901"}
    answer = browser.post("/saya/identitas/nik", odd)
    assert answer.status_code == 200
    shown = page(answer)
    assert "(317499) bukan kode kecamatan" in shown
    assert "Ada yang perlu diperbaiki" not in shown
    other = {**odd, "nik": "3174981708959901", "yakin": "ya", "kecamatan": "317499"}
    assert "(317498)" in page(browser.post("/saya/identitas/nik", other)), "a tick is about one"
    sure = {**odd, "yakin": "ya", "kecamatan": "317499"}
    assert browser.post("/saya/identitas/nik", sure)["Location"] == "/saya/identitas/kk"
    answer_all(browser, nik=sure)
    assert browser.post("/saya/identitas/periksa", {"setuju": "ya"}).status_code == 303


def test_the_century_is_that_of_the_stated_date_and_an_old_province_is_accepted(browser):
    born = {"birth_date_hari": "17", "birth_date_bulan": "8", "birth_date_tahun": "1905"}
    timor = {"nik": "5401011708059901", "yakin": "ya", "kecamatan": "540101"}
    answer_all(browser, nik=timor, lahir={"birth_place": "Dili", **born})
    assert browser.get("/saya/identitas/periksa").status_code == 200
    answer_all(
        browser, nik=timor, lahir={"birth_place": "Dili", **born, "birth_date_tahun": "2005"}
    )
    assert browser.get("/saya/identitas/periksa").status_code == 200
    answer_all(
        browser, nik=timor, lahir={"birth_place": "Dili", **born, "birth_date_tahun": "2006"}
    )
    assert "Tahun lahir (angka ke-11 dan ke-12)" in page(browser.get("/saya/identitas/periksa"))


def test_birth_places_are_offered_and_any_other_is_taken(browser):
    shown = page(browser.get("/saya/identitas/lahir"))
    assert 'list="birth_place-l"' in shown
    assert "<option>Pekalongan<" in shown
    assert "Kabupaten" not in shown.split("<datalist")[1].split("</datalist>")[0]
    typed = ANSWERS["lahir"] | {"birth_place": "Manokwari Lama"}
    assert browser.post("/saya/identitas/lahir", typed).status_code == 303


def test_every_change_leads_straight_back_to_the_check(browser):
    answer_all(browser)
    check = page(browser.get("/saya/identitas/periksa"))
    for slug, typed in ANSWERS.items():
        assert f'href="/saya/identitas/{slug}"' in check
        back = browser.post(f"/saya/identitas/{slug}", typed)
        assert back["Location"] == "/saya/identitas/periksa"


def test_two_presses_at_once_are_one_statement(browser, monkeypatch):
    from gelombang.web.participants import identity

    answer_all(browser)
    assert browser.post("/saya/identitas/periksa", {"setuju": "ya"}).status_code == 303
    settled, looks = identity._is_settled, iter([False])  # it looked before the first had sent
    monkeypatch.setattr(
        identity, "_is_settled", lambda who: False if next(looks, True) is False else settled(who)
    )
    answer = browser.post("/saya/identitas/periksa", {"setuju": "ya"})
    assert (answer.status_code, answer["Location"]) == (303, "/saya/identitas")


def test_waiting_names_other_tasks_and_after_a_day_the_next_step(browser, web_clock, now, settings):
    from datetime import timedelta

    from gelombang.kit import clock

    settings.GELOMBANG = settings.GELOMBANG.model_copy(
        update={"sms_url": "http://127.0.0.1:9/sms-a"}
    )
    answer_all(browser)
    browser.post("/saya/identitas/periksa", {"setuju": "ya"})
    shown = page(browser.get("/saya/identitas"))
    assert "Yang bisa dikerjakan sambil menunggu" in shown
    assert 'href="/saya/kontak/ponsel"' in shown
    assert "langkah berikutnya</h2>" not in shown
    clock.set_face(web_clock, virtual=now + timedelta(hours=25), rate=0)
    shown = page(browser.get("/saya/identitas"))
    assert "Sudah lebih dari 24 jam: langkah berikutnya" in shown
    assert "Halo Dukcapil 1500537" in shown


def test_each_purpose_has_its_own_box_and_none_is_ticked(browser):
    answer_all(browser)
    check = page(browser.get("/saya/identitas/periksa"))
    assert check.count('type="checkbox"') == 2
    assert " checked" not in check
    assert browser.post("/saya/identitas/periksa", {"penelitian": "ya"}).status_code == 422
    assert browser.post("/saya/identitas/periksa", {"setuju": "ya"}).status_code == 303
    shown = page(browser.get("/saya/persetujuan"))
    assert "teks identity-check/1" in shown
    assert "Tidak disetujui" in shown, "who refused what is optional went on all the same"


def test_a_consent_is_seen_and_withdrawn_in_two_taps(browser, person):
    from gelombang.records.people import queries as people
    from gelombang.records.people.rules import Purpose

    answer_all(browser)
    browser.post("/saya/identitas/periksa", {"setuju": "ya", "penelitian": "ya"})
    assert 'href="/saya/persetujuan"' in page(browser.get("/saya"))
    assert "Tarik persetujuan" in page(browser.get("/saya/persetujuan"))
    for answer, stands in (("tarik", False), ("tarik", False), ("setuju", True)):
        sent = browser.post(
            "/saya/persetujuan/ubah", {"tujuan": "research", "jawaban": answer}, follow=True
        )
        assert sent.status_code == 200
        found = people.consents_of(person_id=person.id)
        assert (found[Purpose.RESEARCH].withdrawn_at is None) is stands
    for tujuan in ("identity_check", "lain", ""):
        browser.post("/saya/persetujuan/ubah", {"tujuan": tujuan, "jawaban": "tarik"})
    assert people.consents_of(person_id=person.id)[Purpose.IDENTITY_CHECK].withdrawn_at is None
    assert len(people.consents_of(person_id=person.id)) == 2


def test_a_long_wait_is_foretold_with_its_band(browser, person, state_identity, monkeypatch):
    state_identity(person)
    minutes = [timedelta(hours=hours) for hours in (13, 15, 19)]
    wait = estimate(before=438_612, counted=Counted.ABOUT, band=Band(*minutes), pace=STEADY)
    monkeypatch.setattr(verification, "wait_of", lambda **_: wait)
    for path in ("/saya/identitas", "/saya/status"):
        shown = page(browser.get(path))
        assert "Sekitar 439.000 orang di depan Anda." in shown
        assert "Perkiraan: sekitar 15 jam (antara 13 jam dan 20 jam)." in shown


def test_a_long_wait_for_another_registry_is_foretold_too(verified, signed_in, monkeypatch):
    minutes = [timedelta(hours=hours) for hours in (13, 15, 19)]
    wait = estimate(before=8_612, counted=Counted.ABOUT, band=Band(*minutes), pace=STEADY)
    kind = CheckKind.SOCIAL_AID
    further = verification.FurtherWait(kind, SOURCES[kind], wait)
    browser = signed_in(verified)
    for path in ("/saya", "/saya/status"):
        assert "Menunggu DTKS" not in page(browser.get(path))
    monkeypatch.setattr(verification, "further_waits_of", lambda **_: [further])
    for path in ("/saya", "/saya/status"):
        shown = page(browser.get(path))
        assert "Menunggu DTKS. Anda tidak perlu berbuat apa-apa. Sekitar 8.610 orang" in shown
        assert "Perkiraan: sekitar 15 jam (antara 13 jam dan 20 jam)." in shown
    english = page(browser.get("/saya", headers={"Accept-Language": "en"}))
    assert "Waiting for DTKS. There is nothing that you need to do." in english
