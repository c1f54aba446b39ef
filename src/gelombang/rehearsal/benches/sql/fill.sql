-- Many registrations at once, each row as the door stores it, keys and proofs in the order of time.
INSERT INTO registration_submission (
    idempotency_key, receipt, email_sealed, email_index, phone_sealed, phone_index, language,
    received_at, real_at, proof
)
SELECT
    uuidv7()::text, upper(left(md5(random()::text), 24)),
    decode(repeat('5a', 58), 'hex'), sha256(uuid_send(gen_random_uuid())),
    decode(repeat('5a', 44), 'hex'), sha256(uuid_send(gen_random_uuid())), 'id',
    %(now)s::timestamptz, %(now)s::timestamptz, replace(uuidv7()::text, '-', '')
FROM generate_series(1, %(rows)s)
