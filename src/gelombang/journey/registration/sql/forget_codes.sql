DELETE FROM registration_signincode
WHERE id IN (
    SELECT id
    FROM registration_signincode
    WHERE sent_at < %(before)s
    ORDER BY sent_at
    LIMIT %(limit)s
)
