-- Sent is sent, whoever holds the lease now; giving up is for the holder of the lease alone.
UPDATE notices_notice AS notice
SET
    state = answer.state,
    sent_at = CASE WHEN answer.state = 'sent' THEN %(real_now)s::timestamptz END,
    provider = CASE WHEN answer.state = 'sent' THEN nullif(answer.provider, '') END
FROM
    unnest(%(ids)s::bigint[], %(states)s::text[], %(attempts)s::integer[], %(providers)s::text[])
        AS answer (id, state, attempts, provider)
WHERE
    notice.id = answer.id
    AND notice.state = 'owed'
    AND (answer.state = 'sent' OR notice.attempts = answer.attempts)
