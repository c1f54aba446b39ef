"""The waiting room through HTTP: two doors, one queue, nothing kept of who waits."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.frontdoor.standing import (
    Door,
    fresh_email,
    fresh_key,
    fresh_proof,
    load_programme,
    set_controls,
    standing_door,
    wait_until,
)

from gelombang.kit import altcha, clock
from gelombang.kit.ids import receipt_for, uuid7
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import derived_key
from gelombang.kit.tokens import (
    Ticket,
    TicketKind,
    confirm_token,
    door_pass,
    microseconds,
    read_confirm_token,
    read_ticket,
    standing_of,
    ticket_token,
)
from gelombang.settings.environment import load

OPENS = datetime(2020, 4, 11, 12, tzinfo=UTC)
IN_WAVE_TWO = datetime(2020, 4, 19, 3, tzinfo=UTC)
SUBMISSIONS = "registration_submission"


@pytest.fixture(scope="module")
def queue_url(postgres_server) -> str:
    url = postgres_server.copy_template("queue")
    load_programme(url)
    return url


@pytest.fixture(scope="module")
def doors(queue_url: str, scratch: Path) -> Iterator[tuple[Door, Door]]:
    with (
        standing_door(queue_url, at=IN_WAVE_TWO, place=scratch / "left") as left,
        standing_door(queue_url, at=IN_WAVE_TWO, place=scratch / "right") as right,
    ):
        yield left, right


@pytest.fixture
def slow(doors) -> Iterator[tuple[Door, Door]]:
    """Both doors admit one a second together: five came in at once before, more wait."""
    set_controls(doors[0].database_url, admission_per_second=1)
    for door in doors:
        wait_until(lambda door=door: exhaust(door).status == 202, seconds=30)
    yield doors
    set_controls(doors[0].database_url)
    wait_until(lambda: all(exhaust(door).status == 201 for door in doors), seconds=30)


def exhaust(door: Door):
    return door.register(fresh_email())


def past_the_queue(send):
    """The answer to what is sent once nobody is told to wait: a busy machine may say so."""
    found = []
    wait_until(lambda: found.append(send()) or found[-1].status != 202, seconds=60)
    return found[-1]


def told_to_wait(door: Door):
    """Key, address and answer of the first one of those who come now that is told to wait.

    One a second is let in meanwhile, so that the very first may be it.
    """
    sent = []

    def waits() -> bool:
        key, email = fresh_key(), fresh_email()
        sent.append((key, email, door.register(email, key=key)))
        return sent[-1][2].status == 202

    wait_until(waits, seconds=60)
    return sent[-1]


def counts(door: Door) -> dict:
    return door.get("/antrean.json").document


def is_called(door: Door, ticket: str) -> bool:
    return "<h1>Giliran Anda sudah tiba" in door.get(f"/antrean/{ticket}").text


def test_who_comes_when_others_wait_gets_a_place_and_a_place_becomes_a_receipt(slow):
    left, right = slow
    key, email, answer = told_to_wait(left)
    assert set(answer.document) == {"ticket", "place", "poll"}
    assert answer.document["place"] >= 1
    assert int(answer.headers["retry-after"]) >= 1
    ticket = answer.document["ticket"]
    assert left.rows(f"SELECT count(*) FROM {SUBMISSIONS} WHERE idempotency_key = %s", key) == [
        (0,)
    ]
    # The other process knows the ticket, and both tell of the same queue.
    wait_until(lambda: is_called(right, ticket), seconds=60)
    done = right.register(email, key=key, ticket=ticket)
    assert done.status == 201
    row = left.rows(f"SELECT receipt, ticket FROM {SUBMISSIONS} WHERE idempotency_key = %s", key)
    assert row[0][0] == done.document["receipt"]
    assert row[0][1] is not None


def test_a_ticket_is_spent_once_on_whatever_device(slow):
    left, right = slow
    ticket = told_to_wait(left)[2].document["ticket"]
    wait_until(lambda: is_called(left, ticket) and is_called(right, ticket), seconds=60)
    key, email = fresh_key(), fresh_email()
    assert left.register(email, key=key, ticket=ticket).status == 201
    again = right.register(fresh_email(), ticket=ticket)
    assert (again.status, again.document["type"]) == (428, "urn:gelombang:proof-spent")
    assert right.register(email, key=key, ticket=ticket).status == 201  # the same form, sent again


def test_the_watermark_never_moves_back(slow):
    seen = []
    for _ in range(6):
        seen += [counts(door)["watermark"] for door in slow]
        exhaust(slow[0])
        time.sleep(0.5)
    left, right = seen[0::2], seen[1::2]
    assert left == sorted(left)
    assert right == sorted(right)


def test_the_counts_are_one_small_document_for_everybody(slow):
    answer = slow[0].get("/antrean.json")
    assert set(answer.document) == {
        "watermark", "opened_at", "issued_per_second", "served_per_second", "waiting", "state",
        "as_of",
    }  # fmt: skip
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert len(answer.body) < 300
    assert answer.document["state"] == "open"
    assert slow[0].get("/antrean.json?untuk=nobody").document["state"] == "closed"


def test_a_person_waits_on_a_page_that_leads_back_from_any_device(slow):
    pages = []

    def is_queue() -> bool:
        exhaust(slow[0])
        pages.append(slow[0].get("/daftar"))
        return pages[-1].status == 202

    wait_until(is_queue, seconds=60)
    page = pages[-1]
    cookie = page.headers["set-cookie"]
    assert cookie.startswith("antrean-registration=")
    ticket = cookie.partition("=")[2].partition(";")[0]
    assert f"/antrean/{ticket}" in page.text
    elsewhere = slow[1].get(f"/antrean/{ticket}")
    assert elsewhere.status == 200
    assert elsewhere.headers["referrer-policy"] == "no-referrer"
    picture = slow[1].get(f"/antrean/{ticket}/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    # Coming back is not waiting twice.
    before = counted(slow[0])
    slow[0].get("/daftar", cookie=f"antrean-registration={ticket}")
    time.sleep(2.5)
    assert counted(slow[0]) == before


def counted(door: Door) -> int:
    time.sleep(1.2)
    return door.rows("SELECT COALESCE(sum(issued), 0) FROM queue_tally")[0][0]


@pytest.mark.parametrize("ticket", ["x", "A" * 72, "%00", "..%2F..", "A" * 600])
def test_a_forged_ticket_is_no_place(doors, ticket):
    assert doors[0].get(f"/antrean/{ticket}").status == 404
    assert doors[0].get(f"/antrean/{ticket}/qr.svg").status == 404
    answer = doors[0].register(fresh_email(), ticket=ticket)
    assert answer.status in {201, 202}  # as if there were none


def test_a_ticket_of_another_subject_is_no_place_here(slow):
    ticket = told_to_wait(slow[0])[2].document["ticket"]
    page = slow[0].get("/antrean/rumah?ke=/masuk", cookie=f"antrean-house={ticket}")
    assert page.headers.get("set-cookie", "").startswith(("izin=", "antrean-house="))
    assert ticket not in page.headers.get("set-cookie", "")


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "javascript:x", ""])
def test_the_house_queue_leads_to_our_own_site_only(doors, target):
    answer = doors[0].get(f"/antrean/rumah?ke={target}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert answer.headers["set-cookie"].startswith("izin=")


def test_without_a_proof_a_machine_is_asked_for_one(doors):
    body = json.dumps({"email": fresh_email()}).encode()
    answer = past_the_queue(
        lambda: doors[0].ask("POST", "/api/v1/registrations", body,
                             content_type="application/json", idempotency_key=fresh_key())
    )  # fmt: skip
    assert (answer.status, answer.document["type"]) == (428, "urn:gelombang:proof-missing")
    assert answer.document["challenge"]["parameters"]["algorithm"] == "PBKDF2/SHA-256"


def test_a_proof_is_spent_once_and_a_known_key_keeps_its_receipt(doors):
    proof, key, email = fresh_proof(), fresh_key(), fresh_email()
    first = past_the_queue(lambda: doors[0].register(email, key=key, altcha=proof))
    assert first.status == 201
    other = past_the_queue(lambda: doors[1].register(fresh_email(), altcha=proof))
    assert (other.status, other.document["type"]) == (428, "urn:gelombang:proof-spent")
    assert "challenge" in other.document
    for again in (proof, "AAAA"):
        known = past_the_queue(lambda again=again: doors[1].register(email, key=key, altcha=again))
        assert known.body == first.body


def outlived(ticket: str, *, seconds: int) -> str:
    """A proof that runs out so long after the issue of a ticket, once it has run out."""
    ends = standing_of(ticket) // 1_000_000 + seconds
    proof = altcha.solved(altcha.key_of(load().keyring), cost=1,
                          expires_at=datetime.fromtimestamp(ends, UTC))  # fmt: skip
    wait_until(lambda: time.time() >= ends, seconds=30)
    return proof


def test_work_done_before_the_wait_counts_at_the_turn_and_once(slow):
    left, right = slow
    key, email, waiting = told_to_wait(left)
    ticket, other = waiting.document["ticket"], told_to_wait(left)[2].document["ticket"]
    proof, older = outlived(other, seconds=2), outlived(ticket, seconds=-1)
    wait_until(lambda: is_called(right, ticket) and is_called(right, other), seconds=60)
    refused = right.register(email, key=key, ticket=ticket, altcha=older)
    assert (refused.status, refused.document["type"]) == (428, "urn:gelombang:proof-expired")
    done = right.register(email, key=key, ticket=ticket, altcha=proof)
    assert done.status == 201
    sql = f"SELECT ticket IS NOT NULL, proof IS NOT NULL FROM {SUBMISSIONS} WHERE receipt = %s"
    assert right.rows(sql, done.document["receipt"]) == [(True, True)]
    for shown, work in ((other, proof), (ticket, fresh_proof())):
        again = right.register(fresh_email(), ticket=shown, altcha=work)
        assert (again.status, again.document["type"]) == (428, "urn:gelombang:proof-spent")


def test_a_form_that_waits_keeps_the_work_done_for_it(slow):
    sent = []

    def waits() -> bool:
        fields = {"email": fresh_email(), "phone": "", "nonce": str(uuid7())}
        sent.append(({**fields, "altcha": fresh_proof()}, []))
        sent[-1][1].append(slow[0].send("/daftar", sent[-1][0]))
        return sent[-1][1][0].status == 202

    wait_until(waits, seconds=60)
    fields, (page,) = sent[-1]
    assert "data-giliran" in page.text
    assert {name: page.kept[name] for name in fields} == fields
    assert page.kept["ticket"]


def test_a_form_that_nobody_kept_waiting_owes_work_of_now(doors):
    ticket = past_the_queue(lambda: doors[0].get("/daftar")).kept["ticket"]
    proof = outlived(ticket, seconds=2)
    answer = past_the_queue(lambda: doors[0].register(fresh_email(), ticket=ticket, altcha=proof))
    assert (answer.status, answer.document["type"]) == (428, "urn:gelombang:proof-expired")


def test_no_work_is_asked_for_while_its_cost_is_zero(doors):
    url = doors[0].database_url
    set_controls(url, proof_cost=0)
    try:
        wait_until(lambda: doors[0].get("/api/v1/tantangan").status == 204, seconds=30)
        assert doors[0].register(fresh_email(), altcha="").status == 201
    finally:
        set_controls(url, proof_cost=100)
        wait_until(lambda: doors[0].get("/api/v1/tantangan").status == 200, seconds=30)


def test_who_is_too_fast_is_slowed_and_keeps_the_form(queue_url, scratch):
    with standing_door(queue_url, at=IN_WAVE_TWO, place=scratch / "paced") as door:
        set_controls(queue_url, address_per_minute=20)
        try:
            wait_until(lambda: exhaust(door).status == 429, seconds=60)
            machine = exhaust(door)
            assert machine.document["type"] == "urn:gelombang:paced"
            assert 1 <= int(machine.headers["retry-after"]) <= 15
            fields = {"email": fresh_email(), "nonce": "01a21ec2-481d-76a7-b347-0f2d6fe461b4"}
            page = door.send("/daftar", fields)
            assert page.status == 429
            assert page.kept["email"] == fields["email"]
            assert page.kept["nonce"] == fields["nonce"]
        finally:
            set_controls(queue_url)


def confirm_link(keyring) -> str:
    token = confirm_token(
        keyring,
        receipt=receipt_for(
            key=derived_key(keyring, purpose="receipt"), idempotency_key=fresh_key()
        ),
        email_index=blind_index(keyring, fresh_email(), purpose="email"),
        expires_at=clock.real_now() + timedelta(days=1),
    )
    return f"/konfirmasi/{token}"


def test_who_opens_pages_too_fast_is_slowed_and_may_still_send(queue_url, scratch, keyring):
    ticket = ticket_token(keyring, Ticket(TicketKind.QUEUED, "registration", 1, 1, 1))
    receipt = receipt_for(key=derived_key(keyring, purpose="receipt"), idempotency_key=fresh_key())
    pages = (f"/antrean/{ticket}", f"/antrean/{ticket}/qr.svg", f"/tanda-terima/{receipt}",
             "/konfirmasi/terpotong")  # fmt: skip
    with standing_door(queue_url, at=IN_WAVE_TWO, place=scratch / "reading") as door:
        assert {door.get(page).status for page in pages} <= {200, 404}
        set_controls(queue_url, address_per_minute=1)
        try:
            for page in pages:
                wait_until(lambda page=page: door.get(page).status == 429, seconds=60)
            slowed = door.get(pages[0])
            assert 'http-equiv="refresh"' in slowed.text
            assert "belum kami catat" not in slowed.text
            assert int(slowed.headers["retry-after"]) > 1
            assert door.register(fresh_email()).status == 201
        finally:
            set_controls(queue_url)


def test_who_confirms_too_fast_is_slowed_and_the_press_is_sent_again(queue_url, scratch, keyring):
    with standing_door(queue_url, at=IN_WAVE_TWO, place=scratch / "confirming") as door:
        set_controls(queue_url, address_per_minute=1)
        try:
            wait_until(lambda: door.send(confirm_link(keyring), {}).status == 429, seconds=60)
            link = confirm_link(keyring)
            slowed = door.send(link, {"bahasa": "en"})
            assert (slowed.status, slowed.kept) == (429, {"bahasa": "en"})
            assert f'action="{link}" data-ulang="' in slowed.text
            assert int(slowed.headers["retry-after"]) > 1
            assert slowed.headers["referrer-policy"] == "no-referrer"
            assert door.register(fresh_email()).status == 201, "a registration has its own pace"
            assert door.rows("SELECT count(*) FROM email_confirmation WHERE receipt = %s",
                             receipt_in(link)) == [(0,)]  # fmt: skip
        finally:
            set_controls(queue_url)
        wait_until(lambda: door.send(link, slowed.kept).status == 200, seconds=60)
        assert door.rows("SELECT count(*) FROM email_confirmation WHERE receipt = %s",
                         receipt_in(link)) == [(1,)]  # fmt: skip


def receipt_in(link: str) -> str:
    token = link.removeprefix("/konfirmasi/")
    return read_confirm_token(load().keyring, token, real_now=clock.real_now()).receipt


def test_a_form_without_work_takes_the_slow_lane(queue_url, scratch):
    with standing_door(
        queue_url, at=IN_WAVE_TWO, place=scratch / "lane",
        settings={"GELOMBANG_LANE_AGE_SECONDS": "1"},
    ) as door:  # fmt: skip
        email = fresh_email()
        fields = {**door.get("/daftar").kept, "email": email, "phone": "", "altcha": "none"}
        kept = door.send("/daftar", fields)
        assert kept.status == 202
        assert kept.kept["email"] == email
        time.sleep(1.1)
        done = door.send("/daftar", {**kept.kept, "altcha": "none"})
        assert done.status == 303
        again = door.send("/daftar", {**kept.kept, "nonce": "", "altcha": "none"})
        assert again.status == 422
        found = door.rows(f"SELECT proof, ticket IS NOT NULL FROM {SUBMISSIONS} WHERE receipt = %s",
                          done.headers["location"].rpartition("/")[2])  # fmt: skip
        assert found == [(None, True)]


def test_before_the_opening_places_are_drawn_and_then_called(queue_url, scratch):
    place = scratch / "early"
    with standing_door(queue_url, at=OPENS - timedelta(minutes=2), place=place) as door:
        assert door.register(fresh_email()).status == 409
        page = door.get("/daftar")
        assert page.status == 202
        assert "diacak" in page.text
        ticket = page.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert not is_called(door, ticket)
        assert counts(door)["state"] == "preparing"
        clock.set_face(place / "clock.json", virtual=OPENS, rate=1)
        wait_until(lambda: is_called(door, ticket), seconds=60)
        form = door.get("/daftar", cookie=f"antrean-registration={ticket}")
        assert form.status == 200
        assert form.kept["ticket"] == ticket


WAVE_TWO, WAVE_TWO_OPENS = "PKJ-2020-W02", datetime(2020, 4, 18, 12, tzinfo=UTC)


def press(door: Door, wave: str, *, ticket: str = "", cookie: str = ""):
    """The button of a wave's page, as a browser sends it."""
    until = clock.real_now() + timedelta(minutes=30)
    token = door_pass(load().keyring, person_id=uuid7(), expires_at=until)
    fields = {"nonce": str(uuid7()), "bahasa": "id", "ticket": ticket}
    return door.send(f"/gabung/{wave}", fields, cookie=f"pas={token}; {cookie}")


