-- The letter once more, under a key of its own: what was sent stays sent. A letter that somebody
-- waited for (a code) is old by now and is not sent again.
INSERT INTO notices_notice (
    key, person_id, kind, address_sealed, language, letter_sealed,
    channel, state, urgent, owed_at, attempts, next_attempt_at
)
SELECT
    key || %(mark)s, person_id, kind, address_sealed, language, letter_sealed,
    channel, 'owed', FALSE, %(now)s, 0, %(next_attempt_at)s
FROM notices_notice
WHERE id = %(id)s AND state = 'sent' AND NOT urgent
ON CONFLICT (key) DO NOTHING
