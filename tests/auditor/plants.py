"""One broken promise for every invariant: (invariant, part of the offender's name, what is done).

The statements run as a superuser whose triggers sleep, as a database administrator could.
"""

from tests.auditor.carried_plants import CARRIED_PLANTS
from tests.auditor.later_plants import LATER_PLANTS
from tests.auditor.world import index, person, receipt


def of(name: str) -> str:
    """The registration of a person."""
    return f"(SELECT id FROM registration_registration WHERE person_id = '{person(name)}')"


def identity(name: str) -> str:
    return f"(SELECT id FROM verification_identity WHERE person_id = '{person(name)}')"


def entry(name: str) -> str:
    return f"(SELECT id FROM waves_entry WHERE person_id = '{person(name)}')"


def submission(name: str) -> str:
    return f"(SELECT id FROM registration_submission WHERE receipt = '{receipt(name)}')"


def hexed(data: bytes) -> str:
    return f"'\\x{data.hex()}'::bytea"


LOSER = "(SELECT entry_id FROM selection_candidate WHERE outcome = 'waiting')"
PERSON_OF_LOSER = f"(SELECT person_id FROM waves_entry WHERE id = {LOSER})"
SECOND_AWARD = (
    "INSERT INTO selection_award (candidate_id, place_id, person_id, state, scheme, "
    "programme_version_id, amount, awarded_at) SELECT {candidate}, place_id, {person}, 'open', "
    "scheme, programme_version_id, amount, awarded_at FROM selection_award LIMIT 1"
)
SECOND_IDENTITY = (
    "INSERT INTO verification_identity (person_id, version, state, area, nik_sealed, "
    "family_card_sealed, name_sealed, sex_sealed, birth_place_sealed, birth_date_sealed, "
    "province_sealed, person_index, nomination_index, lifetime_index, family_card_index, "
    "submitted_at, decided_at) SELECT '{person}', 2, state, area, nik_sealed, family_card_sealed, "
    "name_sealed, sex_sealed, birth_place_sealed, birth_date_sealed, province_sealed, "
    "person_index, nomination_index, lifetime_index, family_card_index, submitted_at, decided_at "
    "FROM verification_identity WHERE person_id = '{source}'"
)

STAGED = (
    "UPDATE programme_programmeversion SET content = content || jsonb_build_object('waves', "
    "jsonb_build_object('plan', jsonb_build_array("
    '\'{{"id": "PKJ-2020-W01", "stages": {stages}{rest}}}\'::jsonb)))'
)

