"""The receipt page of a real door says how long the queue of letters is, when it is long."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from tests.frontdoor.conftest import IN_WAVE_TWO
from tests.frontdoor.standing import fresh_email, standing_door, wait_until

KEEP = """
    INSERT INTO notices_letterwait (id, seconds, measured_at) VALUES (true, %s, %s)
    ON CONFLICT (id) DO UPDATE SET seconds = excluded.seconds, measured_at = excluded.measured_at
"""


@pytest.fixture
def door(programme_url, scratch):
    with standing_door(
        programme_url, at=IN_WAVE_TWO, place=scratch / f"letters-{uuid4().hex[:8]}"
    ) as door:
        yield door
        with psycopg.connect(programme_url, autocommit=True) as database:
            database.execute("DELETE FROM notices_letterwait")


def keep(door, seconds):
    with psycopg.connect(door.database_url, autocommit=True) as database:
        database.execute(KEEP, [seconds, datetime.now(UTC)])


def test_the_receipt_says_how_long_the_link_takes(door):
    receipt = door.register(fresh_email()).document["receipt"]
    path = f"/tanda-terima/{receipt}"
    assert "beberapa menit" in door.get(path).text
    keep(door, 9_000)
    wait_until(lambda: "2 jam 30 menit" in door.get(path).text, seconds=20)
    english = door.get(path, cookie="bahasa=en").text
    assert "your link leaves in about 2 hours 30 minutes" in english
    keep(door, 30)
    wait_until(lambda: "beberapa menit" in door.get(path).text, seconds=20)
    assert "within minutes" in door.get(path, cookie="bahasa=en").text
