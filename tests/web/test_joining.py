"""A wave's page in each of its states, leaving again, and the result with its reasons."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client
from tests.web import making
from tests.web.conftest import page

from gelombang.cli.places import clone
from gelombang.frontdoor.calendar import Subject
from gelombang.frontdoor.gate import claim_of
from gelombang.journey.waves.models import Entry, EntryAnswer, EntryRequest, Wave
from gelombang.kit import clock
from gelombang.kit.tokens import Ticket, TicketKind, microseconds, read_ticket, ticket_token
from gelombang.records.programme import actions as programme
from gelombang.records.programme.models import ProgrammeVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_programme")]
WAVE = "PKJ-2020-W01"
PATH = f"/gabung/{WAVE}"
OPENS = datetime(2020, 4, 11, 12, tzinfo=UTC)
CLOSES = datetime(2020, 4, 16, 9, tzinfo=UTC)


def carried_ticket(shown: str) -> str:
    """The ticket in the form that joins."""
    return re.search(r'name="ticket" value="([^"]+)"', shown)[1]


def ticket_of(keyring, at: datetime, *, subject: str = WAVE) -> str:
    """A place in the queue of an instant, as the front door gives it."""
    issued = microseconds(at)
    return ticket_token(keyring, Ticket(TicketKind.QUEUED, subject, issued, issued, 7))


def test_a_stranger_sees_the_terms_and_is_asked_to_sign_in():
    shown = page(Client().get(PATH))
    assert "164.872 orang" in shown
    assert "Kamis, 16 April 2020, 16.00 WIB" in shown
    assert f'href="/masuk?ke={PATH}"' in shown
    assert "<form" not in shown


def test_without_a_confirmed_identity_there_is_no_button(person, signed_in):
    shown = page(signed_in(person).get(PATH))
    assert "Identitas Anda belum terkonfirmasi" in shown
    assert "<form" not in shown


def test_the_button_posts_a_fresh_nonce_to_the_front_door(verified, signed_in):
    browser = signed_in(verified)
    nonces = []
    for _ in range(2):
        answer = browser.get(PATH)
        assert answer["Cache-Control"] == "no-store"
        assert f'<form method="post" action="{PATH}">' in page(answer)
        nonces.append(UUID(re.search(r'name="nonce" value="([^"]+)"', page(answer))[1]))
    assert nonces[0] != nonces[1]
    assert {nonce.version for nonce in nonces} == {7}


def test_a_form_carries_a_ticket_from_the_moment_it_is_served(verified, signed_in, keyring, now):
    browser = signed_in(verified)
    first, again = (read_ticket(keyring, carried_ticket(page(browser.get(PATH)))) for _ in range(2))
    assert (first.kind, first.subject, first.issued_at) == (TicketKind.FORM, WAVE, now)
    assert abs(first.real_us - microseconds(clock.real_now())) < 60_000_000
    assert first.id != again.id
    # What the front door makes of it when the wave closes while the form is open
    wave = Subject(WAVE, "Gelombang 1", OPENS, CLOSES, CLOSES + timedelta(minutes=15))
    assert claim_of(wave, first, CLOSES + timedelta(minutes=14)) == now
    assert claim_of(wave, first, CLOSES + timedelta(minutes=15)) is None


def test_a_place_that_the_browser_keeps_goes_into_the_form(verified, signed_in, keyring, now):
    browser, kept = signed_in(verified), ticket_of(keyring, now - timedelta(hours=1))
    browser.cookies[f"antrean-{WAVE}"] = kept
    assert carried_ticket(page(browser.get(PATH))) == kept
    for wrong in (kept[:-2] + "xx", ticket_of(keyring, now, subject="PKJ-2020-W02")):
        browser.cookies[f"antrean-{WAVE}"] = wrong
        fresh = read_ticket(keyring, carried_ticket(page(browser.get(PATH))))
        assert (fresh.kind, fresh.subject) == (TicketKind.FORM, WAVE)


@pytest.fixture
def just_closed(web_clock, now):
    """The first wave closed five minutes ago."""
    clock.set_face(web_clock, virtual=CLOSES + timedelta(minutes=5), rate=0)
    return web_clock


@pytest.mark.parametrize("by", ["address", "cookie"])
def test_who_was_called_before_the_close_may_press_the_button_after_it(
    verified, signed_in, keyring, just_closed, by
):
    browser, ticket = signed_in(verified), ticket_of(keyring, CLOSES - timedelta(minutes=1))
    assert "<form" not in page(browser.get(PATH))
    if by == "cookie":
        browser.cookies[f"antrean-{WAVE}"] = ticket
    place = f"{PATH}?tiket={ticket}" if by == "address" else PATH
    shown = page(browser.get(place))
    assert f'<form method="post" action="{PATH}">' in shown
    assert carried_ticket(shown) == ticket
    assert "sampai 16 April 2020, 16.15 WIB" in shown
    assert "Dibuka sampai" not in shown
    clock.set_face(just_closed, virtual=CLOSES + timedelta(minutes=15), rate=0)
    assert "<form" not in page(browser.get(place))


@pytest.mark.usefixtures("just_closed")
def test_no_other_ticket_opens_the_button_after_the_close(verified, signed_in, keyring):
    browser = signed_in(verified)
    good = ticket_of(keyring, CLOSES - timedelta(minutes=1))
    for wrong in (
        ticket_of(keyring, CLOSES),
        ticket_of(keyring, CLOSES - timedelta(minutes=1), subject="PKJ-2020-W02"),
        ticket_of(keyring, CLOSES - timedelta(minutes=1), subject="registration"),
        good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "x" * 3000,
        "é",
    ):
        shown = page(browser.get(PATH, {"tiket": wrong}))
        assert "Gelombang ini sudah ditutup" in shown
        assert "<form" not in shown


@pytest.mark.usefixtures("just_closed")
def test_who_is_asked_to_sign_in_comes_back_with_the_ticket(keyring):
    ticket = ticket_of(keyring, CLOSES - timedelta(minutes=1))
    browser = Client()
    shown = page(browser.get(f"{PATH}?tiket={ticket}"))
    back = re.search(r'href="/masuk\?ke=([^"]+)"', shown)[1]
    assert unquote(back) == f"{PATH}?tiket={ticket}"
    form = page(browser.get(f"/masuk?ke={back}"))
    assert f'name="ke" value="{PATH}?tiket={ticket}"' in form


@pytest.fixture
def joins_pending(loaded_programme, now):
    """The first wave takes people whose identity is still being checked."""
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    asked = 'join_requires = "identity_verified"'
    programme.load(
        text=text.replace(asked, 'join_requires = "identity_submitted"'), actor="cli:uji",
        now=now, real_now=now,
    )  # fmt: skip
    Wave.objects.update(programme_version_id=ProgrammeVersion.objects.latest("id").id)


@pytest.mark.usefixtures("joins_pending")
def test_who_is_being_checked_may_join_where_the_programme_lets_them(
    person, signed_in, state_identity
):
    browser = signed_in(person)
    assert "<form" not in page(browser.get(PATH)), "nothing is stated yet"
    state_identity(person)
    assert f'<form method="post" action="{PATH}">' in page(browser.get(PATH))


@pytest.mark.usefixtures("joins_pending")
def test_who_is_being_checked_is_offered_the_open_wave_and_told_what_becomes_of_them(
    person, signed_in, state_identity, now
):
    browser = signed_in(person)
    state_identity(person)
    pages = ("/saya", "/saya/status", "/saya/identitas")
    for shown in map(page, map(browser.get, pages)):
        assert f'<a class="button" href="{PATH}">' in shown
        assert "Pemeriksaan data Anda tetap berjalan" in shown
        assert "diteruskan ke gelombang berikutnya, bukan ditolak" in shown
        assert "Tidak ada yang perlu Anda lakukan" not in shown
    assert "pemeriksaan tetap berjalan" in page(browser.get(PATH))
    making.put_in_wave(person, at=now)
    for shown in map(page, map(browser.get, pages)):
        assert f'<a class="button" href="{PATH}">' not in shown
        assert "dan data Anda masih diperiksa" in shown
        assert "bukan ditolak" in shown
    assert "pemeriksaan tetap berjalan" in page(browser.get(PATH))
    Entry.objects.update(state="carried", carried_at=now)
    assert "Anda tidak perlu bergabung lagi" in page(browser.get("/saya"))


def test_who_is_being_checked_waits_where_the_programme_takes_the_verified_alone(
    person, signed_in, state_identity
):
    browser = signed_in(person)
    state_identity(person)
    assert "Tidak ada yang perlu Anda lakukan" in page(browser.get("/saya"))
    assert "Tidak ada. Anda boleh menutup" in page(browser.get("/saya/identitas"))


def test_who_was_carried_reads_so_and_is_led_to_the_next_wave(person, signed_in, now):
    making.put_in_wave(person, at=now)
    Entry.objects.update(state="carried", carried_at=now)
    browser = signed_in(person)
    shown = page(browser.get(PATH))
    assert "Keikutsertaan Anda diteruskan" in shown
    assert "begitu dibuka" in shown
    assert "Diteruskan" in page(browser.get("/saya"))
    following = Entry.objects.create(
        wave_id="PKJ-2020-W02", person_id=person.id, state="joined", joined_at=now
    )
    Entry.objects.filter(wave_id=WAVE).update(continues_as=following)
    assert 'href="/gabung/PKJ-2020-W02"' in page(browser.get(PATH))


@pytest.fixture
def open_by_area(now):
    """The first wave opens area by area: the person's own in an hour."""
    plan = '{ id = "PKJ-2020-W01", number = 1'
    own = (now + timedelta(hours=1)).isoformat()
    stages = (
        f', stages = [{{ name = {{ id = "Jakarta", en = "Jakarta" }}, areas = ["31"], '
        f"opens_at = {own} }}]"
    )
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    before = datetime(2020, 4, 10, tzinfo=UTC)
    programme.load(
        text=text.replace(plan, plan + stages), actor="cli:uji", now=before, real_now=before
    )


