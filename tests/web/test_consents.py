"""The consent names every registry that is asked, and its copy goes out by letter."""

import pytest
from tests.web import making
from tests.web.conftest import answer_all, page

from gelombang.kit import clock
from gelombang.records.notices.models import Notice
from gelombang.records.notices.rules import open_letter
from gelombang.records.people import queries as people
from gelombang.records.people.rules import Purpose
from gelombang.records.programme import actions as programme

pytestmark = pytest.mark.django_db
CHECK = "/saya/identitas/periksa"
FURTHER = """
[[partners]]
code = "employment"
name = "BPJS Ketenagakerjaan"
calls_per_second = 10
burst = 1
batch_size = 50

[[partners]]
code = "exclusions"
name = "Daftar pengecualian"
calls_per_second = 10
burst = 1
batch_size = 50
"""


@pytest.fixture
def browser(person, signed_in, loaded_programme):
    return signed_in(person)


@pytest.fixture
def name_further_registries(loaded_programme, now):
    """Lets the programme name the insurer and the lists from now on."""

    def act() -> None:
        text = making.PROGRAMME.read_text(encoding="utf-8") + FURTHER
        programme.load(text=text, actor="cli:uji", now=now, real_now=clock.real_now())

    return act


def copies(keyring, who) -> list[str]:
    found = Notice.objects.filter(person_id=who.id, kind="registration.consent").order_by("id")
    return [open_letter(keyring, each.letter_sealed).body for each in found]


def agreed_version(who) -> str:
    return people.consents_of(person_id=who.id)[Purpose.IDENTITY_CHECK].version


def test_the_box_names_every_registry_of_the_programme_and_so_does_what_is_kept(
    browser, person, keyring, name_further_registries
):
    name_further_registries()
    answer_all(browser)
    shown = page(browser.get(CHECK))
    assert "data bantuan sosial, data kepesertaan BPJS Ketenagakerjaan, dan daftar" in shown
    assert 'name="teks" value="identity-check/1+employment+exclusions"' in shown
    english = page(browser.get(CHECK, headers={"Accept-Language": "en"}))
    assert "the lists of state officials, civil servants, soldiers and police" in english
    browser.post(CHECK, {"setuju": "ya", "teks": "identity-check/1+employment+exclusions"})
    assert agreed_version(person) == "identity-check/1+employment+exclusions"
    (copy,) = copies(keyring, person)
    assert "daftar pejabat negara, aparatur sipil, TNI, dan Polri" in copy


def test_who_ticked_other_words_reads_the_new_ones_first(browser, person, name_further_registries):
    answer_all(browser)
    shown = page(browser.get(CHECK))
    assert 'name="teks" value="identity-check/1"' in shown
    assert "BPJS" not in shown
    name_further_registries()
    sent = {"setuju": "ya", "teks": "identity-check/1"}
    answer = browser.post(CHECK, sent)
    assert answer.status_code == 422
    assert "Teks persetujuan baru saja berubah" in page(answer)
    assert "BPJS Ketenagakerjaan" in page(answer)
    assert people.consents_of(person_id=person.id) == {}


def test_who_agreed_earlier_reads_their_own_words_and_what_came_since(
    browser, person, name_further_registries
):
    answer_all(browser)
    browser.post(CHECK, {"setuju": "ya"})
    assert "Sesudah Anda setuju" not in page(browser.get("/saya/persetujuan"))
    name_further_registries()
    shown = page(browser.get("/saya/persetujuan"))
    assert "data pendidikan, dan data bantuan sosial." in shown
    assert "juga mencocokkan dengan: data kepesertaan BPJS Ketenagakerjaan, daftar" in shown
    assert agreed_version(person) == "identity-check/1"


def test_a_copy_of_each_consent_is_sent_once_a_version(browser, person, keyring, judge):
    answer_all(browser)
    assert copies(keyring, person) == []
    browser.post(CHECK, {"setuju": "ya", "penelitian": "ya"})
    identity, research = copies(keyring, person)
    assert "“Saya setuju data ini dicocokkan dengan Dukcapil, data pendidikan" in identity
    assert "Pada 13 April 2020" in identity
    assert "Versi teks: identity-check/1" in identity
    assert "/saya/persetujuan" in identity
    assert "“Jawaban survei saya boleh dipakai untuk penelitian" in research
    judge("name")
    browser.post("/saya/identitas/perbaiki")
    browser.post(CHECK, {"setuju": "ya", "penelitian": "ya"})
    for answer in ("tarik", "setuju"):
        browser.post("/saya/persetujuan/ubah", {"tujuan": "research", "jawaban": answer})
    assert len(copies(keyring, person)) == 2, "these words they have already"


def test_the_copy_is_in_the_language_of_the_person(browser, person, keyring):
    from gelombang.records.people.models import Person

    Person.objects.update(language="en")
    answer_all(browser)
    browser.post(CHECK, {"setuju": "ya"})
    (copy,) = copies(keyring, person)
    assert "At 13 April 2020" in copy
    assert "“I agree that these data are compared with the civil registry" in copy
