"""`gelombang partners`: how partners do, and going on after a stop."""

from datetime import timedelta

import pytest
from tests.journey.verification.world import register, state
from typer.testing import CliRunner

from gelombang.cli.partners import app
from gelombang.cli.say import console
from gelombang.journey.verification.models import Check
from gelombang.kit import clock
from gelombang.records.audit.models import Entry
from gelombang.records.partners import actions, queries
from gelombang.records.programme.terms import PartnerContract

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wide(monkeypatch) -> None:
    """A terminal on which no cell is broken into lines, whoever imported the console first."""
    monkeypatch.setattr(console, "_width", 160)


def run(*words: str):
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def at(now, real_now) -> dict:
    return {"now": now, "real_now": real_now}


@pytest.fixture
def providing(at) -> None:
    for code, rate, size in (("civil_registry", 500, 1), ("education", 200, 199)):
        contract = PartnerContract(code, code.title(), rate, 20, size)
        agreed = queries.Agreed(contract, 1)
        actions.provide(agreed=agreed, actor="job:verification", **at)


def line_of(output: str, code: str) -> str:
    (found,) = [line for line in output.splitlines() if code in line]
    return found


def test_without_contracts_it_says_so():
    assert "No partner has a contract yet" in run("list").output


def test_every_partner_is_listed_with_its_pace_and_what_holds_it(providing, at):
    actions.stop(partner="education", reason="code 03 (login_failed)", actor="job:x", **at)
    shown = run("list")
    assert shown.exit_code == 0, shown.output
    assert "asking" in line_of(shown.output, "civil_registry")
    education = line_of(shown.output, "education")
    for word in ("200", "199", "stopped: code 03 (login_failed)"):
        assert word in education
    for hours, word in ((1, "parked until"), (-1, "asking")):
        until = clock.now() + timedelta(hours=hours)
        actions.park(partner="civil_registry", until=until)
        assert word in line_of(run("list").output, "civil_registry")


def test_a_stopped_partner_is_asked_again_and_the_trail_says_by_whom(providing, at):
    actions.stop(partner="education", reason="code 03 (login_failed)", actor="job:x", **at)
    assert "education is asked again" in run("resume", "education").output
    assert queries.partner(code="education").stopped_reason == ""
    entry = Entry.objects.get(action="partners.resume")
    assert entry.subject == "partner:education"
    assert entry.actor.startswith("cli:")
    again = run("resume", "education")
    assert (again.exit_code, again.output.strip()) == (0, "education was not stopped")


def test_an_unknown_partner_is_status_1(providing):
    refused = run("resume", "bank")
    assert refused.exit_code == 1
    assert "bank: no such partner" in refused.output


def test_what_a_registry_cannot_process_is_counted_and_asked_again(providing, keyring, at):
    person = register(keyring)
    state(keyring, person)
    Check.objects.update(state="asked")
    Check.objects.update(state="held")
    assert line_of(run("list").output, "civil_registry").rstrip(" │").endswith("1")
    assert "1 questions to civil_registry are asked again" in run(
        "ask-again", "civil_registry"
    ).output.replace("\n", " ")
    assert Check.objects.get().state == "due"
    assert run("ask-again", "bank").exit_code == 1