RECEIPTS = [
    ("submissions_admitted", receipt("dedi"),
     [f"DELETE FROM registration_admission WHERE submission_id = {submission('dedi')}"]),
    ("submissions_admitted_once", "submission:",
     [f"DELETE FROM registration_submission WHERE receipt = '{receipt('joko')}'"]),
    ("submissions_admitted_once", "submission:",
     ["ALTER TABLE registration_admission DROP CONSTRAINT registration_admission_pkey CASCADE",
      "DROP INDEX registration_receipt_once",
      "INSERT INTO registration_admission SELECT * FROM registration_admission LIMIT 1"]),
    ("receipts_unique", receipt("ani"),
     [f"UPDATE registration_submission SET receipt = '{receipt('ani')}' "
      f"WHERE receipt = '{receipt('joko')}'"]),
    ("receipts_unique", "receipt:",
     ["DROP INDEX wave_entry_key_once",
      "UPDATE wave_entry_request SET idempotency_key = 'the same'"]),
    ("submissions_of_their_person", receipt("joko"),
     [f"UPDATE registration_admission SET registration_id = {of('budi')} "
      f"WHERE submission_id = {submission('joko')}"]),
    ("one_registration_per_address", "registration:",
     ["ALTER TABLE people_person DROP CONSTRAINT people_person_email_index_key",
      f"UPDATE people_person SET email_index = {hexed(index('ani'))} "
      f"WHERE id = '{person('budi')}'"]),
    ("one_registration_per_address", "registration:",
     [f"DELETE FROM people_person WHERE id = '{person('dedi')}'"]),
    ("registrations_from_submissions", "registration:",
     [f"DELETE FROM registration_submission WHERE receipt = '{receipt('dedi')}'",
      f"DELETE FROM registration_admission WHERE registration_id = {of('dedi')}"]),
    ("registrations_from_submissions", "registration:",
     [f"UPDATE registration_registration SET submitted_at = submitted_at - interval '1 day' "
      f"WHERE id = {of('dedi')}"]),
    ("confirmations_counted", receipt("hari"),
     [f"UPDATE registration_registration SET state = 'registered', email_confirmed_at = NULL "
      f"WHERE id = {of('hari')}"]),
    ("confirmations_counted", receipt("hari"),
     [f"DELETE FROM registration_submission WHERE receipt = '{receipt('hari')}'"]),
    ("confirmed_by_the_person", "registration:",
     [f"DELETE FROM email_confirmation WHERE receipt = '{receipt('ani')}'"]),
    ("confirmed_by_the_person", "registration:",
     ["UPDATE registration_registration SET state = 'email_confirmed', "
      f"email_confirmed_at = submitted_at WHERE id = {of('dedi')}"]),
    ("confirm_link_owed", "registration:",
     [f"DELETE FROM notices_notice WHERE person_id = '{person('dedi')}'"]),
]  # fmt: skip

IDENTITIES = [
    ("one_person_per_nik", "identity:",
     ["DROP INDEX verification_one_person_per_nik",
      f"UPDATE verification_identity SET person_index = {hexed(index('nik:ani'))} "
      f"WHERE id = {identity('budi')}"]),
    ("one_person_per_nik", "identity:",
     ["DROP INDEX verification_one_person_per_nik", "DROP INDEX verification_one_verified",
      SECOND_IDENTITY.format(person=person("ani"), source=person("ani"))]),
    ("nik_held_by_its_person", "identity:",
     [f"UPDATE people_person SET nik_index = NULL WHERE id = '{person('ani')}'"]),
    ("nik_from_identity", f"person:{person('dedi')}",
     [f"UPDATE people_person SET nik_index = '\\x01' WHERE id = '{person('dedi')}'"]),
    ("disputes_between_confirmed", "dispute:",
     [f"DELETE FROM verification_disputeclaim WHERE identity_id = {identity('fani')}"]),
    ("disputes_between_confirmed", "identity:",
     [f"DELETE FROM verification_attestation WHERE identity_id = {identity('fani')}"]),
    ("disputed_are_in_dispute", "identity:",
     [f"DELETE FROM verification_disputeclaim WHERE identity_id = {identity('edo')}"]),
    ("confirmed_before_stating", "identity:",
     [f"UPDATE registration_registration SET email_confirmed_at = NULL WHERE id = {of('hari')}"]),
]  # fmt: skip

