import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from gelombang.records.audit import rules

ENTRY = rules.ChainedEntry(
    position=1,
    id=7,
    xid=811,
    at=datetime(2020, 4, 16, 9, tzinfo=UTC),
    real_at=datetime(2026, 11, 2, 8, 30, 0, 5, tzinfo=UTC),
    actor="staff:sari",
    action="waves.close",
    subject="wave:PKJ-2020-W01",
    detail={"reason": "kuota – penuh", "quota": 164872},
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='abc é"\\\n', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)


def test_the_canonical_form_is_the_documented_one():
    assert rules.canonical(ENTRY).decode() == (
        '{"action":"waves.close","actor":"staff:sari","at":"2020-04-16T09:00:00.000000Z",'
        '"detail":{"quota":164872,"reason":"kuota – penuh"},"id":7,"position":1,'
        '"real_at":"2026-11-02T08:30:00.000005Z","subject":"wave:PKJ-2020-W01","xid":"811"}'
    )


def test_a_link_is_the_sha256_of_previous_hash_and_entry():
    previous = bytes(range(32))
    expected = sha256(previous + rules.canonical(ENTRY)).digest()
    assert rules.link_hash(previous, ENTRY) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"position": 2},
        {"id": 8},
        {"xid": 812},
        {"at": ENTRY.at + timedelta(microseconds=1)},
        {"real_at": ENTRY.real_at + timedelta(microseconds=1)},
        {"actor": "staff:budi"},
        {"action": "waves.open"},
        {"subject": "wave:PKJ-2020-W02"},
        {"detail": {"reason": "kuota – penuh", "quota": 164873}},
    ],
)
def test_every_part_of_an_entry_is_protected(change):
    altered = replace(ENTRY, **change)
    assert rules.link_hash(rules.GENESIS, altered) != rules.link_hash(rules.GENESIS, ENTRY)


def test_the_zone_in_which_an_instant_was_read_makes_no_difference():
    jakarta = ENTRY.at.astimezone(timezone(timedelta(hours=7)))
    assert rules.canonical(replace(ENTRY, at=jakarta)) == rules.canonical(ENTRY)


@given(PLAIN)
def test_what_a_detail_may_hold_survives_json(value):
    detail = {"value": value}
    try:
        rules.check_detail(detail)
    except ValueError:
        return  # deeper than a detail may be
    again = json.loads(json.dumps(detail))
    assert rules.canonical(replace(ENTRY, detail=again)) == rules.canonical(
        replace(ENTRY, detail=detail)
    )


@pytest.mark.parametrize(
    "detail",
    [
        {"share": 0.5},
        {"at": datetime(2020, 4, 16, tzinfo=UTC)},
        {"key": b"bytes"},
        {1: "number as a name"},
        {"note": "NIK 3171011504909901 diperiksa"},
        {"3171011504909901": "as a name"},
        {"a": [[[[[[["deep"]]]]]]]},
    ],
)
def test_a_detail_refuses_what_has_no_place_in_a_trail(detail):
    with pytest.raises(ValueError, match="a detail") as refused:
        rules.check_detail(detail)
    assert "3171011504909901" not in str(refused.value)


def test_a_digest_with_many_digits_is_not_taken_for_a_nik():
    rules.check_detail({"sha256": "1234567890123456" + "a" * 48})


@pytest.mark.parametrize("actor", ["", "sari", "staff:", "admin:sari", "staff:sari dewi"])
def test_an_actor_says_what_kind_it_is(actor):
    with pytest.raises(ValueError, match="staff:<name>"):
        rules.check_actor(actor)
