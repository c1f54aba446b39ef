"""A thief of the database without its keys learns no NIK; from a careless one they would."""

import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.records.keys import world

from gelombang import store
from gelombang.cli.keys import wrap_all
from gelombang.cli.places import clone
from gelombang.cli.postgres import find_binaries
from gelombang.journey.nominations.models import Nomination, NominationList
from gelombang.journey.verification import actions as verification
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import seal
from gelombang.records.people import actions as people

ATTACK = clone() / "tools" / "attack_dump.py"
PLANTED = "3174011708954711"
BORN, DISTRICT = date(1995, 8, 17), "317401"

pytestmark = pytest.mark.usefixtures("database_url")


def dump(url: str, to: Path) -> Path:
    """Everything that the database holds, as text."""
    program = find_binaries() / "pg_dump"
    subprocess.run([program, "--data-only", f"--file={to}", url], check=True, env=os.environ)
    return to


def attack(file: Path) -> dict:
    answer = subprocess.run(
        [sys.executable, "-I", ATTACK, file, "--born", BORN.isoformat(), "--district", DISTRICT,
         "--sex", "male"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert answer.returncode in {0, 1}, answer.stderr
    report = json.loads(answer.stdout)
    assert answer.returncode == (1 if _anything(report) else 0)
    assert report["tried"] == 9_999
    return report


def _anything(report: dict) -> bool:
    return bool(report["in_plain"] or report["recovered"] or report["joinable"])


@pytest.fixture
def planted(keyring) -> None:
    """Somebody whom every table knows: registered, verified, nominated, served, with an account."""
    world.plant(keyring, 3)
    world.submit(keyring, [4], tag="the planted one")
    world.admit(keyring)
    who = world.person(keyring, 4)
    store.execute(
        "UPDATE registration_registration SET state = 'email_confirmed', email_confirmed_at = %s",
        [world.NOW],
    )
    verification.state_identity(
        person_id=who, stated=replace(world.STATED, nik=PLANTED), keyring=keyring,
        now=world.NOW, real_now=world.REAL,
    )  # fmt: skip
    world.confirm_all(keyring)
    world.account(keyring, who, 4)
    people.import_served(
        claims=[(blind_index(keyring, PLANTED, purpose="lifetime"), "import:ab:1")],
        keyring=keyring, reason="a test", actor="cli:tests", now=world.NOW, real_now=world.REAL,
    )  # fmt: skip
    listed = NominationList.objects.create(
        agency="Kemnaker", uploaded_by="staff:1", file_sha256="ab", received_at=world.NOW
    )
    Nomination.objects.create(
        list=listed,
        row_number=1,
        nomination_index=blind_index(keyring, PLANTED, purpose="nomination"),
        nik_sealed=seal(keyring, PLANTED, purpose="nik"),
    )


def test_without_keys_nothing_is_learnt(planted, database_url, tmp_path, keyring):
    for name in ("before", "after"):
        report = attack(dump(database_url, tmp_path / name))
        assert not _anything(report), report
        assert report["against"] > 50
        if name == "before":
            wrap_all(world.rotated(keyring), batch=100)


CARELESS = {
    "the number itself": PLANTED,
    "a plain hash": hashlib.sha256(PLANTED.encode()).hexdigest(),
    "a hash with a public salt": hashlib.sha256(b"prakerja" + PLANTED.encode()).hexdigest(),
    "a MAC with an empty key": hmac.digest(b"", PLANTED.encode(), "sha256").hex(),
    "md5": hashlib.md5(PLANTED.encode(), usedforsecurity=False).hexdigest(),
}


@pytest.mark.parametrize("how", CARELESS)
def test_a_careless_column_is_found(planted, database_url, tmp_path, how):
    store.execute("CREATE TABLE careless (nik_hash text)")
    try:
        store.execute("INSERT INTO careless VALUES (%s)", [CARELESS[how]])
        report = attack(dump(database_url, tmp_path / "dump"))
    finally:
        store.execute("DROP TABLE careless")
    found = {each["nik"] for each in report["recovered"]} | set(report["in_plain"])
    assert found == {PLANTED}


def test_a_row_with_its_salt_beside_it_is_found(planted, database_url, tmp_path):
    salt = bytes(range(16))
    store.execute("CREATE TABLE careless (salt bytea, nik bytea)")
    try:
        digest = hashlib.sha256(salt + PLANTED.encode()).digest()
        store.execute("INSERT INTO careless VALUES (%s, %s)", [salt, digest])
        report = attack(dump(database_url, tmp_path / "dump"))
    finally:
        store.execute("DROP TABLE careless")
    assert [(each["nik"], each["where"]) for each in report["recovered"]] == [
        (PLANTED, "careless.nik")
    ]


def test_one_index_for_two_purposes_is_found(planted, database_url, tmp_path):
    store.execute("UPDATE verification_identity SET nomination_index = lifetime_index")
    report = attack(dump(database_url, tmp_path / "dump"))
    assert not report["recovered"]
    assert any(
        re.search("nomination_index", " ".join(each["columns"])) for each in report["joinable"]
    )
