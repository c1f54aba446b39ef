-- The number of the attempt is the fence: a deliverer whose lease ran out changes nothing.
-- As a CASE for the reason that finish.sql tells.
UPDATE notices_notice AS notice
SET attempts = answer.counted, next_attempt_at = answer.next_attempt_at, leased_until = NULL
FROM unnest(
    %(ids)s::bigint[], %(claimed)s::integer[], %(counted)s::integer[],
    %(next_attempts)s::timestamptz[]
) AS answer (id, claimed, counted, next_attempt_at)
WHERE
    notice.id = answer.id
    AND CASE notice.state WHEN 'owed' THEN notice.attempts = answer.claimed ELSE FALSE END