def place_given(answer) -> str:
    """The ticket that a redirect leads to and its cookie keeps."""
    assert answer.status == 303
    ticket = answer.headers["location"].removeprefix("/antrean/")
    assert answer.headers["set-cookie"].startswith(f"antrean-{WAVE_TWO}={ticket}; Path=/")
    assert answer.headers["referrer-policy"] == "no-referrer"
    return ticket


def test_before_a_wave_opens_places_are_drawn_and_then_called(queue_url, scratch):
    place = scratch / "early-wave"
    with standing_door(queue_url, at=WAVE_TWO_OPENS - timedelta(minutes=61), place=place) as door:
        assert press(door, WAVE_TWO).status == 409, "an hour before, and no sooner"
        clock.set_face(place / "clock.json", virtual=WAVE_TWO_OPENS - timedelta(minutes=2), rate=1)
        wait_until(lambda: press(door, WAVE_TWO).status == 303, seconds=10)
        tickets = [place_given(press(door, WAVE_TWO)) for _ in range(8)]
        page = door.get(f"/antrean/{tickets[0]}")
        assert page.status == 200
        assert "diacak" in page.text
        assert "Sabtu, 18 April 2020, 19.00 WIB" in page.text.replace("\u00a0", " ")
        # Who presses again keeps the place; a form's ticket of before the opening is none.
        cookie = f"antrean-{WAVE_TWO}={tickets[0]}"
        assert place_given(press(door, WAVE_TWO, cookie=cookie)) == tickets[0]
        now_us = microseconds(clock.real_now())
        of_a_form = Ticket(TicketKind.FORM, WAVE_TWO, now_us, now_us, 1)
        shown = ticket_token(load().keyring, of_a_form)
        assert place_given(press(door, WAVE_TWO, ticket=shown, cookie=cookie)) == tickets[0]
        drawn = load_ticket(place_given(press(door, WAVE_TWO, ticket=shown)))
        assert (drawn.kind, drawn.id != of_a_form.id) == (TicketKind.EARLY, True)
        assert door.join(WAVE_TWO, uuid7()).status == 409, "machines hear when it opens"
        assert door.rows("SELECT count(*) FROM wave_entry_request WHERE wave_id = %s "
                         "AND received_at < %s", WAVE_TWO, WAVE_TWO_OPENS) == [(0,)]  # fmt: skip
        assert not is_called(door, tickets[0])
        clock.set_face(place / "clock.json", virtual=WAVE_TWO_OPENS, rate=1)
        for ticket in tickets:
            wait_until(lambda ticket=ticket: is_called(door, ticket), seconds=60)
        turn = door.get(f"/antrean/{tickets[0]}").text
        assert f'href="/gabung/{WAVE_TWO}?tiket={tickets[0]}"' in turn
        joined = press(door, WAVE_TWO, ticket=tickets[0])
        assert joined.status == 303
        receipt = joined.headers["location"].partition("?tanda_terima=")[2]
        sql = "SELECT ticket FROM wave_entry_request WHERE receipt = %s"
        assert door.rows(sql, receipt) == [(load_ticket(tickets[0]).id,)]
        assert press(door, WAVE_TWO, ticket=tickets[0]).status == 422, "a place is used once"


