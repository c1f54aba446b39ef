"""`gelombang certificates revoke`: by number, for a reason, once."""

import pytest
from tests.journey.certification import world
from typer.testing import CliRunner

from gelombang.cli.certificates import app
from gelombang.journey.certification import queries
from gelombang.journey.certification.rules import show_number
from gelombang.records.audit.models import Entry

pytestmark = pytest.mark.usefixtures("database_url")


def run(*words: str):
    return CliRunner().invoke(app, ["revoke", *words])


def test_a_certificate_is_taken_back_by_its_number_and_a_reason(keyring):
    (holder,) = world.graduates(keyring)
    world.issue(keyring)
    number = queries.certificates_of(person_id=holder.person_id)[0].number
    shown = show_number(number)
    assert run(shown).exit_code == 2, "a reason is asked for"
    assert run(shown, "--reason", "salah").exit_code == 1
    assert run("AAAA-BBBB-CCCC-DDDD", "--reason", "Bukti kehadiran palsu").exit_code == 1
    assert queries.certificate(number=number, keyring=keyring).state == "valid"

    done = run(shown.lower(), "--reason", "Bukti kehadiran palsu")
    assert done.exit_code == 0, done.output
    assert shown in done.output
    assert queries.certificate(number=number, keyring=keyring).state == "revoked"
    assert Entry.objects.get(action="certification.revoke").actor.startswith("cli:")
    again = run(shown, "--reason", "Bukti kehadiran palsu")
    assert again.exit_code == 1
