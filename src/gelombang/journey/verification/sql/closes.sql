-- The closes by which answers of a partner are needed, from one to the next along the index.
WITH RECURSIVE close AS (
    (
        SELECT needed_by FROM verification_check
        WHERE kind = %(kind)s AND state IN ('due', 'asked') AND needed_by IS NOT NULL
        ORDER BY needed_by
        LIMIT 1
    )
    UNION ALL
    SELECT following.needed_by
    FROM close
    CROSS JOIN LATERAL (
        SELECT needed_by FROM verification_check
        WHERE kind = %(kind)s AND state IN ('due', 'asked') AND needed_by > close.needed_by
        ORDER BY needed_by
        LIMIT 1
    ) AS following
)
SELECT needed_by FROM close ORDER BY needed_by
