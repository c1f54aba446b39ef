"""Processes of a system in the shape of production are killed while people register."""

import pytest
from tests.faults.breakable import PAUSED_WITHIN, player, require_survived

from gelombang.rehearsal.faults import scenarios

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    with player(tmp_path_factory.mktemp("faults")) as play:
        yield play


def test_a_killed_process_of_the_door_is_replaced_and_the_others_serve(play):
    found = play(scenarios.KILLED_WORKER)
    require_survived(found)
    assert found.paused_after is None
    assert found.notes["worker_back_after"] > 0


def test_a_killed_database_pauses_the_door_and_keeps_forms(play):
    found = play(scenarios.KILLED_DATABASE)
    require_survived(found)
    assert found.paused_after < PAUSED_WITHIN
    assert found.notes["form_kept"] == 1


def test_a_killed_house_pauses_its_own_pages_and_none_of_the_doors(play):
    found = play(scenarios.KILLED_HOUSE)
    require_survived(found)


def test_nothing_is_acknowledged_while_the_database_stands_still(play):
    found = play(scenarios.STOPPED_DATABASE)
    require_survived(found)


def test_a_storm_after_an_outage_leaves_nobody_without_a_receipt(play):
    found = play(scenarios.STORM)
    require_survived(found)
    assert found.notes["told_to_come_again"] > 0


def test_who_holds_a_form_when_the_wave_closes_may_finish_it(play):
    found = play(scenarios.CLOSING)
    require_survived(found)
    assert found.notes["late"] == found.notes["claimed_before"] > 0
