-- Sent is sent, whoever holds the lease now; giving up is for the holder of the lease alone.
-- As a CASE, since `state = 'owed'` by itself lets the planner walk the index notices_owed, all that
-- is owed, for a dozen letters: it believes that hardly any are, as nearly always hardly any are.
UPDATE notices_notice AS notice
SET
    state = answer.state,
    leased_until = NULL,
    sent_at = CASE WHEN answer.state = 'sent' THEN %(real_now)s::timestamptz END,
    provider = CASE WHEN answer.state = 'sent' THEN nullif(answer.provider, '') END
FROM
    unnest(%(ids)s::bigint[], %(states)s::text[], %(attempts)s::integer[], %(providers)s::text[])
        AS answer (id, state, attempts, provider)
WHERE
    notice.id = answer.id
    AND CASE notice.state
        WHEN 'owed' THEN answer.state = 'sent' OR notice.attempts = answer.attempts
        ELSE FALSE
    END
