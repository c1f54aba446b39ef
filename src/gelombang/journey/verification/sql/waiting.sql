-- How many checks of a kind may be asked now, counted up to a limit (cheap when there are none), and
-- since when the oldest of them may be.
SELECT count(*) AS due, min(due_at) AS oldest FROM (
    SELECT due_at FROM verification_check
    WHERE kind = %(kind)s AND state IN ('due', 'asked') AND due_at <= %(real_now)s
    ORDER BY due_at, id
    LIMIT %(limit)s
) AS open
