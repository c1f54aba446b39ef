UPDATE registration_signin
SET seen_at = %(real_now)s
WHERE id = %(id)s AND ended_at IS NULL
