"""Contracts that are busy to the end, and the script of what goes wrong."""

import pytest

from gelombang.cli.surge import usual_stage
from gelombang.gateways.fault_script import read_scripts
from gelombang.records.programme import rules
from gelombang.rehearsal.verification.contracts import (
    USABLE,
    Contract,
    at_pace_of,
    contracts_for,
    usual_faults,
    with_contracts,
    without_limit,
)
from gelombang.rehearsal.verification.people import EARLY_SHARE
from gelombang.rehearsal.verification.watching import outages_of


def test_twenty_thousand_people_keep_contracts_of_8_to_500_a_second():
    found = contracts_for(20_000)
    assert [each.calls_per_second for each in found] == [500, 8, 60]
    assert found[0].batch_size == 1


@pytest.mark.parametrize("people", [200, 1_000, 2_000, 20_000, 100_000])
def test_hubs_stay_behind_as_long_as_the_civil_registry(people):
    registry, *hubs = contracts_for(people)
    seconds = people * (1 - EARLY_SHARE) / (registry.calls_per_second * USABLE)
    for hub in hubs:
        answered = seconds * hub.calls_per_second * USABLE * hub.batch_size
        assert answered < people, "it would be through with everybody before the end"


def test_the_programme_has_the_contracts_and_everything_else_as_it_was():
    text = usual_stage().text
    agreed = (Contract("civil_registry", 8, 1), Contract("education", 40, 7))
    before, after = (
        {each.code: each for each in rules.check(each).programme.partners}
        for each in (text, with_contracts(text, agreed))
    )
    assert (after["civil_registry"].calls_per_second, after["civil_registry"].burst) == (8, 1)
    assert (after["education"].calls_per_second, after["education"].batch_size) == (40, 7)
    assert after["social_aid"] == before["social_aid"]
    assert rules.check(with_contracts(text, without_limit(agreed))).programme is not None


def test_a_contract_with_nobody_is_told():
    with pytest.raises(ValueError, match="no contract with nobody"):
        with_contracts(usual_stage().text, [Contract("nobody", 8, 1)])


def test_the_usual_script_is_one_that_the_fakes_read():
    contracts = contracts_for(20_000)
    script = usual_faults(contracts, people=20_000)
    assert read_scripts(script).keys() == {each.code for each in contracts}
    ((begins, ends),) = outages_of(script)
    assert (ends - begins).total_seconds() == 6 * 3600
    shares = ("error_rate", "html", "truncate", "swap", "hang")
    failing = [sum(table[name] for name in shares) for table in script.values()]
    assert all(0.3 <= each < 0.35 for each in failing), "thirty percent, one way or the other"


def test_a_script_may_set_the_paces():
    contracts = contracts_for(200)
    found = at_pace_of(contracts, {"education": {"calls_per_second": 20}, "social_aid": {}})
    assert [each.calls_per_second for each in found] == [8, 20, 8]