def test_whose_area_opens_later_reads_when_and_gets_the_button_then(
    verified, signed_in, open_by_area, web_clock, now
):
    browser = signed_in(verified)
    shown = page(browser.get(PATH))
    assert "Daerah Anda mulai Senin, 13 April 2020, 11.00 WIB" in shown
    assert f'<form method="post" action="{PATH}">' not in shown
    assert "Jakarta: 13 April 2020, 11.00 WIB" in page(Client().get(PATH))
    assert "Jakarta: Senin, 13 April 2020, 11.00 WIB" in page(Client().get("/jadwal"))
    clock.set_face(web_clock, virtual=now + timedelta(hours=1), rate=0)
    assert f'<form method="post" action="{PATH}">' in page(browser.get(PATH))


def test_a_refusal_by_area_says_when_it_opened(verified, signed_in, open_by_area, web_clock, now):
    request = EntryRequest.objects.create(
        idempotency_key="kunci", receipt="R", wave_id=WAVE, person_id=verified.id, language="id",
        received_at=now, real_at=now,
    )  # fmt: skip
    EntryAnswer.objects.create(
        request=request, refusal="area-not-open", wave_id=WAVE, person_id=verified.id,
        answered_at=now,
    )  # fmt: skip
    clock.set_face(web_clock, virtual=now + timedelta(days=9), rate=0)
    assert "Daerah Anda dibuka 13 April 2020, 11.00 WIB" in page(signed_in(verified).get(PATH))


