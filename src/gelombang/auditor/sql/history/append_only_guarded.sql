-- Tables that are only ever appended to refuse update, delete and truncate by an enabled trigger.
-- over pg_trigger
-- One with an argument lets a rotation of keys update rows: then another must look at each row.
WITH appended (table_name) AS (
    VALUES
    ('registration_submission'), ('registration_admission'), ('email_confirmation'),
    ('wave_entry_request'), ('waves_entryanswer'), ('waves_ticket'),
    ('verification_attestation'), ('selection_place'), ('selection_merklelevel'),
    ('ledger_account'), ('ledger_transfer'), ('ledger_snapshot'),
    ('programme_programmeversion'), ('programme_scheduleentry'), ('programme_doorcontrol'),
    ('programme_signoff'),
    ('verification_usage'),
    ('verification_usagereport'),
    ('verification_usagereportsent'),
    ('verification_waitnotice'), ('verification_employmentnews'),
    ('learning_attendance'), ('feedback_review'), ('feedback_surveyanswer'),
    ('disbursement_accountowner'), ('disbursement_partneranswer'),
    ('audit_entry'), ('audit_link'), ('audit_head'), ('audit_move')
)

SELECT appended.table_name AS offender, 'can be changed: its guard is missing or switched off' AS problem
FROM appended
WHERE NOT EXISTS (
    SELECT 1
    FROM pg_trigger AS guard
    JOIN pg_proc AS body ON body.oid = guard.tgfoid
    WHERE guard.tgrelid = to_regclass(appended.table_name)
      AND body.proname = 'refuse_change'
      AND body.prosrc LIKE '%RAISE EXCEPTION%'
      AND guard.tgenabled IN ('O', 'A')
      AND guard.tgqual IS NULL
      AND guard.tgtype & 58 = 58 -- before (2), delete (8), update (16), truncate (32)
      AND (guard.tgnargs = 0 OR EXISTS (
          SELECT 1
          FROM pg_trigger AS looks
          JOIN pg_proc AS at_rows ON at_rows.oid = looks.tgfoid
          WHERE looks.tgrelid = guard.tgrelid
            AND at_rows.proname = 'refuse_all_but_new_keys'
            AND at_rows.prosrc LIKE '%RAISE EXCEPTION%'
            AND looks.tgenabled IN ('O', 'A')
            AND looks.tgqual IS NULL
            AND looks.tgattr = ''
            AND looks.tgtype & 19 = 19 -- each row (1), before (2), update (16)
      ))
)