def load_ticket(token: str) -> Ticket:
    return read_ticket(load().keyring, token)


def test_places_before_an_opening_are_paced(queue_url, scratch):
    at = WAVE_TWO_OPENS - timedelta(minutes=2)
    with standing_door(queue_url, at=at, place=scratch / "early-paced") as door:
        set_controls(queue_url, address_per_minute=5)
        try:
            wait_until(lambda: press(door, WAVE_TWO).status == 429, seconds=60)
        finally:
            set_controls(queue_url)


def test_a_form_of_registration_that_comes_before_the_opening_has_a_place_too(queue_url, scratch):
    at = OPENS - timedelta(minutes=2)
    with standing_door(queue_url, at=at, place=scratch / "early-form") as door:
        fields = {"email": fresh_email(), "phone": "", "nonce": str(uuid7())}
        answer = door.send("/daftar", fields)
        assert answer.status == 303
        ticket = answer.headers["location"].removeprefix("/antrean/")
        assert load_ticket(ticket).kind is TicketKind.EARLY
        assert "diacak" in door.get(f"/antrean/{ticket}").text


def test_a_ticket_from_before_the_close_may_finish_and_a_later_one_may_not(queue_url, scratch):
    wave, place = "PKJ-2020-W02", scratch / "closing"
    closes = datetime(2020, 4, 23, 9, tzinfo=UTC)
    with standing_door(queue_url, at=closes - timedelta(seconds=60), place=place) as door:
        set_controls(queue_url, admission_per_second=1)
        try:
            sent = []

            def waits() -> bool:
                key, person = fresh_key(), uuid7()
                sent.append((key, person, door.join(wave, person, key=key)))
                return sent[-1][2].status == 202

            wait_until(waits, seconds=60)
            key, person, waiting = sent[-1]
            ticket = waiting.document["ticket"]
            clock.set_face(place / "clock.json", virtual=closes + timedelta(minutes=5), rate=1)
            set_controls(queue_url)
            wait_until(lambda: door.join(wave, uuid7()).status == 409, seconds=60)
            done = door.join(wave, person, key=key, ticket=ticket)
            assert done.status == 201
            claimed, received = door.rows(
                "SELECT claimed_at, received_at FROM wave_entry_request WHERE idempotency_key = %s",
                key,
            )[0]
            assert claimed < closes < received
            clock.set_face(place / "clock.json", virtual=closes + timedelta(minutes=15), rate=1)
            late = door.join(wave, person, ticket=ticket)
            assert late.status == 409
        finally:
            set_controls(queue_url)
