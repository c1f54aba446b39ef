-- The queue in front of a letter that somebody waits for, by the real clock: urgent letters that are
-- due, how long the oldest waits, and what the last whole minutes took.
SELECT
    (
        SELECT count(*) FROM notices_notice
        WHERE
            state = 'owed' AND channel = 'email' AND urgent AND next_attempt_at <= %(real_now)s
            AND (leased_until IS NULL OR leased_until <= %(real_now)s)
    ) AS urgent_due,
    (
        SELECT min(next_attempt_at) FROM notices_notice
        WHERE
            state = 'owed' AND channel = 'email' AND urgent AND next_attempt_at <= %(real_now)s
            AND (leased_until IS NULL OR leased_until <= %(real_now)s)
    ) AS oldest_due_at,
    coalesce((
        SELECT max(used) FROM notices_allowance
        WHERE scope = 'taken' AND starts_at >= %(since)s
    ), 0) AS most_a_minute
