-- What was sent with these keys before: the body that a repetition must equal.
SELECT idempotency_key, wave_id, person_id
FROM wave_entry_request
WHERE idempotency_key = ANY($1::text[])
