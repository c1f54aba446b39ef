"""The disk of the database is full while people register: paused, until there is room again."""

from dataclasses import replace

import pytest
from tests.faults.breakable import SMALL, player, require_survived

from gelombang.cli.faults import DISK_MEGABYTES
from gelombang.cli.small_disk import NoSmallDiskError, why_no_small_disk
from gelombang.rehearsal.faults import scenarios

pytestmark = [
    pytest.mark.system,
    pytest.mark.long,
    pytest.mark.skipif(bool(why_no_small_disk()), reason=why_no_small_disk() or "tried"),
]


def test_a_full_disk_pauses_the_door_until_there_is_room_again(tmp_path):
    scale = replace(SMALL, outage_seconds=2)
    try:
        with player(tmp_path, scale=scale, disk_megabytes=DISK_MEGABYTES) as play:
            found = play(scenarios.FULL_DISK)
    except NoSmallDiskError as problem:
        pytest.skip(str(problem))
    require_survived(found)
    assert found.paused_after is not None
    assert found.notes["ballast_bytes"] > 0
