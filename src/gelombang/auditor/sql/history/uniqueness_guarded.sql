-- The unique indexes that forbid a second registration, NIK, entry, place, award, claim, course at a time, certificate, account, payment or piece of news stand.
-- over pg_index
WITH needed (index_name, table_name) AS (
    VALUES
    ('registration_key_once', 'registration_submission'),
    ('registration_ticket_once', 'registration_submission'),
    ('registration_proof_once', 'registration_submission'),
    ('registration_receipt_once', 'registration_admission'),
    ('wave_entry_key_once', 'wave_entry_request'),
    ('wave_entry_ticket_once', 'wave_entry_request'),
    ('verification_one_person_per_nik', 'verification_identity'),
    ('verification_one_verified', 'verification_identity'),
    ('verification_news_once', 'verification_employmentnews'),
    ('waves_entry_once', 'waves_entry'),
    ('selection_place_once', 'selection_place'),
    ('selection_place_held_once', 'selection_award'),
    ('selection_one_award', 'selection_award'),
    ('learning_one_at_a_time', 'learning_purchase'),
    ('learning_attendance_once', 'learning_attendance'),
    ('feedback_survey_once', 'feedback_surveyanswer'),
    ('disbursement_one_account', 'disbursement_payoutaccount'),
    ('disbursement_instalment_once', 'disbursement_instalment'),
    ('disbursement_one_payout', 'disbursement_payout'),
    ('people_one_lifetime_claim', 'people_lifetimeclaim'),
    ('people_claim_basis_once', 'people_lifetimeclaim')
)

SELECT needed.index_name AS offender, 'no longer forbids doubles in ' || needed.table_name AS problem
FROM needed
WHERE NOT EXISTS (
    SELECT 1
    FROM pg_index AS present
    JOIN pg_class AS named ON named.oid = present.indexrelid
    WHERE named.relname = needed.index_name
      AND present.indrelid = to_regclass(needed.table_name)
      AND present.indisunique AND present.indisvalid AND present.indislive
)