def test_a_request_on_its_way_is_told_and_the_page_renews_itself(verified, signed_in):
    shown = page(signed_in(verified).get(f"{PATH}?tanda_terima=ABCDEFGHIJKLMNOPQRSTUVWX"))
    assert "Permintaan Anda sudah kami terima" in shown
    assert '<meta http-equiv="refresh"' in shown


def test_somebody_elses_receipt_tells_nothing_about_them(
    make_person, verified, signed_in, now, put_in_wave
):
    put_in_wave(verified, at=now)
    other = signed_in(make_person("eko@example.id"))
    shown = page(other.get(f"{PATH}?tanda_terima={verified.receipt}"))
    assert "W01-000000000001" not in shown


def test_who_joined_sees_the_ticket_and_can_leave_until_the_close(
    verified, signed_in, now, put_in_wave
):
    put_in_wave(verified, at=now)
    browser = signed_in(verified)
    assert "W01-000000000001" in page(browser.get(PATH))
    assert "W01-000000000001" in page(browser.get("/saya"))
    assert browser.post(f"{PATH}/batal")["Location"] == f"{PATH}?keluar=ya"
    again = page(browser.get(f"{PATH}?keluar=ya"))
    assert "Anda sudah keluar dari gelombang ini" in again
    assert 'name="nonce"' in again
    assert browser.post(f"{PATH}/batal").status_code == 303


def test_after_the_close_nobody_can_leave(verified, signed_in, now, put_in_wave, web_clock):
    put_in_wave(verified, at=now)
    browser = signed_in(verified)
    clock.set_face(web_clock, virtual=datetime(2020, 4, 16, 10, tzinfo=UTC), rate=0)
    assert browser.post(f"{PATH}/batal").status_code == 409
    shown = page(browser.get(PATH))
    assert "sudah ditutup" in shown
    assert "<form" not in shown


def test_before_the_opening_the_date_is_told(web_clock):
    shown = page(Client().get("/gabung/PKJ-2020-W02"))
    assert "Dibuka Sabtu, 18 April 2020, 19.00 WIB" in shown


