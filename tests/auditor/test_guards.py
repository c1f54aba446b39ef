"""What the auditor expects of the database in its own words, against what the product put there."""

import re
from pathlib import Path

SQL = Path(__file__).parents[2] / "src" / "gelombang" / "auditor" / "sql" / "history"


def _listed(file: str, words: int) -> set[tuple[str, ...]]:
    """The tuples of so many quoted words that stand in a file."""
    row = r"\(" + ", ".join([r"'(\w+)'"] * words) + r"\)"
    found = re.findall(row, (SQL / file).read_text(encoding="utf-8"))
    return {(each,) if isinstance(each, str) else each for each in found}


def _triggers(doctor, function: str) -> list[tuple[str, str]]:
    return doctor.connection.execute(
        "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger "
        "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = %s AND tgtype & 16 = 16",  # update
        [function],
    ).fetchall()


def test_every_append_only_table_is_known_to_the_auditor(doctor):
    guarded = {(table,) for table, _ in _triggers(doctor, "refuse_change")}
    assert _listed("append_only_guarded.sql", 1) == guarded


def test_every_table_of_states_is_known_to_the_auditor(doctor):
    guarded = {(table,) for table, _ in _triggers(doctor, "guard_move")}
    assert _listed("states_guarded.sql", 1) == guarded


def test_the_moves_that_the_auditor_allows_are_those_that_the_database_allows(doctor):
    allowed = {
        (table, *pair.split(">"))
        for table, arguments in _triggers(doctor, "guard_move")
        for pair in arguments.split("\\000")
        if pair
    }
    assert _listed("moves_legal.sql", 3) == allowed
