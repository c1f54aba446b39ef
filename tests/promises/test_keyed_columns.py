"""Every column that a key of ours made is known to a rotation, and guarded where it must be."""

import pytest
from django.apps import apps
from django.db import connection, models

from gelombang.records.keys.columns import keyed_tables
from gelombang.store import IndexField, SealedField

OURS = [model for model in apps.get_models() if model.__module__.startswith("gelombang.")]
FIELDS = [field for model in OURS for field in model._meta.local_fields]


def test_every_sealed_and_indexed_column_says_its_purpose():
    """A plain BinaryField of such a name would be left behind by every rotation."""
    named = {"_sealed": SealedField, "_index": IndexField}
    binary = [field for field in FIELDS if isinstance(field, models.BinaryField)]
    for ending, kind in named.items():
        wrong = [f"{f.model.__name__}.{f.name}" for f in binary
                 if f.name.endswith(ending) is not isinstance(f, kind)]  # fmt: skip
        assert wrong == [], f"use store.{kind.__name__} for these, and for nothing else"
    assert sum(isinstance(field, SealedField) for field in binary) >= 20


def test_the_rotation_goes_over_all_of_them():
    known = {
        (table.name, column)
        for table in keyed_tables()
        for column, _ in (*table.sealed, *table.at_once, *table.later)
    }
    declared = {
        (field.model._meta.db_table, field.column)
        for field in FIELDS
        if isinstance(field, SealedField | IndexField)
    }
    assert known == declared


def test_a_purpose_is_what_the_help_says():
    """The words of the model and what a rotation opens a value with do not drift apart."""
    for field in FIELDS:
        if isinstance(field, SealedField | IndexField) and "purpose" in field.help_text:
            assert f"purpose {field.purpose}" in field.help_text, field


@pytest.mark.django_db
def test_the_database_guards_every_index_that_follows_the_frontier():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, pg_get_triggerdef(t.oid), p.prosrc"
            " FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid"
            " WHERE p.proname LIKE '%%_indexes' AND t.tgenabled = 'O'"
        )
        found = cursor.fetchall()
    guards = {(table, " INSERT " in definition): body for table, definition, body in found}
    for table in keyed_tables():
        for column, _ in table.at_once:
            assert f"keys_is_former(made.{column}," in guards[table.name, True]
            assert f"keys_is_former(NEW.{column}," in guards[table.name, False]


@pytest.mark.django_db
def test_every_index_that_follows_the_frontier_is_found_by_a_range():
    """A step of a rotation looks for its rows in every such column: never by reading a table."""
    small = {"verification_dispute"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index")
        indexed = cursor.fetchall()
    for table in keyed_tables():
        for column, _ in table.at_once:
            fitting = [
                text for name, text in indexed
                if name == table.name and f"btree ({column}" in text
                and ("WHERE" not in text or f"({column} IS NOT NULL)" in text)
            ]  # fmt: skip
            assert fitting or table.name in small, (table.name, column)
