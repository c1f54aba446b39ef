-- Once: the row says so itself, whatever its caller believed.
UPDATE registration_signincode
SET used_at = %(real_now)s
WHERE id = %(id)s AND used_at IS NULL AND attempts_left > 0
