"""The front door's statements fit the intake tables of the steps that pull them.

The door imports no step, so nothing but this test holds its column lists against the models.
"""

import re
from typing import NamedTuple

import pytest
from django.apps import apps
from django.db import connection, models

from gelombang.frontdoor import tables
from gelombang.frontdoor.tables import IntakeTable, statement

SEAMS: dict[IntakeTable, type[tuple]] = {
    tables.SUBMISSIONS: tables.SubmissionRow,
    tables.CONFIRMATIONS: tables.ConfirmationRow,
    tables.ENTRY_REQUESTS: tables.EntryRequestRow,
}
INSERT = re.compile(
    r"INSERT INTO (?P<table>\w+) \((?P<columns>[^)]*)\)\s+SELECT \*\s+"
    r"FROM unnest\((?P<casts>[^)]*)\)\s+ON CONFLICT DO NOTHING\s+RETURNING (?P<key>\w+)\s*\Z"
)
RECALL = re.compile(
    r"SELECT (?P<columns>[\w, ]+)\s+FROM (?P<table>\w+)\s+WHERE (?P<key>\w+) = ANY\(\$1::text\[\]\)"
)
# How PostgreSQL's types of columns are called as the element of an array that we send.
SENT_AS = {"varchar": "text", "timestamp with time zone": "timestamptz"}


class Column(NamedTuple):
    name: str
    type: str
    is_made_by_database: bool


def columns_of(model: type[models.Model]) -> dict[str, Column]:
    return {
        field.column: Column(
            field.column,
            field.db_type(connection).partition("(")[0],
            field.primary_key or field.has_db_default(),
        )
        for field in model._meta.concrete_fields
    }


def model_of(table: str) -> type[models.Model]:
    return next(each for each in apps.get_models() if each._meta.db_table == table)


def words(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


def misfits(seam: IntakeTable, row: type[tuple], *, insert: str, recall: str) -> list[str]:
    """Everything in which the two statements and the row do not fit the table's model."""
    put, got = INSERT.search(insert), RECALL.search(recall)
    if put is None or got is None:
        return ["a statement is not of the agreed shape"]
    columns, written = columns_of(model_of(seam.name)), words(put["columns"])
    wanted = {name for name, column in columns.items() if not column.is_made_by_database}
    problems = [f"{name} is unknown" for name in written if name not in columns]
    problems += [f"{name} is made by the database" for name in written
                 if name in columns and name not in wanted]  # fmt: skip
    problems += [f"{name} is not written" for name in sorted(wanted - set(written))]
    if tuple(written) != row._fields:
        problems.append("the row has other fields, or another order")
    if {put["table"], got["table"]} != {seam.name}:
        problems.append("a statement names another table")
    if words(got["columns"]) != [put["key"], *seam.body] or got["key"] != put["key"]:
        problems.append("what is recalled is not the key and the body")
    if written[0] != put["key"]:
        problems.append("the key is not the first column")
    return problems + wrong_casts(columns, written, words(put["casts"]))


def wrong_casts(columns: dict[str, Column], written: list[str], casts: list[str]) -> list[str]:
    expected = [
        f"${place}::{SENT_AS.get(columns[name].type, columns[name].type)}[]"
        for place, name in enumerate(written, start=1)
        if name in columns
    ]
    return [] if casts == expected else [f"{casts} are not {expected}"]


def found(seam: IntakeTable, **changed: str) -> list[str]:
    texts = {"insert": statement(seam.insert), "recall": statement(seam.recall)} | changed
    return misfits(seam, SEAMS[seam], **texts)


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: seam.name)
def test_the_statements_fit_their_table(seam):
    assert found(seam) == []


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: seam.name)
def test_the_body_is_part_of_the_row(seam):
    assert set(seam.body) <= set(SEAMS[seam]._fields)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("language, ", "", "language is not written"),
        ("proof\n)", "proof_of_work\n)", "proof_of_work is unknown"),
        ("proof\n)", "proof, xid\n)", "xid is made by the database"),
        ("email_sealed, email_index", "email_index, email_sealed", "another order"),
        ("registration_submission (", "wave_entry_request (", "another table"),
        ("$9::timestamptz[], ", "", "are not"),
        ("$8::timestamptz[]", "$8::text[]", "are not"),
        ("ON CONFLICT DO NOTHING", "ON CONFLICT DO UPDATE", "agreed shape"),
    ],
)
def test_a_statement_that_does_not_fit_is_found(old, new, said):
    good = statement(tables.SUBMISSIONS.insert)
    assert old in good
    problems = found(tables.SUBMISSIONS, insert=good.replace(old, new))
    assert any(said in each for each in problems), problems


def test_a_recall_of_another_body_is_found():
    good = statement(tables.ENTRY_REQUESTS.recall)
    problems = found(tables.ENTRY_REQUESTS, recall=good.replace(", person_id", ""))
    assert problems == ["what is recalled is not the key and the body"]


def test_a_column_that_a_step_adds_is_found():
    model = model_of("email_confirmation")
    added = models.TextField()
    added.set_attributes_from_name("channel")
    model._meta.local_fields.append(added)
    model._meta._expire_cache()
    try:
        assert found(tables.CONFIRMATIONS) == ["channel is not written"]
    finally:
        model._meta.local_fields.remove(added)
        model._meta._expire_cache()
    assert found(tables.CONFIRMATIONS) == []
