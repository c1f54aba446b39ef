-- The queue that a letter owed now stands in, by the real clock: of its head no more than a sample is
-- read, whatever its length; the numbers of the letters in it say how many are behind.
WITH head AS (
    SELECT id, next_attempt_at
    FROM notices_notice
    WHERE
        state = 'owed' AND channel = 'email' AND NOT urgent AND next_attempt_at <= %(real_now)s
        AND (leased_until IS NULL OR leased_until <= %(real_now)s)
    ORDER BY next_attempt_at, id
    LIMIT %(sample)s
)

SELECT
    count(head.id) AS counted,
    min(head.next_attempt_at) AS oldest_due_at,
    coalesce(min(head.id), 0) AS first_number,
    coalesce(max(head.id), 0) AS last_number,
    coalesce((SELECT max(id) FROM notices_notice), 0) AS newest_number,
    coalesce((
        SELECT max(used) FROM notices_allowance
        WHERE scope = 'taken' AND starts_at >= %(since)s
    ), 0) AS most_a_minute
FROM head