ATTESTATIONS = [
    ("verified_by_fact", "identity:",
     [f"DELETE FROM verification_attestation WHERE identity_id = {identity('budi')} "
      "AND kind = 'civil_registry'"]),
    ("verified_by_fact", "identity:",
     ["INSERT INTO verification_attestation (identity_id, kind, verdict, source, code, detail, "
      "answer_sha256, answered_at, expires_at) SELECT identity_id, kind, 'no_fact', source, code, "
      "detail, answer_sha256, answered_at, expires_at FROM verification_attestation "
      f"WHERE identity_id = {identity('budi')} AND kind = 'civil_registry'"]),
    ("refuted_by_no_fact", "identity:",
     [f"UPDATE verification_attestation SET verdict = 'fact' "
      f"WHERE identity_id = {identity('gita')}"]),
    ("verdicts_dated", "identity:",
     [f"UPDATE verification_identity SET decided_at = NULL WHERE id = {identity('gita')}"]),
    ("verdicts_dated", "identity:",
     [f"UPDATE verification_identity SET area = '' WHERE id = {identity('ani')}"]),
    ("verdicts_told", "identity:",
     [f"DELETE FROM notices_notice WHERE person_id = '{person('gita')}'"]),
    ("answered_checks_attested", "check:",
     [f"DELETE FROM verification_attestation WHERE identity_id = {identity('cici')} "
      "AND kind = 'social_aid'"]),
    ("answered_checks_attested", "attestation:",
     [f"DELETE FROM verification_check WHERE identity_id = {identity('cici')} "
      "AND kind = 'social_aid'"]),
    ("attestations_say_fact_or_not", "attestation:",
     [f"UPDATE verification_attestation SET verdict = 'unknown' "
      f"WHERE identity_id = {identity('cici')} AND kind = 'social_aid'"]),
    ("eligible_by_attestation", "candidate:",
     [f"UPDATE verification_attestation SET verdict = 'fact' "
      f"WHERE identity_id = {identity('budi')} AND kind = 'education'"]),
    ("eligible_by_attestation", "candidate:",
     [f"DELETE FROM verification_attestation WHERE identity_id = {identity('budi')} "
      "AND kind = 'education'"]),
    ("eligible_by_attestation", "candidate:",
     ["UPDATE programme_programmeversion SET content = jsonb_set(content, "
      "'{eligibility, 1, rule}', '\"not_employed\"')"]),
    ("eligible_by_attestation", "candidate:",
     ["UPDATE programme_programmeversion SET content = jsonb_set(content, "
      "'{eligibility, 1, rule}', '\"not_excluded\"')",
      "UPDATE verification_attestation SET kind = 'exclusions', verdict = 'fact' "
      f"WHERE identity_id = {identity('budi')} AND kind = 'education'"]),
    ("eligible_by_attestation", "candidate:",
     [f"UPDATE verification_identity SET decided_at = '2020-04-16T10:00Z' "
      f"WHERE id = {identity('budi')}"]),
    ("eligible_by_attestation", "candidate:",
     ["INSERT INTO people_lifetimeclaim (lifetime_index, state, basis, claimed_at) "
      f"VALUES ({hexed(index('lifetime:budi'))}, 'used', 'import:{'a' * 64}:1', "
      "'2019-12-31')"]),
    ("cells_by_attestation", "candidate:",
     [f"UPDATE verification_identity SET area = '32' WHERE id = {identity('budi')}"]),
    ("cells_by_attestation", "candidate:",
     [f"UPDATE verification_attestation SET verdict = 'fact' "
      f"WHERE identity_id = {identity('budi')} AND kind = 'social_aid'"]),
    ("reasons_cite_attestations", "candidate:",
     [f"UPDATE verification_attestation SET verdict = 'no_fact' "
      f"WHERE identity_id = {identity('cici')} AND kind = 'education'"]),
    ("reasons_cite_attestations", "candidate:",
     ["UPDATE selection_candidate SET reasons = jsonb_set(reasons, '{0, rule}', "
      "'\"not_excluded\"') WHERE NOT eligible"]),
]  # fmt: skip

