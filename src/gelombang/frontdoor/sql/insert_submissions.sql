-- Everything that arrived while the last commit was in flight, as one statement.
-- A key that is already there is no mistake: the caller compares what stands in its row. A proof or
-- a ticket that is already there was spent by another key.
INSERT INTO registration_submission (
    idempotency_key, receipt, email_sealed, email_index, phone_sealed, phone_index,
    language, received_at, real_at, claimed_at, ticket, proof
)
SELECT *
FROM unnest(
    $1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[],
    $7::text[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[]
)
ON CONFLICT DO NOTHING
RETURNING idempotency_key
