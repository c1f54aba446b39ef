"""Account, payments and survey on pages: every state in words, and every bad input in place."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.web.conftest import page

pytestmark = pytest.mark.django_db
ACCOUNT, NUMBER, CODE = "/saya/akun", "/saya/akun/nomor", "/saya/akun/kode"
PAYMENTS, SURVEY = "/saya/pembayaran", "/saya/survei"


@pytest.fixture
def pair(keyring, web_clock):
    """Two people who reviewed their first training."""
    from tests.web.benefiting import winners

    found = winners(keyring, web_clock, 2)
    for each in found:
        each.accept()
        each.certify()
        each.review()
    return found


@pytest.fixture
def winner(pair):
    """One of them."""
    return pair[0]


def give(browser, number="0812 0000 9911", partner="gopay"):
    return browser.post(NUMBER, {"partner": partner, "account_no": number})


def forget_code(browser) -> None:
    """The code of the sign-in is older than ten minutes."""
    session = browser.session
    session["code_given"] -= 601
    session.save()


def test_an_account_is_chosen_typed_checked_and_linked(winner):
    browser = winner.browser()
    assert "akun atas nama Anda sendiri" in page(browser.get(ACCOUNT))
    assert browser.post(f"{ACCOUNT}/pilih", {"partner": "dana"}).status_code == 422
    chosen = browser.post(f"{ACCOUNT}/pilih", {"partner": "gopay"})
    assert chosen["Location"] == f"{NUMBER}?partner=gopay"
    assert "Nomor ponsel GoPay Anda" in page(browser.get(chosen["Location"]))
    for _ in range(2):
        assert give(browser, "+62 812-0000-9911")["Location"] == ACCOUNT
    waiting = page(browser.get(ACCOUNT))
    assert "GoPay sedang memeriksa akun berakhiran 9911" in waiting
    assert '<meta http-equiv="refresh"' in waiting
    assert '<meta http-equiv="refresh"' not in page(browser.get(f"{ACCOUNT}?perbarui=tidak"))
    winner.partner_says()
    linked = page(browser.get(ACCOUNT))
    assert "Nama cocok" in linked
    assert '<meta http-equiv="refresh"' not in linked
    assert "0812" not in linked
    assert "81200009911" not in linked


def test_who_waits_for_a_silent_partner_for_a_day_may_state_another_account(winner):
    browser = winner.browser()
    give(browser)
    assert f"{ACCOUNT}/pilih" not in page(browser.get(ACCOUNT))
    winner.stage.later(days=1)
    assert f"{ACCOUNT}/pilih" in page(browser.get(ACCOUNT))
    assert give(browser, "0812 0000 9912", "ovo")["Location"] == ACCOUNT
    assert "OVO sedang memeriksa akun berakhiran 9912" in page(browser.get(ACCOUNT))
    assert f"{ACCOUNT}/pilih" not in page(browser.get(ACCOUNT))


@pytest.mark.parametrize("number", ["", "1", "12 34", "0812x00009911", "\x00", "8" * 3000, "٠٨١٢"])
@pytest.mark.parametrize("partner", ["gopay", "bni"])
def test_a_number_that_is_none_is_told_in_place(winner, number, partner):
    answer = give(winner.browser(), number, partner)
    assert answer.status_code == 422
    assert "<title>Kesalahan: " in page(answer)
    assert 'href="#account_no"' in page(answer)


def test_an_unknown_partner_leads_back_to_the_choice(winner):
    browser = winner.browser()
    for partner in ("", "dana", "\x00", "gopay' --"):
        assert give(browser, partner=partner)["Location"] == f"{ACCOUNT}/pilih"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "BAMBANG ORANG LAIN"}, "Nama di GoPay tidak sama dengan nama Anda di Dukcapil"),
        ({"active": False}, "akunnya tidak aktif"),
    ],
)
def test_a_refused_account_says_why_and_what_to_do(winner, said, words):
    browser = winner.browser()
    give(browser)
    winner.partner_says(**said)
    shown = page(browser.get(ACCOUNT))
    assert words in shown
    assert "Coba akun lain" in shown
    assert "BAMBANG" not in shown
    assert give(browser)["Location"] == ACCOUNT  # and another try is open


def test_somebody_elses_account_is_refused_without_saying_whose(pair):
    owner, other = pair
    owner.link()
    browser = other.browser()
    give(browser)
    other.partner_says()
    assert "tersambung dengan peserta lain" in page(browser.get(ACCOUNT))
    assert "Coba akun lain" in page(browser.get(ACCOUNT))


def test_a_change_needs_a_fresh_code_and_keeps_what_was_typed(winner, code_of):
    winner.link()
    browser = winner.browser()
    forget_code(browser)
    assert browser.get(f"{ACCOUNT}/pilih")["Location"] == CODE
    assert give(browser, "0812 0000 9912", "ovo")["Location"] == CODE
    assert "Kirim kode" in page(browser.get(CODE))
    assert browser.post(f"{CODE}/kirim")["Location"] == f"{CODE}?dikirim=ya"
    code = code_of(winner.person)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for typed in ("", "12", "x" * 500, wrong):
        assert browser.post(CODE, {"kode": typed}).status_code == 422, typed
    assert browser.post(CODE, {"kode": code})["Location"] == NUMBER
    assert 'value="0812 0000 9912"' in page(browser.get(NUMBER))
    assert give(browser, "0812 0000 9912", "ovo")["Location"] == ACCOUNT
    shown = page(browser.get(ACCOUNT))
    assert "OVO sedang memeriksa" in shown
    assert "GoPay, berakhiran 9911" in shown  # stays in use meanwhile
    winner.partner_says(partner="ovo")
    cooling = page(browser.get(ACCOUNT))
    assert "Akun ini baru diganti" in cooling
    assert "20 April 2020" in cooling


def test_somebody_elses_code_opens_nothing(pair, code_of):
    owner, other = pair
    owner.link()
    browser = owner.browser()
    forget_code(browser)
    browser.post(f"{CODE}/kirim")
    Client().post("/masuk", {"email": other.person.email})
    assert browser.post(CODE, {"kode": code_of(other.person)}).status_code == 422
    assert browser.get(f"{ACCOUNT}/pilih")["Location"] == CODE


def test_every_rupiah_is_told_from_plan_to_receipt(winner):
    from gelombang.journey.disbursement.paying import Said

    browser = winner.browser()
    winner.fall_due()
    shown = page(browser.get(PAYMENTS))
    assert "Rp0 sudah diterima, dari Rp2.550.000" in shown
    assert shown.count("Ditahan: belum ada akun") == 1
    assert shown.count("Dijadwalkan") == 3
    assert "Menunggu survei" in shown
    winner.link()
    winner.fall_due()
    assert "Menunggu dikirim" in page(browser.get(PAYMENTS))
    (sent,) = winner.send()
    shown = page(browser.get(PAYMENTS))
    assert "Dikirim ke GoPay" in shown
    assert sent.reference in shown
    winner.told([sent], Said.PAID, amount=sent.amount)
    shown = page(browser.get(PAYMENTS))
    assert "Rp600.000 sudah diterima" in shown
    assert "Diterima</span> 17 April 2020" in shown


def test_a_full_wallet_and_a_changed_account_say_when_it_goes_on(winner):
    from gelombang.journey.disbursement.paying import Reason, Said

    browser = winner.browser()
    winner.link()
    winner.fall_due()
    winner.told(winner.send(), Said.REFUSED, reason=Reason.LIMIT)
    shown = page(browser.get(PAYMENTS))
    assert "Dikembalikan: batas saldo penuh" in shown
    assert "Kami coba lagi 1 Mei 2020" in shown
    assert "batas saldo penuh" in page(browser.get("/saya"))
    winner.link("0812 0000 9912", "ovo")
    winner.stage.later(days=32)
    winner.link("0812 0000 9914", "linkaja")
    winner.fall_due()
    shown = page(browser.get(PAYMENTS))
    assert "Ditahan: akun baru diganti" in shown
    assert "uang dikirim mulai 22 Mei 2020" in shown


def test_a_revoked_certificate_holds_the_money_and_names_the_way(winner):
    browser = winner.browser()
    winner.link()
    winner.fall_due()
    winner.revoke()
    winner.stage.later(days=31)
    winner.fall_due()
    assert "Ditahan: sertifikat dicabut" in page(browser.get("/saya"))
    shown = page(browser.get(PAYMENTS))
    assert "Ditahan: sertifikat dicabut" in shown
    assert 'href="/bantuan">Lihat bantuan' in shown


def answers(number: int) -> dict[str, str]:
    from gelombang.web.participants.survey import PAGES

    return {each.code: each.options[0].code for each in PAGES[number - 1]}


def test_the_survey_keeps_every_answer_until_all_are_there(winner):
    browser = winner.browser()
    assert "12 pertanyaan" in page(browser.get(SURVEY))
    some = answers(1)
    left_out = some.popitem()
    partial = browser.post(f"{SURVEY}/1", some)
    assert partial.status_code == 422
    assert page(partial).count(" checked") == 5
    assert page(partial).count("Belum dijawab: ") == 2  # in the summary and at the question
    assert browser.post(f"{SURVEY}/2", answers(2))["Location"] == f"{SURVEY}/1"
    resumed = winner.browser()
    resumed.cookies = browser.cookies
    assert page(resumed.get(f"{SURVEY}/2")).count(" checked") == 6
    assert browser.post(f"{SURVEY}/1", dict([left_out]))["Location"] == f"{SURVEY}/2"
    assert browser.post(f"{SURVEY}/2")["Location"] == f"{SURVEY}?terkirim=ya"
    assert "Survei sudah Anda isi" in page(browser.get(SURVEY))
    assert browser.post(f"{SURVEY}/2", answers(2))["Location"] == SURVEY


@pytest.mark.parametrize("wrong", ["", "tidak-ada", "\x00", "a" * 3000, "employee' --"])
def test_an_answer_that_nobody_offered_is_not_taken(winner, wrong):
    answer = winner.browser().post(f"{SURVEY}/1", answers(1) | {"work_now": wrong})
    assert answer.status_code == 422
    assert 'href="#work_now"' in page(answer)


def test_the_survey_waits_for_the_first_review(keyring, web_clock):
    from tests.web.benefiting import winners

    (early,) = winners(keyring, web_clock)
    browser = early.browser()
    assert "Survei belum dibuka" in page(browser.get(SURVEY))
    assert browser.post(f"{SURVEY}/1", answers(1))["Location"] == SURVEY
    assert browser.get(f"{SURVEY}/3").status_code == 404


def test_an_account_is_for_recipients(person, signed_in, loaded_programme):
    answer = give(signed_in(person))
    assert answer.status_code == 422
    assert "hanya untuk penerima bantuan" in page(answer)


def test_answers_are_sealed_in_the_session(winner):
    from django.contrib.sessions.models import Session

    browser = winner.browser()
    browser.post(f"{SURVEY}/1", answers(1))
    forget_code(browser)
    kept = "".join(str(each.get_decoded()) for each in Session.objects.all())
    assert "day_labour" not in kept
    assert "employee" not in kept


def test_the_survey_pays_when_it_is_answered(winner):
    browser = winner.browser()
    winner.link()
    for number in (1, 2):
        browser.post(f"{SURVEY}/{number}", answers(number))
    winner.stage.set(winner.stage.now + timedelta(minutes=1))
    winner.fall_due()
    assert page(browser.get(PAYMENTS)).count("Menunggu dikirim") == 2