WAVES = [
    ("requests_answered", receipt("join-budi"),
     [f"DELETE FROM waves_entryanswer WHERE entry_id = {entry('budi')}"]),
    ("requests_answered", receipt("join-indra"),
     ["UPDATE waves_entryanswer SET refusal = '' WHERE entry_id IS NULL"]),
    ("answers_of_requests", "request:",
     [f"DELETE FROM wave_entry_request WHERE person_id = '{person('budi')}'"]),
    ("answers_of_requests", "request:",
     [f"UPDATE waves_entryanswer SET entry_id = {entry('ani')} "
      f"WHERE entry_id = {entry('budi')}"]),
    ("entries_from_requests", "entry:",
     [f"DELETE FROM waves_entryanswer WHERE entry_id = {entry('budi')}"]),
    ("entries_from_requests", "entry:",
     [f"UPDATE wave_entry_request SET received_at = '2020-04-16T09:00Z' "
      f"WHERE person_id = '{person('budi')}'",
      f"UPDATE waves_entry SET joined_at = '2020-04-16T09:00Z' WHERE id = {entry('budi')}"]),
    ("entries_by_the_join_rule", "entry:",
     [f"UPDATE verification_identity SET decided_at = '2020-04-15T00:00Z' "
      f"WHERE id = {identity('budi')}"]),
    ("one_entry_per_person", "entry:",
     ["ALTER TABLE waves_entry DROP CONSTRAINT waves_entry_once",
      "INSERT INTO waves_entry (wave_id, person_id, state, joined_at) "
      f"SELECT wave_id, person_id, state, joined_at FROM waves_entry WHERE id = {entry('budi')}"]),
    ("entries_after_their_stage", "entry:",
     [STAGED.format(stages='[{"opens_at": "2030-01-01T00:00:00Z", "areas": ["31"]}]', rest="")]),
    ("entries_after_their_stage", "entry:",
     [STAGED.format(stages='[{"opens_at": "2020-01-01T00:00:00Z", "areas": ["11"]}]',
                    rest=', "rest_opens_at": "2030-01-01T00:00:00Z"')]),
    ("entries_after_their_stage", "entry:",
     [STAGED.format(stages='[{"opens_at": "2030-01-01T00:00:00Z", "areas": ["11"]}]', rest=""),
      "UPDATE verification_identity SET area = ''"]),
    ("one_ticket_per_entry", "entry:",
     ["DELETE FROM waves_ticket WHERE ticket = 'W01-000000000003'"]),
    ("one_ticket_per_entry", "ticket:W02-000000000003",
     ["UPDATE waves_ticket SET ticket = 'W02-000000000003' WHERE ticket = 'W01-000000000003'"]),
    ("one_ticket_per_entry", "ticket:W01-000000000009",
     ["INSERT INTO waves_ticket (ticket, entry_id) VALUES ('W01-000000000009', 4711)"]),
    ("tickets_told", "ticket:W01-000000000003",
     [f"DELETE FROM notices_notice WHERE person_id = '{person('cici')}' "
      "AND kind = 'waves.joined'"]),
]  # fmt: skip

PLACES = [
    ("places_make_the_quota", "draw:PKJ-2020-W01",
     ["INSERT INTO selection_place (draw_id, area, tier, number) "
      "SELECT draw_id, area, tier, 2 FROM selection_place"]),
    ("cells_follow_the_rules", "cell:PKJ-2020-W01:31:T2",
     ["UPDATE selection_place SET tier = 'T2'"]),
    ("places_held_once", "place:",
     ["DROP INDEX selection_place_held_once",
      SECOND_AWARD.format(candidate=LOSER, person=PERSON_OF_LOSER)]),
    ("places_held_once", "award:", ["DELETE FROM selection_place"]),
    ("quota_conserved", "cell:PKJ-2020-W01:31:T1",
     ["DROP INDEX selection_place_held_once",
      SECOND_AWARD.format(candidate=LOSER, person=PERSON_OF_LOSER)]),
    ("awards_drawn_or_recycled", "award:",
     [f"UPDATE selection_award SET candidate_id = {LOSER}"]),
    ("one_award_per_person", "award:",
     ["DROP INDEX selection_one_award", "DROP INDEX selection_place_held_once",
      SECOND_AWARD.format(candidate=LOSER, person="person_id")]),
    ("awards_bar_for_life", "award:", ["DELETE FROM people_lifetimeclaim"]),
    ("awards_bar_for_life", "award:",
     ["UPDATE people_lifetimeclaim SET lifetime_index = '\\x01'"]),
    ("claims_of_awards", "claim:", ["UPDATE people_lifetimeclaim SET basis = 'award:4711'"]),
    ("claims_of_awards", "claim:", ["UPDATE people_lifetimeclaim SET basis = 'a friend'"]),
    ("claims_of_awards", "claim:",
     ["DROP INDEX people_one_lifetime_claim",
      "INSERT INTO people_lifetimeclaim (lifetime_index, state, basis, claimed_at) "
      f"SELECT lifetime_index, 'used', 'import:{'a' * 64}:1', claimed_at "
      "FROM people_lifetimeclaim"]),
]  # fmt: skip

