"""Pages that anybody may read, published files to the byte, and pages of trouble."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import AsyncClient, Client
from tests.web.conftest import page

WAVE = "PKJ-2020-W01"
EXAMPLE = Path(__file__).parents[1] / "data" / "draw_v1" / "few"
PAGES = ["/angka", "/jadwal", "/bantuan", "/privasi", "/periksa-pesan", "/undian",
         f"/undian/{WAVE}/", "/masuk", f"/gabung/{WAVE}", "/meja/masuk", "/tidak-ada"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_a_title_a_skip_link_and_strict_headers(loaded_programme, path):
    answer = Client().get(path)
    shown = page(answer)
    assert shown.count("<h1") == 1
    assert shown.count("<title>") == 1
    assert " – Prakerja</title>" in shown
    assert 'class="skip" href="#isi"' in shown
    assert "<script" not in shown
    assert " style=" not in shown
    assert " onclick" not in shown
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(answer.content) < 10 * 1024


@pytest.fixture
def counted(settings):
    folder = settings.GELOMBANG.data_dir / "public"
    folder.mkdir()
    figures = {
        "as_of": "2020-04-12T09:00:00+00:00", "registered": 1_432_133,
        "email_verified": 1_063_028, "nik_verified": 624_090, "joined": 77_834,
        "denominator": "registered",
    }  # fmt: skip
    (folder / "funnel.json").write_text(json.dumps(figures))
    return figures


def test_the_funnel_shows_counts_shares_and_its_instant(counted):
    shown = page(Client().get("/angka"))
    for words in ("1.432.133", "1.063.028 · 74,2%", "624.090 · 43,6%", "77.834 · 5,4%"):
        assert words in shown
    assert "12 April 2020, 16.00 WIB" in shown


def test_the_funnel_in_english_is_written_in_english(counted):
    browser = Client()
    browser.cookies["bahasa"] = "en"
    shown = page(browser.get("/angka"))
    assert "1,063,028 · 74.2%" in shown
    assert "12 April 2020, 16:00 WIB" in shown


def test_the_funnel_can_be_downloaded(counted):
    table = Client().get("/angka.csv")
    assert table["Content-Type"].startswith("text/csv")
    assert page(table).splitlines() == [
        "step,count,registered,as_of",
        "registered,1432133,1432133,2020-04-12T09:00:00+00:00",
        "email_verified,1063028,1432133,2020-04-12T09:00:00+00:00",
        "nik_verified,624090,1432133,2020-04-12T09:00:00+00:00",
        "joined,77834,1432133,2020-04-12T09:00:00+00:00",
    ]
    assert Client().get("/angka.json").json() == counted


MONEY = {
    "as_of": "2020-06-12T09:00:00+00:00", "recipients": 168_111, "learners": 160_000,
    "certified": 90_000, "recipients_paid": 45_000, "target": 5_600_000,
    "committed_idr": 596_794_050_000, "training_idr": 90_000_000_000, "paid_idr": 27_000_000_000,
    "budget_idr": 20_000_000_000_000,
}  # fmt: skip


@pytest.fixture
def paid(counted, settings):
    (settings.GELOMBANG.data_dir / "public" / "money.json").write_text(json.dumps(MONEY))


def test_people_are_measured_against_the_target_and_rupiah_against_the_budget(paid):
    shown = page(Client().get("/angka"))
    for words in (
        "12 Juni 2020, 16.00 WIB", "5.600.000 orang", "168.111 · 3,0%", "45.000 · 0,8%",
        "Rp20.000.000.000.000", "Rp596.794.050.000 · 3,0%", "Rp27.000.000.000 · 0,1%",
    ):  # fmt: skip
        assert words in shown, words


def test_the_money_can_be_downloaded_with_its_denominators(paid):
    rows = page(Client().get("/angka-uang.csv")).splitlines()
    at = "2020-06-12T09:00:00+00:00"
    assert rows[0] == "figure,number,denominator,of,as_of"
    assert f"recipients,168111,target,5600000,{at}" in rows
    assert f"paid_idr,27000000000,budget_idr,20000000000000,{at}" in rows
    assert len(rows) == 8
    document = Client().get("/angka-uang.json").json()
    assert document == MONEY | {"denominators": {"people": "target", "rupiah": "budget_idr"}}


def test_the_funnel_stays_as_it_was_beside_the_money(paid, counted):
    assert Client().get("/angka.json").json() == counted


def test_before_the_first_money_nothing_is_said_about_it(counted):
    assert "anggaran yang berlaku" not in page(Client().get("/angka"))
    assert Client().get("/angka-uang.csv").status_code == 404
    assert Client().get("/angka-uang.json").status_code == 404


def test_before_the_first_count_the_page_says_so(db):
    assert "Belum ada angka" in page(Client().get("/angka"))
    assert Client().get("/angka.csv").status_code == 404


@pytest.mark.django_db
def test_the_schedule_keeps_its_history(loaded_programme):
    shown = page(Client().get("/jadwal"))
    assert "Sabtu, 11 April 2020, 19.00 WIB" in shown
    assert "Ditunda dua hari" in shown
    assert "19.00 WIB / 20.00 WITA / 21.00 WIT" in shown
    assert "Diumumkan 20 Maret 2020" in shown


@pytest.fixture
def published(settings):
    """A publication of an example draw."""
    folder = settings.GELOMBANG.data_dir / "publications" / WAVE
    folder.mkdir(parents=True)
    for name in ("candidates.csv", "commitment.json", "result.csv"):
        (folder / name).write_bytes((EXAMPLE / name).read_bytes())
    (settings.GELOMBANG.data_dir / "secrets.json").write_text("{}")
    return folder


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("candidates.csv", "text/csv"),
        ("commitment.json", "application/json"),
        ("result.csv", "text/csv"),
    ],
)
def test_published_files_come_to_the_byte(published, name, kind):
    answer = Client().get(f"/undian/{WAVE}/{name}")
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"].startswith(kind)
    assert (
        hashlib.sha256(content).digest() == hashlib.sha256((published / name).read_bytes()).digest()
    )
    assert int(answer["Content-Length"]) == len(content)


async def test_published_files_come_to_the_byte_from_the_asynchronous_server(published):
    answer = await AsyncClient().get(f"/undian/{WAVE}/candidates.csv")
    parts = [part async for part in answer.streaming_content]
    assert b"".join(parts) == (published / "candidates.csv").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        f"/undian/{WAVE}/reveal.json",
        f"/undian/{WAVE}/secrets.json",
        f"/undian/{WAVE}/../../secrets.json",
        f"/undian/{WAVE}/..%2f..%2fsecrets.json",
        "/undian/../secrets.json",
        f"/undian/{WAVE}/candidates.csv.new",
        f"/undian/{WAVE}/.hidden.json",
        f"/undian/{WAVE}/CANDIDATES.CSV",
    ],
)
def test_nothing_but_published_files_is_served(db, published, path):
    assert Client().get(path).status_code == 404


@pytest.fixture
def frozen(loaded_programme, make_person, now, put_in_wave):
    """A frozen list: two tickets in it, and one of somebody who was not eligible."""
    from gelombang.journey.selection.models import Candidate, Draw
    from gelombang.journey.waves.models import Entry

    tickets = [f"W01-00000000000{number}" for number in (1, 2, 3)]
    draw = Draw.objects.create(
        wave_id=WAVE, state="frozen", requested_at=now, requested_by="staff:x",
        list_sha256="aa" * 32, rules_sha256="bb" * 32, candidates=3, published_at=now,
        merkle_root="00" * 32, beacon_round=77, beacon_at=now, beacon_chain="cc" * 32,
    )  # fmt: skip
    for number, ticket in enumerate(tickets):
        who = make_person(f"orang{number}@example.id")
        put_in_wave(who, at=now, ticket=ticket)
        entry = Entry.objects.get(person_id=who.id)
        Candidate.objects.create(
            entry=entry, draw=draw, person_id=who.id, ticket=ticket, area="31", tier="T1",
            eligible=ticket != tickets[2], decided_at=now,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_draws_page_says_where_it_stands(frozen):
    shown = page(Client().get(f"/undian/{WAVE}/"))
    for words in ("menunggu angka acak", "aa" * 32, "bb" * 32, "putaran 77"):
        assert words in shown
    assert "Dibekukan, menunggu" in page(Client().get("/undian"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("W01-000000000001", f"/undian/{WAVE}/tiket/W01-000000000001"),
        (" w01-000000000001 ", f"/undian/{WAVE}/tiket/W01-000000000001"),
    ],
)
def test_a_typed_ticket_leads_to_its_page(frozen, typed, place):
    answer = Client().get(f"/undian/{WAVE}/cari", {"tiket": typed})
    assert answer["Location"] == place


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "budi", "W01-1", "W01-٠٠٠٠٠٠٠٠٠٠٠١", "x" * 5000])
def test_what_is_no_ticket_is_explained(frozen, typed):
    answer = Client().get(f"/undian/{WAVE}/cari", {"tiket": typed})
    assert answer.status_code == 422
    assert "Tiket ditulis seperti" in page(answer)


@pytest.mark.django_db
def test_a_ticket_outside_the_list_is_told_without_a_reason(frozen):
    for ticket in ("W01-000000000003", "W01-999999999999"):
        shown = page(Client().get(f"/undian/{WAVE}/tiket/{ticket}"))
        assert "tidak ada di daftar yang diundi" in shown


@pytest.mark.django_db
def test_before_the_freeze_tickets_are_not_confirmed(loaded_programme):
    shown = page(Client().get(f"/undian/{WAVE}/tiket/W01-000000000001"))
    assert "belum dibekukan" in shown


@pytest.mark.django_db
def test_a_missing_page_speaks_plainly_in_both_languages():
    browser = Client()
    assert "Halaman ini tidak ada" in page(browser.get("/tidak-ada"))
    browser.cookies["bahasa"] = "en"
    assert "There is no such page" in page(browser.get("/tidak-ada"))


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_wrong_method_says_which_are_right(method):
    answer = getattr(Client(), method)("/bantuan")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET"
    assert "dibuka dengan cara lain" in page(answer)


def test_head_is_answered_like_get_without_its_body():
    answer = Client().head("/bantuan")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_body_that_is_no_form_is_told(db):
    answer = Client().post("/masuk", "{}", content_type="application/json")
    assert answer.status_code == 415


def test_a_body_of_ten_megabytes_is_too_large(db):
    answer = Client().post("/masuk", {"email": "a" * 10_000_000})
    assert answer.status_code in {413, 422}
    answer = Client().post(
        "/masuk", "email=" + "a" * 10_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "terlalu besar" in page(answer)


def test_a_form_with_a_thousand_fields_is_unreadable(db):
    body = "&".join(f"f{number}=1" for number in range(1000))
    answer = Client().post("/masuk", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_file_where_none_belongs_is_ignored(db):
    answer = Client().post("/masuk", {"email": SimpleUploadedFile("x", b"budi@example.id")})
    assert answer.status_code == 422


def test_a_database_that_is_away_is_a_pause_and_no_breakdown(monkeypatch, db):
    from gelombang.journey.waves import queries

    def away(**_):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(queries, "waves", away)
    answer = Client().get("/undian")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "dijeda sebentar" in page(answer)
    machine = Client().get("/api/v1/waves")
    assert machine.status_code == 429
    assert machine["Content-Type"] == "application/problem+json"


def test_our_own_mistake_shows_a_page_without_database_or_details(monkeypatch):
    from gelombang.web.public import figures

    def broken(_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(figures, "read", broken)
    answer = Client(raise_request_exception=False).get("/angka")
    assert answer.status_code == 500
    shown = page(answer)
    assert "Ada kesalahan di pihak kami" in shown
    assert "secret detail" not in shown
    assert "Nomor kejadian" in shown


VISITORS = {
    "as_of": "2020-04-13T10:00:00+07:00",
    "days": [{"day": "2020-04-13", "visitors": 1500}, {"day": "2020-04-12", "visitors": 900}],
    "sum_of_days": 2400,
}


def test_visitors_are_told_by_day_and_a_span_as_a_sum_of_days(db, tmp_path):
    assert Client().get("/angka-pengunjung.csv").status_code == 404
    (tmp_path / "public").mkdir(exist_ok=True)
    (tmp_path / "public" / "visitors.json").write_text(json.dumps(VISITORS))
    shown = page(Client().get("/angka"))
    for words in ("1.500", "2.400", "12 April 2020", "terhitung tiga kali", "tanpa kuki"):
        assert words in shown
    english = Client()
    english.cookies["bahasa"] = "en"
    assert "counted three times" in page(english.get("/angka"))
    assert Client().get("/angka-pengunjung.json").json() == VISITORS
    rows = page(Client().get("/angka-pengunjung.csv")).splitlines()
    assert rows == ["day,visitors", "2020-04-13,1500", "2020-04-12,900"]
