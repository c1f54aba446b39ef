-- Every table of states refuses other moves, and writes its history, by an enabled trigger.
-- over pg_trigger
WITH guarded (table_name) AS (
    VALUES
    ('registration_registration'), ('nominations_nomination'), ('verification_identity'),
    ('verification_check'), ('waves_wave'), ('waves_entry'), ('selection_draw'),
    ('selection_award'), ('learning_purchase'), ('certification_certificate'),
    ('disbursement_payoutaccount'), ('disbursement_instalment'), ('disbursement_payoutbatch'),
    ('disbursement_payout'), ('people_lifetimeclaim'), ('notices_notice')
)

SELECT guarded.table_name AS offender, 'can change its state unseen: its guard is missing or switched off' AS problem
FROM guarded
WHERE NOT EXISTS (
    SELECT 1
    FROM pg_trigger AS guard
    JOIN pg_proc AS body ON body.oid = guard.tgfoid
    WHERE guard.tgrelid = to_regclass(guarded.table_name)
      AND body.proname = 'guard_move'
      AND body.prosrc LIKE '%RAISE EXCEPTION%'
      AND body.prosrc LIKE '%INSERT INTO audit_move%'
      AND guard.tgenabled IN ('O', 'A')
      AND guard.tgqual IS NULL
      AND guard.tgtype & 19 = 19 -- each row (1), before (2), update (16)
)
