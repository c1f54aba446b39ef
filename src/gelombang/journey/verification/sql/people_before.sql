-- How many questions stand before one in the queue, counted up to a limit.
SELECT count(*) FROM (
    SELECT 1 FROM verification_check
    WHERE kind = 'civil_registry' AND state IN ('due', 'asked')
      AND (due_at, id) < (%(due_at)s, %(check_id)s)
    LIMIT %(limit)s
) AS earlier
