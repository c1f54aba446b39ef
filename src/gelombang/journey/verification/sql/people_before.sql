-- How many questions of a kind stand before one by age, from a mark on, counted up to a limit: of everybody, or of
-- the wave that closes at an instant. Parameters are written into the text, so that the planner sees which.
SELECT count(*) FROM (
    SELECT 1 FROM verification_check
    WHERE kind = %(kind)s AND state IN ('due', 'asked')
      AND (%(close)s::timestamptz IS NULL OR needed_by = %(close)s::timestamptz)
      AND (due_at, id) < (%(due_at)s, %(check_id)s)
      AND (due_at, id) > (%(after_due_at)s, %(after_id)s)
    LIMIT %(limit)s
) AS earlier
