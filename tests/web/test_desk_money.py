"""The money desk: three officers pay what is due, each does one part, and all of it is said."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from tests.journey.disbursement import paying, world
from tests.journey.selection import world as drawn
from tests.web.conftest import page

from gelombang import store
from gelombang.journey.disbursement import queries
from gelombang.journey.disbursement.paying import Reason, Said
from gelombang.kit import clock
from gelombang.records.partners import actions as partners, queries as contracts
from gelombang.web.authority import (
    AUDITOR,
    FINANCE_CHECKER,
    FINANCE_MAKER,
    FINANCE_RELEASER,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    SUPPORT_AGENT,
)
from gelombang.web.operators.funding import rupiah_typed

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Sesuai daftar yang sudah diperiksa"
SHORT_OF_A_REASON = "paling sedikit 10 huruf"


@pytest.fixture
def set_clock(web_clock):
    """Puts the clock that the pages read to the day on which the first instalments are due."""
    clock.set_face(web_clock, virtual=world.NOW, rate=0)


@pytest.fixture
def office(at_desk, set_clock):
    """A browser of each of the three officers, and of a second checker."""
    return {
        name: at_desk(group, username=name)
        for name, group in (
            ("keuangan1", FINANCE_MAKER),
            ("keuangan2", FINANCE_CHECKER),
            ("keuangan3", FINANCE_RELEASER),
            ("keuangan4", FINANCE_CHECKER),
        )
    }


@pytest.fixture
def everything(at_desk, set_clock):
    """A browser of somebody who is in all three groups."""
    return at_desk(FINANCE_MAKER, FINANCE_CHECKER, FINANCE_RELEASER, username="serba")


def trail(action):
    from gelombang.records.audit.models import Entry

    return list(Entry.objects.filter(action=action).order_by("id"))


def step(browser, reference, slug, **typed):
    form = {"alasan": REASON, "batch": reference} | typed
    return browser.post(f"/meja/uang/batch/{reference}/{slug}", form)


def made(browser, **typed):
    answer = browser.post("/meja/uang/batch", typed)
    assert answer.status_code == 303, page(answer)
    return answer["Location"].rpartition("/")[2]


def test_an_empty_desk_says_what_is_next(office):
    shown = page(office["keuangan1"].get("/meja/uang"))
    for words in ("Belum ada yang dapat dibayar", "Belum ada batch", "Tidak ada yang ditahan"):
        assert words in shown
    assert 'action="/meja/uang/batch"' not in shown
    assert "punya jawaban pasti" in page(office["keuangan1"].get("/meja/uang/tak-pasti"))
    answer = office["keuangan1"].post("/meja/uang/batch", {})
    assert answer.status_code in {409, 422}


def test_three_officers_take_it_from_due_to_released(keyring, office):
    paying.owed(keyring, 3)
    paying.fund(partner="gopay")
    maker, checker, releaser = (office[f"keuangan{n}"] for n in (1, 2, 3))
    overview = page(maker.get("/meja/uang"))
    assert "Rp1.800.000" in overview
    assert "satu juta delapan ratus ribu rupiah" in overview
    assert "GoPay: 3 pembayaran, Rp1.800.000" in overview
    assert "Hanya pembuat batch" not in overview
    assert "Hanya pembuat batch" in page(checker.get("/meja/uang"))

    reference = made(maker, partner="gopay")
    place = f"/meja/uang/batch/{reference}"
    shown = page(maker.get(place))
    for words in ("Rp1.800.000", "satu juta delapan ratus ribu rupiah", "Menunggu pemeriksa",
                  "<b>Rp0</b>", "pemeriksa yang bukan pembuatnya", "keuangan1", "GoPay",
                  "Setujui batch: hanya untuk pemeriksa batch"):  # fmt: skip
        assert words in shown, words
    assert f'href="{place}/hentikan"' in shown
    assert f'href="{place}/setujui"' not in shown
    assert f'href="{place}/setujui"' in page(checker.get(place))

    assert step(checker, reference, "setujui")["Location"] == place
    assert "Menunggu pencair" in page(checker.get(place))
    cover = page(releaser.get(f"{place}/cairkan"))
    assert "Rp1.000.000.000" in cover
    assert "Cukup" in cover
    assert step(releaser, reference, "cairkan")["Location"] == place
    shown = page(releaser.get(place))
    assert "Sedang dibayarkan" in shown
    for officer in ("keuangan1", "keuangan2", "keuangan3"):
        assert officer in shown
    assert [entry.detail["reason"] for entry in trail("desk.approve_batch")] == [REASON]
    assert [entry.actor for entry in trail("desk.release_batch")] == ["staff:keuangan3"]
    assert [entry.actor for entry in trail("disbursement.make_batch")] == ["staff:keuangan1"]


def test_one_person_in_all_groups_still_does_only_one_part(keyring, everything, office):
    paying.owed(keyring, 1)
    paying.fund()
    reference = made(everything)
    place = f"/meja/uang/batch/{reference}"
    assert "Anda membuat batch ini" in page(everything.get(place))
    for answer in (everything.get(f"{place}/setujui"), step(everything, reference, "setujui")):
        assert answer.status_code == 403
        assert "Anda membuat batch ini" in page(answer)
    step(office["keuangan2"], reference, "setujui")
    answer = step(everything, reference, "cairkan")
    assert answer.status_code == 403
    assert "Anda membuat batch ini" in page(answer)
    assert queries.batch(reference=reference).state == "approved"


def test_a_large_batch_takes_a_second_checker(keyring, office):
    paying.owed(keyring, 1)
    paying.fund()
    reference = made(office["keuangan1"])
    store.execute("UPDATE disbursement_payoutbatch SET needs_second_check = true")
    place = f"/meja/uang/batch/{reference}"
    assert "perlu dua pemeriksa" in page(office["keuangan2"].get(f"{place}/setujui"))
    step(office["keuangan2"], reference, "setujui")
    waits = page(office["keuangan2"].get(place))
    assert "pemeriksa kedua" in waits
    assert "Anda sudah memeriksa batch ini" in waits
    assert step(office["keuangan2"], reference, "setujui").status_code == 403
    assert step(office["keuangan3"], reference, "cairkan").status_code == 409
    assert step(office["keuangan4"], reference, "setujui").status_code == 303
    assert "keuangan4" in page(office["keuangan3"].get(place))
    assert step(office["keuangan3"], reference, "cairkan").status_code == 303


NOT_SURE = [
    ({"batch": "B-20200101-0001"}, "Ketik persis"),
    ({"batch": ""}, "Ketik persis"),
    ({"alasan": ""}, SHORT_OF_A_REASON),
    ({"alasan": "1234 5678 !!"}, SHORT_OF_A_REASON),
    ({"alasan": "akun 081200009900 sudah benar"}, "Jangan tulis NIK"),
]
NO_SUCH = [
    "/meja/uang/batch/B-20200601-9999",
    "/meja/uang/batch/B-20200601-9999/setujui",
    "/meja/uang/batch/B-20200601-9999/hentikan",
    "/meja/uang/batch/x",
    f"/meja/uang/batch/{'9' * 300}",
    "/meja/uang/pembayaran/PKJ-NONE",
]


def test_what_is_typed_wrong_moves_nothing_and_is_explained(keyring, office):
    paying.owed(keyring, 1)
    wrong = office["keuangan1"].post("/meja/uang/batch", {"partner": "dana"})
    assert wrong.status_code == 422
    assert "Pilih salah satu mitra" in page(wrong)
    assert not queries.batches()
    reference = made(office["keuangan1"])
    for typed, words in NOT_SURE:
        answer = step(office["keuangan2"], reference, "setujui", **typed)
        assert answer.status_code == 422, typed
        assert words in page(answer)
    assert queries.batch(reference=reference).state == "prepared"
    for path in (*NO_SUCH, f"/meja/uang/batch/{reference}/bakar"):
        assert office["keuangan2"].get(path).status_code == 404, path


def test_an_empty_float_is_said_in_rupiah_before_and_at_the_release(keyring, office):
    paying.owed(keyring, 2)
    reference = made(office["keuangan1"])
    step(office["keuangan2"], reference, "setujui")
    releaser, place = office["keuangan3"], f"/meja/uang/batch/{reference}"
    assert "Kurang Rp1.200.000" in page(releaser.get(place))
    assert "Kurang Rp1.200.000" in page(releaser.get(f"{place}/cairkan"))
    answer = step(releaser, reference, "cairkan")
    assert answer.status_code == 422
    assert "kurang Rp1.200.000" in page(answer)


def test_anybody_of_the_three_stops_a_batch_and_it_stays_stopped(keyring, office):
    paying.owed(keyring, 2)
    reference = made(office["keuangan1"])
    place = f"/meja/uang/batch/{reference}"
    assert step(office["keuangan3"], reference, "hentikan", alasan="ups").status_code == 422
    assert step(office["keuangan3"], reference, "hentikan").status_code == 303
    shown = page(office["keuangan2"].get(place))
    assert "Dihentikan" in shown
    assert REASON in shown
    assert "keuangan3" in shown
    assert "Ditarik kembali" in shown
    for slug in ("setujui", "hentikan"):
        answer = office["keuangan2"].get(f"{place}/{slug}")
        assert answer.status_code == 409
        assert "Sekarang: Dihentikan" in page(answer)
    assert "Rp1.200.000" in page(office["keuangan1"].get("/meja/uang"))


def test_a_batch_that_differs_from_what_is_owed_can_only_be_stopped(keyring, office):
    paying.owed(keyring, 1)
    reference = made(office["keuangan1"])
    store.execute("SET session_replication_role = replica")  # past the guards
    store.execute("UPDATE disbursement_payout SET amount = amount + 1")
    store.execute("SET session_replication_role = origin")
    place = f"/meja/uang/batch/{reference}"
    shown = page(office["keuangan2"].get(place))
    assert "<b>Rp1</b>" in shown
    assert "Jangan dicairkan" in shown
    assert step(office["keuangan2"], reference, "setujui").status_code == 403
    assert step(office["keuangan2"], reference, "hentikan").status_code == 303


def test_payouts_are_paged_filtered_and_shown_without_whole_numbers(keyring, office, monkeypatch):
    from gelombang.web.operators import batches

    monkeypatch.setattr(batches, "PAYOUTS_SHOWN", 2)
    paying.owed(keyring, 3)
    reference = made(office["keuangan1"])
    place = f"/meja/uang/batch/{reference}"
    first, second = (page(office["keuangan2"].get(f"{place}?hal={n}")) for n in (1, 2))
    listed = [re.findall(r"/meja/uang/pembayaran/(PKJ\w+)", shown) for shown in (first, second)]
    assert [len(each) for each in listed] == [2, 1]
    assert not set(listed[0]) & set(listed[1])
    assert "hal=2" in first
    assert "hal=1" in second
    assert "…9900" in first + second
    for number in range(3):
        assert world.wallet(number).replace("-", "")[1:] not in first + second
    assert "Tidak ada pembayaran dengan keadaan ini" in page(
        office["keuangan2"].get(f"{place}?keadaan=paid")
    )
    filtered = page(office["keuangan2"].get(f"{place}?keadaan=prepared&hal=1"))
    assert "keadaan=prepared&amp;hal=2" in filtered
    for odd in ("keadaan=x", "hal=0", "hal=-1", "hal=x", f"hal={'9' * 40}", "hal=١"):
        assert office["keuangan2"].get(f"{place}?{odd}").status_code == 200


def sent(keyring, count=1):
    paying.released(keyring, count)
    return paying.claim(keyring)


def test_unknown_payouts_say_since_when_and_what_comes_next(keyring, office):
    (order,) = sent(keyring)
    paying.hear(keyring, [paying.reply(order, Said.UNANSWERED)])
    shown = page(office["keuangan2"].get("/meja/uang/tak-pasti"))
    assert order.reference in shown
    assert "Ditanyakan ke mitra" in shown
    assert "0 kali" in shown
    one = page(office["keuangan2"].get(f"/meja/uang/pembayaran/{order.reference}"))
    assert "tidak ada jawaban" in one
    assert "Tanyakan lagi ke mitra" not in one
    answer = office["keuangan2"].post(f"/meja/uang/pembayaran/{order.reference}/tanya")
    assert answer.status_code == 422


def test_a_strange_amount_is_shown_and_may_be_asked_about_again(keyring, office, at_desk):
    (order,) = sent(keyring)
    paying.hear(keyring, [paying.reply(order, Said.PAID, amount=order.amount + 1)])
    shown = page(office["keuangan2"].get("/meja/uang/tak-pasti"))
    assert "Mitra menyebut jumlah lain" in shown
    assert "mitra: Rp600.001" in shown
    place = f"/meja/uang/pembayaran/{order.reference}"
    assert "Tanyakan jumlahnya kepada mitra" in page(office["keuangan2"].get(place))
    auditor = at_desk(AUDITOR, username="pemeriksa-luar")
    assert "Hanya petugas keuangan" in page(auditor.get(place))
    assert auditor.post(f"{place}/tanya").status_code == 403
    assert office["keuangan2"].post(f"{place}/tanya")["Location"] == place
    assert [entry.actor for entry in trail("disbursement.ask_again")] == ["staff:keuangan2"]
    assert "Ditanyakan ke mitra" in page(office["keuangan2"].get(place))


def test_a_refused_payout_says_why_and_can_be_asked_about(keyring, office):
    (order,) = sent(keyring)
    paying.hear(keyring, [paying.refused(order, Reason.ACCOUNT)])
    batch = queries.payout(reference=order.reference).batch
    shown = page(office["keuangan1"].get(f"/meja/uang/batch/{batch}"))
    assert "Ditolak mitra" in shown
    assert "Mitra tidak mau membayar ke akun ini" in shown
    assert "4033823" in shown
    overview = page(office["keuangan1"].get("/meja/uang"))
    assert "Akun ditolak mitra" in overview
    assert "orangnya menghubungkan akun lain" in overview
    place = f"/meja/uang/pembayaran/{order.reference}"
    assert "Tanyakan lagi ke mitra" in page(office["keuangan1"].get(place))
    assert office["keuangan1"].post(f"{place}/tanya").status_code == 303


def test_late_success_without_a_float_is_strange_and_says_what_to_do(keyring, office):
    (order,) = sent(keyring)
    paying.hear(keyring, [paying.refused(order)])
    store.execute("UPDATE disbursement_payout SET reason = 'float_too_low'")
    shown = page(office["keuangan1"].get("/meja/uang/tak-pasti"))
    assert "Tambah dana di mitra, lalu tanyakan lagi" in shown


def test_funding_is_read_back_in_words_and_booked_once(office, set_clock):
    maker = office["keuangan1"]
    drawn.load(quota=1)
    typed = {"partner": "ovo", "amount": "2.550.000.000", "alasan": REASON}
    asked = maker.post("/meja/uang/dana", typed)
    assert asked.status_code == 200
    assert "dua miliar lima ratus lima puluh juta rupiah" in page(asked)
    assert not trail("disbursement.fund_float")
    funding = re.search(r'name="pendanaan" value="([^"]+)"', page(asked))[1]
    change = maker.post("/meja/uang/dana", typed | {"pendanaan": funding, "ubah": "ya"})
    assert 'value="2550000000"' in page(change)
    assert not trail("disbursement.fund_float")
    for _ in range(2):
        answer = maker.post("/meja/uang/dana", typed | {"pendanaan": funding})
        assert answer["Location"] == "/meja/uang"
    (entry,) = trail("disbursement.fund_float")
    assert entry.detail == {"amount": 2_550_000_000, "reason": REASON}
    shown = page(maker.get("/meja/uang/dana"))
    assert shown.count(REASON) == 1
    assert "Rp2.550.000.000" in shown
    other = maker.post("/meja/uang/dana", typed | {"amount": "1", "pendanaan": funding})
    assert other.status_code == 422
    assert "sudah dicatat dengan isi lain" in page(other)


NO_FUNDING = [
    ({"amount": "0"}, "Paling sedikit Rp1"),
    ({"amount": ""}, "Tulis jumlahnya dengan angka"),
    ({"amount": "banyak"}, "Tulis jumlahnya dengan angka"),
    ({"amount": "-5"}, "Tulis jumlahnya dengan angka"),
    ({"amount": "1.5"}, "Tulis jumlahnya dengan angka"),
    ({"amount": "1e9"}, "Tulis jumlahnya dengan angka"),
    ({"amount": "١٢"}, "Tulis jumlahnya dengan angka"),
    ({"amount": str(10**18)}, "Tulis jumlahnya dengan angka"),
    ({"amount": "1000000000000001"}, "Paling sedikit Rp1"),
    ({"partner": "dana"}, "Pilih mitra yang menerima dana"),
    ({"partner": ""}, "Pilih mitra yang menerima dana"),
    ({"alasan": "ok"}, SHORT_OF_A_REASON),
]


def test_a_funding_that_is_none_is_explained(office):
    form = {"partner": "ovo", "amount": "1000", "alasan": REASON, "pendanaan": str(uuid4())}
    for typed, words in NO_FUNDING:
        answer = office["keuangan1"].post("/meja/uang/dana", form | typed)
        assert answer.status_code == 422, typed
        assert words in page(answer)
    assert not trail("disbursement.fund_float")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1", 1), ("600000", 600_000), ("600.000", 600_000), ("Rp2.550.000.000", 2_550_000_000),
        ("2 550 000", 2_550_000), ("2,550,000", 2_550_000), ("1.5", None), ("1.50.000", None),
        ("1.000,50", None), ("", None), ("Rp", None), ("1_000", None), ("9" * 17, None),
        ("1000.000", None), (".000", None),
    ],
)  # fmt: skip
def test_rupiah_as_people_type_them(typed, amount):
    assert rupiah_typed(typed) == amount


READERS = {
    FINANCE_MAKER, FINANCE_CHECKER, FINANCE_RELEASER, PROGRAMME_DIRECTOR, AUDITOR, OPERATOR,
}  # fmt: skip
PAGES = {
    "/meja/uang": READERS,
    "/meja/uang/tak-pasti": READERS,
    "/meja/uang/dana": {FINANCE_MAKER},
}


def test_who_reads_the_money_and_who_acts(at_desk, set_clock):
    for group in (*READERS, SUPPORT_AGENT, PROGRAMME_OFFICER):
        desk = at_desk(group, username=group)
        for path, groups in PAGES.items():
            assert (desk.get(path).status_code == 200) == (group in groups), (group, path)
        may_read = group in READERS
        assert ('href="/meja/uang"' in page(desk.get("/meja/"))) == may_read
        if group != FINANCE_MAKER:
            assert desk.post("/meja/uang/batch", {}).status_code == 403
    for path in (*PAGES, "/meja/uang/batch/B-20200601-0001"):
        assert Client().get(path)["Location"].startswith("/meja/masuk?ke=")


def test_the_desk_of_money_in_english(keyring, office):
    paying.owed(keyring, 2)
    maker = office["keuangan1"]
    maker.cookies["bahasa"] = "en"
    assert "one million two hundred thousand rupiah" in page(maker.get("/meja/uang"))
    reference = made(maker)
    shown = page(maker.get(f"/meja/uang/batch/{reference}"))
    assert "Waits for a checker" in shown
    assert "one million two hundred thousand rupiah" in shown


def test_a_partner_that_is_stopped_is_told_with_its_reason(keyring, office):
    paying.owed(keyring, 1)
    deed = {"actor": "cli:test", **paying.AT}
    partners.provide(agreed=contracts.agreed(code="gopay"), **deed)
    partners.stop(partner="gopay", reason="tanda tangan ditolak", **deed)
    shown = page(office["keuangan2"].get("/meja/uang"))
    assert "Tidak dikirimi" in shown
    assert "tanda tangan ditolak" in shown
