-- A confirmation counts when its token was made for the address that the receipt belongs to, which
-- the caller found out: the two indexes may be of different keys.
WITH proven AS (
    SELECT confirmation.registration_id, min(confirmation.received_at) AS received_at
    FROM unnest(%(registrations)s::bigint[], %(received_at)s::timestamptz[])
        AS confirmation (registration_id, received_at)
    GROUP BY confirmation.registration_id
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
