-- What was sent with these keys before: the body that a repetition must equal.
SELECT idempotency_key, email_index, phone_index
FROM registration_submission
WHERE idempotency_key = ANY($1::text[])
