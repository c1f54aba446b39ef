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

WAIT = (
    "INSERT INTO verification_interruption (kind, cause, began_at, began_real_at, told_check, "
    "told_end, is_closed) VALUES ('civil_registry', 'down', '2020-04-13', now(), 0, 0, false)",
    "INSERT INTO verification_waitnotice (interruption_id, identity_id, phase, told_at) "
    "SELECT i.id, d.id, p.phase, p.at FROM verification_interruption i, verification_identity d, "
    "(VALUES ('waits', timestamptz '2020-04-13 03:00Z'), ('goes_on', '2020-04-13 05:00Z')) "
    f"AS p (phase, at) WHERE d.person_id = '{person('hari')}'",
    "INSERT INTO notices_notice (key, person_id, kind, address_sealed, letter_sealed, language, "
    "state, urgent, attempts, owed_at, next_attempt_at) "
    "SELECT 'verification.' || w.phase || ':' || w.interruption_id || ':' || w.identity_id, "
    "person_id, 'verification.' || w.phase, address_sealed, letter_sealed, language, "
    "state, urgent, attempts, owed_at, next_attempt_at FROM notices_notice, "
    "verification_waitnotice w WHERE key = 'waves.joined:W01-000000000003'",
)
"""Hari was told that the check waits, and that it goes on: all as it should be."""

CARRIED_PLANTS += [
    ("waits_told_once", "wait:", [*WAIT, "DELETE FROM verification_interruption"]),
    ("waits_told_once", "wait:",
     [*WAIT, "DELETE FROM notices_notice WHERE kind = 'verification.waits'"]),
    ("waits_told_once", "wait:",
     [*WAIT, "UPDATE verification_interruption SET began_at = '2020-04-13 01:01Z'"]),
    ("waits_told_once", "wait:",
     [*WAIT, "DELETE FROM verification_waitnotice WHERE phase = 'waits'"]),
    ("waits_told_once", "notice:", [*WAIT, "DELETE FROM verification_waitnotice"]),
    ("waits_told_once", "identity:",
     [*WAIT, "ALTER TABLE verification_waitnotice DROP CONSTRAINT verification_wait_told_once",
      "INSERT INTO verification_waitnotice (interruption_id, identity_id, phase, told_at) SELECT "
      "interruption_id, identity_id, phase, told_at FROM verification_waitnotice LIMIT 1"]),
]  # fmt: skip

RECHECK = (
    "UPDATE programme_programmeversion SET content = content || "
    """'{"recheck": {"before_award": ["social_aid"], "before_payment": ["social_aid"]}}'"""
)
EXPIRE = "UPDATE verification_attestation SET expires_at = '2020-04-14' WHERE kind = 'social_aid'"
CARRIED_PLANTS += [
    ("awards_on_fresh_answers", "award:", [RECHECK, EXPIRE]),
    ("payments_on_fresh_answers", "payout:", [RECHECK, EXPIRE]),
]
