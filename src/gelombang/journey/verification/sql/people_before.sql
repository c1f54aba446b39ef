-- How many questions stand before one in the queue, from a mark on, counted up to a limit.
SELECT count(*) FROM (
    SELECT 1 FROM verification_check
    WHERE kind = 'civil_registry' AND state IN ('due', 'asked')
      AND (due_at, id) < (%(due_at)s, %(check_id)s)
      AND (due_at, id) > (%(after_due_at)s, %(after_id)s)
    LIMIT %(limit)s
) AS earlier