DRAWS = [
    ("published_list", "draw:PKJ-2020-W01",
     [f"UPDATE selection_candidate SET tier = 'T2' WHERE entry_id = {LOSER}"]),
    ("published_list", "draw:PKJ-2020-W01",
     [f"DELETE FROM selection_candidate WHERE entry_id = {LOSER}"]),
    ("files_as_committed", "draw:PKJ-2020-W01",
     ["UPDATE selection_draw SET rules_file = replace(rules_file, '80', '79')"]),
    ("files_as_committed", "draw:PKJ-2020-W01",
     ["UPDATE selection_draw SET signature = repeat('cd', 48)"]),
    ("committed_before_the_round", "draw:PKJ-2020-W01",
     ["UPDATE selection_draw SET published_at = published_at + interval '30 minutes'"]),
    ("every_entry_judged", "entry:",
     [f"DELETE FROM selection_candidate WHERE entry_id = {entry('cici')}"]),
    ("every_entry_judged", "candidate:W01-000000000003",
     [f"UPDATE selection_candidate SET person_id = '{person('dedi')}' "
      f"WHERE entry_id = {entry('cici')}"]),
    ("scores_from_the_seed", "candidate:",
     [f"UPDATE selection_candidate SET score = repeat('0', 64) WHERE entry_id = {LOSER}"]),
    ("outcomes_follow_the_scores", "candidate:",
     ["UPDATE selection_candidate SET won_in_pass = CASE WHEN outcome = 'waiting' THEN 1 END, "
      "waiting_rank = CASE WHEN outcome = 'selected' THEN 1 END, "
      "outcome = CASE outcome WHEN 'waiting' THEN 'selected' ELSE 'waiting' END "
      "WHERE eligible"]),
    ("outcomes_follow_the_scores", "candidate:",
     ["UPDATE selection_candidate SET outcome = 'selected', won_in_pass = 2, waiting_rank = NULL "
      "WHERE eligible"]),
    ("outcomes_follow_the_scores", "candidate:",
     ["UPDATE selection_candidate SET won_in_pass = 2 WHERE won_in_pass = 1"]),
    ("places_of_winners", "candidate:",
     ["UPDATE selection_candidate SET place_id = NULL"]),
    ("places_of_winners", "candidate:",
     ["UPDATE selection_place SET area = '32'"]),
    ("places_of_winners", "candidate:",
     ["ALTER TABLE selection_candidate DROP CONSTRAINT selection_candidate_place_id_key",
      "UPDATE selection_candidate SET place_id = (SELECT id FROM selection_place)"]),
    ("places_of_winners", "award:",
     ["INSERT INTO selection_place (draw_id, area, tier, number) "
      "SELECT draw_id, area, tier, 2 FROM selection_place",
      "UPDATE selection_award SET place_id = (SELECT id FROM selection_place WHERE number = 2)"]),
    ("results_told", "candidate:W01-000000000003",
     [f"DELETE FROM notices_notice WHERE person_id = '{person('cici')}'"]),
    ("withheld_by_a_claim", "candidate:",
     ["UPDATE selection_candidate SET withheld = 'once_in_a_lifetime' "
      "WHERE outcome = 'selected'", "DELETE FROM selection_award",
      "DELETE FROM people_lifetimeclaim"]),
    ("withheld_by_a_claim", "candidate:",
     ["UPDATE selection_candidate SET withheld = 'once_in_a_lifetime' "
      "WHERE outcome = 'waiting'"]),
    ("commitment_as_told", "draw:PKJ-2020-W01",
     ["UPDATE selection_draw SET beacon_round = 78"]),
    ("commitment_as_told", "draw:PKJ-2020-W01",
     ["UPDATE selection_draw SET commitment_file = ''"]),
    ("commitment_as_told", "draw:PKJ-2020-W01",
     ["UPDATE selection_merklelevel SET hashes = '\\x00' WHERE level = 1"]),
    ("outcomes_told_apart", "candidate:W01-000000000003",
     [f"UPDATE selection_candidate SET reasons = '[]' WHERE entry_id = {entry('cici')}"]),
    ("outcomes_told_apart", "candidate:",
     ["UPDATE selection_candidate SET waiting_rank = NULL"]),
    ("selected_are_awarded", "candidate:", ["DELETE FROM selection_award"]),
    ("selected_are_awarded", "candidate:",
     [f"UPDATE selection_award SET person_id = '{person('dedi')}'"]),
]  # fmt: skip

