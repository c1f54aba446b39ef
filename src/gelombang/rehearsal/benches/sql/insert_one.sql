-- One registration as the door stores it: columns, sizes and order of keys are the same. For pgbench.
INSERT INTO registration_submission (
    idempotency_key, receipt, email_sealed, email_index, phone_sealed, phone_index, language,
    received_at, real_at, proof
) VALUES (
    uuidv7()::text, upper(left(md5(random()::text), 24)),
    decode(repeat('5a', 58), 'hex'), sha256(uuid_send(gen_random_uuid())),
    decode(repeat('5a', 44), 'hex'), sha256(uuid_send(gen_random_uuid())), 'id',
    to_timestamp(:now), to_timestamp(:now), replace(uuidv7()::text, '-', '')
);
