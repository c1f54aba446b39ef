"""Broken promises about people who were carried into the next wave; see plants.py."""

from tests.auditor.world import person


def entry(name: str) -> str:
    return f"(SELECT id FROM waves_entry WHERE person_id = '{person(name)}')"


CARRIED = (
    "UPDATE programme_programmeversion SET content = content || "
    """'{"waves": {"join_requires": "identity_submitted"}}'""",
    "DELETE FROM selection_candidate WHERE NOT eligible",
    "UPDATE waves_entry SET state = 'carried', carried_at = '2020-04-17' "
    f"WHERE id = {entry('cici')}",
    "INSERT INTO waves_wave (id, number, programme_version_id, quota, state, opened_at) "
    "SELECT 'PKJ-2020-W02', 2, programme_version_id, 1, 'open', '2020-04-18' FROM waves_wave",
    "INSERT INTO waves_entry (wave_id, person_id, state, joined_at) "
    f"VALUES ('PKJ-2020-W02', '{person('cici')}', 'joined', '2020-04-18')",
    "INSERT INTO waves_ticket (ticket, entry_id) "
    "SELECT 'W02-000000000003', max(id) FROM waves_entry",
    "UPDATE waves_entry SET continues_as_id = (SELECT max(id) FROM waves_entry) "
    "WHERE state = 'carried'",
    *(
        "INSERT INTO notices_notice (key, person_id, kind, address_sealed, letter_sealed, "
        "language, state, urgent, attempts, owed_at, next_attempt_at) "
        f"SELECT '{kind}:{ticket}', person_id, '{kind}', address_sealed, letter_sealed, language, "
        "state, urgent, attempts, owed_at, next_attempt_at FROM notices_notice "
        "WHERE key = 'waves.joined:W01-000000000003'"
        for kind, ticket in (
            ("waves.carried", "W01-000000000003"), ("waves.joined", "W02-000000000003"),
        )
    ),
)  # fmt: skip
"""Cici was still being checked at the freeze, and goes on in the second wave: nothing is broken."""

NO_CHECK = "ALTER TABLE waves_entry DROP CONSTRAINT waves_entry_carried"
CARRIED_PLANTS = [
    ("carried_by_the_rule", "entry:",
     [NO_CHECK, f"UPDATE waves_entry SET carried_at = '2020-04-17' WHERE id = {entry('budi')}"]),
    ("carried_by_the_rule", "entry:",
     [*CARRIED, "UPDATE programme_programmeversion SET content = content - 'waves'"]),
    ("carried_by_the_rule", "entry:",
     [*CARRIED, f"UPDATE waves_entry SET continues_as_id = {entry('budi')} "
      "WHERE state = 'carried'"]),
    ("carried_by_the_rule", "entry:",
     [*CARRIED, "UPDATE waves_wave SET number = 1 WHERE id = 'PKJ-2020-W02'"]),
    ("carried_by_the_rule", "entry:",
     [*CARRIED, "UPDATE waves_entry SET carried_at = '2020-04-16' WHERE state = 'carried'"]),
    ("carried_go_on", "entry:",
     [*CARRIED, "UPDATE waves_entry SET continues_as_id = NULL",
      "UPDATE waves_wave SET state = 'closed', closed_at = '2020-04-23' WHERE number = 2"]),
    ("carried_told", "entry:",
     [*CARRIED, "DELETE FROM notices_notice WHERE kind = 'waves.carried'"]),
    ("carried_told", "entry:",
     [*CARRIED, NO_CHECK, "UPDATE waves_entry SET state = 'joined'"]),
    ("entries_from_requests", "entry:",
     [*CARRIED, "UPDATE waves_entry SET continues_as_id = NULL"]),
    ("entries_by_the_join_rule", "entry:",
     [*CARRIED, "UPDATE waves_entry SET continues_as_id = NULL"]),
    ("nobody_carried_is_judged", "candidate:",
     [NO_CHECK, f"UPDATE waves_entry SET state = 'carried' WHERE id = {entry('cici')}"]),
]  # fmt: skip
