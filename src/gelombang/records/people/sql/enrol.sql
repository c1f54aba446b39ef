-- Somebody is enrolled once per address. Rows come in the order of their address index, so that
-- two transactions with the same people wait for each other instead of deadlocking.
INSERT INTO people_person (
    id, email_index, email_sealed, phone_index, phone_sealed, language, enrolled_at
)
SELECT *
FROM unnest(
    %(ids)s::uuid[],
    %(email_indexes)s::bytea[],
    %(email_seals)s::bytea[],
    %(phone_indexes)s::bytea[],
    %(phone_seals)s::bytea[],
    %(languages)s::text[],
    %(enrolled_at)s::timestamptz[]
)
ON CONFLICT (email_index) DO NOTHING
RETURNING id, email_index
