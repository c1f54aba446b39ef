import re
from pathlib import Path

import pytest
from tests.auditor.carried_plants import CARRIED, WAIT
from tests.auditor.plants import PLANTS, STAGED
from tests.auditor.world import receipt

from gelombang.auditor.chain import CHAIN, kept_head
from gelombang.auditor.examine import read
from gelombang.auditor.invariants import catalogue
from gelombang.auditor.lists import LISTS
from gelombang.auditor.receipts import acknowledged
from gelombang.auditor.snapshot import Snapshot

KNOWN = {each.name: each.sentence for each in (*catalogue(), *LISTS, *CHAIN)}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "invariants.md"


def test_where_everything_is_true_nothing_is_found(doctor):
    findings = doctor.examine()
    assert {name: found.offenders for name, found in findings.items() if found.violations} == {}
    assert {name for name, found in findings.items() if found.in_flight} == set()
    assert {name for name, found in findings.items() if found.checked == 0} == {
        "snapshots_add_up", "waits_told_once",
    }  # fmt: skip


def test_a_carried_entry_that_goes_on_breaks_nothing(doctor):
    doctor.plant(*CARRIED)
    groups = [each.name for each in catalogue() if each.group in {"waves", "attestations"}]
    found = {name: doctor.find(name) for name in (*groups, "nobody_carried_is_judged")}
    assert {name: each.offenders for name, each in found.items() if each.violations} == {}


def test_who_was_told_of_a_wait_and_of_its_end_breaks_nothing(doctor):
    doctor.plant(*WAIT)
    assert doctor.find("waits_told_once").violations == 0


def test_who_waits_for_the_next_wave_to_take_them_in_is_in_flight(doctor):
    doctor.plant(*CARRIED, "UPDATE waves_entry SET continues_as_id = NULL")
    found = doctor.find("carried_go_on")
    assert (found.violations, found.in_flight) == (0, 1)


@pytest.mark.parametrize(
    ("invariant", "offender", "statements"),
    [pytest.param(*plant, id=f"{plant[0]}-{number}") for number, plant in enumerate(PLANTS)],
)
def test_what_is_planted_is_found_by_name(doctor, invariant, offender, statements):
    doctor.plant(*statements)
    found = doctor.find(invariant)
    assert found.violations >= 1
    assert any(offender in each.name for each in found.offenders), found.offenders


def test_every_invariant_has_been_broken_once():
    assert {name for name, _, _ in PLANTS} == KNOWN.keys()


@pytest.mark.parametrize(
    ("stages", "rest"),
    [
        ('[{"opens_at": "2020-01-01T00:00:00Z", "areas": ["31"]}]', ""),
        ('[{"opens_at": "2030-01-01T00:00:00Z", "areas": ["11"]}]', ""),
        (
            '[{"opens_at": "2030-01-01T00:00:00Z", "areas": ["11"]}]',
            ', "rest_opens_at": "2020-01-01T00:00:00Z"',
        ),
    ],
)
def test_whoever_came_after_their_stage_is_right(doctor, stages, rest):
    doctor.plant(STAGED.format(stages=stages, rest=rest))
    assert doctor.find("entries_after_their_stage").violations == 0


def test_a_value_of_the_key_that_is_held_is_right(doctor):
    doctor.plant(
        "INSERT INTO audit_entry (at, real_at, actor, action, subject, detail) "
        "VALUES (now(), now(), 'cli:sari', 'keys.reseal', 'keys', '{\"key\": 2}')",
        "UPDATE people_person SET email_sealed = '\\x01020304', phone_sealed = '\\x01030304'",
    )
    found = doctor.find("sealed_with_held_keys")
    assert not any("people_person" in each.name for each in found.offenders)


def test_every_column_that_a_key_made_is_looked_at():
    from gelombang.records.keys.columns import keyed_tables

    texts = {each.name: each.query for each in catalogue()}
    for table in keyed_tables():
        for name, columns in (
            ("sealed_with_held_keys", table.sealed),
            ("indexes_by_the_frontier", table.at_once),
        ):
            if columns:
                assert f"FROM {table.name}," in texts[name]
                part = texts[name].split(f"FROM {table.name},")[1].split("UNION ALL")[0]
                assert {column for column, _ in columns} == set(re.findall(r"\('(\w+)', ", part))


def test_many_offenders_are_counted_and_few_are_shown(doctor):
    doctor.plant("DELETE FROM registration_admission")
    found = doctor.find("submissions_admitted")
    assert (found.violations, len(found.offenders)) == (10, 5)


def test_what_no_puller_has_reached_is_in_flight(doctor):
    doctor.plant(
        "UPDATE registration_intakecursor SET xid = '0', row_id = 0",
        "UPDATE waves_intakecursor SET xid = '0', row_id = 0",
        "DELETE FROM registration_admission",
        "DELETE FROM waves_entryanswer",
    )
    flights = {
        name: (doctor.find(name).violations, doctor.find(name).in_flight)
        for name in ("submissions_admitted", "confirmations_counted", "requests_answered")
    }
    assert flights == {
        "submissions_admitted": (0, 10),
        "confirmations_counted": (0, 8),
        "requests_answered": (0, 4),
    }


def test_an_entry_behind_the_end_of_the_chain_is_in_flight(doctor):
    doctor.plant(
        "DELETE FROM audit_head WHERE position = 3", "DELETE FROM audit_link WHERE position = 3"
    )
    found = doctor.find("audit_entries_chained")
    assert (found.violations, found.in_flight) == (0, 1)
    assert doctor.find("audit_chain").violations == 0


def test_awards_still_being_made_are_in_flight(doctor):
    doctor.plant("UPDATE selection_draw SET state = 'drawn'", "DELETE FROM selection_award")
    found = doctor.find("selected_are_awarded")
    assert (found.violations, found.in_flight) == (0, 1)


def test_acknowledged_receipts_are_looked_for_one_by_one(doctor, tmp_path):
    file = tmp_path / "receipts"
    given = receipt("ani")
    shown = "-".join(given[i : i + 4] for i in range(0, 24, 4)).lower()
    file.write_text(f"{shown}\n\n{receipt('join-ani')}\n{receipt('dedi')}\nnonsense\n")
    doctor.plant(f"DELETE FROM registration_submission WHERE receipt = '{receipt('dedi')}'")
    found = read(Snapshot(doctor.connection), acknowledged(file))
    assert found.checked == 4
    # Compared in sorted batches, and receipts depend on the keys of the run: any order is right.
    assert sorted((each.name, each.problem) for each in found.offenders) == sorted(
        [
            ("receipt:NONSENSE", "is not a receipt at all"),
            (f"receipt:{receipt('dedi')}", "was acknowledged and is not there"),
            ("receipt:NONSENSE", "was acknowledged and is not there"),
        ]
    )


def test_a_chain_that_was_written_again_is_found_by_a_kept_head(doctor):
    kept = doctor.value("SELECT encode(hash, 'hex') FROM audit_link WHERE position = 2")
    asked = [(2, kept), (2, "0" * 64), (9, kept)]
    snapshot = Snapshot(doctor.connection)
    assert [read(snapshot, kept_head(*each)).violations for each in asked] == [0, 1, 1]


def test_the_documentation_names_every_invariant_with_its_sentence():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = dict(rows)
    assert len(rows) == len(told)
    assert {name: told.get(name) for name in KNOWN} == KNOWN
    assert told.keys() - KNOWN.keys() == {"acknowledged_receipts", "witnessed_head"}
