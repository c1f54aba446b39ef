"""The programme in a database of its own, and front doors that stand before it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from tests.frontdoor.standing import Door, load_programme, standing_door

IN_WAVE_TWO = datetime(2020, 4, 19, 3, tzinfo=UTC)  # wave 1 is over, wave 3 not open yet
BEFORE_ALL = datetime(2020, 4, 10, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def programme_url(postgres_server) -> str:
    """The address of a database with the programme of 2020, shared by the tests of the door."""
    url = postgres_server.copy_template("door")
    load_programme(url)
    return url


@pytest.fixture(scope="package")
def door(programme_url: str, scratch: Path) -> Iterator[Door]:
    """The door on 19 April 2020: registration and wave 2 are open."""
    with standing_door(
        programme_url, at=IN_WAVE_TWO, place=scratch / f"door-{uuid4().hex[:8]}"
    ) as door:
        yield door


@pytest.fixture(scope="package")
def early_door(programme_url: str, scratch: Path) -> Iterator[Door]:
    """The door a day before anything opens."""
    with standing_door(
        programme_url, at=BEFORE_ALL, place=scratch / f"early-{uuid4().hex[:8]}"
    ) as door:
        yield door
