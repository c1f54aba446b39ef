-- Where every n-th open question of a kind stands by age, from mark to mark along the index: of everybody,
-- or of the wave that closes at an instant.
WITH RECURSIVE mark AS (
    (
        SELECT 1 AS number, due_at, id
        FROM verification_check
        WHERE kind = %(kind)s AND state IN ('due', 'asked')
          AND (%(close)s::timestamptz IS NULL OR needed_by = %(close)s::timestamptz)
        ORDER BY due_at, id
        OFFSET %(step)s - 1 LIMIT 1
    )
    UNION ALL
    SELECT mark.number + 1, following.due_at, following.id
    FROM mark
    CROSS JOIN LATERAL (
        SELECT due_at, id
        FROM verification_check
        WHERE kind = %(kind)s AND state IN ('due', 'asked') AND (due_at, id) > (mark.due_at, mark.id)
          AND (%(close)s::timestamptz IS NULL OR needed_by = %(close)s::timestamptz)
        ORDER BY due_at, id
        OFFSET %(step)s - 1 LIMIT 1
    ) AS following
)
SELECT number * %(step)s AS place, due_at, id AS check_id FROM mark ORDER BY number
