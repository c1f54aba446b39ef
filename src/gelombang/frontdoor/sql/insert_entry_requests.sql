-- Join buttons that were pressed; `waves.actions.enter` decides about each. A ticket that is already
-- there was spent by another key.
INSERT INTO wave_entry_request (
    idempotency_key, receipt, wave_id, person_id, language, received_at, real_at, claimed_at, ticket
)
SELECT *
FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[],
    $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::text[]
)
ON CONFLICT DO NOTHING
RETURNING idempotency_key
