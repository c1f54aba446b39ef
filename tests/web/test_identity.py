"""Stating an identity: question by question, checked as typed, sent once, corrected if refuted."""

import pytest
from tests.web.conftest import ANSWERS, answer_all, page

pytestmark = pytest.mark.django_db


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


def test_a_nik_that_is_not_found_is_told(browser, judge):
    answer_all(browser)
    browser.post("/saya/identitas/periksa", {"setuju": "ya"})
    judge(code="13")
    assert "tidak menemukan NIK ini" in page(browser.get("/saya/identitas"))


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
