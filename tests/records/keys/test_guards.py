"""What a rotation may change in tables that are only appended to, and what nobody may."""

import pytest
from django.db import IntegrityError, transaction
from tests.records.keys import world

from gelombang import store
from gelombang.kit.sealing import seal
from gelombang.records.keys.actions.sealing import ROTATING

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture
def ring(keyring):
    return world.rotated(keyring)


def update(assignment, *params, rotating, table="registration_submission"):
    with transaction.atomic():
        if rotating:
            store.execute(ROTATING)
        return store.execute(f"UPDATE {table} SET {assignment}", list(params))


def columns(table):
    rows = store.fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    return [(row["column_name"], row["data_type"]) for row in rows]


def test_only_a_rotation_gives_new_keys(keyring, ring):
    world.submit(keyring, [1], tag="one")
    fresh = seal(ring, world.address(1), purpose="email")
    with pytest.raises(IntegrityError, match="append-only"):
        update("email_sealed = %s", fresh, rotating=False)
    assert update("email_sealed = %s", fresh, rotating=True) == 1


@pytest.mark.parametrize(
    "change",
    [
        "email_sealed = email_sealed || '\\x00'::bytea",  # another length
        "email_sealed = set_byte(email_sealed, 20, get_byte(email_sealed, 20) # 1)",
        "email_sealed = set_byte(email_sealed, 0, 9)",
        "phone_sealed = NULL",
        "email_index = set_byte(email_index, 20, get_byte(email_index, 20) # 1)",
        "email_index = ''",
        "phone_index = NULL",
        "email_index = phone_index",
    ],
)
def test_a_rotation_cannot_change_more_of_a_value_than_its_key(keyring, change):
    world.submit(keyring, [1], tag="one")
    with pytest.raises(IntegrityError, match="more than its keys would change"):
        update(change, rotating=True)


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        ("registration_submission", {"email_sealed", "email_index", "phone_sealed", "phone_index"}),
        ("email_confirmation", {"email_index"}),
        ("disbursement_accountowner", {"account_index"}),
    ],
)
def test_a_rotation_cannot_change_any_other_column(keyring, table, kept):
    world.plant(keyring, 1)
    store.execute(
        "INSERT INTO email_confirmation (receipt, email_index, received_at, real_at)"
        " SELECT receipt, email_index, received_at, real_at FROM registration_submission"
    )
    tried = set()
    for name, kind in columns(table):
        if name not in kept:
            new = {
                "text": "'something else'", "character varying": "'en'", "bigint": "4711",
                "timestamp with time zone": "'2001-01-01'", "uuid": "gen_random_uuid()",
                "xid8": "'1'::xid8",
            }[kind]  # fmt: skip
            with pytest.raises(IntegrityError, match="more than its keys would change"):
                update(f"{name} = {new}", rotating=True, table=table)
            tried.add(name)
    assert len(tried) >= 1
    for verb in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            store.execute(ROTATING)
            store.execute(verb)


def test_append_only_tables_without_keys_know_no_exception(keyring):
    world.plant(keyring, 1)
    with pytest.raises(IntegrityError, match="append-only"):
        update("code = 'x'", rotating=True, table="verification_attestation")
    with pytest.raises(IntegrityError, match="append-only"):
        update("letter_owed_at = NULL", rotating=True, table="registration_admission")
