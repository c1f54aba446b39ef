"""The auditor has no keys: what it compares holds in the middle of a rotation and after one."""

import os
import subprocess
import sys

import psycopg
import pytest
from tests.auditor import world
from tests.auditor.conftest import Doctor, seal

ROTATING = """
import sys
import django; django.setup()
from gelombang.cli.keys import wrap_all
from gelombang.records.keys import actions
from gelombang.settings.environment import load
from tests.records.keys.world import rotated
ring = rotated(load().keyring)
if sys.argv[1] == "half":
    assert actions.wrap_next(keyring=ring, share=0.5).coming == 7
else:
    wrap_all(ring, batch=5)
"""


@pytest.mark.parametrize("how_far", ["half", "whole"])
def test_nothing_is_found_that_was_not_there_before(postgres_server, how_far):
    url = postgres_server.copy_template("rotated")
    try:
        with psycopg.connect(url) as connection:
            world.build(connection)
        seal(url)
        subprocess.run(
            [sys.executable, "-c", ROTATING, how_far],
            env=os.environ | {"DATABASE_URL": url},
            check=True,
            timeout=60,
        )
        with psycopg.connect(url) as connection:
            findings = Doctor(connection).examine()
            keys = connection.execute(
                "SELECT count(DISTINCT keys_of_index(email_index)) FROM people_person"
            ).fetchone()[0]
    finally:
        postgres_server.execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name="rotated")
    assert {name: found.offenders for name, found in findings.items() if found.violations} == {}
    assert keys == (2 if how_far == "half" else 1)
