"""Registering at a real door: with scripts the proof is found meanwhile, without them the slower
lane takes the form, and whoever has to wait keeps a place."""

import re
import secrets
from datetime import timedelta

import pytest
from tests.frontdoor.conftest import door, programme_url  # noqa: F401 - fixtures
from tests.frontdoor.standing import fresh_email

from gelombang.kit import clock
from gelombang.kit.tokens import Ticket, TicketKind, microseconds, ticket_token
from gelombang.settings.environment import load

pytestmark = [pytest.mark.browser, pytest.mark.system]
BUTTON = "Kirim pendaftaran"
RECEIVED = "Pendaftaran Anda kami terima"


@pytest.fixture
def visitor(browser, door):  # noqa: F811 - the fixture
    """A page at the door, with or without scripts."""
    from tests.browser.walking import a_context

    made = []

    def visit(path: str, *, scripts: bool):
        context = a_context(browser, scripts=scripts)
        made.append(context)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{door.port}{path}")
        return page

    yield visit
    for each in made:
        each.close()


def aged_ticket(seconds: float) -> str:
    """A ticket of a form that was opened so long ago."""
    at = clock.real_now() - timedelta(seconds=seconds)
    ticket = Ticket(
        TicketKind.FORM, "registration", microseconds(at), microseconds(clock.now()),
        secrets.randbits(63),
    )  # fmt: skip
    return ticket_token(load().keyring, ticket)


def test_with_scripts_the_proof_is_found_while_the_person_types(visitor, door):  # noqa: F811
    page = visitor("/daftar", scripts=True)
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.locator("#email").fill(fresh_email())
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("heading", name=RECEIVED).wait_for()
    receipt = page.locator(".receipt").inner_text().replace("-", "")
    [(proof,)] = door.rows("SELECT proof FROM registration_submission WHERE receipt = %s", receipt)
    assert re.fullmatch(r"[0-9a-f]{32}", proof)
    assert faults == []


def test_without_scripts_a_form_sent_at_once_is_kept_with_its_button(visitor):
    page = visitor("/daftar", scripts=False)
    email = fresh_email()
    page.locator("#email").fill(email)
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("heading", name="Sebentar lagi").wait_for()
    assert "Isian Anda tidak hilang" in page.content()
    assert page.locator("input[name=email]").input_value() == email
    assert page.get_by_role("button", name="Kirim lagi sekarang").is_visible()


def test_without_scripts_a_form_that_was_open_long_enough_is_taken(visitor):
    page = visitor(f"/daftar?tiket={aged_ticket(40)}", scripts=False)
    page.locator("#email").fill(fresh_email())
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("heading", name=RECEIVED).wait_for()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_comes_back_with_a_ticket_that_was_called_is_led_to_the_form(visitor, scripts):
    page = visitor(f"/antrean/{aged_ticket(60)}", scripts=scripts)
    page.get_by_role("heading", name="Giliran Anda sudah tiba").wait_for()
    page.get_by_role("link", name="Lanjut ke formulir").click()
    page.get_by_role("heading", name="Daftar").wait_for()
    assert page.locator("input[name=ticket]").input_value() != ""