MONEY = [
    ("transfers_sound", "transfer:", ["DELETE FROM ledger_account WHERE kind = 'committed'"]),
    ("transfers_sound", "transfer:",
     ["ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_amount_positive",
      "UPDATE ledger_transfer SET amount = 0 WHERE kind = 'commit'"]),
    ("transfers_sound", "transfer:",
     ["ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_reference_key",
      "UPDATE ledger_transfer SET reference = 'budget:PKJ-2020:apbn:1' WHERE kind = 'budget'"]),
    ("transfers_go_legal_ways", "transfer:",
     ["UPDATE ledger_transfer SET kind = 'grant' WHERE kind = 'commit'"]),
    ("books_balance", "currency:IDR",
     ["DELETE FROM ledger_account WHERE kind = 'committed'"]),
    ("accounts_not_below_zero", "account:",
     ["UPDATE ledger_transfer SET amount = 30000000000000 WHERE kind = 'commit'"]),
    ("snapshots_add_up", "snapshot:",
     ["INSERT INTO ledger_snapshot (account_id, balance, before_xid, taken_at) "
      "SELECT id, 1, pg_current_xact_id()::text, '2020-04-16T10:00Z' FROM ledger_account "
      "WHERE kind = 'committed'"]),
    ("budgets_as_decided", "transfer:",
     ["UPDATE ledger_transfer SET amount = amount + 1 WHERE reference LIKE 'budget:%:2'"]),
    ("budgets_as_decided", "transfer:",
     ["UPDATE ledger_transfer SET reference = 'budget:more' WHERE reference LIKE 'budget:%:2'"]),
    ("budgets_as_decided", "transfer:",
     ["UPDATE ledger_transfer SET happened_at = '2020-03-30T10:00Z' "
      "WHERE reference LIKE 'budget:%:2'"]),
    ("budget_not_exceeded", "account:",
     ["UPDATE ledger_transfer SET amount = 20000000000001 WHERE kind = 'commit'"]),
    ("awards_committed", "award:", ["DELETE FROM ledger_transfer WHERE kind = 'commit'"]),
    ("awards_committed", "award:",
     ["UPDATE ledger_transfer SET amount = amount - 1 WHERE kind = 'commit'"]),
    ("awards_committed", "award:", ["UPDATE selection_award SET amount = 3500000"]),
    ("awards_committed", "award:",
     ["INSERT INTO ledger_transfer (debit_account_id, credit_account_id, amount, kind, reference, "
      "happened_at) SELECT debit_account_id, credit_account_id, amount, kind, 'once more', "
      "happened_at FROM ledger_transfer WHERE kind = 'commit'"]),
    ("awards_committed", "account:",
     ["UPDATE ledger_account SET holder = 'award:4711' WHERE kind = 'committed'"]),
]  # fmt: skip

