-- How many checks of a kind may be asked now, counted up to a limit: cheap when there are none.
SELECT count(*) FROM (
    SELECT 1 FROM verification_check
    WHERE kind = %(kind)s AND state IN ('due', 'asked') AND due_at <= %(real_now)s
      AND (state = 'due' OR leased_until <= %(real_now)s)
    LIMIT %(limit)s
) AS due
