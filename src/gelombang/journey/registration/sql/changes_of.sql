-- What is under way: the newest change of each channel that is not settled.
SELECT DISTINCT ON (channel)
    id, channel, coalesce(email_sealed, phone_sealed) AS value_sealed, sent_at, proven_at,
    effective_at
FROM registration_contactchange
WHERE person_id = %(person_id)s AND outcome = ''
ORDER BY channel, id DESC