HISTORY = [
    ("moves_legal", "audit_move:",
     ["INSERT INTO audit_move (table_name, row_key, from_state, to_state, real_at) "
      "VALUES ('verification_identity', '1', 'refuted', 'verified', '2026-11-02')"]),
    ("moves_continue", "audit_move:",
     ["DELETE FROM audit_move WHERE table_name = 'verification_check' AND to_state = 'asked'",
      "INSERT INTO audit_move (table_name, row_key, from_state, to_state, real_at) "
      "SELECT table_name, row_key, 'due', 'asked', real_at FROM audit_move "
      "WHERE table_name = 'verification_check' AND to_state = 'answered' LIMIT 1"]),
    ("states_as_moved", "verification_identity:",
     [f"UPDATE verification_identity SET state = 'verified' WHERE id = {identity('gita')}"]),
    ("states_as_moved", "registration_registration:",
     ["DELETE FROM audit_move WHERE table_name = 'registration_registration'"]),
    ("append_only_guarded", "waves_ticket",
     ["DROP TRIGGER waves_ticket_append_only ON waves_ticket"]),
    ("append_only_guarded", "ledger_transfer",
     ["ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only"]),
    ("append_only_guarded", "registration_submission",
     ["DROP TRIGGER registration_submission_new_keys_only ON registration_submission"]),
    ("append_only_guarded", "disbursement_accountowner",
     ["ALTER TABLE disbursement_accountowner DISABLE TRIGGER "
      "disbursement_accountowner_new_keys_only"]),
    ("append_only_guarded", "audit_entry",
     ["CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
      "AS 'BEGIN RETURN NULL; END'"]),
    ("states_guarded", "selection_award",
     ["ALTER TABLE selection_award DISABLE TRIGGER selection_award_guard_state"]),
    ("uniqueness_guarded", "people_one_lifetime_claim", ["DROP INDEX people_one_lifetime_claim"]),
    ("audit_chain", "audit_link:2",
     ["UPDATE audit_entry SET actor = 'staff:budi' WHERE id = "
      "(SELECT entry_id FROM audit_link WHERE position = 2)"]),
    ("audit_chain", "audit_link:2",
     ["UPDATE audit_entry SET detail = detail || '{\"nomor\": 7}' WHERE id = "
      "(SELECT entry_id FROM audit_link WHERE position = 2)"]),
    ("audit_chain", "audit_link:3", ["DELETE FROM audit_link WHERE position = 2"]),
    ("audit_chain", "audit_link:1",
     ["DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE position = 1)"]),
    ("audit_entries_chained", "audit_entry:", ["DELETE FROM audit_link WHERE position = 2"]),
    ("audit_heads", "audit_head:3", ["UPDATE audit_head SET hash = '\\x00' WHERE position = 3"]),
    ("audit_heads", "audit_head:3", ["DELETE FROM audit_link WHERE position = 3"]),
]  # fmt: skip

# Versions and keys of values as bytes say them: sealed ones begin with both, indexes of a later key
# with its id.
KEYS = [
    ("sealed_with_held_keys", f"people_person:{person('ani')}",
     ["INSERT INTO audit_entry (at, real_at, actor, action, subject, detail) "
      "VALUES (now(), now(), 'cli:sari', 'keys.reseal', 'keys', '{\"key\": 2}')",
      f"UPDATE people_person SET phone_sealed = '\\x01010203' WHERE id = '{person('ani')}'"]),
    ("indexes_by_the_frontier", f"people_person:{person('ani')}",
     [f"UPDATE people_person SET email_index = '\\x07'::bytea || {hexed(index('ani'))} "
      f"WHERE id = '{person('ani')}'"]),
    ("indexes_by_the_frontier", ":",
     ["UPDATE keys_indexfrontier SET coming = 7, reached = 4294967296"]),
]  # fmt: skip

PLANTS = [
    *RECEIPTS, *IDENTITIES, *ATTESTATIONS, *WAVES, *PLACES, *DRAWS, *MONEY, *KEYS, *HISTORY,
    *CARRIED_PLANTS, *LATER_PLANTS,
]  # fmt: skip
