"""Draws that another implementation made and published, read into the tables of a draw."""

import csv
import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "data" / "draw_v1"
HELD_TO = (
    "files_as_committed",
    "scores_from_the_seed",
    "outcomes_follow_the_scores",
    "outcomes_told_apart",
    "published_list",
    "places_make_the_quota",
    "cells_follow_the_rules",
)


@pytest.fixture(params=["few", "plenty", "leftovers"])
def published(request, doctor):
    """One published directory in the place of the world's own draw."""
    directory = EXAMPLES / request.param
    connection = doctor.connection
    connection.execute("SET LOCAL session_replication_role = replica")
    for table in ("award", "candidate", "place", "merklelevel", "draw"):
        connection.execute(f"DELETE FROM selection_{table}")
    draw = _insert_draw(connection, directory)
    _insert_places(connection, directory, draw)
    _insert_candidates(connection, directory, draw)
    connection.execute("SET LOCAL session_replication_role = origin")
    return doctor


def _insert_draw(connection, directory: Path) -> int:
    rules = (directory / "rules.json").read_text(encoding="utf-8")
    commitment = json.loads((directory / "commitment.json").read_text(encoding="utf-8"))
    reveal = json.loads((directory / "reveal.json").read_text(encoding="utf-8"))["beacon"]
    wave = commitment["wave"]
    connection.execute(
        "INSERT INTO waves_wave (id, number, programme_version_id, quota, state) "
        "SELECT %s, 3, id, %s, 'closed' FROM programme_programmeversion",
        [wave, json.loads(rules)["quota"]],
    )
    return connection.execute(
        "INSERT INTO selection_draw (wave_id, state, requested_at, requested_by, rules_file, "
        "rules_sha256, list_sha256, merkle_root, candidates, beacon_chain, beacon_round, "
        "randomness, signature, awarded_at) VALUES (%s, 'awarded', '2020-04-16', 'staff:sari', "
        "%s, %s, %s, %s, %s, %s, %s, %s, %s, '2020-04-16') RETURNING id",
        [wave, rules, commitment["rules_sha256"], commitment["list_sha256"],
         commitment["merkle_root"], commitment["candidates"], reveal["chain"], reveal["round"],
         reveal["randomness"], reveal["signature"]],
    ).fetchone()[0]  # fmt: skip


def _insert_places(connection, directory: Path, draw: int) -> None:
    for cell in json.loads((directory / "cutoffs.json").read_text(encoding="utf-8"))["cells"]:
        connection.execute(
            "INSERT INTO selection_place (draw_id, area, tier, number) "
            "SELECT %s, %s, %s, number FROM generate_series(1, %s) AS number",
            [draw, cell["area"], cell["tier"], cell["places"]],
        )


def _insert_candidates(connection, directory: Path, draw: int) -> None:
    with (directory / "result.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    waiting = 0
    for number, row in enumerate(rows, start=1000):
        waiting += row["outcome"] == "waiting"
        connection.execute(
            "INSERT INTO selection_candidate (entry_id, draw_id, person_id, ticket, area, tier, "
            "eligible, reasons, decided_at, score, outcome, won_in_pass, waiting_rank) VALUES "
            "(%s, %s, gen_random_uuid(), %s, %s, %s, true, '[]', '2020-04-16', %s, %s, %s, %s)",
            [number, draw, row["ticket"], row["area"], row["tier"], row["score"], row["outcome"],
             row["pass"] or None, waiting if row["outcome"] == "waiting" else None],
        )  # fmt: skip


def test_a_foreign_draw_is_recomputed_to_the_last_ticket(published):
    findings = {name: published.find(name) for name in HELD_TO}
    assert {name: found.offenders for name, found in findings.items() if found.violations} == {}
    assert findings["published_list"].checked > 0


def test_one_exchanged_winner_is_found(published):
    published.plant(
        "UPDATE selection_candidate SET won_in_pass = NULL, outcome = 'waiting', waiting_rank = 1 "
        "WHERE ticket = (SELECT max(ticket) FROM selection_candidate WHERE won_in_pass IS NOT NULL)"
    )
    assert published.find("outcomes_follow_the_scores").violations >= 1


def test_the_examples_hold_every_pass():
    passes = set()
    for name in ("few", "plenty", "leftovers"):
        with (EXAMPLES / name / "result.csv").open(encoding="utf-8", newline="") as file:
            passes |= {row["pass"] for row in csv.DictReader(file)}
    assert passes == {"1", "2", "3", ""}
