-- Acknowledged registrations (key and receipt, one array each) against the rows of the intake, both
-- ways: what was promised and is not there, what is there twice, what nobody was told.
WITH acknowledged AS MATERIALIZED (
    SELECT key, receipt
    FROM unnest(%(keys)s::text[], %(receipts)s::text[]) AS each (key, receipt)
), met AS MATERIALIZED (
    SELECT submission.id, submission.receipt = acknowledged.receipt AS fits
    FROM acknowledged
    LEFT JOIN registration_submission AS submission ON submission.idempotency_key = acknowledged.key
)
SELECT
    (SELECT count(*) FROM met WHERE id IS NULL OR NOT fits) AS lost,
    (SELECT count(*) - count(DISTINCT receipt) FROM acknowledged) AS given_twice,
    (SELECT count(*) - count(DISTINCT receipt) FROM registration_submission) AS stored_twice,
    (SELECT count(*) FROM registration_submission AS submission
     WHERE NOT EXISTS (SELECT FROM acknowledged WHERE acknowledged.key = submission.idempotency_key))
        AS unannounced,
    (SELECT greatest(0, (SELECT count(*) FROM registration_facts) - count(DISTINCT email_index))
     FROM registration_submission) AS people_twice