WAVE_TWO, TWO_OPENS = "PKJ-2020-W02", datetime(2020, 4, 18, 12, tzinfo=UTC)
TAKE = "Ambil tempat antrean"


@pytest.fixture
def soon(web_clock):
    """Half an hour before the second wave opens."""
    clock.set_face(web_clock, virtual=TWO_OPENS - timedelta(minutes=30), rate=0)
    return web_clock


def test_in_the_last_hour_before_the_opening_a_place_may_be_taken(verified, signed_in, web_clock):
    browser, path = signed_in(verified), f"/gabung/{WAVE_TWO}"
    for before, offered in ((61, False), (60, True), (1, True), (0, False)):
        clock.set_face(web_clock, virtual=TWO_OPENS - timedelta(minutes=before), rate=0)
        shown = page(browser.get(path))
        assert (TAKE in shown) is offered, before
        if offered:
            assert f'<form method="post" action="{path}">' in shown
            assert 'name="ticket"' not in shown, "a form's ticket would stand for its instant"
        leads = f'<a class="button" href="{path}">' in page(browser.get("/saya"))
        assert leads is (before <= 60), "the task list leads there"


def test_a_place_that_was_taken_is_shown_and_goes_into_the_form_at_the_opening(
    verified, signed_in, soon, keyring
):
    browser, path = signed_in(verified), f"/gabung/{WAVE_TWO}"
    issued = microseconds(TWO_OPENS - timedelta(minutes=40))
    place = ticket_token(keyring, Ticket(TicketKind.EARLY, WAVE_TWO, issued, issued, 7))
    browser.cookies[f"antrean-{WAVE_TWO}"] = place
    shown = page(browser.get(path))
    assert f'href="/antrean/{place}"' in shown
    assert "<form" not in shown
    clock.set_face(soon, virtual=TWO_OPENS, rate=0)
    assert carried_ticket(page(browser.get(path))) == place


@pytest.mark.usefixtures("soon")
def test_who_may_not_join_yet_reads_what_leads_to_it(person, signed_in):
    path = f"/gabung/{WAVE_TWO}"
    stranger = page(Client().get(path))
    assert f'href="/masuk?ke={path}"' in stranger
    unverified = page(signed_in(person).get(path))
    assert 'href="/saya/identitas"' in unverified
    assert TAKE not in stranger + unverified


@pytest.mark.parametrize("rest_minutes", [None, 120])
def test_a_wave_by_areas_has_its_queue_before_its_first_stage(
    verified, signed_in, web_clock, rest_minutes
):
    """Where even the other areas join later, the first stage is the opening of the queue."""
    plan = '{ id = "PKJ-2020-W02", number = 2'
    first, own = (TWO_OPENS + timedelta(minutes=each) for each in (45, 90))
    stages = ", ".join(
        f'{{ name = {{ id = "{code}", en = "{code}" }}, areas = ["{code}"], '
        f"opens_at = {at.isoformat()} }}"
        for code, at in (("32", first), ("31", own))
    )
    rest = ""
    if rest_minutes is not None:
        rest_at = TWO_OPENS + timedelta(minutes=rest_minutes)
        rest = f", rest_opens_at = {rest_at.isoformat()}"
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    before = datetime(2020, 4, 10, tzinfo=UTC)
    programme.load(
        text=text.replace(plan, f"{plan}, stages = [{stages}]{rest}"), actor="cli:uji",
        now=before, real_now=before,
    )  # fmt: skip
    opens = TWO_OPENS if rest_minutes is None else first
    browser, path = signed_in(verified), f"/gabung/{WAVE_TWO}"
    for minutes, is_early in ((61, False), (30, True)):
        clock.set_face(web_clock, virtual=opens - timedelta(minutes=minutes), rate=0)
        shown = page(browser.get(path))
        assert ("Daerah Anda mulai Sabtu, 18 April 2020, 20.30 WIB" in shown) is is_early
        assert TAKE not in shown, "nobody waits for an opening that is not theirs"
        assert "Dibuka Sabtu, 18 April 2020" in shown
    clock.set_face(web_clock, virtual=own, rate=0)
    assert f'<form method="post" action="{path}">' in page(browser.get(path))


@pytest.mark.parametrize("wave", ["PKJ-2020-W99", "x", "A" * 33, "..%2f..%2fetc"])
def test_an_unknown_wave_is_an_unknown_page(wave):
    assert Client().get(f"/gabung/{wave}").status_code == 404


def test_leaving_needs_a_sign_in(now):
    answer = Client().post(f"{PATH}/batal")
    assert answer["Location"] == "/masuk"


