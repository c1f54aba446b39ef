DELETE FROM registration_signin
WHERE id IN (
    SELECT id FROM registration_signin WHERE seen_at < %(before)s ORDER BY seen_at LIMIT %(limit)s
)
