-- A row stands where its history ends; without a history it stands where rows begin.
-- over audit_move
WITH beginning (table_name, state) AS (
    VALUES
    ('registration_registration', 'registered'),
    ('nominations_nomination', 'received'),
    ('nominations_nomination', 'validated'),
    ('nominations_nomination', 'rejected'),
    ('verification_identity', 'pending'),
    ('verification_check', 'due'),
    ('waves_wave', 'planned'),
    ('waves_entry', 'joined'),
    ('selection_draw', 'requested'),
    ('selection_award', 'open'),
    ('learning_purchase', 'held'),
    ('certification_certificate', 'valid'),
    ('disbursement_payoutaccount', 'asked'),
    ('disbursement_instalment', 'planned'),
    ('disbursement_payoutbatch', 'prepared'),
    ('disbursement_payout', 'prepared'),
    ('people_lifetimeclaim', 'held'),
    ('people_lifetimeclaim', 'used'),
    ('notices_notice', 'owed')
),

present (table_name, row_key, state) AS (
    SELECT 'registration_registration', id::text, state FROM registration_registration
    UNION ALL
    SELECT 'nominations_nomination', id::text, state FROM nominations_nomination
    UNION ALL
    SELECT 'verification_identity', id::text, state FROM verification_identity
    UNION ALL
    SELECT 'verification_check', id::text, state FROM verification_check
    UNION ALL
    SELECT 'waves_wave', id, state FROM waves_wave
    UNION ALL
    SELECT 'waves_entry', id::text, state FROM waves_entry
    UNION ALL
    SELECT 'selection_draw', id::text, state FROM selection_draw
    UNION ALL
    SELECT 'selection_award', id::text, state FROM selection_award
    UNION ALL
    SELECT 'learning_purchase', id::text, state FROM learning_purchase
    UNION ALL
    SELECT 'certification_certificate', id::text, state FROM certification_certificate
    UNION ALL
    SELECT 'disbursement_payoutaccount', id::text, state FROM disbursement_payoutaccount
    UNION ALL
    SELECT 'disbursement_instalment', id::text, state FROM disbursement_instalment
    UNION ALL
    SELECT 'disbursement_payoutbatch', id::text, state FROM disbursement_payoutbatch
    UNION ALL
    SELECT 'disbursement_payout', id::text, state FROM disbursement_payout
    UNION ALL
    SELECT 'people_lifetimeclaim', id::text, state FROM people_lifetimeclaim
    UNION ALL
    SELECT 'notices_notice', id::text, state FROM notices_notice
),

history (table_name, row_key, began, ended) AS (
    SELECT table_name, row_key,
        (array_agg(from_state ORDER BY id))[1],
        (array_agg(to_state ORDER BY id DESC))[1]
    FROM audit_move
    GROUP BY table_name, row_key
)

SELECT present.table_name || ':' || present.row_key AS offender,
    CASE WHEN history.ended IS NULL THEN 'is ' || present.state || ', and no move tells how'
         WHEN history.ended <> present.state
         THEN 'is ' || present.state || ', and its history ends at ' || history.ended
         ELSE 'began as ' || history.began END AS problem
FROM present
LEFT JOIN history USING (table_name, row_key)
WHERE history.ended <> present.state
   OR NOT EXISTS (
    SELECT 1 FROM beginning
    WHERE beginning.table_name = present.table_name
      AND beginning.state = coalesce(history.began, present.state)
   )