def test_the_result_page_waits_with_everybody(verified, signed_in, now, put_in_wave):
    put_in_wave(verified, at=now)
    shown = page(signed_in(verified).get(f"/saya/hasil/{WAVE}"))
    assert "Hasil Gelombang 1 belum ada" in shown
    assert "W01-000000000001" in shown


def drawn(who, *, now, eligible=True, outcome="selected", reasons=(), **more):
    """A draw with this one candidate, as the steps write it."""
    from gelombang.journey.selection.models import Candidate, Draw
    from gelombang.journey.waves.models import Entry

    entry = Entry.objects.get(wave_id=WAVE, person_id=who.id)
    draw = Draw.objects.create(
        wave_id=WAVE, state="awarded", requested_at=now, requested_by="staff:x", drawn_at=now
    )
    Candidate.objects.create(
        entry=entry, draw=draw, person_id=who.id, ticket="W01-000000000001", area="31", tier="T1",
        eligible=eligible, decided_at=now, outcome=outcome, reasons=list(reasons),
        score="0a" * 32 if eligible else "", **more,
    )  # fmt: skip


def test_who_was_selected_reads_it(verified, signed_in, now, put_in_wave):
    put_in_wave(verified, at=now)
    drawn(verified, now=now, won_in_pass=2)
    shown = page(signed_in(verified).get(f"/saya/hasil/{WAVE}"))
    assert "Anda terpilih di Gelombang 1" in shown
    assert "0a" * 32 in shown
    assert "DKI Jakarta" in shown
    assert f'href="/undian/{WAVE}/tiket/W01-000000000001"' in shown


def test_a_winner_whose_answers_expired_reads_that_we_ask_again(
    verified, signed_in, now, put_in_wave
):
    put_in_wave(verified, at=now)
    drawn(verified, now=now, won_in_pass=1, rechecks_since=now)
    shown = page(signed_in(verified).get(f"/saya/hasil/{WAVE}"))
    assert "Anda terpilih di Gelombang 1" in shown
    assert "sedang kami tanyakan ulang" in shown


def test_a_winner_whom_a_newer_answer_bars_reads_so(verified, signed_in, now, put_in_wave):
    put_in_wave(verified, at=now)
    drawn(verified, now=now, won_in_pass=1, withheld="not_enrolled")
    shown = page(signed_in(verified).get(f"/saya/hasil/{WAVE}"))
    assert "Bantuan tidak dapat diberikan" in shown
    assert "sudah pernah diberikan" not in shown


def test_who_waits_reads_the_order_and_the_next_wave(verified, signed_in, now, put_in_wave):
    put_in_wave(verified, at=now)
    drawn(verified, now=now, outcome="waiting", waiting_rank=1204)
    shown = page(signed_in(verified).get(f"/saya/hasil/{WAVE}"))
    assert "Anda belum terpilih di Gelombang 1" in shown
    assert "1.204" in shown
    assert "Gelombang 2 dibuka Sabtu, 18 April 2020" in shown


def test_who_is_not_eligible_reads_rule_fact_source_and_date(verified, signed_in, now, put_in_wave):
    put_in_wave(verified, at=now)
    reason = {"rule": "age_at_close", "version": 1, "fact": "age:17", "source": "Dukcapil",
              "date": "2020-04-16"}  # fmt: skip
    drawn(verified, now=now, eligible=False, outcome="", reasons=[reason])
    shown = page(signed_in(verified).get(f"/saya/hasil/{WAVE}"))
    assert "belum memenuhi syarat Gelombang 1" in shown
    for word in ("Umur Anda 17 tahun", "Dukcapil", "16 April 2020", "age_at_close, versi 1"):
        assert word in shown
    assert "mengajukan keberatan" in shown
    assert "W01-000000000001" in shown  # the ticket to name in it


def test_a_result_is_only_its_owners(make_person, verified, signed_in, now, put_in_wave):
    put_in_wave(verified, at=now)
    drawn(verified, now=now)
    other = page(signed_in(make_person("eko@example.id")).get(f"/saya/hasil/{WAVE}"))
    assert "W01-000000000001" not in other
    assert "Anda tidak mengikuti gelombang ini" in other


def test_the_pass_is_fresh_on_the_waves_page(verified, signed_in, keyring, monkeypatch):
    from gelombang.kit.tokens import read_door_pass

    browser = signed_in(verified)
    later = clock.real_now() + timedelta(minutes=119)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    browser.get(PATH)
    end = later + timedelta(minutes=60)
    assert read_door_pass(keyring, browser.cookies["pas"].value, real_now=end) == verified.id
