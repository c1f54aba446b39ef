-- The number of the attempt is the fence: a deliverer whose lease ran out changes nothing.
UPDATE notices_notice AS notice
SET attempts = answer.counted, next_attempt_at = answer.next_attempt_at
FROM unnest(
    %(ids)s::bigint[], %(claimed)s::integer[], %(counted)s::integer[],
    %(next_attempts)s::timestamptz[]
) AS answer (id, claimed, counted, next_attempt_at)
WHERE notice.id = answer.id AND notice.state = 'owed' AND notice.attempts = answer.claimed
