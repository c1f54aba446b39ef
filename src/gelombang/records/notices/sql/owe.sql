-- In key order, so that two transactions that owe the same letters wait instead of deadlocking.
INSERT INTO notices_notice (
    key, person_id, kind, address_sealed, language, letter_sealed,
    channel, state, urgent, owed_at, attempts, next_attempt_at
)
SELECT
    owed.key, owed.person_id, owed.kind, owed.address_sealed, owed.language, owed.letter_sealed,
    owed.channel, 'owed', owed.urgent, %(owed_at)s, 0, %(next_attempt_at)s
FROM unnest(
    %(keys)s::text[],
    %(people)s::uuid[],
    %(kinds)s::text[],
    %(addresses)s::bytea[],
    %(languages)s::text[],
    %(letters)s::bytea[],
    %(urgent)s::boolean[],
    %(channels)s::text[]
) AS owed (key, person_id, kind, address_sealed, language, letter_sealed, urgent, channel)
ORDER BY owed.key
ON CONFLICT (key) DO NOTHING
