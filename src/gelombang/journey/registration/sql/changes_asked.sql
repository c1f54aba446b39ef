-- Codes of the last day to this value, or asked for by this person, newest first.
SELECT sent_at, proven_at
FROM registration_contactchange
WHERE
    (
        person_id = %(person_id)s
        OR email_index = %(value_index)s
        OR phone_index = %(value_index)s
    )
    AND channel = %(channel)s
    AND sent_at > %(since)s
ORDER BY id DESC
LIMIT %(most)s
