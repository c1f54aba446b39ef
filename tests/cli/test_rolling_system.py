"""A complete system is rolled and migrated while people come: nobody notices."""

import subprocess
import sys
import time
from urllib.parse import urlsplit

import psycopg
from tests.cli.steady_load import get, steady_load
from tests.cli.test_workers import children
from tests.frontdoor.standing import wait_until

from gelombang.cli.local import our_command

PAGES = ("/", "/daftar", "/masuk", "/bantuan", "/gaya.css")


def run(*command: str, environment) -> None:
    subprocess.run(command, env=dict(environment), check=True, timeout=120, capture_output=True)


def has_tally(url: str) -> bool:
    with psycopg.connect(url) as connection:
        (name,) = connection.execute("SELECT to_regclass('feedback_tally')").fetchone()
    return name is not None


def test_a_rolling_restart_and_a_migration_fail_no_request(a_system):
    a_system.wait_ready()
    environment = a_system.environment | {"DJANGO_SETTINGS_MODULE": "gelombang.settings.django"}
    run(sys.executable, "-m", "django", "migrate", "feedback", "0003", environment=environment)
    assert not has_tally(a_system.database_url)
    edge = a_system.pids()["edge"]
    before = children(edge)
    port = urlsplit(a_system.base_url).port
    with steady_load(port, *map(get, PAGES), kept=10, fresh_per_second=20) as load:
        time.sleep(1)
        a_system.roll("edge")
        run(*our_command("migrate"), environment=environment)
        wait_until(lambda: children(edge) and children(edge).isdisjoint(before), seconds=60)
        time.sleep(1)
    assert has_tally(a_system.database_url)
    assert a_system.pids()["edge"] == edge
    assert load.failures == []
    assert load.answers[200] > 50
    assert set(load.answers) <= {200, 409}
