-- Where every n-th open question of a kind stands in its queue: from mark to mark along the index.
WITH RECURSIVE mark AS (
    (
        SELECT 1 AS number, due_at, id
        FROM verification_check
        WHERE kind = %(kind)s AND state IN ('due', 'asked')
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
        ORDER BY due_at, id
        OFFSET %(step)s - 1 LIMIT 1
    ) AS following
)
SELECT number * %(step)s AS place, due_at, id AS check_id FROM mark ORDER BY number
