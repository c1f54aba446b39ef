-- The newest change of a channel that is not settled; locked until the commit.
SELECT
    id, person_id, channel, coalesce(email_sealed, phone_sealed) AS value_sealed,
    coalesce(email_index, phone_index) AS value_index, code_mac, salt, sent_at, expires_at,
    attempts_left, is_stepped_up, proven_at, effective_at
FROM registration_contactchange
WHERE person_id = %(person_id)s AND channel = %(channel)s AND outcome = ''
ORDER BY id DESC
LIMIT 1
FOR UPDATE
