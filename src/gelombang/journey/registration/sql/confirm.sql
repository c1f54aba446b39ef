-- A confirmation counts when its token was made for the address that the receipt belongs to. The
-- link goes out after its submission was admitted, so the admission is always there already.
WITH proven AS (
    SELECT admission.registration_id, min(confirmation.received_at) AS received_at
    FROM unnest(%(receipts)s::text[], %(email_indexes)s::bytea[], %(received_at)s::timestamptz[])
        AS confirmation (receipt, email_index, received_at)
    INNER JOIN registration_admission AS admission ON admission.receipt = confirmation.receipt
    INNER JOIN registration_submission AS submission
        ON
            submission.id = admission.submission_id
            AND submission.email_index = confirmation.email_index
    GROUP BY admission.registration_id
),

ready AS (
    SELECT registration.id, proven.received_at
    FROM registration_registration AS registration
    INNER JOIN proven ON proven.registration_id = registration.id
    WHERE registration.state = 'registered'
    ORDER BY registration.id
    FOR UPDATE OF registration
)

UPDATE registration_registration AS registration
SET state = 'email_confirmed', email_confirmed_at = ready.received_at
FROM ready
WHERE registration.id = ready.id
