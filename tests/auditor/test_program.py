import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.auditor import world
from tests.auditor.conftest import seal
from tests.conftest import _as_reader


def _run(*arguments: str, url: str | None, module: str = "gelombang.auditor"):
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    if url:
        environment["GELOMBANG_DATABASE_READONLY_URL"] = url
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def reader(truth) -> str:
    return _as_reader(truth)


@pytest.fixture
def spoilt(postgres_server):
    """A database of one's own, to be spoilt for good."""
    url = postgres_server.copy_template("spoilt")
    with psycopg.connect(url) as connection:
        world.build(connection)
    seal(url)
    yield url
    postgres_server.execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name="spoilt")


def _spoil(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def test_a_clean_audit_ends_with_status_0(reader):
    finished = _run("--settled", url=reader)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "0 violations, 0 in flight" in finished.stdout


def test_json_holds_the_counts_and_every_result(reader):
    finished = _run("--json", url=reader)
    report = json.loads(finished.stdout)
    assert (report["violations"], report["in_flight"]) == (0, 0)
    assert report["invariants"] == len(report["results"]) > 40
    assert {"name", "group", "sentence", "checked", "violations", "offenders", "in_flight",
            "seconds"} == set(report["results"][0])  # fmt: skip


def test_a_planted_second_award_is_named_and_ends_with_status_1(spoilt):
    _spoil(
        spoilt,
        "DROP INDEX selection_place_held_once",
        "INSERT INTO selection_award (candidate_id, place_id, person_id, state, scheme, "
        "programme_version_id, amount, awarded_at) SELECT c.entry_id, a.place_id, c.person_id, "
        "'open', a.scheme, a.programme_version_id, a.amount, a.awarded_at "
        "FROM selection_award a, selection_candidate c WHERE c.outcome = 'waiting'",
    )
    finished = _run(url=_as_reader(spoilt))
    assert finished.returncode == 1
    assert "is held by 2 awards" in finished.stdout


def test_a_planted_missing_receipt_is_named_and_ends_with_status_1(spoilt, tmp_path):
    given = tmp_path / "given"
    given.write_text(world.receipt("dedi") + "\n")
    assert _run("--receipts", str(given), url=_as_reader(spoilt)).returncode == 0
    _spoil(spoilt, f"DELETE FROM registration_submission WHERE receipt = '{world.receipt('dedi')}'")
    finished = _run("--receipts", str(given), url=_as_reader(spoilt))
    assert finished.returncode == 1
    assert f"receipt:{world.receipt('dedi')}: was acknowledged and is not there" in finished.stdout


def test_settled_fails_while_something_is_in_flight(spoilt):
    _spoil(spoilt, "UPDATE registration_intakecursor SET xid = '0', row_id = 0")
    assert _run(url=_as_reader(spoilt)).returncode == 0
    finished = _run("--settled", url=_as_reader(spoilt))
    assert finished.returncode == 1
    assert "8 in flight" in finished.stdout


def test_the_reader_can_write_nothing(reader):
    with psycopg.connect(reader) as connection, pytest.raises(psycopg.Error):
        connection.execute("SET TRANSACTION READ WRITE")
        connection.execute("INSERT INTO audit_head (position, hash, published_at) "
                           "VALUES (9, '', now())")  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        ((), None),
        ((), "postgresql://nobody@127.0.0.1:1/nothing"),
        (("--head", "nonsense"), "postgresql://nobody@127.0.0.1:1/nothing"),
        (("--receipts", "/nowhere/receipts"), "reader"),
    ],
)
def test_an_audit_that_cannot_be_done_ends_with_status_2_and_one_sentence(arguments, url, reader):
    finished = _run(*arguments, url=reader if url == "reader" else url)
    assert (finished.returncode, finished.stdout.count("\n")) != (0, 0)
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr


def test_the_auditor_loads_nothing_of_the_product():
    code = (
        "import sys, gelombang.auditor.program as p; "
        "print([m for m in sys.modules if m.startswith('gelombang.') "
        "and not m.startswith('gelombang.auditor')], 'django' in sys.modules)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "[] False"


def test_every_sql_file_is_only_read(truth):
    directory = Path(__file__).parents[2] / "src" / "gelombang" / "auditor" / "sql"
    words = {"insert", "update", "delete", "truncate", "create", "alter", "drop", "grant"}
    for file in directory.rglob("*.sql"):
        lines = [line.partition("--")[0] for line in file.read_text().splitlines()]
        assert not words & set(" ".join(lines).replace("(", " ").lower().split()), file
