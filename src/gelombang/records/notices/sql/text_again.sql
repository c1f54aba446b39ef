-- A message that its provider could not deliver, once more while its code still lives.
INSERT INTO notices_notice (
    key, person_id, kind, address_sealed, language, letter_sealed,
    channel, state, urgent, owed_at, attempts, next_attempt_at
)
SELECT
    key || %(mark)s, person_id, kind, address_sealed, language, letter_sealed,
    channel, 'owed', TRUE, %(now)s, 0, %(real_now)s
FROM notices_notice
WHERE
    id = %(id)s AND channel <> 'email' AND state = 'sent' AND sent_at > %(since)s
    AND position(%(mark)s IN key) = 0
ON CONFLICT (key) DO NOTHING
